#include "eval/bootstrap.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace diptych::eval {
namespace {

// `count` answers of a coin that is right in `percent` of 100 cases.
std::vector<Ratio> Coins(int count, int percent, uint64_t seed) {
  base::Random random(seed, 9);
  std::vector<Ratio> cases;
  for (int i = 0; i < count; ++i) cases.push_back({random.Percent(percent) ? 1.0 : 0.0, 1});
  return cases;
}

TEST(Bootstrap, CoversTheTruthAboutNineteenTimesOfTwenty) {
  const Bootstrap bootstrap(200, 400);
  int covered = 0;
  for (uint64_t trial = 0; trial < 300; ++trial) {
    const auto interval = bootstrap.Of(Coins(200, 70, trial));
    ASSERT_TRUE(interval);
    covered += interval->low <= 0.7 && 0.7 <= interval->high ? 1 : 0;
  }
  // 300 trials at 95 % scatter by 3.8: four deviations below 285, and it must miss sometimes.
  EXPECT_GE(covered, 270);
  EXPECT_LT(covered, 300);
}

// Half of sure cases give sqrt(1/4/200) = 3.5 points of deviation, 1.96 times that to each side.
TEST(Bootstrap, IsAsWideAsTheScatter) {
  std::vector<Ratio> cases;
  for (int i = 0; i < 200; ++i) cases.push_back({i % 2 == 0 ? 1.0 : 0.0, 1});
  const auto interval = Bootstrap(200).Of(cases);
  ASSERT_TRUE(interval);
  EXPECT_DOUBLE_EQ(interval->value, 0.5);
  EXPECT_NEAR(interval->low, 0.431, 0.012);
  EXPECT_NEAR(interval->high, 0.569, 0.012);
}

TEST(Bootstrap, WeighsCasesByTheirWholes) {
  const auto interval = Bootstrap(3).Of(std::vector<Ratio>{{1, 1}, {0, 3}, {0, 0}});
  ASSERT_TRUE(interval);
  EXPECT_DOUBLE_EQ(interval->value, 0.25);
  EXPECT_DOUBLE_EQ(interval->low, 0);
  EXPECT_DOUBLE_EQ(interval->high, 1);
}

TEST(Bootstrap, OfNothingIsNothing) {
  EXPECT_FALSE(Bootstrap(0).Of({}));
  EXPECT_FALSE(Bootstrap(2).Of(std::vector<Ratio>{{0, 0}, {0, 0}}));
}

TEST(Bootstrap, SureCasesLeaveNoDoubt) {
  const auto interval = Bootstrap(50).Of(std::vector<Ratio>(50, {2, 2}));
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 1);
  EXPECT_EQ(interval->high, 1);
}

// What both have in common cancels: a gain in each case is certain, however much the cases scatter.
TEST(Bootstrap, DifferencesArePaired) {
  const std::vector<Ratio> worse = Coins(100, 50, 1);
  std::vector<Ratio> better = worse;
  for (Ratio& ratio : better) ratio.part += 0.25;
  const auto difference = Bootstrap(100).OfDifference(better, worse);
  ASSERT_TRUE(difference);
  EXPECT_DOUBLE_EQ(difference->value, 0.25);
  EXPECT_NEAR(difference->low, 0.25, 1e-12);
  EXPECT_NEAR(difference->high, 0.25, 1e-12);
  EXPECT_FALSE(Bootstrap(100).OfDifference(better, std::vector<Ratio>(100)));
}

TEST(Bootstrap, SameSeedSameInterval) {
  const std::vector<Ratio> cases = Coins(80, 60, 3);
  EXPECT_EQ(Bootstrap(80).Of(cases)->low, Bootstrap(80).Of(cases)->low);
  EXPECT_NE(Bootstrap(80, 1000, 1).Of(cases)->low + Bootstrap(80, 1000, 1).Of(cases)->high,
            Bootstrap(80, 50, 7).Of(cases)->low + Bootstrap(80, 50, 7).Of(cases)->high);
}

}  // namespace
}  // namespace diptych::eval
