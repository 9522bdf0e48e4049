// Feelings: brows, eyes, mouth and a sign of each, larger where the figure is small.
#include <cmath>

#include "world/figure.h"

namespace diptych::world {
namespace {

constexpr Rgb kInk = {0.06, 0.05, 0.09}, kEye = {1.00, 1.00, 0.98}, kTear = {0.30, 0.66, 1.00},
              kMouth = {0.62, 0.08, 0.12}, kBlush = {1.00, 0.38, 0.40};

struct Face {
  const Figure& figure;
  Canvas& canvas;
  Feeling feeling;
  bool asleep, sings;
  Rgb ink;   // lines on the head
  Rgb lash;  // and where the eyes are
  double small;
  double radius;  // of the eyes
  double stroke;  // of lines

  Spot Eye(int side) const { return {side * (figure.species.eyes.x + small), figure.species.eyes.y}; }
  // A size that is larger in small figures.
  double Bold(double size) const { return size * (1 + 0.35 * small); }
};

void ClosedEye(const Face& face, Spot at, double curve) {
  const double r = face.radius;
  face.canvas.Curve({{at.x - r, at.y - curve * 0.4}, {at.x, at.y + curve * 0.8}, {at.x + r, at.y - curve * 0.4}});
  face.canvas.Stroke(face.lash, face.stroke * 1.1);
}

// The upper part of an open eye, in a shade.
void Lid(const Face& face, Spot at, double r) {
  cairo_save(face.canvas.context());
  face.canvas.Rect(at.x - r - 1, at.y - r - 1, at.x + r + 1, at.y + r * 0.15);
  cairo_clip(face.canvas.context());
  face.canvas.Circle(at, r).Fill(face.figure.Colour(face.figure.species.head_tone) * Rgb{0.80, 0.74, 0.80});
  cairo_restore(face.canvas.context());
  face.canvas.Line({{at.x - r, at.y + r * 0.15}, {at.x + r, at.y + r * 0.15}}).Stroke(kInk, face.stroke * 0.9);
}

Spot Gaze(const Face& face, Spot eye) {
  const Action action = face.figure.pen.subject.action;
  Spot gaze = {eye.x + 1.2, eye.y};
  if (face.feeling == Feeling::kSad || action == Action::kReading || action == Action::kWriting) gaze.y += 2;
  if (face.feeling == Feeling::kTired) gaze.y += 3;
  if (face.feeling == Feeling::kTroubled) gaze = {eye.x - 2.6, eye.y - 2.2};
  return gaze;
}

void OpenEye(const Face& face, Spot at) {
  const bool surprised = face.feeling == Feeling::kSurprised;
  const double r = surprised ? face.radius * 1.3 : face.radius;
  face.canvas.Circle(at, r);
  face.canvas.FillAndStroke(kEye, kInk, 1.5);
  const Spot gaze = surprised ? at : Gaze(face, at);
  face.canvas.Circle(gaze, surprised ? r * 0.34 : r * 0.62).Fill(kInk);
  if (!surprised) face.canvas.Circle({gaze.x + r * 0.2, gaze.y - r * 0.22}, r * 0.22).Fill(kEye);
  if (face.feeling == Feeling::kTired) Lid(face, at, r);
}

// From the outer to the inner end, above the eye; `side` is -1 for the left eye.
void Brow(const Face& face, int side, double outer, double inner) {
  const Spot eye = face.Eye(side);
  const double y = eye.y - face.radius, half = face.radius * 1.05;
  face.canvas.Line({{eye.x + side * half, y + outer}, {eye.x - side * half * 0.85, y + inner}});
  face.canvas.Stroke(face.ink, face.stroke * 1.35);
}

void Eyes(const Face& face) {
  for (int side : {-1, 1}) {
    const Spot at = face.Eye(side);
    if (face.asleep)
      ClosedEye(face, at, 6);
    else if (face.feeling == Feeling::kHappy)
      ClosedEye(face, at, -8);
    else
      OpenEye(face, at);
  }
}

void Brows(const Face& face) {
  for (int side : {-1, 1}) {
    if (face.feeling == Feeling::kAngry) Brow(face, side, -5, 7);
    if (face.feeling == Feeling::kSad) Brow(face, side, 2, -6);
    if (face.feeling == Feeling::kSurprised) Brow(face, side, -8, -10);
    if (face.feeling == Feeling::kTroubled) Brow(face, side, side < 0 ? 2 : -3, side < 0 ? -5 : -8);
  }
}

void Zigzag(const Face& face, double y) {
  const double w = face.Bold(1);
  face.canvas.Line({{-11 * w, y + 1}, {-6 * w, y - 3}, {-1 * w, y + 3}, {4 * w, y - 3}, {8 * w, y + 3}, {12 * w, y}});
  face.canvas.Stroke(face.ink, face.stroke);
}

// An open mouth with a tongue.
void Laugh(const Face& face, double y) {
  const double w = face.Bold(12.5), h = face.Bold(10);
  face.canvas.Blob(
      {{-w, y - 4}, {0, y - 2.5}, {w, y - 4}, {w * 0.6, y + h * 0.6}, {0, y + h}, {-w * 0.6, y + h * 0.6}});
  face.canvas.FillAndStroke(kMouth, kInk, 1.5);
  face.canvas.Ellipse({0, y + h * 0.62}, w * 0.42, h * 0.25).Fill({0.98, 0.46, 0.50});
}

void RoundMouth(const Face& face, double y, Spot radii) {
  face.canvas.Ellipse({0, y + radii.y * 0.5}, radii.x, radii.y);
  face.canvas.FillAndStroke(kMouth, kInk, 1.6);
  face.canvas.Ellipse({0, y + radii.y}, radii.x * 0.6, radii.y * 0.36).Fill({0.98, 0.46, 0.50});
}

void Teeth(const Face& face, double y) {
  const double w = face.Bold(11), h = face.Bold(5);
  face.canvas.RoundRect(-w, y - h * 0.6, w, y + h, 3);
  face.canvas.FillAndStroke(kEye, kInk, 2);
  for (double x : {-0.5, 0.0, 0.5}) face.canvas.Line({{x * w, y - h * 0.6}, {x * w, y + h}});
  face.canvas.Line({{-w, y + h * 0.2}, {w, y + h * 0.2}}).Stroke(kInk, 1.2);
}

void Bow(const Face& face, double y, double half, double depth) {
  face.canvas.Curve({{-half, y - depth * 0.5}, {0, y + depth * 0.5}, {half, y - depth * 0.5}});
  face.canvas.Stroke(face.ink, face.stroke);
}

void Mouth(const Face& face, double y) {
  if (face.sings && face.feeling != Feeling::kHappy) return RoundMouth(face, y, {face.Bold(7), face.Bold(7)});
  switch (face.feeling) {
    case Feeling::kHappy:
      return Laugh(face, y);
    case Feeling::kSad:
      return Bow(face, y + 3, face.Bold(10), -8);
    case Feeling::kAngry:
      return Teeth(face, y);
    case Feeling::kSurprised:
      return RoundMouth(face, y, {face.Bold(5.5), face.Bold(7.5)});
    case Feeling::kTired:
      face.canvas.Curve({{-7, y + 3}, {-2, y}, {4, y + 3}, {9, y + 5}}).Stroke(face.ink, face.stroke);
      return;
    case Feeling::kTroubled:
      return Zigzag(face, y + 2);
    default:
      return Bow(face, y + 1.5, face.Bold(9), 5);
  }
}

// What a beak alone cannot show.
void LineBelowBeak(const Face& face, double y) {
  switch (face.feeling) {
    case Feeling::kSad:
      return Bow(face, y + 10, 11, -5);
    case Feeling::kTroubled:
      return Zigzag(face, y + 10);
    case Feeling::kTired:
      face.canvas.Line({{-7, y + 9}, {7, y + 11}}).Stroke(face.ink, face.stroke * 0.8);
      return;
    case Feeling::kCalm:
      return Bow(face, y + 8, 10, 5);
    default:
      return;
  }
}

void Beak(const Face& face, double y) {
  const Rgb colour = face.figure.Colour(Tone::kOrange);
  const bool open = face.feeling == Feeling::kHappy || face.feeling == Feeling::kSurprised ||
                    face.feeling == Feeling::kAngry || face.sings;
  const double w = face.Bold(9);
  if (open) {
    face.canvas.Blob({{-w, y - 1}, {w, y - 1}, {w * 0.6, y + 9}, {-w * 0.6, y + 9}}).Fill(kMouth);
    face.canvas.Polygon({{-w * 0.7, y + 6}, {w * 0.7, y + 6}, {0, y + 13}});
    face.figure.pen.Shape(colour);
  }
  face.canvas.Polygon({{-w, y - 5}, {w, y - 5}, {0, y + (open ? 3 : 8)}});
  face.figure.pen.Shape(colour);
  if (!open) LineBelowBeak(face, y);
}

void Drop(const Face& face, Spot at, double size) {
  const double s = size * (1 + 0.5 * face.small);
  face.canvas.Blob({{at.x, at.y - s * 1.5}, {at.x + s * 0.85, at.y}, {at.x, at.y + s}, {at.x - s * 0.85, at.y}});
  face.canvas.FillAndStroke(kTear, {0.08, 0.26, 0.60}, 1.2);
}

// A swollen vein.
void Rage(const Face& face) {
  const Rgb red = {0.92, 0.08, 0.06};
  const double x = 17, y = -25, r = face.Bold(5);
  face.canvas.Line({{x - r, y - r * 0.4}, {x + r, y - r * 0.4}}).Line({{x - r, y + r * 0.4}, {x + r, y + r * 0.4}});
  face.canvas.Line({{x - r * 0.4, y - r}, {x - r * 0.4, y + r}}).Line({{x + r * 0.4, y - r}, {x + r * 0.4, y + r}});
  face.canvas.Stroke(red, face.stroke * 0.7);
}

void Cheeks(const Face& face, Rgb colour, double opacity) {
  const double y = face.Eye(1).y + face.radius + 5;
  for (int side : {-1, 1})
    face.canvas.Ellipse({face.Eye(side).x + side * 5, y}, face.Bold(5), face.Bold(3.6)).Fill(colour, opacity);
}

void Bags(const Face& face) {
  for (int side : {-1, 1}) {
    const Spot eye = face.Eye(side);
    const double r = face.radius;
    face.canvas.Curve({{eye.x - r * 0.8, eye.y + r + 2}, {eye.x, eye.y + r + 5}, {eye.x + r * 0.8, eye.y + r + 2}});
  }
  face.canvas.Stroke(Mix(face.ink, {0.50, 0.36, 0.66}, 0.7), face.stroke * 0.8);
}

// What comic strips draw for a feeling.
void Signs(const Face& face) {
  const Spot left = face.Eye(-1), right = face.Eye(1);
  const double cheek = left.y + face.radius + 5;
  switch (face.feeling) {
    case Feeling::kHappy:
      return Cheeks(face, kBlush, 0.75);
    case Feeling::kSad:
      Drop(face, {left.x - 4, cheek + 6}, 5.4);
      return Drop(face, {right.x + 4, cheek + 2}, 4.6);
    case Feeling::kAngry:
      Cheeks(face, {0.95, 0.12, 0.08}, 0.65);
      return Rage(face);
    case Feeling::kTired:
      return Bags(face);
    case Feeling::kTroubled:
      return Drop(face, {-face.figure.species.head.x - 1, -12}, 6.4);
    default:
      return;
  }
}

}  // namespace

void DrawFace(const Figure& figure) {
  const Species& species = figure.species;
  const Subject& subject = figure.pen.subject;
  const bool dark = Luma(figure.Colour(species.head_tone)) < 0.28 && species.mask == nullptr;
  constexpr Rgb kLight = {0.90, 0.90, 0.94};
  const bool dark_patches = species.masked || (species.patches && Luma(figure.pen.body) < 0.5);
  const Face face = {.figure = figure,
                     .canvas = figure.pen.canvas,
                     .feeling = subject.feeling,
                     .asleep = subject.action == Action::kSleeping,
                     .sings = subject.action == Action::kSinging,
                     .ink = dark ? kLight : kInk,
                     .lash = dark || dark_patches ? kLight : kInk,
                     .small = figure.small,
                     .radius = 7.6 + 2 * figure.small,
                     .stroke = 3.2 + 1.2 * figure.small};
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
