#include "train/plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/png.h"
#include "base/temporary_folder.h"

namespace diptych::train {
namespace {

PlotPanel PanelOf(std::vector<Curve> curves) {
  return {.title = "all facts drawn",
          .x_label = "facts",
          .curves = std::move(curves),
          .x_from = 1,
          .x_to = 8,
          .from = 0,
          .to = 100};
}

struct Plot {
  base::Image picture;
  std::string svg;
};

Plot Drawn(const std::vector<PlotPanel>& panels) {
  const base::TemporaryFolder folder;
  WritePlot(panels, folder / "plot");
  return {base::ReadPng(folder / "plot.png").picture, base::ReadFile(folder / "plot.svg")};
}

int CountOf(const base::Image& picture, const std::array<uint8_t, 3>& colour) {
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
  const Plot one = Drawn({PanelOf({high})}), two = Drawn({PanelOf({high, low})});
  EXPECT_GT(CountOf(one.picture, kFirst), 100);
  EXPECT_EQ(CountOf(one.picture, kSecond), 0);
  EXPECT_GT(CountOf(two.picture, kSecond), 100);
  EXPECT_THAT(two.svg, testing::HasSubstr("</svg>"));
}

TEST(Plot, AnIntervalAddsInk) {
  const Curve bare{.label = "a", .x = {2, 4}, .y = {50, 50}, .low = {}, .high = {}};
  Curve sure = bare;
  sure.low = {20, 30};
  sure.high = {80, 70};
  const auto ink = [](const base::Image& picture) {
    return static_cast<int>(picture.rgb.size() / 3) - CountOf(picture, {255, 255, 255});
  };
  EXPECT_GT(ink(Drawn({PanelOf({sure})}).picture), ink(Drawn({PanelOf({bare})}).picture) + 200);
}

TEST(Plot, HasTwoPanelsInARow) {
  const std::vector<PlotPanel> panels(3, PanelOf({{.label = "a", .x = {1}, .y = {5}, .low = {}, .high = {}}}));
  EXPECT_EQ(Drawn({panels[0]}).picture.height * 2, Drawn(panels).picture.height);
}

}  // namespace
}  // namespace diptych::train
