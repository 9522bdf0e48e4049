// What a subject is drawn with: its colours, its outline and what of the scene shows on it.
#pragma once

#include "world/canvas.h"
#include "world/scene.h"

namespace diptych::world {

// Each drawing has units of its own, about 100 wide, the subject facing right; it is measured and then fitted into its
// box (subjects.cc).
struct Pen {
  Canvas& canvas;
  const Subject& subject;
  bool night = false;
  bool afloat = false;  // in water
  bool hollow = false;  // something is inside
  bool bands = false;   // stripes lie instead of standing
  Rgb body{};           // the subject's colour
  Rgb shade{};          // the same, a step darker (black: lighter)
  Rgb line{};           // outlines
  double width = 0;     // of outlines
  double scale = 100;   // percent of the picture's width that 100 units measure

  int variant() const { return LookOf(subject).variant; }
  Rgb Lit(Rgb colour) const { return night ? colour * Rgb{0.87, 0.89, 0.97} : colour; }
  Rgb Glass() const { return night ? Rgb{1.00, 0.88, 0.42} : Rgb{0.74, 0.90, 0.98}; }
  Rgb Lamp() const { return night ? Rgb{1.00, 0.98, 0.70} : Rgb{1.00, 0.93, 0.62}; }
  Rgb White() const { return Lit({0.98, 0.97, 0.95}); }
  Rgb Wood() const { return Lit({0.48, 0.31, 0.17}); }
  Rgb Stone() const { return Lit({0.66, 0.64, 0.62}); }

  // The current path filled and outlined: in any colour, or in the subject's own with its pattern.
  void Shape(Rgb colour) const { canvas.FillAndStroke(colour, line, width); }
  void Body() const;
  // An outlined line with round ends.
  void Limb(std::initializer_list<Spot> spots, Rgb colour, double thickness) const;
};

// What a thing of that colour is painted with by day.
Rgb PaintOf(Colour colour);

Pen MakePen(Canvas& canvas, const Scene& scene, const Subject& subject);

}  // namespace diptych::world
