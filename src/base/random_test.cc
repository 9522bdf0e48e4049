#include "base/random.h"

#include <gtest/gtest.h>

#include <vector>

namespace diptych::base {
namespace {

// Known answers of the authors' Random123 test vectors for philox4x32, 10 rounds.
TEST(Philox, MatchesThePublishedVectors) {
  EXPECT_EQ(Philox({0, 0, 0, 0}, {0, 0}), (std::array<uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(Philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
            (std::array<uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
}

TEST(FillNormal, IsTheSameInPieces) {
  std::vector<float> whole(1001), pieces(1001);
  FillNormal(7, 3, 0, whole);
  FillNormal(7, 3, 0, std::span(pieces).first(13));
  FillNormal(7, 3, 13, std::span(pieces).subspan(13));
  EXPECT_EQ(whole, pieces);
}

TEST(FillNormal, HasMeanZeroAndDeviationOne) {
  std::vector<float> values(100000);
  FillNormal(1, 0, 0, values);
  double sum = 0, squares = 0;
  for (float v : values) sum += v, squares += v * v;
  EXPECT_NEAR(sum / 1e5, 0, 0.015);
  EXPECT_NEAR(squares / 1e5, 1, 0.02);
}

TEST(Random, BelowReachesEveryValueAndStaysInside) {
  Random random(5);
  std::vector<int> counts(7);
  for (int i = 0; i < 7000; ++i) ++counts.at(static_cast<size_t>(random.Below(7)));
  for (int count : counts) EXPECT_NEAR(count, 1000, 150);
}

TEST(Random, StreamsDiffer) { EXPECT_NE(Random(1, 0).Next(), Random(1, 1).Next()); }

}  // namespace
}  // namespace diptych::base
