#include "cli/preview.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace diptych::cli {
namespace {

base::Image Flat(int width, int height, uint8_t r, uint8_t g, uint8_t b) {
  base::Image picture{width, height, {}};
  for (int i = 0; i < width * height; ++i) {
    for (const uint8_t value : {r, g, b}) picture.rgb.push_back(value);
  }
  return picture;
}

TEST(Preview, IsTwoPixelsACell) {
  const Preview preview = DrawPreview(Flat(2, 4, 1, 2, 3), Colours::kTrue, 2);
  EXPECT_EQ(preview.lines, 2);
  const std::string cell = "\x1b[38;2;1;2;3m\x1b[48;2;1;2;3m▀";
  EXPECT_EQ(preview.text, cell + cell + "\x1b[0m\n" + cell + cell + "\x1b[0m\n");
}

TEST(Preview, UsesTheCubeOfThe256Colours) {
  const Preview preview = DrawPreview(Flat(1, 2, 255, 20, 95), Colours::k256, 1);
  EXPECT_EQ(preview.text, "\x1b[38;5;197m\x1b[48;5;197m▀\x1b[0m\n");
}

TEST(Preview, FitsAnyShape) {
  for (const auto& [width, height] : {std::pair{1, 1}, {1000, 1}, {1, 1000}, {128, 128}, {3, 7}}) {
    const Preview preview = DrawPreview(Flat(width, height, 9, 9, 9), Colours::kTrue, 32);
    EXPECT_EQ(std::count(preview.text.begin(), preview.text.end(), '\n'), preview.lines);
    EXPECT_GE(preview.lines, 1);
    EXPECT_LE(preview.lines, 20);
  }
}

TEST(Preview, IsEmptyWithoutColours) {
  EXPECT_EQ(DrawPreview(Flat(4, 4, 1, 1, 1), Colours::k16, 32).text, "");
  EXPECT_EQ(DrawPreview(base::Image{}, Colours::kTrue, 32).lines, 0);
}

}  // namespace
}  // namespace diptych::cli
