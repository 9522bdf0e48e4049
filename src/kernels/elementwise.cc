#include "kernels/elementwise.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "base/error.h"
#include "kernels/bfloat_pairs.h"
#include "numbers/bfloat16.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace diptych::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

// Applies a vector function to each number of `from`; the last, partial vector goes through a buffer.
template <typename Function>
void Map(const float* from, size_t count, float* to, const Function& function) {
  const D d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(function(hn::LoadU(d, from + i)), d, to + i);
  if (i == count) return;
  float rest[hn::MaxLanes(d)] = {};
  std::copy(from + i, from + count, rest);
  hn::StoreU(function(hn::LoadU(d, rest)), d, rest);
  std::copy(rest, rest + (count - i), to + i);
}

// exp with arguments clamped to the end of its range, where 1 / (1 + exp) is 0 in float32.
V BoundedExp(V x) {
  const D d;
  return hn::Exp(d, hn::Min(x, hn::Set(d, 88.0f)));
}

V SiluOf(V x) {
  const V one = hn::Set(D(), 1.0f);
  return hn::Div(x, hn::Add(one, BoundedExp(hn::Neg(x))));
}

// erfc(x) for x >= 0, relative error below 1.2e-7: the Chebyshev fit of Numerical Recipes, section 6.2 ("erfcc").
V PositiveErfc(V x) {
  const D d;
  const V t = hn::Div(hn::Set(d, 1.0f), hn::MulAdd(hn::Set(d, 0.5f), x, hn::Set(d, 1.0f)));
  constexpr float kFit[] = {0.17087277f,  -0.82215223f, 1.48851587f, -1.13520398f, 0.27886807f,
                            -0.18628806f, 0.09678418f,  0.37409196f, 1.00002368f,  -1.26551223f};
  V sum = hn::Set(d, kFit[0]);
  for (size_t i = 1; i < std::size(kFit); ++i) sum = hn::MulAdd(sum, t, hn::Set(d, kFit[i]));
  return hn::Mul(t, hn::Exp(d, hn::NegMulAdd(x, x, sum)));
}

// x Phi(x) with Phi(x) = erfc(-x / sqrt(2)) / 2.
V GeluOf(V x) {
  const D d;
  const V half_tail = hn::Mul(hn::Set(d, 0.5f), PositiveErfc(hn::Mul(hn::Abs(x), hn::Set(d, 0.70710678118654752f))));
  const V phi = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), half_tail, hn::Sub(hn::Set(d, 1.0f), half_tail));
  return hn::Mul(x, phi);
}

void SiluRow(const float* from, size_t count, float* to) { Map(from, count, to, SiluOf); }
void GeluRow(const float* from, size_t count, float* to) { Map(from, count, to, GeluOf); }

void SwiGluRow(const float* gate, const float* up, size_t count, float* to) {
  SiluRow(gate, count, to);
  const float* gated = to;
#pragma omp simd
  for (size_t i = 0; i < count; ++i) to[i] = gated[i] * up[i];
}

void RmsNormRow(const float* from, const float* weight, size_t count, float epsilon, float* to) {
  float squares = 0;
#pragma omp simd reduction(+ : squares)
  for (size_t i = 0; i < count; ++i) squares += from[i] * from[i];
  const float scale = 1 / std::sqrt(squares / static_cast<float>(count) + epsilon);
#pragma omp simd
  for (size_t i = 0; i < count; ++i) to[i] = from[i] * scale * weight[i];
}

void SoftmaxRow(float* x, size_t count) {
  float largest = x[0];
#pragma omp simd reduction(max : largest)
  for (size_t i = 0; i < count; ++i) largest = x[i] > largest ? x[i] : largest;
  const V shift = hn::Set(D(), largest);
  Map(x, count, x, [&](V v) { return hn::Exp(D(), hn::Sub(v, shift)); });
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (size_t i = 0; i < count; ++i) sum += x[i];
#pragma omp simd
  for (size_t i = 0; i < count; ++i) x[i] /= sum;
}

