#include "world/figure.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "world/sample_subject.h"

namespace diptych::world {
namespace {

constexpr std::array<Rgb, kVariants> kSkin = {{{0.98, 0.82, 0.68}, {0.62, 0.42, 0.28}, {0.90, 0.68, 0.48}}};

// By its name where an artist drew the head.
size_t SkinOf(const Look& look) {
  if (look.hand != Look::Hand::kArtistHead) return static_cast<size_t>(look.variant);
  if (look.drawing.find("dark") != std::string::npos) return 1;
  return look.drawing.find("light") != std::string::npos ? 0 : 2;
}

Joints Standing() {
  return {.head = {0, -101}, .hips = {0, -30}, .hands = {{-36, -44}, {36, -44}}, .feet = {{-13, -4}, {14, -4}}};
}

Joints Seated() {
  return {.head = {0, -77},
          .hips = {0, -9},
          .hands = {{-33, -16}, {33, -16}},
          .feet = {{-27, -6}, {28, -6}},
          .seated = true};
}

Joints PoseOf(Action action) {
  Joints joints = Standing();
  switch (action) {
    case Action::kSitting:
      return Seated();
    case Action::kSleeping:
      joints = {.head = {34, -32},
                .hips = {-30, -18},
                .hands = {{-6, -5}, {4, -4}},
                .feet = {{-60, -6}, {-56, -14}},
                .lying = true};
      joints.tilt = 0.35;
      return joints;
    case Action::kWalking:
      joints.feet[0] = {-25, -9};
      joints.feet[1] = {24, -4};
      joints.hands[0] = {-36, -56};
      joints.hands[1] = {34, -40};
      joints.tilt = 0.05;
      return joints;
    case Action::kJumping:
      joints.head.y -= 14;
      joints.hips.y -= 14;
      joints.feet[0] = {-24, -26};
      joints.feet[1] = {25, -30};
      joints.hands[0] = {-42, -92};
      joints.hands[1] = {42, -92};
      return joints;
    case Action::kReading:
      joints = Seated();
      joints.hands[0] = {-19, -28};
      joints.hands[1] = {21, -28};
      joints.tilt = 0.06;
      return joints;
    case Action::kUkulele:
      joints.hands[0] = {-9, -40};
      joints.hands[1] = {40, -64};
      return joints;
    case Action::kDrum:
      joints.hands[0] = {-20, -52};
      joints.hands[1] = {22, -60};
      return joints;
    case Action::kPainting:
      joints.hands[0] = {-26, -40};
      joints.hands[1] = {46, -68};
      return joints;
    default:
      return joints;
  }
}

// Shows the feeling by what the action leaves free.
void Feel(const Subject& subject, Joints& joints) {
  const bool low = subject.feeling == Feeling::kSad || subject.feeling == Feeling::kTired;
  if (low && !joints.lying) joints.head.y += 6;
  if (subject.feeling == Feeling::kSad) joints.tilt += 0.10;
  if (subject.feeling == Feeling::kTired) joints.tilt += 0.16;
  if (subject.feeling == Feeling::kTroubled) joints.tilt -= 0.12;
  if (subject.held != Held::kNone || !HandsFree(subject.action) || subject.action == Action::kJumping) return;
  const Spot head = joints.head;
  switch (subject.feeling) {
    case Feeling::kHappy:
      joints.hands[0] = {-42, head.y + 14};
      joints.hands[1] = {42, head.y + 14};
      break;
    case Feeling::kSad:
    case Feeling::kTired:
      joints.hands[0].x = -27;
      joints.hands[1].x = 27;
      joints.hands[0].y = joints.hands[1].y += 5;
      break;
    case Feeling::kAngry:
      joints.hands[0] = {-21, head.y + 58};
      joints.hands[1] = {21, head.y + 58};
      joints.bend = 4;
      break;
    case Feeling::kSurprised:
      joints.hands[0] = {-27, head.y + 19};
      joints.hands[1] = {27, head.y + 19};
      joints.bend = 2;
      break;
    case Feeling::kTroubled:
      joints.hands[1] = {14, head.y + 29};
      joints.bend = 2;
      break;
    default:
      break;
  }
}

// A hand that holds something comes up; the other stays.
void Hold(const Subject& subject, Joints& joints) {
  if (subject.held == Held::kNone) return;
  joints.hands[1] = {35, joints.head.y + (subject.held == Held::kLantern || subject.held == Held::kBook ? 48 : 36)};
}

void DrawLegs(const Figure& figure, const Joints& joints) {
  const Rgb leg = figure.Colour(figure.species.leg), foot = figure.Colour(figure.species.foot);
  for (int side : {0, 1}) {
    const Spot at = joints.feet[side];
    const double x = joints.hips.x + (side == 0 ? -10 : 10);
    if (joints.seated) {
      figure.pen.Limb({{x, joints.hips.y}, {at.x, at.y - 3}}, leg, 17);
      figure.pen.canvas.Ellipse({at.x, at.y - 3}, 10, 9);
    } else if (joints.lying) {
      figure.pen.Limb({joints.hips, {at.x, at.y - 2}}, leg, 15);
      figure.pen.canvas.Ellipse({at.x, at.y - 2}, 6, 8);
    } else {
      figure.pen.Limb({{x, joints.hips.y - 4}, {(x + at.x) / 2 + 2, (joints.hips.y + at.y) / 2}, {at.x, at.y - 4}}, leg,
                      15);
      figure.pen.canvas.Ellipse({at.x + 5, at.y - 2}, 12.5, 6.5);
    }
    figure.pen.Shape(foot);
  }
}

void DrawTorso(const Figure& figure, const Joints& joints) {
  const Species& species = figure.species;
  Canvas& canvas = figure.pen.canvas;
  const double half = species.torso, top = joints.head.y + 22, low = joints.hips.y + 7;
  if (joints.lying) {
    canvas.Ellipse({-14, -20}, 38, 19);
    figure.Part(species.torso_tone);
    return;
  }
  if (species.square) {
    canvas.RoundRect(-half, top + 4, half, low, 5);
  } else if (species.skirt && !joints.seated) {
    canvas.Blob({{0, top},
                 {half * 0.75, top + 12},
                 {half * 0.85, top + 26},
                 {half * 1.35, low + 7},
                 {0, low + 11},
                 {-half * 1.35, low + 7},
                 {-half * 0.85, top + 26},
                 {-half * 0.75, top + 12}});
  } else {
    canvas.Blob({{0, top},
                 {half * 0.85, top + 14},
                 {half, low - 14},
                 {half * 0.7, low},
                 {-half * 0.7, low},
                 {-half, low - 14},
                 {-half * 0.85, top + 14}});
  }
  figure.Part(species.torso_tone);
  if (species.belly == Tone::kBody) return;
  canvas.Ellipse({2, (top + low) / 2 + 6}, half * 0.62, (low - top) * 0.34).Fill(figure.Colour(species.belly));
}

void DrawArm(const Figure& figure, const Joints& joints, int side) {
  const double sign = side == 0 ? -1 : 1, half = figure.species.torso;
  const Spot hand = joints.hands[side];
  Spot shoulder = {sign * half * 0.72, joints.head.y + 38};
  if (joints.lying) shoulder = {-4, -24};
  const double dx = hand.x - shoulder.x, dy = hand.y - shoulder.y, length = std::max(1.0, std::hypot(dx, dy));
  const double out = joints.lying ? 0 : joints.bend * 4;
  const Spot elbow = {(shoulder.x + hand.x) / 2 + sign * out * (0.4 + std::abs(dy) / length),
                      (shoulder.y + hand.y) / 2 + out * 0.6};
  figure.pen.Limb({shoulder, elbow, hand}, figure.Colour(figure.species.arm), 12.5);
  const bool clothed = figure.species.head_tone == Tone::kSkin;
  if (!clothed && !figure.species.square) return;
  figure.pen.canvas.Circle(hand, 6.2);
  figure.pen.Shape(figure.Colour(clothed ? Tone::kSkin : Tone::kDark));
}

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

void DrawHead(const Figure& figure, const Joints& joints) {
  Canvas& canvas = figure.pen.canvas;
  const Species& species = figure.species;
  cairo_save(canvas.context());
  cairo_translate(canvas.context(), joints.head.x, joints.head.y);
  cairo_rotate(canvas.context(), joints.tilt);
  if (LookOf(figure.pen.subject).hand == Look::Hand::kArtistHead) {
    DrawArtistsHead(figure);
    cairo_restore(canvas.context());
    return;
  }
  if (species.behind != nullptr) species.behind(figure);
  if (species.square)
    canvas.RoundRect(-species.head.x, -species.head.y, species.head.x, species.head.y, 7);
  else
    canvas.Ellipse({0, 0}, species.head.x, species.head.y);
  figure.Part(species.head_tone);
  if (species.mask != nullptr) species.mask(figure);
  cairo_translate(canvas.context(), 4, 0);  // the face looks to the right
  DrawFace(figure);
  cairo_translate(canvas.context(), -4, 0);
  if (species.front != nullptr) species.front(figure);
  cairo_restore(canvas.context());
}

void DrawTail(const Figure& figure, const Joints& joints) {
  if (figure.species.tail == nullptr) return;
  cairo_save(figure.pen.canvas.context());
  cairo_translate(figure.pen.canvas.context(), joints.hips.x - (joints.lying ? 12 : 4),
                  joints.hips.y - (joints.lying ? 4 : 2));
  figure.species.tail(figure);
  cairo_restore(figure.pen.canvas.context());
}

// The ground far below the feet.
void DrawShadow(const Figure& figure) {
  figure.pen.canvas.Ellipse({0, -3}, 26, 3).Fill({0.10, 0.08, 0.16}, 0.4);
  figure.pen.canvas.Line({{-37, -22}, {-39, -10}}).Line({{37, -22}, {39, -10}}).Stroke({0.25, 0.22, 0.30}, 2.2);
}

void DrawSleepSigns(const Figure& figure) {
  const auto letter = [&](double x, double y, double size) {
    figure.pen.canvas.Line({{x, y}, {x + size, y}, {x, y + size}, {x + size, y + size}});
    figure.pen.canvas.Stroke({0.10, 0.09, 0.16}, 4.4);
    figure.pen.canvas.Line({{x, y}, {x + size, y}, {x, y + size}, {x + size, y + size}});
    figure.pen.canvas.Stroke({1, 1, 1}, 2.2);
  };
  letter(-4, -63, 9);
  letter(-18, -80, 11);
}

}  // namespace

Units PoseUnits(Action action) {
  constexpr std::array<Units, kActions> kPoses = {
      {{80, 138}, {80, 138},  {84, 112}, {132, 84}, {84, 138}, {88, 152}, {84, 112}, {104, 138},
       {84, 138}, {136, 138}, {84, 138}, {84, 138}, {84, 138}, {84, 138}, {84, 138}, {84, 138},
       {84, 112}, {84, 138},  {84, 138}, {84, 138}, {84, 138}, {84, 138}, {84, 138}, {84, 138},
       {84, 138}, {84, 138},  {84, 138}, {84, 138}, {84, 138}, {84, 138}, {84, 138}}};
  return kPoses[static_cast<size_t>(action)];
}

Rgb Figure::Colour(Tone tone) const {
  switch (tone) {
    case Tone::kShade:
      return pen.shade;
    case Tone::kWhite:
      return pen.White();
    case Tone::kCream:
      return Mix(pen.body, pen.Lit({1.00, 0.96, 0.88}), 0.66);
    case Tone::kSkin:
      return pen.Lit(kSkin[SkinOf(LookOf(pen.subject))]);
    case Tone::kTrousers:
      return pen.Lit({0.28, 0.30, 0.42});
    case Tone::kOrange:
      return pen.Lit({0.98, 0.62, 0.12});
    case Tone::kDark:
      return {0.22, 0.20, 0.25};
    case Tone::kGrey:
      return pen.Lit({0.70, 0.72, 0.76});
    default:
      return pen.body;
  }
}

void Figure::Part(Tone tone) const {
  if (tone == Tone::kPattern) return pen.Body();
  pen.Shape(Colour(tone));
}

void DrawFigure(const Pen& pen) {
  const Subject& subject = pen.subject;
  const Figure figure = {.pen = pen, .species = SpeciesOf(subject)};
  Joints joints = PoseOf(subject.action);
  // The head comes before the feet, so that one sees where the figure faces.
  if (!joints.lying) joints.head.x += 4;
  Feel(subject, joints);
  Hold(subject, joints);
  if (subject.action == Action::kJumping) DrawShadow(figure);
  DrawBehind(figure, joints);
  DrawTail(figure, joints);
  DrawLegs(figure, joints);
  DrawTorso(figure, joints);
  DrawHead(figure, joints);
  DrawInstrument(figure, joints);
  DrawHeld(figure, joints);
  for (int side : {0, 1}) DrawArm(figure, joints, side);
  if (joints.lying) DrawSleepSigns(figure);
}

}  // namespace diptych::world
