#include "world/backdrop.h"

#include "world/layout.h"
#include "world/scenery.h"
#include "world/sky.h"

namespace diptych::world {
namespace {

void DrawGround(const Land& land, Ground ground) {
  switch (ground) {
    case Ground::kSea:
      return DrawSea(land);
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
    case Ground::kGarden:
      return DrawGarden(land);
    case Ground::kPark:
      return DrawPark(land);
    case Ground::kFarm:
      return DrawFarm(land);
    case Ground::kStreet:
      return DrawShops(land);
    case Ground::kHarbour:
      return DrawHarbour(land);
    case Ground::kRiver:
      return DrawRiver(land);
    case Ground::kPlayground:
      return DrawPlayground(land);
    case Ground::kCircus:
      return DrawCircus(land);
    case Ground::kUnderwater:
      return DrawUnderwater(land);
    case Ground::kSpace:
      return DrawSpace(land);
    case Ground::kMoon:
      return DrawMoonscape(land);
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

// Whether sun and moon are mirrored in it.
bool Mirrors(Ground ground) {
  return ground == Ground::kSea || ground == Ground::kBeach || ground == Ground::kHarbour || ground == Ground::kRiver;
}

bool IsCarried(const Scene& scene, size_t subject) {
  return subject == 0 &&
         (scene.relation == Relation::kOn || scene.relation == Relation::kInside || scene.relation == Relation::kAbove);
}

}  // namespace

void DrawBackdrop(Canvas& canvas, const Scene& whole) {
  Scene scene = whole;
  if (!HasWeather(scene.ground)) scene.weather = Weather::kClear;
  if (IsRoom(scene.ground)) {
    DrawRoom(canvas, scene);
  } else if (scene.ground == Ground::kCave) {
    DrawCave(canvas, scene);
  } else {
    if (HasWeather(scene.ground)) DrawSky(canvas, scene, {.horizon = static_cast<double>(scene.horizon)});
    DrawGround(LandOf(canvas, scene), scene.ground);
    if (Mirrors(scene.ground))
      DrawGlitter(canvas, scene, scene.horizon + (scene.ground == Ground::kRiver ? kRiverBend : 0));
    if (scene.weather == Weather::kFog) DrawFog(canvas, scene, 1);
  }
  DrawMoodEdges(canvas, scene);
}

void DrawIslands(Canvas& canvas, const Scene& scene) {
  if (scene.ground != Ground::kSea) return;
  const Palette palette = PaletteOf(scene);
  for (size_t i = 0; i < scene.subjects.size(); ++i) {
    const Subject& subject = scene.subjects[i];
    const bool aloft = IsOffGround(subject.action);
    if (RowOf(subject.kind).realm != Realm::kLand || aloft || IsCarried(scene, i)) continue;
    const double left = subject.boxes.front().left, right = subject.boxes.back().right,
                 y = subject.boxes.front().bottom;
    canvas.Ellipse({(left + right) / 2, y + 1.5}, (right - left) / 2 + 6, 5).Fill(Mix(palette.sea_far, {1, 1, 1}, 0.5));
    canvas.Ellipse({(left + right) / 2, y}, (right - left) / 2 + 4.5, 4.2).Fill(Rgb{0.95, 0.85, 0.60} * palette.sand);
  }
}

void DrawWaterBefore(Canvas& canvas, const Scene& scene, size_t index) {
  const Subject& subject = scene.subjects[index];
  if (subject.action != Action::kSwimming || !Mirrors(scene.ground) || IsCarried(scene, index)) return;
  const Land land = LandOf(canvas, scene);
  for (const plan::Box& box : subject.boxes) DrawWaterOver(land, scene.ground, box);
}

}  // namespace diptych::world
