// What characters hold.
#include <algorithm>

#include "world/figure.h"

namespace diptych::world {
namespace {

constexpr Rgb kInk = {0.10, 0.09, 0.16};

void Book(const Pen& pen, Spot at) {
  pen.canvas.RoundRect(at.x - 11, at.y - 14, at.x + 11, at.y + 14, 2);
  pen.Shape(pen.Lit({0.10, 0.46, 0.42}));
  pen.canvas.Rect(at.x - 6, at.y - 9, at.x + 7, at.y - 4).Fill(pen.Lit({0.98, 0.88, 0.55}));
  pen.canvas.Rect(at.x - 11, at.y - 13, at.x - 8, at.y + 13).Fill(pen.White());
}

// Over the head, its pole in the hand.
void Umbrella(const Pen& pen, Spot hand, double head) {
  const double top = head - 68, x = hand.x - 6;
  pen.canvas.Line({{hand.x, hand.y + 8}, {x, top + 10}}).Stroke(pen.Wood(), 4);
  const auto canopy = [&](double share) {
    cairo_move_to(pen.canvas.context(), x - 54 * share, top + 33);
    cairo_curve_to(pen.canvas.context(), x - 50 * share, top - 9, x + 50 * share, top - 9, x + 54 * share, top + 33);
    cairo_close_path(pen.canvas.context());
  };
  canopy(1);
  pen.Shape(pen.Lit({0.86, 0.16, 0.34}));
  canopy(0.38);
  pen.canvas.Fill(pen.Lit({1.00, 0.80, 0.84}));
  for (double left : {-54.0, -18.0, 18.0}) pen.canvas.Ellipse({x + left + 18, top + 33}, 18, 5);
  pen.canvas.Fill(pen.Lit({0.72, 0.10, 0.28}));
  pen.canvas.Line({{x, top + 2}, {x, top - 5}}).Stroke(pen.Wood(), 3);
}

void Balloon(const Pen& pen, Spot hand, double head) {
  const Spot at = {hand.x + 12, head - 54};
  pen.canvas.Curve({hand, {hand.x + 10, (hand.y + at.y) / 2}, {at.x, at.y + 28}}).Stroke(kInk, 1.8);
  pen.canvas.Ellipse(at, 21, 26);
  pen.Shape(pen.Lit({0.95, 0.20, 0.48}));
  pen.canvas.Polygon({{at.x - 4, at.y + 31}, {at.x + 4, at.y + 31}, {at.x, at.y + 25}})
      .Fill(pen.Lit({0.95, 0.20, 0.48}));
  pen.canvas.Ellipse({at.x - 8, at.y - 10}, 4, 7).Fill(pen.Lit({1.00, 0.75, 0.85}));
}

void Lantern(const Pen& pen, Spot hand) {
  const Spot at = {hand.x + 5, hand.y + 22};
  pen.canvas.Ellipse(at, 16, 19).Fill({1.00, 0.85, 0.40}, 0.35);
  pen.canvas.Arc({at.x, at.y - 12}, 7, 3.2, 6.2).Stroke(kInk, 2.2);
  pen.canvas.RoundRect(at.x - 10, at.y - 10, at.x + 10, at.y + 13, 3);
  pen.Shape({1.00, 0.88, 0.36});
  pen.canvas.Ellipse({at.x, at.y + 3}, 3.6, 6.5).Fill({1.00, 0.50, 0.10});
  pen.canvas.Rect(at.x - 12, at.y - 13, at.x + 12, at.y - 8)
      .Rect(at.x - 12, at.y + 11, at.x + 12, at.y + 16)
      .Fill({0.30, 0.22, 0.20});
}

void Blossom(const Pen& pen, Spot hand) {
  const Spot at = {hand.x + 5, hand.y - 27};
  pen.canvas.Line({{hand.x - 2, hand.y + 11}, at}).Stroke(pen.Lit({0.18, 0.55, 0.22}), 3.6);
  for (const Spot& petal : {Spot{0, -9}, Spot{8.5, -3}, Spot{5.5, 7}, Spot{-5.5, 7}, Spot{-8.5, -3}}) {
    pen.canvas.Circle({at.x + petal.x, at.y + petal.y}, 7);
    pen.Shape(pen.Lit({0.98, 0.45, 0.66}));
  }
  pen.canvas.Circle(at, 5.5).Fill(pen.Lit({1.00, 0.85, 0.25}));
}

bool IsWhole(const Look& look) { return look.hand == Look::Hand::kArtist; }

// A small thing that an artist drew, beside the face; of its drawings the one that the number of the look picks. Heads
// by examiners have things by examiners.
void Artists(const Pen& pen, Spot hand) {
  const KindRow& row = RowOf(KindOf(pen.subject.held));
  const bool examiners = static_cast<size_t>(pen.subject.look) >= RowOf(pen.subject.kind).looks.size();
  const bool drawn = std::ranges::any_of(row.examiner_looks, IsWhole);
  const std::vector<Look>& looks = examiners && drawn ? row.examiner_looks : row.looks;
  const size_t which = static_cast<size_t>(pen.subject.look) % looks.size();
  const Look* look = &looks[which];
  for (size_t i = 0; !IsWhole(*look); ++i) look = &looks[(which + i) % looks.size()];
  // Larger than life next to those who hold them, so that one sees what they are.
  constexpr double kSides[kSizes] = {58, 54, 50};
  const double side = kSides[static_cast<size_t>(pen.subject.size)], shown = look->height / 100.0,
               width = shown > 1 ? side / shown : side, left = hand.x - std::min(8.0, width / 2), bottom = hand.y + 8;
  StickDrawing(pen, {.request = {.drawing = look->drawing, .mirrored = look->faces == ThingDrawing::Faces::kLeft},
                     .left = left,
                     .top = bottom - width * shown,
                     .right = left + width,
                     .bottom = bottom,
                     .light = pen.Lit({1, 1, 1})});
}

// Where the middle of a head as high as the figure's would be; those that artists drew are higher than our own.
double CrownOf(const Figure& figure, const Joints& joints) {
  const double higher = LookOf(figure.pen.subject).hand == Look::Hand::kArtistHead ? 16 : 0;
  return joints.head.y - 2 * RaisedBy(HeadScale(figure.pen.subject, figure.species)) - higher;
}

}  // namespace

void DrawHeldBehind(const Figure& figure, const Joints& joints) {
  if (figure.pen.subject.held == Held::kUmbrella) Umbrella(figure.pen, joints.hands[1], CrownOf(figure, joints));
}

void DrawHeld(const Figure& figure, const Joints& joints) {
  const Spot hand = joints.hands[1];
  switch (figure.pen.subject.held) {
    case Held::kBalloon:
      return Balloon(figure.pen, hand, CrownOf(figure, joints));
    case Held::kLantern:
      return Lantern(figure.pen, hand);
    case Held::kFlower:
      return Blossom(figure.pen, hand);
    case Held::kBook:
      return Book(figure.pen, {hand.x + 8, hand.y - 4});
    case Held::kNone:
    case Held::kUmbrella:
      return;
    default:
      return Artists(figure.pen, hand);
  }
}

}  // namespace diptych::world
