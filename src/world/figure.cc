#include "world/figure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include "world/artist_heads.h"
#include "world/cairo_pointers.h"

namespace diptych::world {
namespace {

constexpr std::array<Rgb, kVariants> kSkin = {{{0.98, 0.82, 0.68}, {0.62, 0.42, 0.28}, {0.90, 0.68, 0.48}}};

// Turns what is drawn about the hips, as the body leans.
class Leaning {
 public:
  Leaning(const Figure& figure, const Joints& joints) : context_(figure.pen.canvas.context()) {
    cairo_save(context_);
    cairo_translate(context_, joints.hips.x, joints.hips.y);
    cairo_rotate(context_, joints.lean);
  }
  ~Leaning() { cairo_restore(context_); }
  Leaning(const Leaning&) = delete;
  Leaning& operator=(const Leaning&) = delete;

 private:
  cairo_t* context_;
};

void DrawFoot(const Figure& figure, const Joints& joints, int side) {
  const Spot at = joints.feet[side];
  cairo_t* context = figure.pen.canvas.context();
  cairo_save(context);
  cairo_translate(context, at.x, at.y);
  cairo_rotate(context, joints.soles[side]);
  if (joints.seated)
    figure.pen.canvas.Ellipse({0, -3}, 10, 9);
  else if (joints.lying)
    figure.pen.canvas.Ellipse({0, -2}, 6.5, 8.5);
  else
    figure.pen.canvas.Ellipse({5, -2}, 12.5, 6.5);
  figure.pen.Shape(figure.Colour(figure.species.foot));
  cairo_restore(context);
}

void DrawLegs(const Figure& figure, const Joints& joints) {
  const Rgb leg = figure.Colour(figure.species.leg);
  for (int side : {0, 1}) {
    if (joints.astride && side == 0) continue;  // behind what is ridden
    const Spot at = joints.feet[side], hip = joints.Of({side == 0 ? -10.0 : 10.0, -3});
    const Spot knee = joints.knees[side].value_or(Spot{(hip.x + at.x) / 2 + 2, (hip.y + at.y) / 2});
    if (joints.seated || joints.lying)
      figure.pen.Limb({hip, {at.x, at.y - 3}}, leg, joints.seated ? 17 : 15);
    else
      figure.pen.Limb({hip, knee, {at.x, at.y - 3}}, leg, 15);
    DrawFoot(figure, joints, side);
  }
}

void TorsoPath(const Figure& figure, const Joints& joints) {
  const Species& species = figure.species;
  Canvas& canvas = figure.pen.canvas;
  const double half = species.torso, top = kTorsoTop, low = kTorsoLow;
  if (species.square) {
    canvas.RoundRect(-half, top + 4, half, low, 5);
  } else if (species.skirt && !joints.seated && !joints.astride) {
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
}

void DrawTorso(const Figure& figure, const Joints& joints) {
  const Species& species = figure.species;
  const Leaning leaning(figure, joints);
  TorsoPath(figure, joints);
  figure.Part(species.torso_tone);
  if (species.belly != Tone::kBody) {
    constexpr double kMiddle = (kTorsoTop + kTorsoLow) / 2;
    figure.pen.canvas.Ellipse({2, kMiddle + 6}, species.torso * 0.62, (kTorsoLow - kTorsoTop) * 0.34);
    figure.pen.canvas.Fill(figure.Colour(species.belly));
  }
  if (species.clothes != nullptr) species.clothes(figure);
}

void DrawArm(const Figure& figure, const Joints& joints, int side) {
  const Species& species = figure.species;
  const double sign = side == 0 ? -1 : 1;
  const Spot hand = joints.hands[side], shoulder = joints.Of({sign * species.torso * 0.72, kTorsoTop + 16});
  const double dx = hand.x - shoulder.x, dy = hand.y - shoulder.y, length = std::max(1.0, std::hypot(dx, dy));
  const double out = std::abs(joints.lean) > 0.8 ? 0 : joints.bend * 4;
  const Spot elbow = joints.elbows[side].value_or(Spot{
      (shoulder.x + hand.x) / 2 + sign * out * (0.4 + std::abs(dy) / length), (shoulder.y + hand.y) / 2 + out * 0.6});
  figure.pen.Limb({shoulder, elbow, hand}, figure.Colour(species.arm), 12.5);
  const Tone bare = species.hand != Tone::kBody        ? species.hand
                    : species.head_tone == Tone::kSkin ? Tone::kSkin
                    : species.square                   ? Tone::kDark
                                                       : Tone::kBody;
  if (bare == Tone::kBody) return;
  figure.pen.canvas.Circle(hand, 6.6);
  figure.pen.Shape(figure.Colour(bare));
}

// What tells the variants of one animal apart: a tuft of fur, or lashes.
void DrawVariant(const Figure& figure) {
  const Species& species = figure.species;
  if (species.head_tone == Tone::kSkin || species.square || species.hatted) return;
  Canvas& canvas = figure.pen.canvas;
  if (figure.pen.variant() == 1) {
    const double top = -species.head.y;
    canvas.Blob(
        {{-9, top + 5}, {-8, top - 8}, {0, top - 3}, {3, top - 12}, {8, top - 3}, {14, top - 7}, {12, top + 5}});
    figure.pen.Shape(figure.pen.shade);
  }
  if (figure.pen.variant() != 2) return;
  Both([&](int side) {
    const Spot eye = {4 + side * (species.eyes.x + figure.small), species.eyes.y};
    canvas.Line({{eye.x + side * 6.0, eye.y - 5}, {eye.x + side * 11.0, eye.y - 9}});
    canvas.Line({{eye.x + side * 8.0, eye.y - 2}, {eye.x + side * 13.0, eye.y - 4}});
  });
  canvas.Stroke({0.06, 0.05, 0.09}, 2.6);
}

void DrawHead(const Figure& figure, const Joints& joints) {
  Canvas& canvas = figure.pen.canvas;
  const Species& species = figure.species;
  const double scale = HeadScale(figure.pen.subject, species);
  cairo_save(canvas.context());
  cairo_translate(canvas.context(), joints.head.x, joints.head.y - RaisedBy(scale));
  cairo_scale(canvas.context(), scale, scale);
  // An artist's drawing stays upright, so that its edges stay where it was measured.
  if (LookOf(figure.pen.subject).hand == Look::Hand::kArtistHead) {
    DrawArtistsHead(figure);
    cairo_restore(canvas.context());
    return;
  }
  cairo_rotate(canvas.context(), joints.tilt);
  if (species.behind != nullptr) species.behind(figure);
  if (species.square)
    canvas.RoundRect(-species.head.x, -species.head.y, species.head.x, species.head.y, 7);
  else
    canvas.Ellipse({0, 0}, species.head.x, species.head.y);
  figure.Part(species.head_tone);
  if (species.mask != nullptr) species.mask(figure);
  DrawVariant(figure);
  cairo_translate(canvas.context(), 4, 0);  // the face looks to the right
  DrawFace(figure);
  cairo_translate(canvas.context(), -4, 0);
  if (species.front != nullptr) species.front(figure);
  DrawOnHead(figure);
  cairo_restore(canvas.context());
}

void DrawTail(const Figure& figure, const Joints& joints) {
  if (figure.species.tail == nullptr) return;
  const Leaning leaning(figure, joints);
  cairo_translate(figure.pen.canvas.context(), -4, -2);
  figure.species.tail(figure);
}

// The ground far below the feet.
void DrawShadow(const Figure& figure) {
  figure.pen.canvas.Ellipse({0, -3}, 26, 3).Fill({0.10, 0.08, 0.16}, 0.4);
  figure.pen.canvas.Line({{-37, -22}, {-39, -10}}).Line({{37, -22}, {39, -10}}).Stroke({0.25, 0.22, 0.30}, 2.2);
}

void DrawSleepSigns(const Figure& figure) {
  const auto letter = [&](double x, double y, double size) {
    const auto path = [&] { figure.pen.canvas.Line({{x, y}, {x + size, y}, {x, y + size}, {x + size, y + size}}); };
    path();
    figure.pen.canvas.Stroke({0.10, 0.09, 0.16}, 5);
    path();
    figure.pen.canvas.Stroke({1, 1, 1}, 2.6);
  };
  letter(-14, -66, 11);
  letter(-32, -86, 14);
}

// All but the head and what is held and worn, in two layers with the head between them.
void DrawBelowHead(const Figure& figure, const Joints& joints) {
  if (figure.pen.subject.action == Action::kJumping) DrawShadow(figure);
  DrawPropBehind(figure, joints);
  DrawTail(figure, joints);
  DrawLegs(figure, joints);
  DrawTorso(figure, joints);
}

void DrawArms(const Figure& figure, const Joints& joints) {
  for (int side : {0, 1}) DrawArm(figure, joints, side);
  if (joints.lying) DrawSleepSigns(figure);
}

Figure FigureOf(const Pen& pen) {
  constexpr double kSmall = 15, kLarge = 32;
  return {.pen = pen,
          .species = SpeciesOf(pen.subject),
          .small = std::clamp((kLarge - pen.scale) / (kLarge - kSmall), 0.0, 1.0)};
}

// The body in the colours of the head that an artist drew.
Pen Dressed(Pen pen, const ArtistsColours& colours) {
  if (!colours.body) return pen;
  pen.body = pen.Lit(*colours.body);
  pen.shade = Mix(pen.body, {0.10, 0.08, 0.20}, 0.28);
  return pen;
}

void Unite(Extents& all, const Extents& more) {
  if (more.left > more.right) return;
  all.Add(more.left, more.top);
  all.Add(more.right, more.bottom);
}

// Measures parts of figures; what they draw goes nowhere. Parts are kept that many subjects share.
class Measurer {
 public:
  // All but the head and what is held.
  Extents Body(const Subject& subject) {
    // All that a pose depends on: scenes must not depend on what was measured before.
    const auto key = std::tuple(&SpeciesOf(subject), subject.action, subject.feeling, subject.held, subject.size,
                                LookOf(subject).hand);
    const auto [found, is_new] = bodies_.try_emplace(key);
    if (is_new)
      found->second = Measure(subject, [](const Figure& figure, const Joints& joints) {
        DrawBelowHead(figure, joints);
        DrawProp(figure, joints);
        DrawArms(figure, joints);
      });
    return found->second;
  }
  Extents Head(const Subject& subject) {
    const auto key = std::tuple(subject.kind, subject.look, subject.action, subject.feeling, subject.worn, subject.size,
                                subject.held);
    const auto [found, is_new] = heads_.try_emplace(key);
    if (is_new)
      found->second = Measure(subject, [](const Figure& figure, const Joints& joints) {
        DrawHead(figure, joints);
        DrawOnNeck(figure, joints);
      });
    return found->second;
  }
  Extents HeldThing(const Subject& subject) {
    return Measure(subject, [](const Figure& figure, const Joints& joints) {
      DrawHeldBehind(figure, joints);
      DrawHeld(figure, joints);
    });
  }

 private:
  template <typename Draw>
  Extents Measure(const Subject& subject, const Draw& draw) {
    constexpr double kOutline = 2, kScale = 25;
    Canvas canvas(context_.get(), false);
    const Pen pen = {.canvas = canvas, .subject = subject, .width = kOutline, .scale = kScale};
    const Figure figure = FigureOf(pen);
    cairo_save(context_.get());
    canvas.BeginMeasuring();
    draw(figure, JointsOf(subject));
    const Extents extents = canvas.EndMeasuring();
    cairo_restore(context_.get());
    return extents;
  }

  SurfacePointer surface_{cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1)};
  ContextPointer context_{cairo_create(surface_.get())};
  std::map<std::tuple<const Species*, Action, Feeling, Held, Size, decltype(Look::hand)>, Extents> bodies_;
  std::map<std::tuple<Kind, int, Action, Feeling, Worn, Size, Held>, Extents> heads_;
};

}  // namespace

Units FigureUnits(const Subject& subject) {
  thread_local Measurer measurer;
  Extents all = measurer.Body(subject);
  Unite(all, measurer.Head(subject));
  if (subject.held != Held::kNone) Unite(all, measurer.HeldThing(subject));
  return {static_cast<int>(std::lround(all.right - all.left)), static_cast<int>(std::lround(all.bottom - all.top))};
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
      return pen.Lit(skin.value_or(kSkin[static_cast<size_t>(pen.variant())]));
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

void DrawFigure(const Pen& plain) {
  const bool artists = LookOf(plain.subject).hand == Look::Hand::kArtistHead && !plain.canvas.measuring();
  const ArtistsColours colours = artists ? ColoursOfHead(plain.subject) : ArtistsColours{};
  const Pen pen = Dressed(plain, colours);
  Figure figure = FigureOf(pen);
  figure.skin = colours.skin;
  const Joints joints = JointsOf(pen.subject);
  DrawHeldBehind(figure, joints);
  DrawBelowHead(figure, joints);
  DrawHead(figure, joints);
  DrawOnNeck(figure, joints);
  DrawProp(figure, joints);
  DrawHeld(figure, joints);
  DrawArms(figure, joints);
}

}  // namespace diptych::world