void RoundRow(const float* from, size_t count, uint16_t* to) {
#pragma omp simd
  for (size_t i = 0; i < count; ++i) to[i] = numbers::ToBF16(from[i]);
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diptych::kernels {
namespace {

HWY_EXPORT(SiluRow);
HWY_EXPORT(GeluRow);
HWY_EXPORT(SwiGluRow);
HWY_EXPORT(RmsNormRow);
HWY_EXPORT(SoftmaxRow);
HWY_EXPORT(RoundRow);

// Fills every row of `out`: `fill(row, numbers)` writes the numbers of one.
template <typename Fill>
void FillRows(ThreadPool& pool, int rows, Operand* out, const Fill& fill) {
  const int width = out->columns();
  pool.ForRows(rows, [&](int row, int) {
    constexpr size_t kOnStack = 4096;
    float small[kOnStack];
    std::vector<float> large(static_cast<size_t>(width) > kOnStack ? static_cast<size_t>(width) : 0);
    const std::span<float> numbers =
        large.empty() ? std::span(small).first(static_cast<size_t>(width)) : std::span(large);
    fill(static_cast<size_t>(row), numbers);
    out->SetRow(row, numbers);
  });
}

int RowsOf(std::span<const float> x, size_t width) {
  DIPTYCH_CHECK(width > 0 && x.size() % width == 0, "whole rows");
  return static_cast<int>(x.size() / width);
}

}  // namespace

void RmsNorm(ThreadPool& pool, std::span<const float> x, const Norm& norm, Operand* out) {
  const size_t width = norm.weight.size();
  out->Resize(RowsOf(x, width), static_cast<int>(width));
  FillRows(pool, out->rows(), out, [&](size_t row, std::span<float> to) {
    HWY_DYNAMIC_DISPATCH(RmsNormRow)(x.data() + row * width, norm.weight.data(), width, norm.epsilon, to.data());
  });
}

void SwiGlu(ThreadPool& pool, std::span<const float> x, int width, Operand* out) {
  const auto count = static_cast<size_t>(width);
  out->Resize(RowsOf(x, 2 * count), width);
  FillRows(pool, out->rows(), out, [&](size_t row, std::span<float> to) {
    const float* gate = x.data() + row * 2 * count;
    HWY_DYNAMIC_DISPATCH(SwiGluRow)(gate, gate + count, count, to.data());
  });
}

void Gelu(ThreadPool& pool, std::span<const float> x, int width, Operand* out) {
  const auto count = static_cast<size_t>(width);
  out->Resize(RowsOf(x, count), width);
  FillRows(pool, out->rows(), out, [&](size_t row, std::span<float> to) {
    HWY_DYNAMIC_DISPATCH(GeluRow)(x.data() + row * count, count, to.data());
  });
}

void Convert(ThreadPool& pool, std::span<const float> x, int width, Operand* out) {
  const auto count = static_cast<size_t>(width);
  out->Resize(RowsOf(x, count), width);
  pool.ForRows(out->rows(),
               [&](int row, int) { out->SetRow(row, x.subspan(static_cast<size_t>(row) * count, count)); });
}

void Gelu(ThreadPool& pool, std::span<float> x) {
  pool.ForParts(x.size(), [&](size_t first, size_t end) {
    HWY_DYNAMIC_DISPATCH(GeluRow)(x.data() + first, end - first, x.data() + first);
  });
}

void Silu(ThreadPool& pool, std::span<float> x) {
  pool.ForParts(x.size(), [&](size_t first, size_t end) {
    HWY_DYNAMIC_DISPATCH(SiluRow)(x.data() + first, end - first, x.data() + first);
  });
}

void Softmax(std::span<float> x) {
  if (!x.empty()) HWY_DYNAMIC_DISPATCH(SoftmaxRow)(x.data(), x.size());
}

void RoundToBFloat16(std::span<const float> from, uint16_t* to) {
  if (HasPairProducts()) return RoundByPairs(from.data(), from.size(), to);
  HWY_DYNAMIC_DISPATCH(RoundRow)(from.data(), from.size(), to);
}

}  // namespace diptych::kernels
#endif  // HWY_ONCE
