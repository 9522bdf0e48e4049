// Shapes on a Cairo context: a path, then what fills or strokes it.
#pragma once

#include <cairo.h>

#include <initializer_list>
#include <span>

namespace diptych {

struct Rgb {
  double r = 0, g = 0, b = 0;
};

// share = 0: a; share = 1: b.
inline Rgb Mix(Rgb a, Rgb b, double share) {
  return {a.r + (b.r - a.r) * share, a.g + (b.g - a.g) * share, a.b + (b.b - a.b) * share};
}
inline Rgb operator*(Rgb a, Rgb b) { return {a.r * b.r, a.g * b.g, a.b * b.b}; }

struct Spot {
  double x = 0, y = 0;
};

// Coordinates are the context's current ones. Borrows the context.
class Canvas {
 public:
  explicit Canvas(cairo_t* context) : context_(context) {}

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
  Canvas& Curve(std::initializer_list<Spot> spots);

  // Each ends the path.
  void Fill(Rgb colour, double opacity = 1);
  void Stroke(Rgb colour, double width);
  void FillAndStroke(Rgb colour, Rgb line, double width);

  cairo_t* context() { return context_; }

 private:
  cairo_t* context_;
};

}  // namespace diptych
