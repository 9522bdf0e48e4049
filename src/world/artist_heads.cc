#include "world/artist_heads.h"

#include <algorithm>
#include <array>

namespace diptych::world {

Rgb ArtistsSkin(std::string_view drawing) {
  const auto has = [drawing](std::string_view part) { return drawing.find(part) != drawing.npos; };
  if (has("medium-dark")) return {0.62, 0.42, 0.28};
  if (has("dark")) return {0.45, 0.30, 0.22};
  if (has("medium-light")) return {0.89, 0.76, 0.58};
  if (has("light")) return {0.97, 0.85, 0.73};
  if (has("medium")) return {0.76, 0.56, 0.38};
  return {0.99, 0.80, 0.30};  // emoji yellow
}

bool FitsBody(std::string_view) { return true; }

// A head or bust that an artist drew, its lower edge on the shoulders.
void DrawArtistsHead(const Figure& figure) {
  const Subject& subject = figure.pen.subject;
  const Look& look = LookOf(subject);
  constexpr double kWide = 84, kHigh = 84, kShoulders = 34;
  const double shown = look.height / 100.0, width = std::min(kWide, kHigh / shown);
  Canvas::Sticker sticker = {.request = {.drawing = look.drawing, .mirrored = look.faces == ThingDrawing::Faces::kLeft},
                             .left = -width / 2,
                             .top = kShoulders - width * shown,
                             .right = width / 2,
                             .bottom = kShoulders,
                             .light = figure.pen.Lit({1, 1, 1})};
  figure.pen.canvas.Stick(WorldArtwork(), sticker);
}

}  // namespace diptych::world
