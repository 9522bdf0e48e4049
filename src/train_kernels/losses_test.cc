#include "train_kernels/losses.h"

#include <gtest/gtest.h>

#include <cmath>

#include "train_kernels/kernels_for_test.h"

namespace diptych::train_kernels {
namespace {

class Losses : public OnEveryTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, Losses, EveryTarget(), NameOfTarget);

constexpr int64_t kLogitRows = 5, kLogitWidth = 83;
const std::vector<int32_t> kTargets = {0, 82, 17, 40, 41};

Numbers PlainCrossEntropy(const Numbers& logits) {
  Numbers losses;
  for (int64_t row = 0; row < kLogitRows; ++row) {
    const double* first = logits.data() + row * kLogitWidth;
    double sum = 0;
    for (int64_t i = 0; i < kLogitWidth; ++i) sum += std::exp(first[i]);
    losses.push_back(std::log(sum) - first[kTargets[static_cast<size_t>(row)]]);
  }
  return losses;
}

TEST_P(Losses, CrossEntropyAndItsGradient) {
  const std::vector<float> scale = {0.5f, 0.25f, 1, 0, 2};
  Bits logits = Inputs(kLogitRows * kLogitWidth, 41);
  const Numbers before = Wide(logits);
  std::vector<float> loss(kLogitRows);
  CrossEntropy(kLogitRows, kLogitWidth, kTargets.data(), scale.data(), logits.data(), loss.data());
  ExpectNear(Wide(loss), PlainCrossEntropy(before), FloatBound(loss.size(), kLogitWidth, 8), "loss");
  const Numbers gradient = Differences(PlainCrossEntropy, before, Wide(scale));
  // Differences are themselves right to about 1e-9, which shows beside a probability's float32 rounding.
  Numbers bound = RoundingBound(gradient, kLogitWidth, 1);
  for (double& b : bound) b += 1e-9;
  ExpectNear(Wide(logits), gradient, bound, "gradient");
}

}  // namespace
}  // namespace diptych::train_kernels
