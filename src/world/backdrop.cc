#include "world/backdrop.h"

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace diptych {
namespace {

struct Palette {
  Rgb top, middle, low;  // from the top of the picture to the horizon
  Rgb cloud, cloud_shade;
  Rgb light;  // multiplies the ground's colours
  Rgb sand;   // the same for sand, which would look grey in the blue of the night
  Rgb sun, glow;
  Rgb sea_far, sea_near;
};

// In the order of Hour.
constexpr std::array<Palette, kHours> kPalettes = {{
    {.top = {0.66, 0.62, 0.90},
     .middle = {0.98, 0.73, 0.80},
     .low = {1.00, 0.90, 0.72},
     .cloud = {1.00, 0.93, 0.94},
     .cloud_shade = {0.93, 0.74, 0.84},
     .light = {0.98, 0.90, 0.92},
     .sand = {0.98, 0.90, 0.92},
     .sun = {1.00, 0.90, 0.48},
     .glow = {1.00, 0.97, 0.80},
     .sea_far = {0.34, 0.60, 0.80},
     .sea_near = {0.12, 0.40, 0.70}},
    {.top = {0.25, 0.58, 0.95},
     .middle = {0.50, 0.76, 0.98},
     .low = {0.80, 0.93, 1.00},
     .cloud = {1.00, 1.00, 1.00},
     .cloud_shade = {0.80, 0.88, 0.96},
     .light = {1.00, 1.00, 1.00},
     .sand = {1.00, 1.00, 1.00},
     .sun = {1.00, 0.86, 0.16},
     .glow = {1.00, 0.96, 0.60},
     .sea_far = {0.22, 0.62, 0.84},
     .sea_near = {0.08, 0.42, 0.74}},
    {.top = {0.36, 0.18, 0.50},
     .middle = {0.88, 0.34, 0.36},
     .low = {1.00, 0.70, 0.22},
     .cloud = {0.98, 0.60, 0.42},
     .cloud_shade = {0.72, 0.32, 0.44},
     .light = {0.94, 0.75, 0.72},
     .sand = {0.94, 0.75, 0.72},
     .sun = {1.00, 0.36, 0.14},
     .glow = {1.00, 0.78, 0.30},
     .sea_far = {0.66, 0.38, 0.50},
     .sea_near = {0.30, 0.24, 0.50}},
    {.top = {0.02, 0.03, 0.15},
     .middle = {0.05, 0.08, 0.26},
     .low = {0.13, 0.18, 0.42},
     .cloud = {0.36, 0.41, 0.60},
     .cloud_shade = {0.22, 0.26, 0.44},
     .light = {0.36, 0.42, 0.66},
     .sand = {0.50, 0.47, 0.60},
     .sun = {1.00, 0.97, 0.80},
     .glow = {0.70, 0.76, 1.00},
     .sea_far = {0.08, 0.25, 0.54},
     .sea_near = {0.03, 0.16, 0.44}},
}};

const Palette& PaletteOf(Hour hour) { return kPalettes[static_cast<size_t>(hour)]; }

// Fills the path with colours evenly spaced from one height to another.
void FillGradient(Canvas& canvas, double top, double bottom, std::initializer_list<Rgb> colours) {
  cairo_pattern_t* gradient = cairo_pattern_create_linear(0, top, 0, bottom);
  double offset = 0;
  for (const Rgb& colour : colours) {
    cairo_pattern_add_color_stop_rgb(gradient, offset, colour.r, colour.g, colour.b);
    offset += 1.0 / static_cast<double>(colours.size() - 1);
  }
  cairo_set_source(canvas.context(), gradient);
  cairo_fill(canvas.context());
  cairo_pattern_destroy(gradient);
}

struct Star {
  Spot at;
  double radius;
};

void DrawStars(Canvas& canvas, int horizon) {
  static constexpr Star kStars[] = {
      {{6, 7}, 1.0},   {{17, 15}, 0.7}, {{11, 29}, 1.2}, {{26, 5}, 1.2},  {{31, 22}, 0.8}, {{22, 38}, 0.8},
      {{40, 12}, 1.0}, {{45, 31}, 1.2}, {{36, 43}, 0.7}, {{53, 5}, 0.8},  {{57, 19}, 1.2}, {{52, 44}, 0.8},
      {{66, 10}, 0.8}, {{64, 34}, 0.8}, {{73, 23}, 1.0}, {{78, 6}, 1.2},  {{71, 45}, 1.2}, {{84, 17}, 0.7},
      {{93, 9}, 1.0},  {{88, 31}, 1.2}, {{96, 23}, 0.8}, {{82, 42}, 0.7}, {{94, 45}, 1.0}, {{5, 45}, 0.8},
      {{13, 52}, 1.0}, {{3, 19}, 0.7},  {{29, 51}, 1.0}, {{44, 54}, 0.8}, {{61, 54}, 1.0}, {{86, 54}, 0.8},
  };
  for (const Star& star : kStars) {
    if (star.at.y + 4 < horizon) canvas.Circle(star.at, star.radius);
  }
  canvas.Fill({1, 1, 0.94});
}

constexpr double kSunRadius = 7, kMoonRadius = 6.5;

void DrawSun(Canvas& canvas, Point at, const Palette& palette) {
  const Spot centre = {static_cast<double>(at.x), static_cast<double>(at.y)};
  canvas.Circle(centre, kSunRadius * 2).Fill(palette.glow, 0.25);
  canvas.Circle(centre, kSunRadius * 1.45).Fill(palette.glow, 0.45);
  canvas.Circle(centre, kSunRadius).Fill(palette.sun);
}

// The crescent's inner edge is an arc of the same radius, shifted to the right.
void DrawMoon(Canvas& canvas, Point at, MoonPhase phase, const Palette& palette) {
  const Spot centre = {static_cast<double>(at.x), static_cast<double>(at.y)};
  canvas.Circle(centre, kMoonRadius * 1.7).Fill(palette.glow, 0.16);
  canvas.Circle(centre, kMoonRadius * 1.3).Fill(palette.glow, 0.22);
  if (phase == MoonPhase::kFull) {
    canvas.Circle(centre, kMoonRadius).Fill(palette.sun);
    canvas.Circle({centre.x - 2.2, centre.y - 1.6}, 1.5).Circle({centre.x + 2.3, centre.y + 1.2}, 1.8);
    canvas.Circle({centre.x - 1.2, centre.y + 3.2}, 1.1).Fill({0.86, 0.82, 0.68});
    return;
  }
  constexpr double kShift = 0.75 * kMoonRadius;
  const double angle = std::acos(kShift / 2 / kMoonRadius);
  canvas.Circle(centre, kMoonRadius).Fill({0.15, 0.19, 0.38});
  canvas.Arc(centre, kMoonRadius, angle, 2 * std::numbers::pi - angle);
  cairo_arc_negative(canvas.context(), centre.x + kShift, centre.y, kMoonRadius, std::numbers::pi + angle,
                     std::numbers::pi - angle);
  canvas.Fill(palette.sun);
}

void DrawCloud(Canvas& canvas, Point at, const Palette& palette) {
  const auto puffs = [&](double down, Rgb colour) {
    const double x = at.x, y = at.y + down;
    canvas.Ellipse({x - 7, y + 1.5}, 5.5, 3.2).Ellipse({x - 2, y - 1.2}, 5.5, 4.6);
    canvas.Ellipse({x + 4, y}, 5, 4).Ellipse({x + 8, y + 2}, 4.5, 2.8);
    canvas.Fill(colour);
  };
  puffs(0.8, palette.cloud_shade);
  puffs(-0.4, palette.cloud);
}

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

void DrawRoad(Canvas& canvas, double horizon, Rgb light) {
  FillBelow(canvas, {.level = horizon, .height = 1.2, .length = 60, .phase = 0.1}, Rgb{0.42, 0.70, 0.33} * light);
  canvas.Rect(0, 66, 100, 74).Fill(Rgb{0.36, 0.63, 0.28} * light);
  canvas.Rect(0, 74, 100, 75.6).Fill(Rgb{0.80, 0.78, 0.72} * light);
  canvas.Rect(0, 75.6, 100, 97).Fill(Rgb{0.45, 0.46, 0.50} * light);
  canvas.Rect(0, 97, 100, 101).Fill(Rgb{0.36, 0.63, 0.28} * light);
  for (int i = 0; i < 5; ++i) canvas.Rect(4 + 20 * i, 85.3, 15 + 20 * i, 87);
  canvas.Fill(Rgb{0.96, 0.94, 0.84} * light);
}

void DrawSea(Canvas& canvas, double horizon, const Palette& palette) {
  canvas.Rect(0, horizon, 100, 90);
  FillGradient(canvas, horizon, 88, {palette.sea_far, palette.sea_near});
  const Rgb foam = Mix(palette.sea_far, {1, 1, 1}, 0.35);
  static constexpr Spot kWaves[] = {{14, 0.15}, {58, 0.20}, {86, 0.38}, {34, 0.45},
                                    {8, 0.66},  {66, 0.64}, {44, 0.84}, {90, 0.86}};
  for (const Spot& wave : kWaves) {
    const double x = wave.x, y = horizon + wave.y * (86 - horizon), w = 4 + 3 * wave.y;
    canvas.Curve({{x - w, y}, {x - w / 2, y - 0.9}, {x, y}, {x + w / 2, y - 0.9}, {x + w, y}});
  }
  canvas.Stroke(foam, 0.9);
  FillBelow(canvas, {.level = 87, .height = 1, .length = 50, .phase = 0}, Mix(foam, {1, 1, 1}, 0.5));
  FillBelow(canvas, {.level = 88.6, .height = 1, .length = 50, .phase = 0}, Rgb{0.95, 0.85, 0.62} * palette.sand);
}

void DrawHills(Canvas& canvas, double horizon, Rgb light) {
  FillBelow(canvas, {.level = horizon - 1, .height = 3.5, .length = 52, .phase = 0.05}, Rgb{0.55, 0.78, 0.52} * light);
  FillBelow(canvas, {.level = horizon + 6, .height = 3.5, .length = 74, .phase = 0.45}, Rgb{0.42, 0.72, 0.36} * light);
  FillBelow(canvas, {.level = horizon + 15, .height = 3, .length = 96, .phase = 0.1}, Rgb{0.32, 0.62, 0.27} * light);
}

void DrawDesert(Canvas& canvas, double horizon, Rgb light) {
  const Rgb rock = Rgb{0.80, 0.46, 0.30} * light;
  canvas.Polygon({{60, horizon + 1}, {64, horizon - 5}, {78, horizon - 5}, {83, horizon + 1}}).Fill(rock);
  canvas.Polygon({{82, horizon + 1}, {85, horizon - 3}, {93, horizon - 3}, {97, horizon + 1}}).Fill(rock);
  FillBelow(canvas, {.level = horizon + 0.5, .height = 1.5, .length = 66, .phase = 0.2}, Rgb{0.97, 0.84, 0.56} * light);
  FillBelow(canvas, {.level = horizon + 8, .height = 3, .length = 88, .phase = 0.55}, Rgb{0.94, 0.76, 0.45} * light);
  FillBelow(canvas, {.level = horizon + 20, .height = 3, .length = 110, .phase = 0.05}, Rgb{0.88, 0.67, 0.36} * light);
}

void DrawSnow(Canvas& canvas, double horizon, Rgb light) {
  const double base = horizon + 1;
  canvas.Polygon({{4, base}, {20, base - 8}, {36, base}}).Polygon({{26, base}, {38, base - 5}, {50, base}});
  canvas.Fill(Rgb{0.66, 0.76, 0.90} * light);
  canvas.Polygon(
      {{14, base - 5}, {20, base - 8}, {26, base - 5}, {22.5, base - 5.8}, {20, base - 4.2}, {17.5, base - 5.8}});
  canvas.Fill(Rgb{0.97, 0.98, 1.00} * light);
  FillBelow(canvas, {.level = horizon + 0.5, .height = 1.2, .length = 70, .phase = 0.4}, Rgb{0.88, 0.93, 0.99} * light);
  FillBelow(canvas, {.level = horizon + 10, .height = 2.5, .length = 84, .phase = 0.1}, Rgb{0.93, 0.96, 1.00} * light);
  FillBelow(canvas, {.level = horizon + 22, .height = 2.5, .length = 105, .phase = 0.6}, Rgb{0.98, 0.99, 1.00} * light);
}

}  // namespace

void DrawSky(Canvas& canvas, Hour hour, int horizon) {
  const Palette& palette = PaletteOf(hour);
  canvas.Rect(0, 0, 100, 100);
  FillGradient(canvas, 0, horizon, {palette.top, palette.middle, palette.low});
  if (hour == Hour::kStarryNight) DrawStars(canvas, horizon);
}

void DrawLightsAndClouds(Canvas& canvas, const Scene& scene) {
  const Palette& palette = PaletteOf(scene.hour);
  if (scene.sun) DrawSun(canvas, *scene.sun, palette);
  if (scene.moon) DrawMoon(canvas, *scene.moon, scene.phase, palette);
  for (const Point& cloud : scene.clouds) DrawCloud(canvas, cloud, palette);
}

void DrawGround(Canvas& canvas, Ground ground, Hour hour, int horizon) {
  const Palette& palette = PaletteOf(hour);
  switch (ground) {
    case Ground::kRoad:
      return DrawRoad(canvas, horizon, palette.light);
    case Ground::kSea:
      return DrawSea(canvas, horizon, palette);
    case Ground::kHills:
      return DrawHills(canvas, horizon, palette.light);
    case Ground::kDesert:
      return DrawDesert(canvas, horizon, palette.sand);
    case Ground::kSnow:
      return DrawSnow(canvas, horizon, palette.light);
  }
}

void DrawGlitter(Canvas& canvas, const Scene& scene) {
  const std::optional<Point>& source = scene.sun ? scene.sun : scene.moon;
  if (!source) return;
  constexpr double kHalfWidths[] = {5.5, 3.5, 5, 2.5, 4};
  double y = scene.horizon + 1.5;
  for (double half : kHalfWidths) {
    canvas.Ellipse({static_cast<double>(source->x), y}, half, 0.7);
    y += 3.4;
  }
  canvas.Fill(PaletteOf(scene.hour).glow, 0.85);
}

}  // namespace diptych
