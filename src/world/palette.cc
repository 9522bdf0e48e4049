#include "world/palette.h"

#include <array>

namespace diptych::world {
namespace {

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
    {.top = {0.07, 0.10, 0.27},
     .middle = {0.11, 0.16, 0.37},
     .low = {0.20, 0.26, 0.47},
     .cloud = {0.40, 0.45, 0.62},
     .cloud_shade = {0.26, 0.30, 0.47},
     .light = {0.40, 0.46, 0.68},
     .sand = {0.53, 0.50, 0.62},
     .sun = {1.00, 0.97, 0.80},
     .glow = {0.70, 0.76, 1.00},
     .sea_far = {0.12, 0.27, 0.52},
     .sea_near = {0.05, 0.17, 0.42}},
}};

bool IsOvercast(Weather weather) {
  return weather == Weather::kRain || weather == Weather::kSnow || weather == Weather::kFog ||
         weather == Weather::kStorm;
}

// How bright sky and land are under clouds.
struct Gloom {
  double sky = 1, land = 1;
};
Gloom GloomOf(Weather weather) {
  if (weather == Weather::kStorm) return {0.46, 0.66};
  return weather == Weather::kRain ? Gloom{0.72, 0.84} : Gloom{0.95, 0.95};
}

// Spring and summer days are bluer, autumn's golden, winter's pale.
Rgb SkyIn(Season season, Rgb sky) {
  if (season == Season::kAutumn) return Mix(sky, {1.00, 0.90, 0.74}, 0.16 * Luma(sky));
  if (season == Season::kWinter) return Mix(sky, Mix(sky, {0.86, 0.90, 0.96}, Luma(sky)), 0.45);
  return sky;
}

}  // namespace

Palette PaletteOf(const Scene& scene) {
  Palette palette = kPalettes[static_cast<size_t>(scene.hour)];
  for (Rgb* sky : {&palette.top, &palette.middle, &palette.low}) *sky = SkyIn(scene.season, *sky);
  if (!IsOvercast(scene.weather)) return palette;
  const Gloom gloom = GloomOf(scene.weather);
  for (Rgb* sky : {&palette.top, &palette.middle, &palette.low, &palette.sea_far, &palette.sea_near}) {
    const double grey = Luma(*sky) * gloom.sky + 0.05;
    *sky = Mix(*sky, {grey, grey * 1.02, grey * 1.06}, 0.72);
  }
  palette.light = palette.light * Rgb{gloom.land, gloom.land, gloom.land};
  palette.sand = palette.sand * Rgb{gloom.land, gloom.land, gloom.land};
  palette.cloud = Mix(palette.middle, palette.cloud, 0.25);
  palette.cloud_shade = Mix(palette.middle, {0.1, 0.1, 0.14}, 0.18);
  if (scene.weather == Weather::kStorm) {
    palette.cloud = Mix(palette.top, {0.30, 0.30, 0.40}, 0.6);
    palette.cloud_shade = Mix(palette.cloud, {0.06, 0.06, 0.12}, 0.45);
  }
  return palette;
}

Rgb GrassIn(Season season, Rgb plain) {
  switch (season) {
    case Season::kSpring:
      return Mix(plain, {0.60, 0.88, 0.36}, 0.5);
    case Season::kSummer:
      return Mix(plain, {0.36, 0.64, 0.14}, 0.5);
    case Season::kAutumn:
      return Mix(plain, {0.76, 0.60, 0.26}, 0.62);
    case Season::kWinter:
      return Mix(plain, {0.94, 0.96, 1.00}, 0.94);
    case Season::kNone:
      return plain;
  }
  return plain;
}

Rgb LeavesIn(Season season, Rgb plain, int tree) {
  constexpr std::array<Rgb, 3> kBlossom = {{{0.98, 0.70, 0.82}, {0.64, 0.86, 0.38}, {0.99, 0.80, 0.88}}};
  constexpr std::array<Rgb, 3> kColoured = {{{0.93, 0.50, 0.12}, {0.80, 0.22, 0.13}, {0.96, 0.72, 0.16}}};
  const size_t index = static_cast<size_t>(tree) % 3;
  switch (season) {
    case Season::kSpring:
      return kBlossom[index];
    case Season::kSummer:
      return Mix(plain, {0.16, 0.50, 0.14}, 0.6);
    case Season::kAutumn:
      return kColoured[index];
    case Season::kWinter:
      return Mix(plain, {0.95, 0.98, 1.00}, 0.75);
    case Season::kNone:
      return plain;
  }
  return plain;
}

Grade BackdropGrade(Mood mood) {
  constexpr std::array<Grade, kMoods> kGrades = {{
      {},
      {.saturation = 1.28, .gain = 1.06, .tint = {1.00, 0.92, 0.55}, .share = 0.08},
      {.saturation = 0.40, .gain = 0.80, .tint = {0.34, 0.42, 0.60}, .share = 0.26},
      {.saturation = 0.75, .gain = 1.00, .tint = {1.00, 0.84, 0.97}, .share = 0.38},
      {.saturation = 1.05, .gain = 0.66, .tint = {0.60, 0.04, 0.06}, .share = 0.20},
  }};
  return kGrades[static_cast<size_t>(mood)];
}

Grade SubjectGrade(Mood mood) {
  constexpr std::array<Grade, kMoods> kGrades = {{
      {},
      {.saturation = 1.10, .gain = 1.02},
      {.saturation = 0.78, .gain = 0.92, .tint = {0.34, 0.42, 0.60}, .share = 0.06},
      {.saturation = 0.95, .gain = 1.00, .tint = {1.00, 0.88, 0.97}, .share = 0.12},
      {.saturation = 1.05, .gain = 0.88, .tint = {0.50, 0.04, 0.06}, .share = 0.04},
  }};
  return kGrades[static_cast<size_t>(mood)];
}

}  // namespace diptych::world
