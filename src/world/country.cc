// Open country: hills, mountains, forest, meadow, desert, snow, a road.
#include <cmath>

#include "world/scenery.h"

namespace diptych::world {

void DrawHills(const Land& land) {
  FillGrass(land, {.level = land.horizon - 2, .height = 5, .length = 52, .phase = 0.05}, {0.55, 0.78, 0.52});
  FillGrass(land, {.level = land.horizon + 6, .height = 5, .length = 74, .phase = 0.45}, {0.42, 0.72, 0.36});
  FillGrass(land, {.level = land.horizon + 17, .height = 3.5, .length = 96, .phase = 0.1}, {0.32, 0.62, 0.27});
  DrawSeason(land);
}

void DrawMountains(const Land& land) {
  struct Peak {
    double x, height, half;
  };
  static constexpr Peak kPeaks[] = {{12, 19, 24}, {86, 22, 27}, {36, 27, 28}, {62, 17, 20}};
  const double base = land.horizon + 6;
  for (const Peak& peak : kPeaks) {
    const double top = land.horizon - peak.height, cap = peak.height * 0.3, side = peak.half * 0.28;
    land.canvas.Polygon({{peak.x - peak.half, base}, {peak.x, top}, {peak.x + peak.half, base}});
    land.canvas.Fill(land.Lit({0.52, 0.55, 0.66}));
    land.canvas.Polygon({{peak.x, top}, {peak.x + peak.half, base}, {peak.x + peak.half * 0.25, base}});
    land.canvas.Fill(land.Lit({0.42, 0.45, 0.57}), 0.99);
    land.canvas.Polygon({{peak.x, top},
                         {peak.x + side, top + cap},
                         {peak.x + side * 0.4, top + cap * 0.8},
                         {peak.x, top + cap * 1.25},
                         {peak.x - side * 0.45, top + cap * 0.8},
                         {peak.x - side, top + cap}});
    land.canvas.Fill(land.Lit({0.97, 0.98, 1.00}), 0.99);
  }
  FillGrass(land, {.level = land.horizon + 4, .height = 1.5, .length = 60, .phase = 0.2}, {0.44, 0.66, 0.44});
  FillGrass(land, {.level = land.horizon + 16, .height = 2, .length = 84, .phase = 0.6}, {0.38, 0.60, 0.34});
  DrawSeason(land);
}

void DrawForest(const Land& land) {
  Canvas& canvas = land.canvas;
  const double base = land.horizon + 6;
  const auto firs = [&](double shift, const LeafTree& tree, Rgb colour) {
    const double half = tree.height * 0.36, low = tree.foot.y;
    for (double x = shift; x < 106; x += half * 1.5) {
      canvas.Polygon({{x, low - tree.height},
                      {x + half * 0.7, low - tree.height * 0.5},
                      {x - half * 0.7, low - tree.height * 0.5}});
      canvas.Polygon({{x, low - tree.height * 0.72}, {x + half, low}, {x - half, low}});
    }
    canvas.Fill(land.Lit(land.season == Season::kWinter ? Mix(colour, {0.92, 0.96, 1.00}, 0.62) : colour));
  };
  firs(-2, {.foot = {0, base - 2}, .height = 26}, {0.30, 0.52, 0.42});
  if (land.season == Season::kNone || land.season == Season::kWinter) {
    firs(4, {.foot = {0, base + 2}, .height = 22}, {0.19, 0.42, 0.28});
  } else {
    canvas.Rect(-1, base - 9, 101, base + 2).Fill(land.Lit({0.30, 0.42, 0.24}));
    for (int i = 0; i < 8; ++i)
      DrawLeafTree(land, {.foot = {2 + 13.7 * i, base + 2}, .height = i % 2 == 0 ? 27.0 : 23.0, .index = i});
  }
  FillGrass(land, {.level = base, .height = 1, .length = 44, .phase = 0.3}, {0.26, 0.46, 0.22});
  FillGrass(land, {.level = base + 12, .height = 1.5, .length = 70, .phase = 0.6}, {0.33, 0.52, 0.24});
  for (const Spot& tuft : {Spot{8, 82}, Spot{46, 76}, Spot{90, 80}, Spot{70, 95}, Spot{26, 94}})
    canvas.Polygon({{tuft.x - 3, tuft.y},
                    {tuft.x - 2, tuft.y - 4},
                    {tuft.x, tuft.y - 1},
                    {tuft.x + 1, tuft.y - 5},
                    {tuft.x + 3, tuft.y}});
  canvas.Fill(land.Grass({0.20, 0.40, 0.18}));
  ScatterSeason(land, base + 5, 99);
}

void DrawMeadow(const Land& land) {
  FillGrass(land, {.level = land.horizon, .height = 1, .length = 90, .phase = 0.2}, {0.58, 0.80, 0.36});
  FillGrass(land, {.level = land.horizon + 12, .height = 1.2, .length = 110, .phase = 0.7}, {0.50, 0.76, 0.30});
  if (land.season != Season::kNone) DrawSeason(land);
  if (land.season == Season::kAutumn || land.season == Season::kWinter) return;
  static constexpr Rgb kPetals[] = {{1.00, 0.95, 0.98}, {1.00, 0.80, 0.20}, {0.98, 0.45, 0.60}, {0.70, 0.50, 0.95}};
  for (int i = 0; i < 36; ++i) {
    const double depth = 0.08 + 0.9 * ((i * 7) % 36) / 36.0, x = std::fmod(i * 37.3 + 4, 100);
    const double y = land.horizon + depth * (99 - land.horizon), r = 0.5 + 0.8 * depth;
    land.canvas.Rect(x - 0.2, y, x + 0.2, y + 3 * r).Fill(land.Lit({0.28, 0.55, 0.18}));
    land.canvas.Circle({x, y}, r * 1.15).Fill(land.Lit(kPetals[i % 4]));
  }
}

void DrawDesert(const Land& land) {
  Canvas& canvas = land.canvas;
  const double horizon = land.horizon;
  const Rgb rock = Rgb{0.80, 0.46, 0.30} * land.palette.sand;
  canvas.Polygon({{60, horizon + 1}, {64, horizon - 5}, {78, horizon - 5}, {83, horizon + 1}}).Fill(rock);
  canvas.Polygon({{82, horizon + 1}, {85, horizon - 3}, {93, horizon - 3}, {97, horizon + 1}}).Fill(rock);
  const auto dune = [&](const Wave& wave, Rgb colour) { FillBelow(canvas, wave, colour * land.palette.sand); };
  dune({.level = horizon + 0.5, .height = 1.5, .length = 66, .phase = 0.2}, {0.97, 0.84, 0.56});
  dune({.level = horizon + 8, .height = 3, .length = 88, .phase = 0.55}, {0.94, 0.76, 0.45});
  dune({.level = horizon + 20, .height = 3, .length = 110, .phase = 0.05}, {0.88, 0.67, 0.36});
}

void DrawSnowField(const Land& land) {
  Canvas& canvas = land.canvas;
  const double base = land.horizon + 1;
  canvas.Polygon({{4, base}, {20, base - 8}, {36, base}}).Polygon({{26, base}, {38, base - 5}, {50, base}});
  canvas.Fill(land.Lit({0.66, 0.76, 0.90}));
  FillBelow(canvas, {.level = land.horizon + 0.5, .height = 1.2, .length = 70, .phase = 0.4},
            land.Lit({0.88, 0.93, 0.99}));
  FillBelow(canvas, {.level = land.horizon + 10, .height = 2.5, .length = 84, .phase = 0.1},
            land.Lit({0.93, 0.96, 1.00}));
  FillBelow(canvas, {.level = land.horizon + 22, .height = 2.5, .length = 105, .phase = 0.6},
            land.Lit({0.98, 0.99, 1.00}));
  if (land.season == Season::kWinter) DrawSeason(land);
}

void DrawRoad(const Land& land) {
  FillGrass(land, {.level = land.horizon, .height = 1.2, .length = 60, .phase = 0.1}, {0.42, 0.70, 0.33});
  land.canvas.Rect(-1, 66, 101, 74).Fill(land.Grass({0.36, 0.63, 0.28}));
  DrawSeason(land);
  DrawStreet(land);
}

}  // namespace diptych::world
