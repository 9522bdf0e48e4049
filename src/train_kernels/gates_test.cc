#include "train_kernels/gates.h"

#include <gtest/gtest.h>

#include <cmath>

#include "train_kernels/kernels_for_test.h"

namespace diptych::train_kernels {
namespace {

class Gates : public OnEveryTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, Gates, EveryTarget(), NameOfTarget);

constexpr int64_t kGateRows = 3, kGateWidth = 37;

Numbers PlainSwiGlu(const Numbers& gate_up) {
  Numbers y;
  for (int64_t row = 0; row < kGateRows; ++row)
    for (int64_t i = 0; i < kGateWidth; ++i) {
      const double gate = gate_up[static_cast<size_t>(row * 2 * kGateWidth + i)];
      const double up = gate_up[static_cast<size_t>((row * 2 + 1) * kGateWidth + i)];
      y.push_back(gate / (1 + std::exp(-gate)) * up);
    }
  return y;
}

TEST_P(Gates, SwiGluAndItsGradient) {
  const Bits gate_up = Inputs(kGateRows * 2 * kGateWidth, 31), dy = Inputs(kGateRows * kGateWidth, 32);
  Bits y(dy.size()), d(gate_up.size());
  SwiGluForward(kGateRows, kGateWidth, gate_up.data(), y.data());
  SwiGluBackward(kGateRows, kGateWidth, gate_up.data(), dy.data(), d.data());
  const Numbers exact = PlainSwiGlu(Wide(gate_up));
  ExpectNear(Wide(y), exact, RoundingBound(exact, 16, Largest(exact)), "y");
  const Numbers gradient = Differences(PlainSwiGlu, Wide(gate_up), Wide(dy));
  ExpectNear(Wide(d), gradient, RoundingBound(gradient, 16, Largest(gradient)), "d");
}

TEST_P(Gates, SwiGluOfExtremeGates) {
  const Bits gate_up = Narrow({-300, -90, 90, 300, 1, 1, 1, 1});
  const Bits dy = Narrow({1, 1, 1, 1});
  Bits y(4), d(8);
  SwiGluForward(1, 4, gate_up.data(), y.data());
  SwiGluBackward(1, 4, gate_up.data(), dy.data(), d.data());
  const std::vector<float> out = Floats(y), gradient = Floats(d);
  for (float value : gradient) EXPECT_TRUE(std::isfinite(value));
  EXPECT_NEAR(out[0], 0, 1e-30);
  EXPECT_NEAR(out[3], 300, 1);
}

}  // namespace
}  // namespace diptych::train_kernels
