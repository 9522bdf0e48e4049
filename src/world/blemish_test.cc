#include "world/blemish.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "world/draw.h"
#include "world/held_out.h"

namespace diptych::world {
namespace {

base::Image SomePicture(int side) { return Draw(SampleScene(3, Split::kTraining, HeldOut()), side, side); }

double MeanDifference(const base::Image& a, const base::Image& b) {
  double sum = 0;
  for (size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(a.rgb[i] - b.rgb[i]);
  return sum / static_cast<double>(a.rgb.size());
}

TEST(Blemish, KeepsTheSizeAndMostOfThePicture) {
  for (int side : {16, 100, 128}) {
    const base::Image exact = SomePicture(side);
    int changed = 0;
    for (uint64_t seed = 0; seed < 40; ++seed) {
      base::Random random(seed);
      const base::Image blemished = Blemish(exact, random);
      ASSERT_EQ(blemished.width, side);
      ASSERT_EQ(blemished.height, side);
      ASSERT_EQ(blemished.rgb.size(), exact.rgb.size());
      changed += blemished != exact;
      EXPECT_LT(MeanDifference(exact, blemished), 45) << seed;
    }
    EXPECT_GT(changed, 35);  // a blemish may be too faint to change a pixel
  }
}

TEST(Blemish, FollowsFromTheSeed) {
  const base::Image exact = SomePicture(64);
  base::Random one(5), same(5), other(6);
  const base::Image first = Blemish(exact, one);
  EXPECT_EQ(first, Blemish(exact, same));
  EXPECT_NE(first, Blemish(exact, other));
}

}  // namespace
}  // namespace diptych::world
