#include "engine/pixel_tokens.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "base/error.h"

namespace diptych::engine {
namespace {

TEST(PixelTokens, ComesBackFromTokens) {
  base::Image picture{12, 8, std::vector<uint8_t>(12 * 8 * 3)};
  std::iota(picture.rgb.begin(), picture.rgb.end(), uint8_t{0});
  const PixelTokens pixels = FromImage(picture, 4);
  EXPECT_EQ(pixels.tokens, (kernels::PatchGrid{2, 3}));
  EXPECT_EQ(ToImage(pixels), picture);
  EXPECT_EQ(FromPlanes(ToPlanes(pixels), pixels.tokens, 4).values, pixels.values);
}

TEST(PixelTokens, TokensAndPatchesAreInOrder) {
  std::vector<float> planes(3 * 4 * 8);
  std::iota(planes.begin(), planes.end(), 0.0f);
  const PixelTokens pixels = FromPlanes(planes, {1, 2}, 4);
  // The second token's first pixel is (0, 4); its channels follow one another.
  EXPECT_EQ(pixels.values[48], 4);
  EXPECT_EQ(pixels.values[49], 32 + 4);
  // Patch (0, 1) of 2 x 2 pixels: channel 0 at (0, 2), (0, 3), (1, 2), (1, 3), then channel 1.
  const std::vector<float> patches = PatchesOf(pixels, 2);
  EXPECT_EQ(patches[12], 2);
  EXPECT_EQ(patches[13], 3);
  EXPECT_EQ(patches[14], 10);
  EXPECT_EQ(patches[16], 34);
}

TEST(PixelTokens, HoldsStrayValuesAtTheEnds) {
  const base::Image picture = ToImage({{1, 1}, 1, {-7, 9, std::numeric_limits<float>::quiet_NaN()}});
  EXPECT_EQ(picture.rgb, (std::vector<uint8_t>{0, 255, 0}));
}

TEST(PixelTokens, NormalisesAsReadersOfPicturesExpect) {
  const std::vector<float> patches = NormalisedPatchesOf({{1, 1}, 1, {1, -1, 0}}, 1);
  EXPECT_NEAR(patches[0], (1 - 0.485) / 0.229, 1e-6);
  EXPECT_NEAR(patches[1], (0 - 0.456) / 0.224, 1e-6);
  EXPECT_NEAR(patches[2], (0.5 - 0.406) / 0.225, 1e-6);
}

// Values of Qwen2-VL's own function for factor 28, min 56 * 56, max 14 * 14 * 4 * 1280.
TEST(FitPicture, FollowsQwen2Vl) {
  const PixelLimits limits{28, 56 * 56, 14 * 14 * 4 * 1280};
  EXPECT_EQ(FitPicture({280, 560}, limits), (PictureSize{280, 560}));
  EXPECT_EQ(FitPicture({300, 500}, limits), (PictureSize{308, 504}));
  EXPECT_EQ(FitPicture({10, 20}, limits), (PictureSize{56, 84}));
  EXPECT_EQ(FitPicture({4000, 3000}, limits), (PictureSize{1148, 840}));
  EXPECT_THROW(FitPicture({0, 5}, limits), base::Error);
  EXPECT_THROW(FitPicture({5, 1005}, limits), base::Error);
}

}  // namespace
}  // namespace diptych::engine
