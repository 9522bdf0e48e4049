#include "world/backdrop.h"

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "world/layout.h"
#include "world/sky.h"

namespace diptych::world {
namespace {

// What the grounds are drawn with.
struct Land {
  Canvas& canvas;
  double horizon;
  Palette palette;
  bool night;
  Rgb Lit(Rgb colour) const { return colour * palette.light; }
};

// The area under a wavy line down to the picture's lower edge.
struct Wave {
  double level, height, length, phase;  // phase in turns
};

void FillBelow(Canvas& canvas, const Wave& wave, Rgb colour) {
  constexpr int kSteps = 26;
  std::vector<Spot> corners = {{101, 101}, {-1, 101}};
  for (int i = 0; i <= kSteps; ++i) {
    const double x = -1 + 102.0 * i / kSteps;
    corners.push_back({x, wave.level - wave.height * std::sin(2 * std::numbers::pi * (x / wave.length + wave.phase))});
  }
  canvas.Polygon(corners).Fill(colour);
}

void FillBelow(const Land& land, const Wave& wave, Rgb colour) {
  FillBelow(land.canvas, wave, colour * land.palette.light);
}

void DrawStreet(const Land& land) {
  Canvas& canvas = land.canvas;
  canvas.Rect(-1, 74, 101, 75.6).Fill(land.Lit({0.80, 0.78, 0.72}));
  canvas.Rect(-1, 75.6, 101, 97).Fill(land.Lit({0.45, 0.46, 0.50}));
  canvas.Rect(-1, 97, 101, 101).Fill(land.Lit({0.36, 0.63, 0.28}));
  for (int i = 0; i < 5; ++i) canvas.Rect(4 + 20 * i, 85.3, 15 + 20 * i, 87);
  canvas.Fill(land.Lit({0.96, 0.94, 0.84}));
}

void DrawRoad(const Land& land) {
  FillBelow(land, {.level = land.horizon, .height = 1.2, .length = 60, .phase = 0.1}, {0.42, 0.70, 0.33});
  land.canvas.Rect(-1, 66, 101, 74).Fill(land.Lit({0.36, 0.63, 0.28}));
  DrawStreet(land);
}

void DrawCity(const Land& land) {
  struct House {
    double left, right, height;
  };
  static constexpr House kHouses[] = {{-2, 11, 17}, {9, 20, 25},  {19, 33, 13}, {31, 41, 21}, {40, 54, 11},
                                      {52, 63, 23}, {62, 76, 16}, {74, 84, 27}, {83, 102, 19}};
  const double base = 67;
  int index = 0;
  for (const House& house : kHouses) {
    const Rgb wall = index++ % 2 == 0 ? Rgb{0.56, 0.60, 0.70} : Rgb{0.66, 0.62, 0.66};
    const double top = land.horizon + 4 - house.height;
    land.canvas.Rect(house.left, top, house.right, base).Fill(Mix(land.Lit(wall), land.palette.low, 0.25));
    for (double y = top + 3; y < land.horizon + 8; y += 5) {
      for (double x = house.left + 2; x + 2 < house.right; x += 3.6) land.canvas.Rect(x, y, x + 1.7, y + 2.5);
    }
    land.canvas.Fill(land.night ? Rgb{1.00, 0.86, 0.42} : land.Lit({0.84, 0.90, 0.96}), 0.9);
  }
  land.canvas.Rect(-1, 66, 101, 74).Fill(land.Lit({0.70, 0.69, 0.67}));
  DrawStreet(land);
}

void DrawWater(const Land& land, double low) {
  Canvas& canvas = land.canvas;
  const double horizon = land.horizon;
  canvas.Rect(-1, horizon, 101, 101);
  canvas.FillGradient(horizon, low, {land.palette.sea_far, land.palette.sea_near});
  static constexpr Spot kWaves[] = {{14, 0.15}, {58, 0.20}, {86, 0.38}, {34, 0.45},
                                    {8, 0.66},  {66, 0.64}, {44, 0.84}, {90, 0.86}};
  for (const Spot& wave : kWaves) {
    const double x = wave.x, y = horizon + wave.y * (low - horizon), w = 4 + 4 * wave.y;
    canvas.Curve({{x - w, y}, {x - w / 2, y - 0.9}, {x, y}, {x + w / 2, y - 0.9}, {x + w, y}});
  }
  canvas.Stroke(Mix(land.palette.sea_far, {1, 1, 1}, 0.35), 0.9);
}

void DrawBeach(const Land& land) {
  DrawWater(land, 76);
  const Rgb foam = Mix(land.palette.sea_far, {1, 1, 1}, 0.65), sand = Rgb{0.96, 0.86, 0.62} * land.palette.sand;
  FillBelow(land.canvas, {.level = 75, .height = 1.2, .length = 50, .phase = 0}, foam);
  FillBelow(land.canvas, {.level = 77, .height = 1.2, .length = 50, .phase = 0}, sand);
  FillBelow(land.canvas, {.level = 92, .height = 1.5, .length = 80, .phase = 0.3}, sand * Rgb{0.95, 0.92, 0.88});
  land.canvas.Ellipse({88, 95}, 2.2, 1.5).Ellipse({12, 96}, 1.6, 1.1).Fill(Rgb{1.00, 0.72, 0.62} * land.palette.sand);
}

void DrawHills(const Land& land) {
  FillBelow(land, {.level = land.horizon - 2, .height = 5, .length = 52, .phase = 0.05}, {0.55, 0.78, 0.52});
  FillBelow(land, {.level = land.horizon + 6, .height = 5, .length = 74, .phase = 0.45}, {0.42, 0.72, 0.36});
  FillBelow(land, {.level = land.horizon + 17, .height = 3.5, .length = 96, .phase = 0.1}, {0.32, 0.62, 0.27});
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
  FillBelow(land, {.level = land.horizon + 4, .height = 1.5, .length = 60, .phase = 0.2}, {0.44, 0.66, 0.44});
  FillBelow(land, {.level = land.horizon + 16, .height = 2, .length = 84, .phase = 0.6}, {0.38, 0.60, 0.34});
}

void DrawForest(const Land& land) {
  Canvas& canvas = land.canvas;
  const double base = land.horizon + 6;
  const auto firs = [&](double shift, double height, double half, double low, Rgb colour) {
    for (double x = shift; x < 106; x += half * 1.5) {
      canvas.Polygon({{x, low - height}, {x + half * 0.7, low - height * 0.5}, {x - half * 0.7, low - height * 0.5}});
      canvas.Polygon({{x, low - height * 0.72}, {x + half, low}, {x - half, low}}).Fill(land.Lit(colour));
    }
  };
  firs(-2, 26, 8, base - 2, {0.30, 0.52, 0.42});
  firs(4, 22, 9, base + 2, {0.19, 0.42, 0.28});
  FillBelow(land, {.level = base, .height = 1, .length = 44, .phase = 0.3}, {0.26, 0.46, 0.22});
  FillBelow(land, {.level = base + 12, .height = 1.5, .length = 70, .phase = 0.6}, {0.33, 0.52, 0.24});
  for (const Spot& tuft : {Spot{8, 82}, Spot{46, 76}, Spot{90, 80}, Spot{70, 95}, Spot{26, 94}})
    canvas.Polygon({{tuft.x - 3, tuft.y},
                    {tuft.x - 2, tuft.y - 4},
                    {tuft.x, tuft.y - 1},
                    {tuft.x + 1, tuft.y - 5},
                    {tuft.x + 3, tuft.y}});
  canvas.Fill(land.Lit({0.20, 0.40, 0.18}));
}

void DrawMeadow(const Land& land) {
  FillBelow(land, {.level = land.horizon, .height = 1, .length = 90, .phase = 0.2}, {0.58, 0.80, 0.36});
  FillBelow(land, {.level = land.horizon + 12, .height = 1.2, .length = 110, .phase = 0.7}, {0.50, 0.76, 0.30});
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
  FillBelow(land, {.level = land.horizon + 0.5, .height = 1.2, .length = 70, .phase = 0.4}, {0.88, 0.93, 0.99});
  FillBelow(land, {.level = land.horizon + 10, .height = 2.5, .length = 84, .phase = 0.1}, {0.93, 0.96, 1.00});
  FillBelow(land, {.level = land.horizon + 22, .height = 2.5, .length = 105, .phase = 0.6}, {0.98, 0.99, 1.00});
}

// Walls, a floor of boards and a window with the sky behind it.
void DrawRoom(Canvas& canvas, const Scene& scene) {
  constexpr double kLeft = kWindow.left, kTop = kWindow.top, kRight = kWindow.right, kBottom = kWindow.bottom;
  const bool dark = IsNight(scene.hour);
  const Rgb light = dark ? Rgb{0.80, 0.72, 0.66} : Rgb{1, 1, 1};
  const double floor = scene.horizon;
  cairo_save(canvas.context());
  canvas.Rect(kLeft, kTop, kRight, kBottom);
  cairo_clip(canvas.context());
  DrawSky(canvas, scene, {.top = kTop, .horizon = kBottom + 4});
  DrawFallingWeather(canvas, scene);
  cairo_restore(canvas.context());
  cairo_set_fill_rule(canvas.context(), CAIRO_FILL_RULE_EVEN_ODD);
  canvas.Rect(-1, -1, 101, floor).Rect(kLeft, kTop, kRight, kBottom).Fill(Rgb{0.96, 0.87, 0.74} * light, 0.995);
  cairo_set_fill_rule(canvas.context(), CAIRO_FILL_RULE_WINDING);
  for (double x = 5; x < 100; x += 10) canvas.Rect(x, -1, x + 1, kTop - 1.6).Rect(x, kBottom + 1.6, x + 1, floor);
  canvas.Fill(Rgb{0.90, 0.78, 0.64} * light, 0.7);
  canvas.Rect(kLeft, kTop, kRight, kBottom).Stroke(Rgb{0.99, 0.98, 0.95} * light, 3);
  canvas.Line({{77, kTop}, {77, kBottom}})
      .Line({{kLeft, 24.5}, {kRight, 24.5}})
      .Stroke(Rgb{0.99, 0.98, 0.95} * light, 1.6);
  canvas.Rect(kLeft - 3, kBottom + 1, kRight + 3, kBottom + 4).Fill(Rgb{0.86, 0.70, 0.52} * light);
  canvas.Rect(-1, floor, 101, 101).Fill(Rgb{0.76, 0.54, 0.34} * light);
  for (double y = floor + 6; y < 100; y += 7) canvas.Rect(-1, y, 101, y + 0.6);
  canvas.Fill(Rgb{0.60, 0.40, 0.24} * light, 0.8);
  canvas.Rect(-1, floor - 2, 101, floor + 0.6).Fill(Rgb{0.99, 0.96, 0.90} * light);
  canvas.Rect(14, 14, 34, 30).Fill(Rgb{0.56, 0.38, 0.24} * light);
  canvas.Rect(16, 16, 32, 28).Fill(Rgb{0.62, 0.80, 0.86} * light);
  canvas.Polygon({{16, 28}, {22, 20}, {27, 28}})
      .Polygon({{23, 28}, {28, 22}, {32, 28}})
      .Fill(Rgb{0.36, 0.58, 0.42} * light, 0.99);
}

void DrawGround(const Land& land, Ground ground) {
  switch (ground) {
    case Ground::kSea:
      return DrawWater(land, 98);
    case Ground::kHills:
      return DrawHills(land);
    case Ground::kDesert:
      return DrawDesert(land);
    case Ground::kSnow:
      return DrawSnowField(land);
    case Ground::kCity:
      return DrawCity(land);
    case Ground::kBeach:
      return DrawBeach(land);
    case Ground::kMountains:
      return DrawMountains(land);
    case Ground::kForest:
      return DrawForest(land);
    case Ground::kMeadow:
      return DrawMeadow(land);
    default:
      return DrawRoad(land);
  }
}

// A soft light or darkness towards the edges; in pixel art it would only make rings.
void DrawMoodEdges(Canvas& canvas, const Scene& scene) {
  if (scene.mood != Mood::kDreamy && scene.mood != Mood::kTense) return;
  if (scene.style == Style::kPixelArt) return;
  const Rgb edge = scene.mood == Mood::kDreamy ? Rgb{1.00, 0.95, 1.00} : Rgb{0.08, 0.00, 0.03};
  cairo_pattern_t* gradient = cairo_pattern_create_radial(50, 52, 38, 50, 52, 76);
  cairo_pattern_add_color_stop_rgba(gradient, 0, edge.r, edge.g, edge.b, 0);
  cairo_pattern_add_color_stop_rgba(gradient, 1, edge.r, edge.g, edge.b, 0.6);
  cairo_set_source(canvas.context(), gradient);
  cairo_paint(canvas.context());
  cairo_pattern_destroy(gradient);
}

}  // namespace

void DrawBackdrop(Canvas& canvas, const Scene& scene) {
  if (IsRoom(scene.ground)) {
    DrawRoom(canvas, scene);
  } else {
    DrawSky(canvas, scene, {.top = 0, .horizon = static_cast<double>(scene.horizon)});
    DrawGround({.canvas = canvas,
                .horizon = static_cast<double>(scene.horizon),
                .palette = PaletteOf(scene),
                .night = IsNight(scene.hour)},
               scene.ground);
    if (scene.ground == Ground::kSea || scene.ground == Ground::kBeach) DrawGlitter(canvas, scene);
  }
  if (scene.weather == Weather::kFog) DrawFog(canvas, scene, 1);
  DrawMoodEdges(canvas, scene);
}

void DrawIslands(Canvas& canvas, const Scene& scene) {
  if (scene.ground != Ground::kSea) return;
  const Palette palette = PaletteOf(scene);
  for (size_t i = 0; i < scene.subjects.size(); ++i) {
    const Subject& subject = scene.subjects[i];
    const bool carried = i == 0 && (scene.relation == Relation::kOn || scene.relation == Relation::kInside ||
                                    scene.relation == Relation::kAbove);
    if (RowOf(subject.kind).realm != Realm::kLand || carried) continue;
    const double left = subject.boxes.front().left, right = subject.boxes.back().right,
                 y = subject.boxes.front().bottom;
    canvas.Ellipse({(left + right) / 2, y + 1.5}, (right - left) / 2 + 6, 5).Fill(Mix(palette.sea_far, {1, 1, 1}, 0.5));
    canvas.Ellipse({(left + right) / 2, y}, (right - left) / 2 + 4.5, 4.2).Fill(Rgb{0.95, 0.85, 0.60} * palette.sand);
  }
}

}  // namespace diptych::world
