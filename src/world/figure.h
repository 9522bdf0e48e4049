// Characters: one articulated figure, upright on two legs, that takes every pose, holds every thing and shows every
// feeling; a species gives it head, ears, tail and colours. Units: feet at y = 0, y down, a person about 138 high.
#pragma once

#include "world/pen.h"

namespace diptych::world {

// What a part is coloured with.
enum class Tone { kBody, kPattern, kShade, kWhite, kCream, kSkin, kTrousers, kOrange, kDark, kGrey };

struct Figure;

struct Species {
  Spot head = {32, 29};  // half width and height of the head
  bool square = false;   // robots
  double torso = 23;     // half width
  Tone head_tone = Tone::kBody, torso_tone = Tone::kPattern, arm = Tone::kBody, leg = Tone::kBody, foot = Tone::kBody;
  Tone belly = Tone::kBody;  // kBody: none
  bool beak = false;         // instead of a mouth
  bool skirt = false;
  bool patches = false;  // around the eyes, in the body's colour
  Spot eyes = {13, -3};  // half distance and height
  double mouth = 15;     // height
  // In the head's coordinates, its centre at 0, 0: what lies behind the head, on it below the eyes, and above all.
  void (*behind)(const Figure&) = nullptr;
  void (*mask)(const Figure&) = nullptr;
  void (*front)(const Figure&) = nullptr;
  // From the hips at 0, 0.
  void (*tail)(const Figure&) = nullptr;
};

struct Figure {
  const Pen& pen;
  const Species& species;
  Rgb Colour(Tone tone) const;
  // The current path in a tone, outlined; kPattern with the subject's pattern.
  void Part(Tone tone) const;
};

// Where the joints are.
struct Joints {
  Spot head, hips, hands[2], feet[2];  // left of the picture first
  double tilt = 0;                     // of the head, radians clockwise
  double bend = 1;                     // of the elbows, outwards
  bool seated = false, lying = false;
};

// Width and height of the figure in an action, in its units, without what a species, a hand or a hat adds.
struct Units {
  int width, height;
};
Units PoseUnits(Action action);

// heads.cc: of a figure with a face of our own, or with an artist's head.
const Species& SpeciesOf(const Subject& subject);
// faces.cc: eyes, brows, mouth and signs of the feeling, in the head's coordinates.
void DrawFace(const Figure& figure);
// held.cc: what lies behind the head and arms, what lies between body and arms, and what a hand holds.
void DrawBehind(const Figure& figure, const Joints& joints);
void DrawInstrument(const Figure& figure, const Joints& joints);
void DrawHeld(const Figure& figure, const Joints& joints);
// figure.cc
void DrawFigure(const Pen& pen);

}  // namespace diptych::world
