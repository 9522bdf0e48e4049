#include "kernels/row_product.h"

#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/row_product.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#include "kernels/panel.h"
#include "numbers/bfloat16.h"

HWY_BEFORE_NAMESPACE();
namespace diptych::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

void Packed(const float* x, const uint16_t* weights, int inner, float* sums) {
  const hn::CappedTag<float, kTileColumns> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  using Part = hn::Vec<decltype(d)>;
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(hn::CappedTag<float, kTileColumns>()));
  constexpr int kParts = 4;
  const auto* pairs = reinterpret_cast<const uint32_t*>(weights);  // one number holds both weights of a column
  constexpr int kPairs = kTileInner / 2, kTilePairs = kTileNumbers / 2;
  for (int first = 0; first < kPackedColumns; first += kParts * kLanes) {
    Part even[kParts], odd[kParts];
    const uint32_t* column[kParts];
    for (int part = 0; part < kParts; ++part) {
      even[part] = odd[part] = hn::Zero(d);
      const int n = first + part * kLanes;
      column[part] = pairs + n / kTileColumns * kTilePairs + n % kTileColumns;
    }
    for (int tile = 0; tile < inner; tile += kTileInner)
      for (int pair = 0; pair < kPairs; ++pair) {
        const Part x0 = hn::Set(d, x[tile + 2 * pair]), x1 = hn::Set(d, x[tile + 2 * pair + 1]);
        for (int part = 0; part < kParts; ++part) {
          const auto both = hn::Load(du, column[part] + tile / 2 * kPackedColumns + pair * kTileColumns);
          even[part] = hn::MulAdd(x0, hn::BitCast(d, hn::ShiftLeft<16>(both)), even[part]);
          odd[part] = hn::MulAdd(x1, hn::BitCast(d, hn::And(both, hn::Set(du, 0xFFFF0000u))), odd[part]);
        }
      }
    for (int part = 0; part < kParts; ++part)
      hn::Store(hn::Add(even[part], odd[part]), d, sums + first + part * kLanes);
  }
}

float Dot(const float* x, const float* y, size_t count) {
  const D d;
  const size_t lanes = hn::Lanes(d);
  V sum0 = hn::Zero(d), sum1 = hn::Zero(d);
  size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    sum0 = hn::MulAdd(hn::LoadU(d, x + i), hn::LoadU(d, y + i), sum0);
    sum1 = hn::MulAdd(hn::LoadU(d, x + i + lanes), hn::LoadU(d, y + i + lanes), sum1);
  }
  float rest = 0;
  for (; i < count; ++i) rest += x[i] * y[i];
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1))) + rest;
}

void Rows(const float* x, size_t count, const float* weights, int columns, float* sums) {
  for (int n = 0; n < columns; ++n) sums[n] = Dot(x, weights + static_cast<size_t>(n) * count, count);
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diptych::kernels {

HWY_EXPORT(Packed);
HWY_EXPORT(Rows);

void RowTimesPacked(const float* x, const uint16_t* weights, int inner, float* sums) {
  HWY_DYNAMIC_DISPATCH(Packed)(x, weights, inner, sums);
}

void RowTimesRows(std::span<const float> x, const float* weights, int columns, float* sums) {
  HWY_DYNAMIC_DISPATCH(Rows)(x.data(), x.size(), weights, columns, sums);
}

void WidenBFloat16(std::span<const uint16_t> from, float* to) {
  for (size_t i = 0; i < from.size(); ++i) to[i] = numbers::FromBF16(from[i]);
}

}  // namespace diptych::kernels
#endif  // HWY_ONCE
