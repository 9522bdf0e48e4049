#include "train/plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/png.h"

namespace diptych {
namespace {

std::filesystem::path Name() {
  return std::filesystem::temp_directory_path() / ("diptych_plot_" + std::to_string(getpid()));
}

PlotPanel PanelOf(std::vector<Curve> curves) {
  return {.title = "all facts drawn",
          .x_label = "facts",
          .curves = std::move(curves),
          .x_from = 1,
          .x_to = 8,
          .from = 0,
          .to = 100};
}

Image Drawn(const std::vector<PlotPanel>& panels) {
  WritePlot(panels, Name());
  return ReadPng(Name().string() + ".png").picture;
}

int CountOf(const Image& picture, const std::array<uint8_t, 3>& colour) {
  int count = 0;
  for (size_t i = 0; i < picture.rgb.size(); i += 3)
    count += std::equal(colour.begin(), colour.end(), picture.rgb.begin() + static_cast<std::ptrdiff_t>(i)) ? 1 : 0;
  return count;
}

// The first two of the colours, as pixels.
constexpr std::array<uint8_t, 3> kFirst = {0, 115, 179}, kSecond = {230, 158, 0};

TEST(Plot, DrawsACurveForEachSystem) {
  const Curve high{.label = "a", .x = {1, 8}, .y = {90, 80}, .low = {}, .high = {}};
  const Curve low{.label = "b", .x = {1, 8}, .y = {40, 10}, .low = {}, .high = {}};
  const Image one = Drawn({PanelOf({high})}), two = Drawn({PanelOf({high, low})});
  EXPECT_GT(CountOf(one, kFirst), 100);
  EXPECT_EQ(CountOf(one, kSecond), 0);
  EXPECT_GT(CountOf(two, kSecond), 100);
  EXPECT_THAT(ReadFile(Name().string() + ".svg"), testing::HasSubstr("</svg>"));
}

TEST(Plot, AnIntervalAddsInk) {
  const Curve bare{.label = "a", .x = {2, 4}, .y = {50, 50}, .low = {}, .high = {}};
  Curve sure = bare;
  sure.low = {20, 30};
  sure.high = {80, 70};
  const auto ink = [](const Image& picture) {
    return static_cast<int>(picture.rgb.size() / 3) - CountOf(picture, {255, 255, 255});
  };
  EXPECT_GT(ink(Drawn({PanelOf({sure})})), ink(Drawn({PanelOf({bare})})) + 200);
}

TEST(Plot, HasTwoPanelsInARow) {
  const std::vector<PlotPanel> panels(3, PanelOf({{.label = "a", .x = {1}, .y = {5}, .low = {}, .high = {}}}));
  EXPECT_EQ(Drawn({panels[0]}).height * 2, Drawn(panels).height);
  std::filesystem::remove(Name().string() + ".png");
  std::filesystem::remove(Name().string() + ".svg");
}

}  // namespace
}  // namespace diptych
