#include "train_kernels/update.h"

#include <algorithm>
#include <cmath>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train_kernels/update.cc"
// Compiled for SSE2, AVX2 and AVX-512; the best one is chosen at run time.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include "train_kernels/scalars-inl.h"

#ifndef DIPTYCH_UPDATE_ONCE
#define DIPTYCH_UPDATE_ONCE
namespace diptych::train_kernels {
namespace {

// Threads take chunks of this many numbers.
constexpr int64_t kChunk = 16384;

struct Chunk {
  size_t run;
  int64_t first, count;
};
template <typename Run>
std::vector<Chunk> ChunksOf(std::span<const Run> runs) {
  std::vector<Chunk> chunks;
  for (size_t i = 0; i < runs.size(); ++i)
    for (int64_t first = 0; first < runs[i].count; first += kChunk)
      chunks.push_back({i, first, std::min(kChunk, runs[i].count - first)});
  return chunks;
}

}  // namespace
}  // namespace diptych::train_kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace diptych::train_kernels {
namespace HWY_NAMESPACE {
namespace {

void AdamChunk(const AdamRun& run, int64_t begin, int64_t count, const AdamNumbers& n) {
  const float* gradient = run.gradient + begin;
  float *weight = run.weight + begin, *first = run.first_moment + begin, *second = run.second_moment + begin,
        *ema = run.ema + begin;
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) {
    const float g = gradient[i] * run.scale;
    const float m = first[i] * n.beta1 + g * (1 - n.beta1), v = second[i] * n.beta2 + g * g * (1 - n.beta2);
    const float w = weight[i] - n.rate * m / (std::sqrt(v * n.inverse_correction2) + n.epsilon);
    first[i] = m;
    second[i] = v;
    weight[i] = w;
    ema[i] += (w - ema[i]) * n.ema_step;
  }
}

void MomentumChunk(const MomentumRun& run, int64_t begin, int64_t count, float beta) {
  const float* gradient = run.gradient + begin;
  float* momentum = run.momentum + begin;
  BF16* mixed = run.mixed + begin;
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) {
    const float g = gradient[i] * run.scale * (1 - beta), m = momentum[i] * beta + g;
    momentum[i] = m;
    mixed[i] = FiniteToBF16(g + m * beta);
  }
}

void DescentChunk(const DescentRun& run, int64_t begin, int64_t count, const DescentNumbers& n) {
  const BF16* direction = run.direction + begin;
  float *weight = run.weight + begin, *ema = run.ema + begin;
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) {
    const float w = weight[i] * n.keep - FromBF16(direction[i]) * n.rate;
    weight[i] = w;
    ema[i] += (w - ema[i]) * n.ema_step;
  }
}

float SquaresOf(const float* values, int64_t count) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < count; ++i) sum += values[i] * values[i];
  return sum;
}

float SquaresOf(const BF16* values, int64_t count) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < count; ++i) sum += FromBF16(values[i]) * FromBF16(values[i]);
  return sum;
}

void ScaleChunk(BF16* values, int64_t count, float factor) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) values[i] = FiniteToBF16(FromBF16(values[i]) * factor);
}

void NarrowChunk(const float* in, int64_t count, BF16* out) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) out[i] = FiniteToBF16(in[i]);
}

void WidenChunk(const BF16* in, int64_t count, float* out) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) out[i] = FromBF16(in[i]);
}

}  // namespace

void SumsOfSquares(std::span<const FloatRun> runs, std::span<double> sums) {
  const std::vector<Chunk> chunks = ChunksOf(runs);
  std::vector<float> parts(chunks.size());
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < chunks.size(); ++i)
    parts[i] = SquaresOf(runs[chunks[i].run].data + chunks[i].first, chunks[i].count);
  std::fill(sums.begin(), sums.end(), 0.0);
  for (size_t i = 0; i < chunks.size(); ++i) sums[chunks[i].run] += static_cast<double>(parts[i]);
}

void Narrow(const float* in, int64_t count, BF16* out) {
#pragma omp parallel for schedule(static)
  for (int64_t first = 0; first < count; first += kChunk)
    NarrowChunk(in + first, std::min(kChunk, count - first), out + first);
}

void Widen(const BF16* in, int64_t count, float* out) {
#pragma omp parallel for schedule(static)
  for (int64_t first = 0; first < count; first += kChunk)
    WidenChunk(in + first, std::min(kChunk, count - first), out + first);
}

void AdamPass(std::span<const AdamRun> runs, const AdamNumbers& numbers) {
  const std::vector<Chunk> chunks = ChunksOf(runs);
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < chunks.size(); ++i) AdamChunk(runs[chunks[i].run], chunks[i].first, chunks[i].count, numbers);
}

void MomentumPass(std::span<const MomentumRun> runs, float beta) {
  const std::vector<Chunk> chunks = ChunksOf(runs);
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < chunks.size(); ++i) MomentumChunk(runs[chunks[i].run], chunks[i].first, chunks[i].count, beta);
}

void NormaliseEach(int64_t matrices, int64_t count, BF16* values) {
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < matrices; ++i)
    ScaleChunk(values + i * count, count, 1 / (std::sqrt(SquaresOf(values + i * count, count)) + 1e-7f));
}

void DescentPass(std::span<const DescentRun> runs, const DescentNumbers& numbers) {
  const std::vector<Chunk> chunks = ChunksOf(runs);
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < chunks.size(); ++i)
    DescentChunk(runs[chunks[i].run], chunks[i].first, chunks[i].count, numbers);
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::train_kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diptych::train_kernels {

HWY_EXPORT(SumsOfSquares);
void SumsOfSquares(std::span<const FloatRun> runs, std::span<double> sums) {
  HWY_DYNAMIC_DISPATCH(SumsOfSquares)(runs, sums);
}

HWY_EXPORT(Narrow);
void Narrow(const float* in, int64_t count, BF16* out) { HWY_DYNAMIC_DISPATCH(Narrow)(in, count, out); }

HWY_EXPORT(Widen);
void Widen(const BF16* in, int64_t count, float* out) { HWY_DYNAMIC_DISPATCH(Widen)(in, count, out); }

HWY_EXPORT(AdamPass);
void AdamPass(std::span<const AdamRun> runs, const AdamNumbers& numbers) {
  HWY_DYNAMIC_DISPATCH(AdamPass)(runs, numbers);
}

HWY_EXPORT(MomentumPass);
void MomentumPass(std::span<const MomentumRun> runs, float beta) { HWY_DYNAMIC_DISPATCH(MomentumPass)(runs, beta); }

HWY_EXPORT(NormaliseEach);
void NormaliseEach(int64_t matrices, int64_t count, BF16* values) {
  HWY_DYNAMIC_DISPATCH(NormaliseEach)(matrices, count, values);
}

HWY_EXPORT(DescentPass);
void DescentPass(std::span<const DescentRun> runs, const DescentNumbers& numbers) {
  HWY_DYNAMIC_DISPATCH(DescentPass)(runs, numbers);
}

}  // namespace diptych::train_kernels
#endif
