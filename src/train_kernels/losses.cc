#include "train_kernels/losses.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train_kernels/losses.cc"
// Compiled for SSE2, AVX2 and AVX-512; the best one is chosen at run time.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include "train_kernels/scalars-inl.h"

HWY_BEFORE_NAMESPACE();
namespace diptych::train_kernels {
namespace HWY_NAMESPACE {
namespace {

float CrossEntropyRow(int64_t width, int32_t target, float scale, BF16* logits) {
  const float wanted = FromBF16(logits[target]);
  float largest = -1e30f, sum = 0;
#pragma omp simd reduction(max : largest)
  for (int64_t i = 0; i < width; ++i) largest = std::max(largest, FromBF16(logits[i]));
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < width; ++i) sum += Exp(FromBF16(logits[i]) - largest);
  const float factor = scale / sum;
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) logits[i] = FiniteToBF16(Exp(FromBF16(logits[i]) - largest) * factor);
  logits[target] = FiniteToBF16((Exp(wanted - largest) / sum - 1) * scale);
  return largest + std::log(sum) - wanted;
}

}  // namespace

void CrossEntropy(int64_t rows, int64_t width, const int32_t* target, const float* scale, BF16* logits, float* loss) {
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < rows; ++i) loss[i] = CrossEntropyRow(width, target[i], scale[i], logits + i * width);
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::train_kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diptych::train_kernels {

HWY_EXPORT(CrossEntropy);
void CrossEntropy(int64_t rows, int64_t width, const int32_t* target, const float* scale, BF16* logits, float* loss) {
  HWY_DYNAMIC_DISPATCH(CrossEntropy)(rows, width, target, scale, logits, loss);
}

}  // namespace diptych::train_kernels
#endif
