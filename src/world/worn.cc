// What characters wear on their heads and around their necks.
#include <algorithm>

#include "world/figure.h"

namespace diptych::world {
namespace {

// In the coordinates of the head, whose half width and height are `head`.
struct Wearer {
  const Figure& figure;
  const Pen& pen;
  Canvas& canvas;
  Spot head;
};

void SunHat(const Wearer& wearer) {
  const double w = wearer.head.x, top = -wearer.head.y - 6;
  const Rgb straw = wearer.pen.Lit({0.97, 0.83, 0.48});
  wearer.canvas.Blob(
      {{-w * 0.72, top + 12}, {-w * 0.66, top - 10}, {0, top - 19}, {w * 0.66, top - 10}, {w * 0.72, top + 12}});
  wearer.pen.Shape(straw);
  wearer.canvas.Ellipse({0, top + 11}, w * 1.34, 7.5);
  wearer.pen.Shape(straw);
  wearer.canvas.Polygon({{-w * 0.73, top + 1}, {w * 0.73, top + 1}, {w * 0.74, top + 8}, {-w * 0.74, top + 8}});
  wearer.pen.Shape(wearer.pen.Lit({0.86, 0.16, 0.24}));
}

void Cap(const Wearer& wearer) {
  const double w = wearer.head.x, top = -wearer.head.y - 7;
  const Rgb blue = wearer.pen.Lit({0.13, 0.34, 0.78});
  wearer.canvas.Blob({{-w * 0.98, top + 20},
                      {-w * 0.9, top + 2},
                      {-w * 0.3, top - 10},
                      {w * 0.4, top - 9},
                      {w * 0.92, top + 4},
                      {w * 0.98, top + 18},
                      {0, top + 14}});
  wearer.pen.Shape(blue);
  wearer.canvas.Blob({{w * 0.1, top + 13}, {w * 0.9, top + 12}, {w * 1.55, top + 19}, {w * 0.9, top + 22}});
  wearer.pen.Shape(wearer.pen.Lit({0.90, 0.20, 0.18}));
  wearer.canvas.Circle({2, top - 9}, 3.2);
  wearer.pen.Shape(wearer.pen.Lit({0.90, 0.20, 0.18}));
}

void Crown(const Wearer& wearer) {
  const double w = wearer.head.x * 0.8, base = -wearer.head.y + 10, top = base - 27;
  wearer.canvas.Polygon({{-w, base},
                         {-w * 1.12, top},
                         {-w * 0.5, base - 13},
                         {0, top - 4},
                         {w * 0.5, base - 13},
                         {w * 1.12, top},
                         {w, base}});
  wearer.pen.Shape(wearer.pen.Lit({1.00, 0.82, 0.14}));
  constexpr Rgb kRuby = {0.90, 0.10, 0.20}, kSapphire = {0.12, 0.36, 0.90};
  wearer.canvas.Circle({0, base - 7}, 4).Fill(kRuby);
  wearer.canvas.Circle({-w * 0.58, base - 6}, 3).Circle({w * 0.58, base - 6}, 3).Fill(kSapphire);
}

void Glasses(const Wearer& wearer) {
  const Species& species = wearer.figure.species;
  const double x = species.eyes.x + wearer.figure.small, y = species.eyes.y, r = 11.6 + 1.4 * wearer.figure.small;
  const double stroke = 3.4 + 0.8 * wearer.figure.small;
  const auto frames = [&](Rgb colour, double width) {
    wearer.canvas.Circle({4 - x, y}, r).Stroke(colour, width);
    wearer.canvas.Circle({4 + x, y}, r).Stroke(colour, width);
    wearer.canvas.Line({{4 - x + r, y - 2}, {4 + x - r, y - 2}});
    wearer.canvas.Line({{4 - x - r, y - 2}, {-wearer.head.x + 1, y - 5}});
    wearer.canvas.Stroke(colour, width);
  };
  frames({1, 1, 1}, stroke + 2.4);
  frames({0.55, 0.05, 0.35}, stroke);
}

// Two loops and a knot.
void Bow(const Pen& pen, Spot at, double size) {
  const Rgb pink = pen.Lit({0.96, 0.20, 0.52});
  Both([&](int s) {
    pen.canvas.Blob({{at.x, at.y},
                     {at.x + s * size * 0.9, at.y - size * 0.75},
                     {at.x + s * size * 1.15, at.y},
                     {at.x + s * size * 0.9, at.y + size * 0.75}});
    pen.Shape(pink);
  });
  pen.canvas.Circle(at, size * 0.34);
  pen.Shape(pen.Lit({0.80, 0.08, 0.36}));
}

void Scarf(const Pen& pen, Spot neck) {
  const Rgb red = pen.Lit({0.90, 0.16, 0.18}), light = pen.Lit({1.00, 0.92, 0.80});
  pen.canvas.RoundRect(neck.x + 6, neck.y + 8, neck.x + 19, neck.y + 38, 3);
  pen.Shape(red);
  pen.canvas.Rect(neck.x + 7, neck.y + 22, neck.x + 18, neck.y + 27)
      .Rect(neck.x + 7, neck.y + 31, neck.x + 18, neck.y + 35)
      .Fill(light);
  pen.canvas.Blob({{neck.x - 25, neck.y + 1},
                   {neck.x, neck.y + 6},
                   {neck.x + 27, neck.y + 1},
                   {neck.x + 25, neck.y + 13},
                   {neck.x, neck.y + 18},
                   {neck.x - 23, neck.y + 13}});
  pen.Shape(red);
  for (double x : {-14.0, 2.0}) pen.canvas.Line({{neck.x + x, neck.y + 5}, {neck.x + x + 2, neck.y + 16}});
  pen.canvas.Stroke(light, 4);
}

bool HasArtistsHead(const Figure& figure) { return LookOf(figure.pen.subject).hand == Look::Hand::kArtistHead; }

}  // namespace

void DrawOnHead(const Figure& figure) {
  // Not over eyes that are high on the head.
  const double high = std::min(0.0, figure.species.eyes.y + 4);
  const Wearer wearer = {figure, figure.pen, figure.pen.canvas, {figure.species.head.x, figure.species.head.y - high}};
  switch (figure.pen.subject.worn) {
    case Worn::kHat:
      return SunHat(wearer);
    case Worn::kCap:
      return Cap(wearer);
    case Worn::kCrown:
      return Crown(wearer);
    case Worn::kGlasses:
      return Glasses(wearer);
    case Worn::kBow:
      if (!figure.species.hatted) Bow(figure.pen, {wearer.head.x * 0.6, 4 - wearer.head.y}, 17);
      return;
    default:
      return;
  }
}

void DrawOnNeck(const Figure& figure, const Joints& joints) {
  const Worn worn = figure.pen.subject.worn;
  if (worn != Worn::kScarf && worn != Worn::kBow) return;
  const Spot neck = joints.Of({0, kTorsoTop});
  if (worn == Worn::kScarf) return Scarf(figure.pen, neck);
  if (figure.species.hatted || HasArtistsHead(figure)) Bow(figure.pen, {neck.x + 2, neck.y + 14}, 18);
}

}  // namespace diptych::world
