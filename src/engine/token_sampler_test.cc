#include "engine/token_sampler.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace diptych::engine {
namespace {

TEST(SampleToken, GreedyTakesTheFirstOfTheLikeliest) {
  base::Random random(1);
  EXPECT_EQ(SampleToken(std::array{1.0f, 3.0f, 3.0f, 2.0f}, {}, random), 1);
  EXPECT_EQ(random.Next(), base::Random(1).Next());
}

TEST(SampleToken, FollowsTheProbabilities) {
  const std::array logits = {std::log(1.0f), std::log(6.0f), std::log(3.0f)};
  base::Random random(2);
  std::array<int, 3> counts{};
  for (int i = 0; i < 10000; ++i) ++counts.at(static_cast<size_t>(SampleToken(logits, {.temperature = 1}, random)));
  EXPECT_NEAR(counts[0], 1000, 150);
  EXPECT_NEAR(counts[1], 6000, 250);
  counts = {};
  for (int i = 0; i < 10000; ++i)
    ++counts.at(static_cast<size_t>(SampleToken(logits, {.temperature = 1, .top_p = 0.8}, random)));
  EXPECT_EQ(counts[0], 0);
  EXPECT_NEAR(counts[1], 6667, 250);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(SampleToken(logits, {.temperature = 2, .top_p = 0.1}, random), 1);
}

}  // namespace
}  // namespace diptych::engine
