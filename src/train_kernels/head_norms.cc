#include "train_kernels/head_norms.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "train_kernels/row_parts.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train_kernels/head_norms.cc"
// Compiled for SSE2, AVX2 and AVX-512; the best one is chosen at run time.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include "train_kernels/scalars-inl.h"

HWY_BEFORE_NAMESPACE();
namespace diptych::train_kernels {
namespace HWY_NAMESPACE {
namespace {

constexpr int kLargestHead = 256;

// Where a rotated part of a head begins and how many pairs it has; the angles of the parts lie one after another.
struct RotatedPart {
  int first, pairs, angle;
};
DIPTYCH_INLINE RotatedPart PartOf(int head, int part) {
  if (part == 0) return {0, head / 4, 0};
  return {head / 2 + (part - 1) * head / 4, head / 8, head / 4 + (part - 1) * head / 8};
}

// kHead: the head's size where it is known when compiling, which makes short loops whole vectors; 0: `size`.
template <int kHead>
void RotateHead(int size, float epsilon, const float* weight_t, const float* weight_hw, const float* cos,
                const float* sin, const BF16* x, BF16* y, float* inverse) {
  float normed[kLargestHead];
  const int head = kHead > 0 ? kHead : size, half = head / 2;
  for (int part = 0; part < 2; ++part) {
    const BF16* in = x + part * half;
    const float* weight = part == 0 ? weight_t : weight_hw;
    float* out = normed + part * half;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < half; ++i) sum += FromBF16(in[i]) * FromBF16(in[i]);
    inverse[part] = 1.0f / std::sqrt(sum / static_cast<float>(half) + epsilon);
#pragma omp simd
    for (int i = 0; i < half; ++i) out[i] = FromBF16(in[i]) * inverse[part] * weight[i];
  }
  for (int p = 0; p < 3; ++p) {
    const RotatedPart part = PartOf(head, p);
#pragma omp simd
    for (int i = 0; i < part.pairs; ++i) {
      const float a = normed[part.first + i], b = normed[part.first + part.pairs + i];
      const float c = cos[part.angle + i], s = sin[part.angle + i];
      y[part.first + i] = FiniteToBF16(a * c - b * s);
      y[part.first + part.pairs + i] = FiniteToBF16(b * c + a * s);
    }
  }
}

template <int kHead>
void RotateHeadBackward(int size, const float* weight_t, const float* weight_hw, const float* cos, const float* sin,
                        const BF16* x, const float* inverse, const BF16* dy, BF16* dx, float* d_weight_t,
                        float* d_weight_hw) {
  float d_normed[kLargestHead];
  const int head = kHead > 0 ? kHead : size, half = head / 2;
  for (int p = 0; p < 3; ++p) {
    const RotatedPart part = PartOf(head, p);
#pragma omp simd
    for (int i = 0; i < part.pairs; ++i) {
      const float a = FromBF16(dy[part.first + i]), b = FromBF16(dy[part.first + part.pairs + i]);
      const float c = cos[part.angle + i], s = sin[part.angle + i];
      d_normed[part.first + i] = a * c + b * s;
      d_normed[part.first + part.pairs + i] = b * c - a * s;
    }
  }
  for (int part = 0; part < 2; ++part) {
    const BF16* in = x + part * half;
    const float* weight = part == 0 ? weight_t : weight_hw;
    float* d_weight = part == 0 ? d_weight_t : d_weight_hw;
    const float* d = d_normed + part * half;
    const float scale = inverse[part];
    float dot = 0;
#pragma omp simd reduction(+ : dot)
    for (int i = 0; i < half; ++i) dot += d[i] * weight[i] * FromBF16(in[i]);
    const float shift = dot * scale * scale / static_cast<float>(half);
#pragma omp simd
    for (int i = 0; i < half; ++i) {
      const float value = FromBF16(in[i]);
      dx[part * half + i] = FiniteToBF16(scale * (d[i] * weight[i] - value * shift));
      d_weight[i] += d[i] * value * scale;
    }
  }
}

}  // namespace

void HeadNormRopeForward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                         const BF16* x, BF16* y, float* inverse_rms) {
  const int64_t width = shape.width();
  const int head = shape.head, heads = shape.rotated_heads(), half = head / 2;
  const auto rotate = head == 64 ? RotateHead<64> : RotateHead<0>;
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < shape.rows; ++i) {
    for (int j = 0; j < heads; ++j) {
      const bool query = j < shape.query_heads;
      const int64_t at = i * width + int64_t{j} * head;
      rotate(head, shape.epsilon, query ? weights.query_t : weights.key_t, query ? weights.query_hw : weights.key_hw,
             cos + i * half, sin + i * half, x + at, y + at, inverse_rms + (i * heads + j) * 2);
    }
    const int64_t values = int64_t{heads} * head;
    std::copy(x + i * width + values, x + (i + 1) * width, y + i * width + values);
  }
}

void HeadNormRopeBackward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                          const BF16* x, const float* inverse_rms, const BF16* dy, BF16* dx,
                          const HeadNormGradients& gradients) {
  const int64_t width = shape.width(), parts = PartsOf(shape.rows);
  const int head = shape.head, heads = shape.rotated_heads(), half = head / 2;
  const auto rotate = head == 64 ? RotateHeadBackward<64> : RotateHeadBackward<0>;
  // A part's sums: query t, query hw, key t, key hw.
  std::vector<float> sums(static_cast<size_t>(parts * 2 * head), 0.0f);
#pragma omp parallel for schedule(static)
  for (int64_t part = 0; part < parts; ++part) {
    float* sum = sums.data() + part * 2 * head;
    for (int64_t i = part * kRowsPerPart; i < std::min(shape.rows, (part + 1) * kRowsPerPart); ++i) {
      for (int j = 0; j < heads; ++j) {
        const bool query = j < shape.query_heads;
        const int64_t at = i * width + int64_t{j} * head;
        float* own = sum + (query ? 0 : head);
        rotate(head, query ? weights.query_t : weights.key_t, query ? weights.query_hw : weights.key_hw, cos + i * half,
               sin + i * half, x + at, inverse_rms + (i * heads + j) * 2, dy + at, dx + at, own, own + half);
      }
      const int64_t values = int64_t{heads} * head;
      std::copy(dy + i * width + values, dy + (i + 1) * width, dx + i * width + values);
    }
  }
  std::vector<float> total(static_cast<size_t>(2 * head));
  SumParts(sums, 2 * head, total.data());
  float* const outputs[] = {gradients.query_t, gradients.query_hw, gradients.key_t, gradients.key_hw};
  for (int i = 0; i < 4; ++i) std::copy_n(total.data() + i * half, half, outputs[i]);
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::train_kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diptych::train_kernels {

HWY_EXPORT(HeadNormRopeForward);
void HeadNormRopeForward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                         const BF16* x, BF16* y, float* inverse_rms) {
  HWY_DYNAMIC_DISPATCH(HeadNormRopeForward)(shape, weights, cos, sin, x, y, inverse_rms);
}

HWY_EXPORT(HeadNormRopeBackward);
void HeadNormRopeBackward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                          const BF16* x, const float* inverse_rms, const BF16* dy, BF16* dx,
                          const HeadNormGradients& gradients) {
  HWY_DYNAMIC_DISPATCH(HeadNormRopeBackward)(shape, weights, cos, sin, x, inverse_rms, dy, dx, gradients);
}

}  // namespace diptych::train_kernels
#endif
