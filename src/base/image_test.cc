#include "base/image.h"

#include <gtest/gtest.h>

namespace diptych::base {
namespace {

Image Grey(int width, int height, const std::vector<uint8_t>& values) {
  Image picture{width, height, {}};
  for (const uint8_t value : values) picture.rgb.insert(picture.rgb.end(), 3, value);
  return picture;
}

TEST(Resize, HalvesByTheMean) {
  EXPECT_EQ(Resize(Grey(2, 2, {0, 100, 200, 100}), 1, 1), Grey(1, 1, {100}));
  EXPECT_EQ(Resize(Grey(4, 1, {0, 10, 20, 30}), 2, 1), Grey(2, 1, {5, 25}));
}

TEST(Resize, WeighsPartsOfPixelsByTheirOverlap) {
  // New pixels cover 1.5 old ones: (1*30 + 0.5*60) / 1.5 = 40, (0.5*60 + 1*90) / 1.5 = 80.
  EXPECT_EQ(Resize(Grey(3, 1, {30, 60, 90}), 2, 1), Grey(2, 1, {40, 80}));
}

TEST(Resize, GrowsByRepeating) { EXPECT_EQ(Resize(Grey(2, 1, {7, 9}), 4, 2), Grey(4, 2, {7, 7, 9, 9, 7, 7, 9, 9})); }

TEST(Resize, KeepsAFlatPictureFlatAtAnySize) {
  for (int size = 1; size < 40; ++size) {
    const Image small = Resize(Grey(17, 13, std::vector<uint8_t>(17 * 13, 255)), size, 41 - size);
    EXPECT_EQ(small, Grey(size, 41 - size, std::vector<uint8_t>(static_cast<size_t>(size) * (41 - size), 255)));
  }
}

}  // namespace
}  // namespace diptych::base
