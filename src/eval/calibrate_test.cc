#include "eval/calibrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace diptych::eval {
namespace {

TEST(AreaUnderCurve, CountsPairs) {
  const std::vector<Opinion> perfect = {{0.9, true}, {0.8, true}, {0.1, false}};
  EXPECT_DOUBLE_EQ(AreaUnderCurve(perfect), 1);
  const std::vector<Opinion> mixed = {{0.9, true}, {0.2, true}, {0.5, false}, {0.2, false}};
  EXPECT_DOUBLE_EQ(AreaUnderCurve(mixed), (1 + 1 + 0 + 0.5) / 4);
  EXPECT_DOUBLE_EQ(AreaUnderCurve(std::vector<Opinion>{{0.9, true}}), 0.5);
}

// As many true as false claims, whose truth follows the model's log odds, halved and shifted.
std::vector<Opinion> Overconfident(int count) {
  base::Random random(7, 0);
  std::vector<Opinion> opinions;
  for (int i = 0; i < count; ++i) {
    const double odds = random.Below(1200) / 100.0 - 4;
    const double truth = 1 / (1 + std::exp(-(0.5 * odds - 1)));
    opinions.push_back({1 / (1 + std::exp(-odds)), random.Below(100000) < truth * 100000});
  }
  return opinions;
}

TEST(FitCurve, FindsTheCorrection) {
  const std::vector<Opinion> opinions = Overconfident(20000);
  const coherence::CalibrationCurve curve = FitCurve(opinions);
  EXPECT_NEAR(curve.scale, 0.5, 0.05);
  EXPECT_NEAR(curve.offset, -1, 0.1);
  EXPECT_LT(curve.ece, 0.02);
  EXPECT_GT(CalibrationError(opinions, {}), 0.1);
  EXPECT_EQ(curve.claims, 20000);
}

TEST(FitCurve, StaysFiniteWhereThereIsLittle) {
  for (const std::vector<Opinion>& few :
       {std::vector<Opinion>{}, {{0.9, true}}, {{1, true}, {1, true}, {0, false}, {0, false}}}) {
    const coherence::CalibrationCurve curve = FitCurve(few);
    EXPECT_TRUE(std::isfinite(curve.scale));
    EXPECT_TRUE(std::isfinite(curve.offset));
    EXPECT_GT(curve.scale, 0);
  }
}

}  // namespace
}  // namespace diptych::eval
