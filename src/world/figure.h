// Characters: one articulated figure, upright on two legs, that takes every pose, holds every thing and shows every
// feeling; a species gives it head, ears, tail, clothes and colours. Units: feet at y = 0, y down, a person about 138
// high.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "world/pen.h"

namespace diptych::world {

// What a part is coloured with.
enum class Tone {
  kBody,
  kPattern,  // the body's colour with the subject's pattern
  kShade,
  kWhite,
  kCream,  // light fur
  kSkin,
  kTrousers,
  kOrange,
  kDark,
  kGrey
};

struct Figure;

struct Species {
  using Part = void (*)(const Figure&);
  Spot head = {32, 29};  // half width and height of the head
  double grown = 1;      // size of the head: more of children, less of tall people
  bool square = false;   // robots
  double torso = 23;     // half width
  Tone head_tone = Tone::kBody, torso_tone = Tone::kPattern, arm = Tone::kBody, leg = Tone::kBody, foot = Tone::kBody;
  Tone belly = Tone::kBody;  // kBody: none
  Tone hand = Tone::kBody;   // kBody: as the arm
  bool beak = false;         // instead of a mouth
  bool skirt = false;
  bool patches = false;  // around the eyes, in the body's colour
  bool masked = false;   // dark around the eyes
  bool hatted = false;   // has something on the head of its own, so that nothing more fits there
  Spot eyes = {14, -4};  // half distance and height
  double mouth = 14;     // height
  // In the head's coordinates, its centre at 0, 0: what lies behind the head, on it below the eyes, and above all.
  Part behind = nullptr, mask = nullptr, front = nullptr;
  // From the hips at 0, 0: behind the body; upright, the torso from kTorsoTop to kTorsoLow: on the torso.
  Part tail = nullptr, clothes = nullptr;
};
inline constexpr double kTorsoTop = -49, kTorsoLow = 7;

struct Figure {
  const Pen& pen;
  const Species& species;
  double small = 0;           // 0: large; 1: so small in the picture that features must be larger to be seen
  std::optional<Rgb> skin{};  // as the artist of the head coloured it
  Rgb Colour(Tone tone) const;
  // The current path in a tone, outlined; kPattern with the subject's pattern.
  void Part(Tone tone) const;
  Rgb Hair() const;  // of people, by variant
};

// Where the joints are. Of pairs, left of the picture first.
struct Joints {
  Spot hips = {0, -30};
  Spot hands[2] = {{-36, -44}, {36, -44}}, feet[2] = {{-13, -4}, {14, -4}};
  std::optional<Spot> knees[2]{}, elbows[2]{};  // nothing: as they come
  double soles[2] = {0, 0};                     // how feet are turned, radians clockwise
  double lean = 0;                              // of the body about the hips, radians clockwise
  double tilt = 0;                              // of the head, the same
  Spot nod = {4, -22};                          // from the neck to the middle of the head, which is `head`
  double bend = 1;                              // of the elbows, outwards
  bool seated = false, lying = false, astride = false;
  Spot head{};  // as large as grown up; small figures have larger ones (HeadScale) on the same neck
  // A spot of the body, upright with its hips at 0, 0, where it is now.
  Spot Of(Spot body) const;
};
// poses.cc
Joints JointsOf(const Subject& subject);
double HeadScale(const Subject& subject, const Species& species);
// How much the middle of a head of that scale is above that of a head of scale 1.
constexpr double RaisedBy(double head_scale) { return 26 * (head_scale - 1); }

// Width and height of what is drawn, in its units.
struct Units {
  int width, height;
};
// Of a jointed figure with all that it holds, wears and plays.
Units FigureUnits(const Subject& subject);

// A kind's figure, by the kind's word.
struct SpeciesRow {
  std::string_view word;
  Species species;
  bool patterned = true;
  std::vector<Colour> natural{};  // empty: as the catalogue says
};
// heads.cc, animals.cc, people.cc
std::span<const SpeciesRow> FirstSpecies();
std::span<const SpeciesRow> MoreAnimals();
std::span<const SpeciesRow> MorePeople();
// species.cc: of a figure with a face of our own, or with an artist's head.
const Species& SpeciesOf(const Subject& subject);
// Whoever has something on the head of his own wears nothing else there; on a head that an artist drew nothing can be.
bool CanWear(const Subject& subject, Worn worn);

// parts.cc: what several species have, in the head's coordinates.
void Nose(const Figure& figure, Spot at, double size);
void PointedEars(const Figure& figure, double height, Rgb inside);
void RoundEars(const Figure& figure, Rgb outside, Rgb inside, double radius);
void Muzzle(const Figure& figure, Spot radii, double y);
void Fringe(const Figure& figure);
// An artist's drawing. When measuring, its box alone counts: the drawings need not be there.
void StickDrawing(const Pen& pen, const Canvas::Sticker& sticker);
// A colour of the body's hue that stands out from the body.
Rgb Contrast(const Figure& figure);
// Calls draw(side) with -1 and 1.
template <typename Draw>
void Both(const Draw& draw) {
  for (int side : {-1, 1}) draw(side);
}

// faces.cc: eyes, brows, mouth and signs of the feeling, in the head's coordinates.
void DrawFace(const Figure& figure);
// props.cc: what the action needs: behind the figure, and between its body and its arms.
void DrawPropBehind(const Figure& figure, const Joints& joints);
void DrawProp(const Figure& figure, const Joints& joints);
// held.cc: what lies behind the head and arms, and what a hand holds; what is worn on the head, in its coordinates, or
// around the neck.
void DrawHeldBehind(const Figure& figure, const Joints& joints);
void DrawHeld(const Figure& figure, const Joints& joints);
void DrawOnHead(const Figure& figure);
void DrawOnNeck(const Figure& figure, const Joints& joints);
// figure.cc
void DrawFigure(const Pen& pen);

}  // namespace diptych::world
