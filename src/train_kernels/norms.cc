#include "train_kernels/norms.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "train_kernels/row_parts.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train_kernels/norms.cc"
// Compiled for SSE2, AVX2 and AVX-512; the best one is chosen at run time.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include "train_kernels/scalars-inl.h"

HWY_BEFORE_NAMESPACE();
namespace diptych::train_kernels {
namespace HWY_NAMESPACE {
namespace {

void RmsNormRow(int64_t width, float epsilon, const float* x, const float* weight, BF16* y, float* inverse) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < width; ++i) sum += x[i] * x[i];
  const float scale = 1.0f / std::sqrt(sum / static_cast<float>(width) + epsilon);
  *inverse = scale;
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) y[i] = FiniteToBF16(x[i] * scale * weight[i]);
}

void RmsNormRowBackward(int64_t width, const float* x, const float* weight, float inverse, const BF16* dy, float* dx,
                        float* d_weight) {
  float dot = 0;
#pragma omp simd reduction(+ : dot)
  for (int64_t i = 0; i < width; ++i) dot += FromBF16(dy[i]) * weight[i] * x[i];
  const float shift = dot * inverse * inverse / static_cast<float>(width);
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    const float d = FromBF16(dy[i]);
    dx[i] = inverse * (d * weight[i] - x[i] * shift);
    d_weight[i] += d * x[i] * inverse;
  }
}

// sum = stream + delta, then its norm.
void AddRmsNormRow(int64_t width, float epsilon, const float* stream, const BF16* delta, const float* weight,
                   float* sum, BF16* y, float* inverse) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) sum[i] = stream[i] + FromBF16(delta[i]);
  RmsNormRow(width, epsilon, sum, weight, y, inverse);
}

// RmsNormRowBackward of one row with the stream's own gradient added; the sum is written twice (d_stream, d_delta).
void AddRmsNormRowBackward(int64_t width, const AddRmsNormGradients& row, const float* weight, float inverse,
                           float* d_weight) {
  float dot = 0;
#pragma omp simd reduction(+ : dot)
  for (int64_t i = 0; i < width; ++i) dot += FromBF16(row.dy[i]) * weight[i] * row.sum[i];
  const float shift = dot * inverse * inverse / static_cast<float>(width);
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    const float d = FromBF16(row.dy[i]), x = row.sum[i];
    const float dx = row.d_sum[i] + inverse * (d * weight[i] - x * shift);
    row.d_stream[i] = dx;
    row.d_delta[i] = FiniteToBF16(dx);
    d_weight[i] += d * x * inverse;
  }
}

}  // namespace

void RmsNormForward(const RmsNormShape& shape, const float* x, const float* weight, BF16* y, float* inverse_rms) {
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < shape.rows; ++i)
    RmsNormRow(shape.width, shape.epsilon, x + i * shape.width, weight, y + i * shape.width, inverse_rms + i);
}

void RmsNormBackward(const RmsNormShape& shape, const float* x, const float* weight, const float* inverse_rms,
                     const BF16* dy, float* dx, float* d_weight) {
  const int64_t parts = PartsOf(shape.rows), width = shape.width;
  std::vector<float> sums(static_cast<size_t>(parts * width), 0.0f);
#pragma omp parallel for schedule(static)
  for (int64_t part = 0; part < parts; ++part)
    for (int64_t i = part * kRowsPerPart; i < std::min(shape.rows, (part + 1) * kRowsPerPart); ++i)
      RmsNormRowBackward(width, x + i * width, weight, inverse_rms[i], dy + i * width, dx + i * width,
                         sums.data() + part * width);
  SumParts(sums, width, d_weight);
}

void AddRmsNormForward(const RmsNormShape& shape, const float* stream, const BF16* delta, const float* weight,
                       float* sum, BF16* y, float* inverse_rms) {
  const int64_t width = shape.width;
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < shape.rows; ++i)
    AddRmsNormRow(width, shape.epsilon, stream + i * width, delta + i * width, weight, sum + i * width, y + i * width,
                  inverse_rms + i);
}

void AddRmsNormBackward(const RmsNormShape& shape, const float* weight, const float* inverse_rms,
                        const AddRmsNormGradients& all, float* d_weight) {
  const int64_t parts = PartsOf(shape.rows), width = shape.width;
  std::vector<float> sums(static_cast<size_t>(parts * width), 0.0f);
#pragma omp parallel for schedule(static)
  for (int64_t part = 0; part < parts; ++part)
    for (int64_t i = part * kRowsPerPart; i < std::min(shape.rows, (part + 1) * kRowsPerPart); ++i) {
      const int64_t at = i * width;
      AddRmsNormRowBackward(width, {all.sum + at, all.dy + at, all.d_sum + at, all.d_stream + at, all.d_delta + at},
                            weight, inverse_rms[i], sums.data() + part * width);
    }
  SumParts(sums, width, d_weight);
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::train_kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diptych::train_kernels {

HWY_EXPORT(RmsNormForward);
void RmsNormForward(const RmsNormShape& shape, const float* x, const float* weight, BF16* y, float* inverse_rms) {
  HWY_DYNAMIC_DISPATCH(RmsNormForward)(shape, x, weight, y, inverse_rms);
}

HWY_EXPORT(RmsNormBackward);
void RmsNormBackward(const RmsNormShape& shape, const float* x, const float* weight, const float* inverse_rms,
                     const BF16* dy, float* dx, float* d_weight) {
  HWY_DYNAMIC_DISPATCH(RmsNormBackward)(shape, x, weight, inverse_rms, dy, dx, d_weight);
}

HWY_EXPORT(AddRmsNormForward);
void AddRmsNormForward(const RmsNormShape& shape, const float* stream, const BF16* delta, const float* weight,
                       float* sum, BF16* y, float* inverse_rms) {
  HWY_DYNAMIC_DISPATCH(AddRmsNormForward)(shape, stream, delta, weight, sum, y, inverse_rms);
}

HWY_EXPORT(AddRmsNormBackward);
void AddRmsNormBackward(const RmsNormShape& shape, const float* weight, const float* inverse_rms,
                        const AddRmsNormGradients& all, float* d_weight) {
  HWY_DYNAMIC_DISPATCH(AddRmsNormBackward)(shape, weight, inverse_rms, all, d_weight);
}

}  // namespace diptych::train_kernels
#endif
