#include "world/canvas.h"

#include <algorithm>
#include <numbers>

namespace diptych {
namespace {

// The Bezier piece of a Catmull-Rom line from b to c with neighbours a and d.
void Piece(cairo_t* context, Spot a, Spot b, Spot c, Spot d) {
  cairo_curve_to(context, b.x + (c.x - a.x) / 6, b.y + (c.y - a.y) / 6, c.x - (d.x - b.x) / 6, c.y - (d.y - b.y) / 6,
                 c.x, c.y);
}

}  // namespace

Canvas& Canvas::Rect(double left, double top, double right, double bottom) {
  cairo_rectangle(context_, left, top, right - left, bottom - top);
  return *this;
}

Canvas& Canvas::RoundRect(double left, double top, double right, double bottom, double radius) {
  constexpr double kQuarter = std::numbers::pi / 2;
  cairo_new_sub_path(context_);
  cairo_arc(context_, right - radius, top + radius, radius, -kQuarter, 0);
  cairo_arc(context_, right - radius, bottom - radius, radius, 0, kQuarter);
  cairo_arc(context_, left + radius, bottom - radius, radius, kQuarter, 2 * kQuarter);
  cairo_arc(context_, left + radius, top + radius, radius, 2 * kQuarter, 3 * kQuarter);
  cairo_close_path(context_);
  return *this;
}

Canvas& Canvas::Ellipse(Spot centre, double radius_x, double radius_y) {
  // Distance of a Bezier circle's control points.
  constexpr double kControl = 0.5522847498;
  const double x = centre.x, y = centre.y, cx = radius_x * kControl, cy = radius_y * kControl;
  cairo_move_to(context_, x + radius_x, y);
  cairo_curve_to(context_, x + radius_x, y + cy, x + cx, y + radius_y, x, y + radius_y);
  cairo_curve_to(context_, x - cx, y + radius_y, x - radius_x, y + cy, x - radius_x, y);
  cairo_curve_to(context_, x - radius_x, y - cy, x - cx, y - radius_y, x, y - radius_y);
  cairo_curve_to(context_, x + cx, y - radius_y, x + radius_x, y - cy, x + radius_x, y);
  cairo_close_path(context_);
  return *this;
}

Canvas& Canvas::Arc(Spot centre, double radius, double from, double to) {
  cairo_new_sub_path(context_);
  cairo_arc(context_, centre.x, centre.y, radius, from, to);
  return *this;
}

Canvas& Canvas::Polygon(std::span<const Spot> corners) {
  cairo_new_sub_path(context_);
  for (const Spot& corner : corners) cairo_line_to(context_, corner.x, corner.y);
  cairo_close_path(context_);
  return *this;
}

Canvas& Canvas::Line(std::initializer_list<Spot> corners) {
  cairo_new_sub_path(context_);
  for (const Spot& corner : corners) cairo_line_to(context_, corner.x, corner.y);
  return *this;
}

Canvas& Canvas::Blob(std::initializer_list<Spot> spots) {
  const Spot* all = spots.begin();
  const size_t n = spots.size();
  cairo_move_to(context_, all[0].x, all[0].y);
  for (size_t i = 0; i < n; ++i) Piece(context_, all[(i + n - 1) % n], all[i], all[(i + 1) % n], all[(i + 2) % n]);
  cairo_close_path(context_);
  return *this;
}

Canvas& Canvas::Curve(std::initializer_list<Spot> spots) {
  const Spot* all = spots.begin();
  const size_t n = spots.size();
  cairo_move_to(context_, all[0].x, all[0].y);
  for (size_t i = 0; i + 1 < n; ++i) {
    Piece(context_, all[i == 0 ? 0 : i - 1], all[i], all[i + 1], all[std::min(i + 2, n - 1)]);
  }
  return *this;
}

void Canvas::Fill(Rgb colour, double opacity) {
  cairo_set_source_rgba(context_, colour.r, colour.g, colour.b, opacity);
  cairo_fill(context_);
}

void Canvas::Stroke(Rgb colour, double width) {
  cairo_set_source_rgb(context_, colour.r, colour.g, colour.b);
  cairo_set_line_width(context_, width);
  cairo_stroke(context_);
}

void Canvas::FillAndStroke(Rgb colour, Rgb line, double width) {
  cairo_set_source_rgb(context_, colour.r, colour.g, colour.b);
  cairo_fill_preserve(context_);
  Stroke(line, width);
}

}  // namespace diptych
