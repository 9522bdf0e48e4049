// Functions of single numbers that GCC vectorises, shared by the sources that Highway compiles for each instruction
// set. Included by them after foreach_target.h.
#if defined(DIPTYCH_TRAIN_KERNELS_SCALARS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DIPTYCH_TRAIN_KERNELS_SCALARS_INL_H_
#undef DIPTYCH_TRAIN_KERNELS_SCALARS_INL_H_
#else
#define DIPTYCH_TRAIN_KERNELS_SCALARS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "numbers/bfloat16.h"

#ifndef DIPTYCH_INLINE
#define DIPTYCH_INLINE inline __attribute__((always_inline))
#endif

HWY_BEFORE_NAMESPACE();
namespace diptych::train_kernels {
namespace HWY_NAMESPACE {

// NaN is not handled: the trainer checks the losses and stops before it uses any result of a kernel.
using numbers::FiniteToBF16;
using numbers::FromBF16;

// exp(x) for x <= 0 or moderate x, relative error below 2e-7; a polynomial that compilers vectorise.
DIPTYCH_INLINE float Exp(float x) {
  x = std::max(x, -87.0f);
  x = std::min(x, 88.0f);
  const float scaled = x * 1.44269504f;
  const float whole = std::nearbyint(scaled);
  const float r = (x - whole * 0.693359375f) + whole * 2.12194440e-4f;
  const float p =
      1 + r * (1 + r * (0.5f + r * (0.166666667f + r * (0.0416666667f + r * (0.00833333333f + r * 0.00138888889f)))));
  const int32_t exponent = (static_cast<int32_t>(whole) + 127) << 23;
  float power;
  std::memcpy(&power, &exponent, sizeof(power));
  return p * power;
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::train_kernels
HWY_AFTER_NAMESPACE();

#endif
