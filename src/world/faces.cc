// Feelings: brows, eyes, mouth and a sign of each.
#include <cmath>

#include "world/figure.h"

namespace diptych::world {
namespace {

constexpr Rgb kInk = {0.06, 0.05, 0.09}, kEye = {1.00, 1.00, 0.98}, kTear = {0.32, 0.68, 0.98},
              kMouth = {0.62, 0.10, 0.14}, kBlush = {1.00, 0.42, 0.42};

struct Face {
  const Figure& figure;
  Canvas& canvas;
  Feeling feeling;
  bool asleep;
  Rgb ink;   // lines on the head
  Rgb lash;  // and where the eyes are
  double radius;

  Spot Eye(int side) const { return {side * figure.species.eyes.x, figure.species.eyes.y}; }
};

void ClosedEye(const Face& face, Spot at, double curve) {
  const double r = face.radius;
  face.canvas.Curve({{at.x - r, at.y - curve * 0.2}, {at.x, at.y + curve}, {at.x + r, at.y - curve * 0.2}});
  face.canvas.Stroke(face.lash, 3.2);
}

// The upper part of an open eye, in the head's colour.
void Lid(const Face& face, Spot at, double r) {
  cairo_save(face.canvas.context());
  face.canvas.Rect(at.x - r - 1, at.y - r - 1, at.x + r + 1, at.y + r * 0.1);
  cairo_clip(face.canvas.context());
  face.canvas.Circle(at, r).Fill(face.figure.Colour(Tone::kGrey) * Rgb{0.85, 0.8, 0.85});
  cairo_restore(face.canvas.context());
  face.canvas.Line({{at.x - r, at.y + r * 0.1}, {at.x + r, at.y + r * 0.1}}).Stroke(kInk, 2.2);
}

void OpenEye(const Face& face, Spot at) {
  const double r = face.feeling == Feeling::kSurprised ? face.radius * 1.4 : face.radius;
  const double pupil = face.feeling == Feeling::kSurprised ? r * 0.36 : r * 0.6;
  face.canvas.Circle(at, r);
  face.canvas.FillAndStroke(kEye, kInk, 1.4);
  Spot gaze = {at.x + 1, at.y};
  if (face.feeling == Feeling::kSad || face.figure.pen.subject.action == Action::kReading) gaze.y += 1.8;
  if (face.feeling == Feeling::kTroubled) gaze = {at.x - 2, at.y - 1.8};
  face.canvas.Circle(gaze, pupil).Fill(kInk);
  if (face.feeling != Feeling::kSurprised) face.canvas.Circle({gaze.x + 1.4, gaze.y - 1.6}, 1.5).Fill(kEye);
  if (face.feeling == Feeling::kTired) Lid(face, at, r);
}

// From the outer to the inner end; `side` is -1 for the left eye.
void Brow(const Face& face, int side, double outer, double inner) {
  const Spot eye = face.Eye(side);
  const double x = eye.x, y = eye.y - face.radius;
  face.canvas.Line({{x + side * 8, y + outer}, {x - side * 6, y + inner}}).Stroke(face.ink, 3.6);
}

void Eyes(const Face& face) {
  for (int side : {-1, 1}) {
    const Spot at = face.Eye(side);
    if (face.asleep)
      ClosedEye(face, at, 5);
    else if (face.feeling == Feeling::kHappy)
      ClosedEye(face, at, -6);
    else
      OpenEye(face, at);
  }
}

void Brows(const Face& face) {
  for (int side : {-1, 1}) {
    if (face.feeling == Feeling::kAngry) Brow(face, side, -5, 4);
    if (face.feeling == Feeling::kSad) Brow(face, side, 1, -6);
    if (face.feeling == Feeling::kSurprised) Brow(face, side, -9, -10);
    if (face.feeling == Feeling::kTroubled) Brow(face, side, side < 0 ? 1 : -2, side < 0 ? -5 : -9);
  }
}

void Zigzag(const Face& face, double y) {
  face.canvas.Line({{-9, y + 1}, {-5, y - 2}, {-1, y + 2}, {3, y - 2}, {7, y + 2}, {10, y - 1}}).Stroke(face.ink, 2.8);
}

void Mouth(const Face& face, double y) {
  Canvas& canvas = face.canvas;
  switch (face.feeling) {
    case Feeling::kHappy:
      canvas.Blob({{-10, y - 3}, {0, y - 1.5}, {10, y - 3}, {6, y + 6}, {0, y + 8}, {-6, y + 6}});
      canvas.FillAndStroke(kMouth, face.ink, 1.4);
      canvas.Ellipse({0, y + 5}, 4.5, 2.4).Fill({0.96, 0.46, 0.50});
      break;
    case Feeling::kSad:
      canvas.Curve({{-9, y + 5}, {0, y - 2}, {9, y + 5}}).Stroke(face.ink, 3);
      break;
    case Feeling::kAngry:
      canvas.RoundRect(-9, y - 2, 9, y + 5, 2.5);
      canvas.FillAndStroke(kEye, kInk, 1.8);
      canvas.Line({{-3, y - 2}, {-3, y + 5}}).Line({{3, y - 2}, {3, y + 5}}).Stroke(kInk, 1.2);
      break;
    case Feeling::kSurprised:
      canvas.Ellipse({0, y + 2.5}, 5, 6.5);
      canvas.FillAndStroke(kMouth, face.ink, 1.6);
      break;
    case Feeling::kTired:
      canvas.Curve({{-7, y + 2}, {0, y + 1}, {7, y + 4}}).Stroke(face.ink, 2.8);
      break;
    case Feeling::kTroubled:
      Zigzag(face, y + 2);
      break;
    default:
      canvas.Curve({{-8, y - 1}, {0, y + 3.5}, {8, y - 1}}).Stroke(face.ink, 2.8);
  }
}

void Beak(const Face& face, double y) {
  const Rgb colour = face.figure.Colour(Tone::kOrange);
  const bool open =
      face.feeling == Feeling::kHappy || face.feeling == Feeling::kSurprised || face.feeling == Feeling::kAngry;
  if (open) {
    face.canvas.Blob({{-7, y - 1}, {7, y - 1}, {4, y + 8}, {-4, y + 8}}).Fill(kMouth);
    face.canvas.Polygon({{-5, y + 5}, {5, y + 5}, {0, y + 11}});
    face.figure.pen.Shape(colour);
  }
  face.canvas.Polygon({{-8, y - 4}, {8, y - 4}, {0, y + (open ? 3 : 7)}});
  face.figure.pen.Shape(colour);
  if (face.feeling == Feeling::kSad) face.canvas.Curve({{-10, y + 11}, {0, y + 7}, {10, y + 11}}).Stroke(face.ink, 2.4);
  if (face.feeling == Feeling::kTroubled) Zigzag(face, y + 9);
  if (face.feeling == Feeling::kTired) face.canvas.Line({{-6, y + 9}, {6, y + 10}}).Stroke(face.ink, 2.2);
  if (face.feeling == Feeling::kCalm) face.canvas.Curve({{-8, y + 7}, {0, y + 10.5}, {8, y + 7}}).Stroke(face.ink, 2.2);
}

void Drop(Canvas& canvas, Spot at, double size) {
  canvas.Blob({{at.x, at.y - size * 1.5}, {at.x + size * 0.8, at.y}, {at.x, at.y + size}, {at.x - size * 0.8, at.y}});
  canvas.FillAndStroke(kTear, {0.10, 0.30, 0.60}, 1);
}

// What comic strips draw for a feeling.
void Signs(const Face& face) {
  Canvas& canvas = face.canvas;
  const Spot left = face.Eye(-1), right = face.Eye(1);
  const double cheek = left.y + face.radius + 4;
  switch (face.feeling) {
    case Feeling::kHappy:
      canvas.Ellipse({left.x - 4, cheek}, 4.5, 3).Ellipse({right.x + 4, cheek}, 4.5, 3).Fill(kBlush, 0.75);
      break;
    case Feeling::kSad:
      Drop(canvas, {left.x - 2, cheek + 5}, 4);
      Drop(canvas, {right.x + 2, cheek + 1}, 3.4);
      break;
    case Feeling::kAngry:
      canvas.Ellipse({left.x - 4, cheek}, 5, 3.5).Ellipse({right.x + 4, cheek}, 5, 3.5).Fill({0.95, 0.15, 0.10}, 0.6);
      canvas.Curve({{12, -24}, {15, -20}, {13, -16}}).Curve({{20, -24}, {17, -20}, {19, -16}});
      canvas.Line({{9, -20}, {23, -20}}).Stroke({0.92, 0.10, 0.08}, 2.6);
      break;
    case Feeling::kTired:
      for (const Spot& eye : {left, right})
        canvas.Curve({{eye.x - 6, eye.y + 8}, {eye.x, eye.y + 10.5}, {eye.x + 6, eye.y + 8}});
      canvas.Stroke(Mix(face.ink, {0.45, 0.35, 0.60}, 0.6), 2.2);
      break;
    case Feeling::kTroubled:
      Drop(canvas, {left.x - 8, left.y - 9}, 4.4);
      break;
    default:
      break;
  }
}

}  // namespace

void DrawFace(const Figure& figure) {
  const Species& species = figure.species;
  const bool dark = Luma(figure.Colour(species.head_tone)) < 0.28 && species.mask == nullptr;
  constexpr Rgb kLight = {0.90, 0.90, 0.94};
  const bool dark_patches = species.patches && Luma(figure.pen.body) < 0.5;
  const Face face = {.figure = figure,
                     .canvas = figure.pen.canvas,
                     .feeling = figure.pen.subject.feeling,
                     .asleep = figure.pen.subject.action == Action::kSleeping,
                     .ink = dark ? kLight : kInk,
                     .lash = dark || dark_patches ? kLight : kInk,
                     .radius = 6.6};
  cairo_set_line_cap(face.canvas.context(), CAIRO_LINE_CAP_ROUND);
  Eyes(face);
  Brows(face);
  Signs(face);
  if (species.beak)
    Beak(face, species.mouth);
  else
    Mouth(face, species.mouth);
  cairo_set_line_cap(face.canvas.context(), CAIRO_LINE_CAP_BUTT);
}

}  // namespace diptych::world
