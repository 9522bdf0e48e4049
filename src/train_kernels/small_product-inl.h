// Products of float32 matrices that fit the first-level caches, for the attention in vectors. Included after
// foreach_target.h.
#if defined(DIPTYCH_TRAIN_KERNELS_SMALL_PRODUCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DIPTYCH_TRAIN_KERNELS_SMALL_PRODUCT_INL_H_
#undef DIPTYCH_TRAIN_KERNELS_SMALL_PRODUCT_INL_H_
#else
#define DIPTYCH_TRAIN_KERNELS_SMALL_PRODUCT_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>

#include "train_kernels/scalars-inl.h"

HWY_BEFORE_NAMESPACE();
namespace diptych::train_kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Keys and head sizes are padded to a multiple of this, which every instruction set's vector divides.
inline constexpr int kLanes = 16;

// C [m, n] = A [m, k] * B [k, n] with A(i, p) = a[i * a_row + p * a_column]; n is a multiple of 16.
struct SmallProduct {
  int m, n, k;
  const float* a;
  int64_t a_row, a_column;
  const float* b;
  int64_t ldb;
  float* c;
  int64_t ldc;
};

template <int kRows, int kVectors>
DIPTYCH_INLINE void ProductTile(const SmallProduct& p, int i, int j) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  const int lanes = static_cast<int>(hn::Lanes(d));
  V sums[kRows][kVectors];
  for (int r = 0; r < kRows; ++r)
    for (int v = 0; v < kVectors; ++v) sums[r][v] = hn::Zero(d);
  for (int q = 0; q < p.k; ++q) {
    V b[kVectors];
    for (int v = 0; v < kVectors; ++v) b[v] = hn::LoadU(d, p.b + q * p.ldb + j + v * lanes);
    for (int r = 0; r < kRows; ++r) {
      const V a = hn::Set(d, p.a[(i + r) * p.a_row + q * p.a_column]);
      for (int v = 0; v < kVectors; ++v) sums[r][v] = hn::MulAdd(a, b[v], sums[r][v]);
    }
  }
  for (int r = 0; r < kRows; ++r)
    for (int v = 0; v < kVectors; ++v) hn::StoreU(sums[r][v], d, p.c + (i + r) * p.ldc + j + v * lanes);
}

template <int kRows>
DIPTYCH_INLINE void ProductRows(const SmallProduct& p, int i) {
  constexpr int kVectors = HWY_MAX_BYTES == 64 ? 4 : 2;
  const int lanes = static_cast<int>(hn::Lanes(hn::ScalableTag<float>()));
  int j = 0;
  for (; j + kVectors * lanes <= p.n; j += kVectors * lanes) ProductTile<kRows, kVectors>(p, i, j);
  for (; j < p.n; j += lanes) ProductTile<kRows, 1>(p, i, j);
}

inline void Multiply(const SmallProduct& p) {
  int i = 0;
  for (; i + 6 <= p.m; i += 6) ProductRows<6>(p, i);
  for (; i + 2 <= p.m; i += 2) ProductRows<2>(p, i);
  for (; i < p.m; ++i) ProductRows<1>(p, i);
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::train_kernels
HWY_AFTER_NAMESPACE();

#endif
