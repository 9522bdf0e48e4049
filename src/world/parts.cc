// What several species have.
#include <array>

#include "world/figure.h"

namespace diptych::world {
namespace {

constexpr std::array<Rgb, kVariants> kHair = {{{0.55, 0.30, 0.12}, {0.10, 0.08, 0.09}, {0.90, 0.70, 0.28}}};

}  // namespace

Rgb Figure::Hair() const { return pen.Lit(kHair[static_cast<size_t>(pen.variant())]); }

Rgb Contrast(const Figure& figure) {
  const Rgb body = figure.pen.body;
  return Luma(body) > 0.35 ? Mix(body, {0.12, 0.07, 0.08}, 0.78) : Mix(body, {1, 1, 1}, 0.72);
}

void StickDrawing(const Pen& pen, const Canvas::Sticker& sticker) {
  if (!pen.canvas.measuring()) return pen.canvas.Stick(WorldArtwork(), sticker);
  pen.canvas.Rect(sticker.left, sticker.top, sticker.right, sticker.bottom).Fill({});
}

void Nose(const Figure& figure, Spot at, double size) {
  figure.pen.canvas.Ellipse(at, size, size * 0.7).Fill({0.10, 0.08, 0.10});
}

// Ears of triangles, as cats and foxes have, with the inside in another colour.
void PointedEars(const Figure& figure, double height, Rgb inside) {
  Both([&](int s) {
    figure.pen.canvas.Polygon({{s * 30.0, -8}, {s * 27.0, -30 - height}, {s * 7.0, -26}});
    figure.pen.Shape(figure.pen.body);
    figure.pen.canvas.Polygon({{s * 26.0, -16}, {s * 24.5, -24 - height}, {s * 12.0, -23}}).Fill(inside);
  });
}

void RoundEars(const Figure& figure, Rgb outside, Rgb inside, double radius) {
  Both([&](int s) {
    figure.pen.canvas.Circle({s * 23.0, -23}, radius);
    figure.pen.Shape(outside);
    figure.pen.canvas.Circle({s * 23.0, -23}, radius * 0.55).Fill(inside);
  });
}

void Muzzle(const Figure& figure, Spot radii, double y) {
  figure.pen.canvas.Ellipse({4, y}, radii.x, radii.y).Fill(figure.Colour(Tone::kCream));
}

void Fringe(const Figure& figure) {
  figure.pen.canvas.Blob(
      {{-31, -4}, {-30, -22}, {-8, -33}, {18, -31}, {31, -12}, {30, -4}, {23, -17}, {4, -22}, {-18, -18}});
  figure.pen.Shape(figure.Hair());
}

}  // namespace diptych::world
