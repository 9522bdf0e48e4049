#include "world/scenery.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <vector>

#include "world/layout.h"

namespace diptych::world {
namespace {

// Trunk and branches, with snow on them.
void DrawBareTree(const Land& land, const LeafTree& tree) {
  const double x = tree.foot.x, y = tree.foot.y, h = tree.height, lean = tree.index % 2 == 0 ? 0.03 : -0.03;
  const auto at = [&](double across, double up) { return Spot{x + (across + lean * up) * h, y - up * h}; };
  Canvas& canvas = land.canvas;
  const auto branches = [&] {
    canvas.Line({at(0, 0.4), at(-0.2, 0.72), at(-0.24, 0.9)}).Line({at(0, 0.5), at(0.22, 0.8), at(0.24, 0.95)});
    canvas.Line({at(0, 0.55), at(0.02, 1)}).Line({at(-0.13, 0.61), at(-0.32, 0.7)});
    canvas.Line({at(0.13, 0.68), at(0.33, 0.74)}).Line({at(0.01, 0.75), at(-0.09, 0.93)});
  };
  cairo_set_line_cap(canvas.context(), CAIRO_LINE_CAP_ROUND);
  canvas.Line({at(0, 0), at(0, 0.6)}).Stroke(land.Lit({0.40, 0.30, 0.26}), 0.085 * h);
  branches();
  canvas.Stroke(land.Lit({0.40, 0.30, 0.26}), 0.045 * h);
  cairo_save(canvas.context());
  cairo_translate(canvas.context(), -0.012 * h, -0.018 * h);
  branches();
  cairo_restore(canvas.context());
  canvas.Stroke(land.Lit({0.95, 0.97, 1.00}), 0.02 * h, 0.9);
  cairo_set_line_cap(canvas.context(), CAIRO_LINE_CAP_BUTT);
}

void DrawBlossoms(const Land& land, const LeafTree& tree) {
  static constexpr Spot kAt[] = {{-0.24, 0.55}, {-0.08, 0.48}, {0.10, 0.56},  {0.26, 0.50},  {-0.16, 0.72},
                                 {0.02, 0.70},  {0.17, 0.76},  {-0.02, 0.88}, {-0.30, 0.62}, {0.30, 0.64}};
  for (const Spot& at : kAt)
    land.canvas.Circle({tree.foot.x + at.x * tree.height, tree.foot.y - at.y * tree.height}, 0.045 * tree.height);
  land.canvas.Fill(land.Lit({1.00, 0.93, 0.95}), 0.99);
}

// One of what lies or grows on the ground.
void DrawToken(const Land& land, Spot at, int index) {
  Canvas& canvas = land.canvas;
  const double r = 0.45 + 0.011 * at.y * (index % 3 == 0 ? 1.0 : 0.8);
  const auto pick = [&](const std::array<Rgb, 3>& colours) {
    return land.Lit(colours[static_cast<size_t>(index) % 3]);
  };
  switch (land.season) {
    case Season::kSpring:
      for (const Spot& petal : {Spot{-1, 0}, Spot{1, 0}, Spot{0, -1}, Spot{0, 1}})
        canvas.Circle({at.x + petal.x * r * 0.8, at.y + petal.y * r * 0.8}, r * 0.58);
      canvas.Fill(pick({{{1.00, 0.76, 0.86}, {1.00, 1.00, 1.00}, {0.82, 0.68, 0.98}}}), 0.99);
      return canvas.Circle(at, r * 0.4).Fill(land.Lit({1.00, 0.85, 0.25}), 0.99);
    case Season::kSummer:
      canvas.Rect(at.x - 0.2, at.y, at.x + 0.2, at.y + 2.8 * r).Fill(land.Lit({0.20, 0.46, 0.14}), 0.99);
      canvas.Circle(at, r * 1.1).Fill(pick({{{0.94, 0.16, 0.12}, {1.00, 0.82, 0.10}, {0.98, 0.98, 0.96}}}), 0.99);
      return canvas.Circle(at, r * 0.45).Fill(land.Lit({0.35, 0.22, 0.10}), 0.99);
    case Season::kAutumn:
      canvas.Polygon({{at.x - 1.5 * r, at.y + 0.3 * r},
                      {at.x, at.y - 0.9 * r},
                      {at.x + 1.5 * r, at.y - 0.3 * r},
                      {at.x, at.y + 0.8 * r}});
      return canvas.Fill(pick({{{0.93, 0.48, 0.10}, {0.80, 0.20, 0.12}, {0.97, 0.76, 0.16}}}), 0.99);
    case Season::kWinter:
      return canvas.Ellipse(at, 3.4 * r, 0.7 * r).Fill(land.Lit({0.80, 0.87, 0.97}), 0.8);
    case Season::kNone:
      return;
  }
}

}  // namespace

Land LandOf(Canvas& canvas, const Scene& scene) {
  return {.canvas = canvas,
          .horizon = static_cast<double>(scene.horizon),
          .palette = PaletteOf(scene),
          .night = IsNight(scene.hour),
          .starry = scene.hour == Hour::kStarryNight,
          .season = scene.season,
          .step = std::abs(scene.horizon - HorizonsOf(scene.ground).first) / kHorizonStep};
}

void FillBelow(Canvas& canvas, const Wave& wave, Rgb colour) {
  constexpr int kSteps = 26;
  std::vector<Spot> corners = {{101, 101}, {-1, 101}};
  for (int i = 0; i <= kSteps; ++i) {
    const double x = -1 + 102.0 * i / kSteps;
    corners.push_back({x, wave.level - wave.height * std::sin(2 * std::numbers::pi * (x / wave.length + wave.phase))});
  }
  canvas.Polygon(corners).Fill(colour);
}

void FillGrass(const Land& land, const Wave& wave, Rgb colour) { FillBelow(land.canvas, wave, land.Grass(colour)); }

void DrawLeafTree(const Land& land, const LeafTree& tree) {
  if (land.season == Season::kWinter) return DrawBareTree(land, tree);
  Canvas& canvas = land.canvas;
  const double x = tree.foot.x, y = tree.foot.y, h = tree.height;
  canvas.Polygon({{x - 0.06 * h, y}, {x - 0.035 * h, y - 0.5 * h}, {x + 0.035 * h, y - 0.5 * h}, {x + 0.06 * h, y}});
  canvas.Fill(land.Lit({0.45, 0.31, 0.20}));
  const Rgb leaves = land.Leaves({0.30, 0.58, 0.27}, tree.index);
  canvas.Circle({x, y - 0.7 * h}, 0.3 * h).Circle({x - 0.2 * h, y - 0.53 * h}, 0.21 * h);
  canvas.Circle({x + 0.2 * h, y - 0.54 * h}, 0.22 * h).Fill(leaves);
  canvas.Circle({x - 0.1 * h, y - 0.78 * h}, 0.14 * h).Circle({x - 0.23 * h, y - 0.58 * h}, 0.1 * h);
  canvas.Fill(Mix(leaves, {1, 1, 1}, land.night ? 0.05 : 0.16), 0.99);
  if (land.season == Season::kSpring && tree.index % 2 == 0) DrawBlossoms(land, tree);
}

void DrawSeason(const Land& land) {
  if (land.season == Season::kNone) return;
  static constexpr LeafTree kTrees[] = {{{21, 0}, 10, 2}, {{80, 0.5}, 10, 1}, {{1, 1}, 12, 0},   {{97, 1}, 12, 2},
                                        {{13, 2}, 13, 1}, {{89, 2}, 13.5, 0}, {{29, 0.5}, 8, 0}, {{72, 0}, 8, 0}};
  for (LeafTree tree : kTrees) {
    tree.foot.y += land.horizon + 8;
    DrawLeafTree(land, tree);
  }
  ScatterSeason(land, land.horizon + 10, 99);
}

void ScatterSeason(const Land& land, double top, double bottom) {
  if (land.season == Season::kNone) return;
  for (int i = 0; i < 28; ++i) {
    const Spot at = Scattered(i);
    DrawToken(land, {at.x, top + at.y / 100 * (bottom - top)}, i);
  }
}

Spot Scattered(int index) {
  const auto radical = [](int i, int base) {
    double value = 0, share = 1;
    for (; i > 0; i /= base) value += (share /= base) * (i % base);
    return value;
  };
  return {100 * radical(index + 1, 2), 100 * radical(index + 1, 3)};
}

}  // namespace diptych::world
