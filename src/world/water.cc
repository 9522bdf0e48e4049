// The grounds with water: sea, beach, harbour, river.
#include <cmath>
#include <vector>

#include "world/layout.h"
#include "world/scenery.h"

namespace diptych::world {
namespace {

// Water from one height down, deepening to another, with waves between the two.
struct Surface {
  double top, low;
  Rgb far, near;
};
void DrawSurface(Canvas& canvas, const Surface& water) {
  canvas.Rect(-1, water.top, 101, 101);
  canvas.FillGradient(water.top, water.low, {water.far, water.near});
  static constexpr Spot kWaves[] = {{14, 0.15}, {58, 0.20}, {86, 0.38}, {34, 0.45},
                                    {8, 0.66},  {66, 0.64}, {44, 0.84}, {90, 0.86}};
  for (const Spot& wave : kWaves) {
    const double x = wave.x, y = water.top + wave.y * (water.low - water.top), w = 4 + 4 * wave.y;
    canvas.Curve({{x - w, y}, {x - w / 2, y - 0.9}, {x, y}, {x + w / 2, y - 0.9}, {x + w, y}});
  }
  canvas.Stroke(Mix(water.far, {1, 1, 1}, 0.35), 0.9);
}

Surface SeaOf(const Land& land, double low) {
  return {.top = land.horizon, .low = low, .far = land.palette.sea_far, .near = land.palette.sea_near};
}

// Fresh water is greener than the sea.
Surface RiverOf(const Land& land) {
  return {.top = land.horizon + kRiverBend,
          .low = 82,
          .far = Mix(land.palette.sea_far, land.Lit({0.52, 0.82, 0.80}), 0.45),
          .near = Mix(land.palette.sea_near, land.Lit({0.14, 0.56, 0.62}), 0.45)};
}

Surface SurfaceOf(const Land& land, Ground ground) {
  if (ground == Ground::kRiver) return RiverOf(land);
  return SeaOf(land, ground == Ground::kSea ? 98 : ground == Ground::kBeach ? 76 : 80);
}

}  // namespace

void DrawWaterOver(const Land& land, Ground ground, const plan::Box& box) {
  Canvas& canvas = land.canvas;
  const double left = box.left - 3, right = box.right + 3, bottom = box.bottom + 1;
  const double line = box.top + 0.58 * (box.bottom - box.top);
  constexpr int kSteps = 20;
  std::vector<Spot> crest;
  for (int i = 0; i <= kSteps; ++i)
    crest.push_back({left + (right - left) * i / kSteps, line - 0.8 * std::sin(i * 1.1)});
  std::vector<Spot> all = crest;
  all.push_back({right, bottom});
  all.push_back({left, bottom});
  cairo_save(canvas.context());
  canvas.Polygon(all);
  cairo_clip(canvas.context());
  DrawSurface(canvas, SurfaceOf(land, ground));
  cairo_restore(canvas.context());
  // Ripples, from the body outwards.
  const Rgb foam = Mix(land.palette.sea_far, {1, 1, 1}, 0.6);
  canvas.Curve(crest).Stroke(foam, 1.1, 0.9);
  const double middle = (left + right) / 2, half = (right - left) / 2;
  for (double down : {2.6, 5.0}) {
    const double w = half * (1.02 - 0.05 * down);
    canvas.Curve({{middle - w, line + down},
                  {middle - w / 2, line + down + 0.9},
                  {middle, line + down},
                  {middle + w / 2, line + down + 0.9},
                  {middle + w, line + down}});
  }
  canvas.Stroke(foam, 0.7, 0.6);
}

void DrawSea(const Land& land) { DrawSurface(land.canvas, SeaOf(land, 98)); }

void DrawBeach(const Land& land) {
  DrawSurface(land.canvas, SeaOf(land, 76));
  const Rgb foam = Mix(land.palette.sea_far, {1, 1, 1}, 0.65),
            sand = land.Sand(land.season == Season::kWinter ? Rgb{0.94, 0.95, 0.97} : Rgb{0.96, 0.86, 0.62});
  FillBelow(land.canvas, {.level = 75, .height = 1.2, .length = 50, .phase = 0}, foam);
  FillBelow(land.canvas, {.level = 77, .height = 1.2, .length = 50, .phase = 0}, sand);
  FillBelow(land.canvas, {.level = 92, .height = 1.5, .length = 80, .phase = 0.3}, sand * Rgb{0.95, 0.92, 0.88});
  land.canvas.Ellipse({88, 95}, 2.2, 1.5).Ellipse({12, 96}, 1.6, 1.1).Fill(land.Sand({1.00, 0.72, 0.62}));
}

namespace {

// Narrow gabled houses on the far quay.
void DrawQuayHouses(const Land& land) {
  static constexpr Rgb kWalls[] = {
      {0.86, 0.34, 0.26}, {0.96, 0.76, 0.30}, {0.40, 0.62, 0.74}, {0.94, 0.90, 0.82}, {0.62, 0.72, 0.44}};
  Canvas& canvas = land.canvas;
  const double foot = land.horizon + 2.5;
  for (int i = 0; i < 6; ++i) {
    const double left = -4 + 6.2 * i, right = left + 6.2, top = foot - 10 - (i * 2 % 5), middle = (left + right) / 2;
    canvas.Polygon({{left, foot}, {left, top}, {middle, top - 4}, {right, top}, {right, foot}})
        .Fill(land.Lit(kWalls[(i + land.step) % 5]));
    canvas.Polygon({{left - 0.5, top + 0.6}, {middle, top - 4.6}, {right + 0.5, top + 0.6}})
        .Fill(land.Roof({0.46, 0.26, 0.22}), 0.99);
    for (double y = top + 2.2; y < foot - 2; y += 3.6)
      canvas.Rect(left + 1.4, y, left + 2.9, y + 1.8).Rect(right - 2.9, y, right - 1.4, y + 1.8);
    canvas.Fill(land.Window(), 0.99);
  }
  canvas.Rect(-1, foot - 0.6, 35, foot + 2).Fill(land.Roof({0.56, 0.53, 0.50}));
}

// A crane with its hook, on a mole.
void DrawCrane(const Land& land) {
  Canvas& canvas = land.canvas;
  const double foot = land.horizon + 2.5;
  const Rgb steel = land.Lit({0.92, 0.56, 0.12});
  canvas.Line({{86, foot}, {87.4, foot - 22}}).Line({{93, foot}, {91.6, foot - 22}});
  for (double y = foot - 2; y > foot - 20; y -= 5) canvas.Line({{86.4, y}, {92.2, y - 5}});
  canvas.Stroke(steel, 0.9);
  canvas.Line({{98, foot - 20.5}, {70, foot - 25}}).Stroke(steel, 1.6);
  canvas.Line({{89.5, foot - 30}, {72, foot - 25}})
      .Line({{89.5, foot - 30}, {98, foot - 21}})
      .Line({{89.5, foot - 30}, {89.5, foot - 22}})
      .Stroke(steel, 0.7);
  canvas.Line({{73, foot - 24.6}, {73, foot - 13}}).Stroke(land.Lit({0.30, 0.30, 0.34}), 0.5);
  canvas.Rect(70.4, foot - 13, 75.6, foot - 9.6).Fill(land.Lit({0.24, 0.46, 0.66}));
  canvas.Rect(87, foot - 23.5, 92, foot - 19.5).Fill(land.Lit({0.30, 0.32, 0.38}));
  static constexpr Rgb kLoads[] = {{0.80, 0.24, 0.20}, {0.20, 0.48, 0.66}, {0.26, 0.58, 0.36}};
  for (int i = 0; i < 5; ++i)
    canvas
        .Rect(76.5 + 5 * (i % 2) + 18 * (i / 4), foot - 3.2 - 3.2 * (i / 2 % 2), 81.2 + 5 * (i % 2) + 18 * (i / 4),
              foot - 3.2 * (i / 2 % 2))
        .Fill(land.Lit(kLoads[i % 3]), 0.99);
  canvas.Rect(66, foot - 0.6, 101, foot + 2).Fill(land.Roof({0.56, 0.53, 0.50}));
}

void DrawBollard(const Land& land, Spot at) {
  land.canvas.Rect(at.x - 2, at.y - 5, at.x + 2, at.y).Ellipse(at, 2, 0.8).Fill(land.Lit({0.24, 0.25, 0.30}));
  land.canvas.Ellipse({at.x, at.y - 5.4}, 3.1, 1.5).Fill(land.Lit({0.36, 0.37, 0.43}));
}

}  // namespace

void DrawHarbour(const Land& land) {
  Canvas& canvas = land.canvas;
  DrawSurface(canvas, SeaOf(land, 80));
  DrawQuayHouses(land);
  DrawCrane(land);
  // The quay: its edge, and slabs that narrow towards it.
  canvas.Rect(-1, 77, 101, 101).Fill(land.Roof({0.66, 0.63, 0.60}));
  for (double y : {84.5, 92.0}) canvas.Rect(-1, y, 101, y + 0.5);
  for (int i = 0; i < 9; ++i) {
    const double x = 50 + (i - 4) * 13.0;
    canvas.Polygon(
        {{x - 0.2, 80}, {x + 0.2, 80}, {50 + (x - 50) * 1.35 + 0.3, 101}, {50 + (x - 50) * 1.35 - 0.3, 101}});
  }
  canvas.Fill(land.Lit({0.50, 0.47, 0.45}), 0.85);
  canvas.Rect(-1, 76.4, 101, 79.4).Fill(land.Roof({0.82, 0.79, 0.74}));
  for (double x = 0; x < 100; x += 10) canvas.Polygon({{x, 79.4}, {x + 3, 76.4}, {x + 6, 76.4}, {x + 3, 79.4}});
  canvas.Fill(land.Lit({0.96, 0.74, 0.16}), 0.99);
  canvas.Curve({{9, 77}, {3, 83}, {-2, 80}})
      .Curve({{91, 77}, {97, 83}, {102, 80}})
      .Stroke(land.Lit({0.80, 0.66, 0.42}), 1.1);
  DrawBollard(land, {9, 80});
  DrawBollard(land, {91, 80});
}

namespace {

// Blades, and bulrushes among them.
void DrawReeds(const Land& land, Spot foot) {
  Canvas& canvas = land.canvas;
  static constexpr Spot kTips[] = {{-6, -9}, {-4, -15}, {-2, -11}, {0.5, -18}, {3, -13}, {5, -16}, {7, -9}};
  for (const Spot& tip : kTips)
    canvas.Curve({{foot.x + tip.x * 0.6, foot.y},
                  {foot.x + tip.x * 0.7, foot.y + tip.y * 0.5},
                  {foot.x + tip.x, foot.y + tip.y}});
  canvas.Stroke(land.season == Season::kWinter ? land.Lit({0.72, 0.64, 0.46}) : land.Grass({0.30, 0.54, 0.22}), 1.1);
  for (int i : {1, 3, 5}) canvas.Ellipse({foot.x + kTips[i].x, foot.y + kTips[i].y + 1}, 0.95, 2.6);
  canvas.Fill(land.Lit({0.44, 0.26, 0.14}), 0.99);
}

}  // namespace

void DrawRiver(const Land& land) {
  Canvas& canvas = land.canvas;
  const double h = land.horizon;
  FillGrass(land, {.level = h - 1.5, .height = 3.2, .length = 66, .phase = 0.62}, {0.56, 0.77, 0.50});
  FillGrass(land, {.level = h + 1.5, .height = 0.8, .length = 80, .phase = 0.2}, {0.46, 0.72, 0.38});
  // It winds from the distance and widens until it reaches from side to side.
  const Surface water = RiverOf(land);
  canvas.Blob({{57, h + 1.2},
               {63, h + 1.6},
               {72, h + 3.6},
               {63, h + 5.6},
               {52, h + 7.2},
               {70, h + 9},
               {104, h + 11},
               {104, h + 15},
               {-4, h + 15},
               {-4, h + 11.4},
               {24, h + 9},
               {38, h + 6.6},
               {58, h + 4.4},
               {63, h + 3.2}});
  canvas.Fill(water.far, 0.995);
  DrawSurface(canvas, water);
  for (int i = 0; i < 4; ++i)
    DrawLeafTree(land, {.foot = {3 + 9.0 * i, h + 8.6 - 1.3 * i}, .height = 15.0 - 2 * i, .index = i});
  DrawLeafTree(land, {.foot = {90, h + 6}, .height = 10, .index = 0});
  DrawLeafTree(land, {.foot = {98, h + 9}, .height = 16, .index = 1});
  FillBelow(canvas, {.level = 77, .height = 1.4, .length = 64, .phase = 0.1}, land.Roof({0.62, 0.48, 0.32}));
  FillGrass(land, {.level = 78.6, .height = 1.4, .length = 64, .phase = 0.1}, {0.48, 0.73, 0.34});
  FillGrass(land, {.level = 90, .height = 1.5, .length = 90, .phase = 0.5}, {0.42, 0.67, 0.29});
  DrawReeds(land, {7, 80});
  DrawReeds(land, {94, 81});
  canvas.Ellipse({19, 79}, 3, 1.7).Ellipse({24, 80}, 2, 1.2).Ellipse({80, 79}, 2.6, 1.5);
  canvas.Fill(land.Roof({0.62, 0.62, 0.62}));
  ScatterSeason(land, 82, 99);
}

}  // namespace diptych::world
