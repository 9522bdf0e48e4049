// What characters hold and play.
#include <array>

#include "world/figure.h"

namespace diptych::world {
namespace {

constexpr Rgb kInk = {0.10, 0.09, 0.16};

void Note(const Pen& pen, Spot at) {
  pen.canvas.Line({at, {at.x, at.y - 13}, {at.x + 7, at.y - 10}}).Stroke(kInk, 2.4);
  pen.canvas.Ellipse({at.x - 3, at.y}, 4, 3).Fill(kInk);
}

void Book(const Pen& pen, Spot at) {
  pen.canvas.RoundRect(at.x - 11, at.y - 14, at.x + 11, at.y + 14, 2);
  pen.Shape(pen.Lit({0.10, 0.46, 0.42}));
  pen.canvas.Rect(at.x - 6, at.y - 9, at.x + 7, at.y - 4).Fill(pen.Lit({0.98, 0.88, 0.55}));
  pen.canvas.Rect(at.x - 11, at.y - 13, at.x - 8, at.y + 13).Fill(pen.White());
}

void OpenBook(const Pen& pen, double y) {
  pen.canvas.Polygon({{-29, y - 17}, {0, y - 12}, {29, y - 17}, {29, y + 13}, {0, y + 18}, {-29, y + 13}});
  pen.Shape(pen.Lit({0.10, 0.46, 0.42}));
  pen.canvas.Polygon({{-25, y - 19}, {0, y - 14}, {25, y - 19}, {25, y + 9}, {0, y + 14}, {-25, y + 9}});
  pen.Shape(pen.White());
  for (double line : {-8.0, -2.0, 4.0})
    pen.canvas.Line({{-20, y + line - 2}, {-5, y + line + 1}}).Line({{5, y + line + 1}, {20, y + line - 2}});
  pen.canvas.Line({{0, y - 14}, {0, y + 14}}).Stroke({0.55, 0.52, 0.55}, 1.6);
}

void Ukulele(const Pen& pen) {
  const Rgb wood = pen.Lit({0.82, 0.52, 0.22});
  pen.Limb({{0, -43}, {50, -71}}, pen.Lit({0.40, 0.24, 0.12}), 8.5);
  pen.canvas.Polygon({{46, -75}, {57, -81}, {61, -73}, {50, -66}});
  pen.Shape(pen.Lit({0.40, 0.24, 0.12}));
  pen.canvas.Blob({{-28, -30}, {-24, -48}, {-8, -50}, {4, -54}, {16, -50}, {14, -38}, {4, -30}, {-6, -18}, {-22, -17}});
  pen.Shape(wood);
  pen.canvas.Circle({-4, -39}, 6).Fill({0.22, 0.12, 0.08});
  pen.canvas.Line({{-20, -29}, {49, -71}}).Stroke(pen.White(), 1.2);
  Note(pen, {46, -98});
  Note(pen, {56, -112});
}

void Drum(const Pen& pen) {
  pen.canvas.Rect(-27, -42, 29, -16).Ellipse({1, -16}, 28, 7);
  pen.Shape(pen.Lit({0.88, 0.20, 0.20}));
  pen.canvas.Line({{-27, -36}, {-13, -12}, {1, -34}, {15, -12}, {29, -36}}).Stroke(pen.Lit({1.00, 0.86, 0.30}), 3);
  pen.canvas.Ellipse({1, -42}, 28, 8);
  pen.Shape(pen.White());
}

void Sticks(const Pen& pen, const Joints& joints) {
  const Rgb wood = pen.Lit({0.72, 0.50, 0.26});
  pen.Limb({joints.hands[0], {-6, -42}}, wood, 5.5);
  pen.Limb({joints.hands[1], {10, -45}}, wood, 5.5);
  Note(pen, {40, -100});
}

// Beside the painter, with a picture begun on it.
void Easel(const Pen& pen) {
  const Rgb wood = pen.Wood();
  pen.canvas.Line({{76, -110}, {58, 0}}).Line({{76, -110}, {96, 0}}).Line({{76, -110}, {78, -8}}).Stroke(wood, 5);
  pen.canvas.Rect(50, -100, 98, -46);
  pen.Shape(pen.White());
  pen.canvas.Rect(52, -66, 96, -48).Fill(pen.Lit({0.35, 0.70, 0.35}));
  pen.canvas.Circle({84, -84}, 8).Fill(pen.Lit({1.00, 0.72, 0.15}));
  pen.canvas.Polygon({{56, -66}, {68, -86}, {80, -66}}).Fill(pen.Lit({0.35, 0.50, 0.85}));
  pen.canvas.Rect(48, -47, 100, -42).Fill(wood);
}

void Brush(const Pen& pen, Spot hand) {
  pen.Limb({{hand.x - 8, hand.y + 8}, {hand.x + 8, hand.y - 7}}, pen.Lit({0.72, 0.50, 0.26}), 4.6);
  pen.canvas.Circle({hand.x + 9, hand.y - 8}, 3.6).Fill(pen.Lit({0.90, 0.20, 0.20}));
}

void Palette(const Pen& pen, Spot at) {
  pen.canvas.Ellipse({at.x, at.y + 2}, 16, 11);
  pen.Shape(pen.Lit({0.85, 0.66, 0.42}));
  constexpr std::array<Rgb, 4> kDabs = {
      {{0.90, 0.15, 0.15}, {0.20, 0.40, 0.90}, {1.00, 0.85, 0.15}, {0.20, 0.65, 0.30}}};
  for (size_t i = 0; i < kDabs.size(); ++i)
    pen.canvas.Circle({at.x - 9 + 6.0 * static_cast<double>(i), at.y - 1 + 4.0 * static_cast<double>(i % 2)}, 2.8)
        .Fill(pen.Lit(kDabs[i]));
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

// A small thing that an artist drew, upon the hand; of its drawings the one that the number of the look picks.
void Artists(const Pen& pen, Spot hand) {
  const KindRow& row = RowOf(KindOf(pen.subject.held));
  const size_t which = static_cast<size_t>(pen.subject.look) % row.looks.size();
  const Look* look = &row.looks[which];
  for (size_t i = 0; look->hand != Look::Hand::kArtist; ++i) look = &row.looks[(which + i) % row.looks.size()];
  constexpr double kSide = 46;
  const double shown = look->height / 100.0, width = shown > 1 ? kSide / shown : kSide;
  pen.canvas.Stick(WorldArtwork(),
                   {.request = {.drawing = look->drawing, .mirrored = look->faces == ThingDrawing::Faces::kLeft},
                    .left = hand.x + 5 - width / 2,
                    .top = hand.y + 5 - width * shown,
                    .right = hand.x + 5 + width / 2,
                    .bottom = hand.y + 5,
                    .light = pen.Lit({1, 1, 1})});
}

}  // namespace

void DrawBehind(const Figure& figure, const Joints& joints) {
  const Subject& subject = figure.pen.subject;
  if (subject.action == Action::kPainting) Easel(figure.pen);
  if (subject.held == Held::kUmbrella) Umbrella(figure.pen, joints.hands[1], joints.head.y);
  if (subject.action != Action::kSleeping) return;
  figure.pen.canvas.RoundRect(6, -16, 66, 0, 8);
  figure.pen.Shape(figure.pen.White());
}

void DrawInstrument(const Figure& figure, const Joints& joints) {
  const Pen& pen = figure.pen;
  if (pen.subject.action == Action::kUkulele) Ukulele(pen);
  if (pen.subject.action == Action::kDrum) {
    Drum(pen);
    Sticks(pen, joints);
  }
  if (pen.subject.action == Action::kReading) OpenBook(pen, joints.hands[0].y - 2);
  if (pen.subject.action != Action::kPainting) return;
  Palette(pen, joints.hands[0]);
  Brush(pen, joints.hands[1]);
}

void DrawHeld(const Figure& figure, const Joints& joints) {
  const Spot hand = joints.hands[1];
  switch (figure.pen.subject.held) {
    case Held::kBalloon:
      return Balloon(figure.pen, hand, joints.head.y);
    case Held::kLantern:
      return Lantern(figure.pen, hand);
    case Held::kFlower:
      return Blossom(figure.pen, hand);
    case Held::kBook:
      return Book(figure.pen, {hand.x + 2, hand.y - 4});
    case Held::kNone:
    case Held::kUmbrella:
      return;
    default:
      return Artists(figure.pen, hand);
  }
}

}  // namespace diptych::world
