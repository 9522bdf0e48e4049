// Numbers, bounds and differences that the tests of this folder share.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

// The same as in the kernels' sources, since targets that are not compiled there cannot be chosen here.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#include <hwy/targets.h>

#include "kernels/numbers_for_test.h"
#include "numbers/bfloat16.h"
#include "train_kernels/shapes.h"

namespace diptych::train_kernels {

using kernels::Bound;
using kernels::kBFloatUnit;
using kernels::kFloatUnit;
using kernels::Normals;
using kernels::NumberFormat;
using kernels::WidenBFloat16;

using Numbers = std::vector<double>;
using Bits = std::vector<BF16>;

// A test that runs on every instruction set that was compiled in and that this machine has.
class OnEveryTarget : public testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override {
    hwy::SetSupportedTargetsForTest(GetParam());
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
  void TearDown() override {
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().DeInit();
  }
};
inline auto EveryTarget() { return testing::ValuesIn(hwy::SupportedAndGeneratedTargets()); }
inline std::string NameOfTarget(const testing::TestParamInfo<int64_t>& test) { return hwy::TargetName(test.param); }

inline Bits Narrow(const std::vector<float>& values) {
  Bits bits;
  for (float value : values) bits.push_back(numbers::ToBF16(value));
  return bits;
}

inline std::vector<float> Floats(const Bits& bits) {
  std::vector<float> values(bits.size());
  WidenBFloat16(bits, values.data());
  return values;
}

inline Numbers Wide(const std::vector<float>& values) { return {values.begin(), values.end()}; }
inline Numbers Wide(const Bits& bits) { return Wide(Floats(bits)); }

// Numbers that bfloat16 holds exactly, so that a kernel and a plain loop have equal inputs.
inline Bits Inputs(size_t count, uint64_t stream) { return Narrow(Normals(count, stream)); }

inline void ExpectNear(const Numbers& got, const Numbers& exact, const Numbers& bound, const char* what) {
  ASSERT_EQ(got.size(), exact.size()) << what;
  for (size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], exact[i], bound[i]) << what << " " << i;
}

// How far rounding a result once to bfloat16 may move it, plus the float32 error of `floats` roundings of numbers of
// `size`.
inline Numbers RoundingBound(const Numbers& exact, double floats, double size) {
  Numbers bound;
  for (double value : exact) bound.push_back(Bound(NumberFormat::kBFloat16, value, floats * size * kFloatUnit));
  return bound;
}
inline Numbers FloatBound(size_t count, double floats, double size) {
  return Numbers(count, floats * size * kFloatUnit);
}

// Largest magnitude, the scale of float32 errors.
inline double Largest(const Numbers& values) {
  double largest = 0;
  for (double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

using Function = std::function<Numbers(const Numbers&)>;

// d(sum of weights * f(x)) / dx by central differences. With steps of 1e-5 on numbers near 1 in double precision, the
// result is right to about 1e-9.
inline Numbers Differences(const Function& f, Numbers x, const Numbers& weights) {
  constexpr double kStep = 1e-5;
  const auto value = [&] {
    const Numbers y = f(x);
    return std::inner_product(y.begin(), y.end(), weights.begin(), 0.0);
  };
  Numbers gradient;
  for (double& number : x) {
    const double before = number;
    number = before + kStep;
    const double up = value();
    number = before - kStep;
    gradient.push_back((up - value()) / (2 * kStep));
    number = before;
  }
  return gradient;
}

}  // namespace diptych::train_kernels
