#include "world/sky.h"

#include <array>
#include <cmath>
#include <numbers>

#include "world/layout.h"
#include "world/scenery.h"

namespace diptych::world {
namespace {

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
  if (phase == MoonPhase::kHalf) {
    canvas.Circle(centre, kMoonRadius).Fill({0.15, 0.19, 0.38});
    canvas.Arc(centre, kMoonRadius, -std::numbers::pi / 2, std::numbers::pi / 2).Fill(palette.sun);
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

// A lid of cloud over the whole sky.
void DrawOvercast(Canvas& canvas, const SkyArea& area, const Palette& palette) {
  const auto row = [&](double y, double shift, Rgb colour) {
    for (int i = -1; i < 6; ++i) canvas.Ellipse({shift + 20.0 * i, y + (i % 2 == 0 ? 0 : 2.5)}, 14, 8);
    canvas.Rect(0, -1, 100, y).Fill(colour);
  };
  row(area.top + 17, 8, Mix(palette.cloud_shade, palette.cloud, 0.45));
  row(area.top + 9, 0, palette.cloud_shade);
}

// Two bolts from the clouds to the horizon, the second smaller.
void DrawLightning(Canvas& canvas, const SkyArea& area) {
  struct Bolt {
    double x, wide, end;  // in parts of the area
  };
  const double width = area.right - area.left, height = area.horizon - area.top;
  for (const Bolt& bolt : {Bolt{0.2, 0.1, 0.97}, Bolt{0.83, -0.08, 0.84}}) {
    const double top = area.top + 0.13 * height, length = (bolt.end - 0.13) * height;
    const auto at = [&](double x, double y) {
      return Spot{area.left + width * (bolt.x + bolt.wide * x), top + length * y};
    };
    const auto path = [&]() -> Canvas& {
      return canvas.Line({at(0.2, 0), at(-0.35, 0.22), at(0.25, 0.33), at(-0.4, 0.58), at(0.2, 0.66), at(-0.15, 1)});
    };
    const auto branches = [&]() -> Canvas& {
      return canvas.Line({at(0.25, 0.33), at(0.75, 0.45), at(0.6, 0.55), at(1.05, 0.68)})
          .Line({at(-0.4, 0.58), at(-0.75, 0.68), at(-0.7, 0.8)});
    };
    const double unit = width / 100;
    path().Stroke({0.80, 0.80, 1.00}, 5 * unit, 0.3);
    branches().Stroke({1.00, 0.97, 0.70}, 0.9 * unit);
    path().Stroke({1.00, 0.96, 0.58}, 2.1 * unit);
    path().Stroke({1.00, 1.00, 0.94}, 0.8 * unit);
  }
}

void DrawRainbow(Canvas& canvas, double horizon) {
  constexpr std::array<Rgb, 7> kBands = {{{0.90, 0.20, 0.22},
                                          {0.98, 0.56, 0.16},
                                          {0.99, 0.88, 0.25},
                                          {0.36, 0.76, 0.36},
                                          {0.28, 0.62, 0.92},
                                          {0.30, 0.36, 0.82},
                                          {0.60, 0.34, 0.78}}};
  double radius = 44;
  for (const Rgb& band : kBands) {
    canvas.Arc({50, horizon + 4}, radius, std::numbers::pi, 2 * std::numbers::pi).Stroke(band, 2.3, 0.85);
    radius -= 2.1;
  }
}

void DrawRain(Canvas& canvas, const Scene& scene) {
  const double slant = scene.weather == Weather::kStorm ? 3.4 : 1.6;
  for (int i = 0; i < 90; ++i) {
    const Spot at = Scattered(i);
    canvas.Line({at, {at.x - slant, at.y + 6}});
  }
  canvas.Stroke(IsNight(scene.hour) ? Rgb{0.62, 0.72, 0.92} : Rgb{0.86, 0.93, 1.00}, 0.7, 0.75);
}

void DrawFlakes(Canvas& canvas) {
  for (int i = 0; i < 80; ++i) canvas.Circle(Scattered(i), 0.7 + 0.22 * (i % 4));
  canvas.Fill({1, 1, 1}, 0.94);
}

}  // namespace

void DrawSky(Canvas& canvas, const Scene& scene, const SkyArea& area) {
  const Palette palette = PaletteOf(scene);
  canvas.Rect(0, 0, 100, 100);
  canvas.FillGradient(area.top, area.horizon, {palette.top, palette.middle, palette.low});
  if (scene.hour == Hour::kStarryNight) DrawStars(canvas, static_cast<int>(area.horizon));
  if (scene.sun) DrawSun(canvas, *scene.sun, palette);
  if (scene.moon) DrawMoon(canvas, *scene.moon, scene.phase, palette);
  if (scene.weather == Weather::kRainbow) DrawRainbow(canvas, area.horizon);
  const bool storm = scene.weather == Weather::kStorm;
  if (storm || scene.weather == Weather::kRain || scene.weather == Weather::kSnow) DrawOvercast(canvas, area, palette);
  if (storm) DrawLightning(canvas, area);
  for (const Point& cloud : scene.clouds) DrawCloud(canvas, cloud, palette);
}

void DrawFallingWeather(Canvas& canvas, const Scene& scene) {
  if (scene.weather == Weather::kRain || scene.weather == Weather::kStorm) DrawRain(canvas, scene);
  if (scene.weather == Weather::kSnow) DrawFlakes(canvas);
  if (scene.weather == Weather::kFog) DrawFog(canvas, scene, 0.4);
}

void DrawFog(Canvas& canvas, const Scene& scene, double density) {
  const double horizon = scene.horizon;
  const Rgb haze = Mix(PaletteOf(scene).low, {1, 1, 1}, 0.35);
  canvas.Rect(0, 0, 100, 100).Fill(haze, 0.28 * density);
  int band = 0;
  for (double y : {horizon - 16, horizon - 3, horizon + 10, horizon + 25}) {
    const double x = band++ % 2 == 0 ? 30 : 66;
    canvas.Ellipse({x, y}, 62, 4.4).Fill(haze, 0.42 * density);
    canvas.Ellipse({100 - x, y + 5}, 44, 3).Fill(haze, 0.36 * density);
  }
}

void DrawStarField(Canvas& canvas, double bottom) {
  for (int i = 0; i < 80; ++i) {
    const Spot at = Scattered(i);
    if (at.y < bottom) canvas.Circle(at, 0.28 + 0.12 * (i % 4));
  }
  canvas.Fill({1, 1, 0.96}, 0.95);
  for (int i = 3; i < 80; i += 9) {
    const Spot at = Scattered(i);
    if (at.y + 2 > bottom) continue;
    canvas.Polygon({{at.x, at.y - 1.9},
                    {at.x + 0.4, at.y - 0.4},
                    {at.x + 1.9, at.y},
                    {at.x + 0.4, at.y + 0.4},
                    {at.x, at.y + 1.9},
                    {at.x - 0.4, at.y + 0.4},
                    {at.x - 1.9, at.y},
                    {at.x - 0.4, at.y - 0.4}});
  }
  canvas.Fill({1, 1, 0.96}, 0.95);
}

void DrawGlitter(Canvas& canvas, const Scene& scene, double top) {
  const std::optional<Point>& source = scene.sun ? scene.sun : scene.moon;
  if (!source) return;
  constexpr double kHalfWidths[] = {5.5, 3.5, 5, 2.5, 4};
  double y = top + 1.5;
  for (double half : kHalfWidths) {
    canvas.Ellipse({static_cast<double>(source->x), y}, half, 0.7);
    y += 3.4;
  }
  canvas.Fill(PaletteOf(scene).glow, 0.85);
}

}  // namespace diptych::world
