// Shapes on a Cairo context: a path, then what fills or strokes it, coloured as the picture's mood and style ask.
#pragma once

#include <cairo.h>

#include <initializer_list>
#include <optional>
#include <span>

#include "world/artwork.h"

namespace diptych::world {

struct Rgb {
  double r = 0, g = 0, b = 0;
};

// (1 - share) * a + share * b, channel by channel.
inline Rgb Mix(Rgb a, Rgb b, double share) {
  return {a.r + (b.r - a.r) * share, a.g + (b.g - a.g) * share, a.b + (b.b - a.b) * share};
}
inline Rgb operator*(Rgb a, Rgb b) { return {a.r * b.r, a.g * b.g, a.b * b.b}; }
// Rec. 601 luma.
inline double Luma(Rgb c) { return 0.299 * c.r + 0.587 * c.g + 0.114 * c.b; }

struct Spot {
  double x = 0, y = 0;
};

// Colour correction of all that is drawn: saturation, brightness, then a mix with a tint.
struct Grade {
  double saturation = 1, gain = 1;
  Rgb tint{};
  double share = 0;  // of the tint
  Rgb Apply(Rgb colour) const;
};

// The bounding box of drawn shapes, in the coordinates of the moment when measuring began.
struct Extents {
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  void Add(double x, double y);
};

// Coordinates are the context's current ones. Borrows the context.
class Canvas {
 public:
  // Shapes of paper cast a shadow on what lies below them and have light edges instead of dark outlines.
  Canvas(cairo_t* context, bool paper) : context_(context), paper_(paper) {}

  // Sets the colour correction of all shapes drawn from now on.
  void SetGrade(const Grade& grade) { grade_ = grade; }
  // Between the two nothing is drawn. The caller saves and restores the context around them.
  void BeginMeasuring();
  Extents EndMeasuring();
  bool measuring() const { return extents_.has_value(); }
  bool paper() const { return paper_; }

  // Each adds to the current path.
  Canvas& Rect(double left, double top, double right, double bottom);
  Canvas& RoundRect(double left, double top, double right, double bottom, double radius);
  Canvas& Ellipse(Spot centre, double radius_x, double radius_y);
  Canvas& Circle(Spot centre, double radius) { return Ellipse(centre, radius, radius); }
  // A part of a circle's line, from one angle to another in radians, clockwise from the right.
  Canvas& Arc(Spot centre, double radius, double from, double to);
  Canvas& Polygon(std::span<const Spot> corners);
  Canvas& Polygon(std::initializer_list<Spot> corners) { return Polygon(std::span(corners.begin(), corners.size())); }
  Canvas& Line(std::initializer_list<Spot> corners);
  // A smooth closed outline through the spots (Catmull-Rom).
  Canvas& Blob(std::initializer_list<Spot> spots);
  // A smooth open line through the spots (Catmull-Rom).
  Canvas& Curve(std::initializer_list<Spot> spots) { return Curve(std::span(spots.begin(), spots.size())); }

  Canvas& Curve(std::span<const Spot> spots);

  // Each ends the path.
  void Fill(Rgb colour, double opacity = 1);
  void Stroke(Rgb colour, double width, double opacity = 1);
  void FillAndStroke(Rgb colour, Rgb line, double width);
  // Fills with a vertical gradient through evenly spaced colours; the paper style has a band of each colour instead.
  void FillGradient(double top, double bottom, std::initializer_list<Rgb> colours);

  // A light that fades from a middle outwards, over whatever is there; in paper a pale disc.
  void Glow(Spot middle, double radius, Rgb colour, double opacity);

  // An artist's drawing that fills the box, `light` on it; mirrored where the context is. Its pixels come from
  // `artwork` at the size at which they are shown.
  struct Sticker {
    ArtworkRequest request{};  // without its size
    double left = 0, top = 0, right = 0, bottom = 0;
    Rgb light = {1, 1, 1};
  };
  void Stick(const Artwork& artwork, const Sticker& sticker);

  cairo_t* context() { return context_; }

 private:
  void SetColour(Rgb colour, double opacity);
  // Adds the path, widened on each side, to the extents and ends it. Drawings may turn and move, not scale.
  void Measure(double margin);
  // Below the path, which stays.
  void CastShadow();

  cairo_t* context_;
  bool paper_;
  Grade grade_;
  std::optional<Extents> extents_;
};

}  // namespace diptych::world
