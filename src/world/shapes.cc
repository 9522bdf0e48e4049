// Plain shapes with a highlight; a hollow one is a frame around what is inside it.
#include <array>
#include <cmath>
#include <numbers>

#include "world/drawings.h"

namespace diptych::world {
namespace {

constexpr Rgb kInside = {0.99, 0.96, 0.88};

// Fills with `outline(1)`; inside it lies `outline(share)` as a light on the shape or, hollow, as its hole.
template <typename Outline>
void DrawShape(const Pen& pen, const Outline& outline, double hole) {
  outline(1.0);
  pen.Body();
  if (pen.hollow) {
    outline(hole);
    pen.Shape(pen.Lit(kInside));
  } else if (pen.variant() == 1) {
    outline(0.8);
    pen.canvas.Stroke(pen.shade, 2.5);
  }
}

void Light(const Pen& pen, Spot at, double radius) {
  if (pen.hollow || pen.variant() != 2) return;
  pen.canvas.Ellipse(at, radius, radius * 0.7).Fill(Mix(pen.body, {1, 1, 1}, 0.55));
}

}  // namespace

void DrawCircle(const Pen& pen) {
  DrawShape(
      pen,
      [&](double share) {
        pen.canvas.Circle({50, 50}, 50 * share);
      },
      0.8);
  Light(pen, {32, 28}, 10);
}

void DrawSquare(const Pen& pen) {
  DrawShape(
      pen, [&](double share) { pen.canvas.Rect(50 - 50 * share, 50 - 50 * share, 50 + 50 * share, 50 + 50 * share); },
      0.8);
  Light(pen, {20, 17}, 9);
}

void DrawTriangle(const Pen& pen) {
  DrawShape(
      pen,
      [&](double share) {
        pen.canvas.Polygon(
            {{50, 58 - 58 * share}, {50 + 50 * share, 58 + 30 * share}, {50 - 50 * share, 58 + 30 * share}});
      },
      0.7);
  Light(pen, {42, 40}, 6);
}

void DrawStar(const Pen& pen) {
  DrawShape(
      pen,
      [&](double share) {
        std::array<Spot, 10> corners;
        for (size_t i = 0; i < corners.size(); ++i) {
          const double angle = std::numbers::pi * (static_cast<double>(i) / 5 - 0.5),
                       radius = (i % 2 == 0 ? 50 : 22) * share;
          corners[i] = {50 + radius * std::cos(angle), 50 + radius * std::sin(angle)};
        }
        pen.canvas.Polygon(corners);
      },
      0.7);
  Light(pen, {45, 34}, 5);
}

void DrawHeart(const Pen& pen) {
  DrawShape(
      pen,
      [&](double share) {
        cairo_t* context = pen.canvas.context();
        const auto x = [share](double at) { return 50 + (at - 50) * share; };
        const auto y = [share](double at) { return 44 + (at - 44) * share; };
        cairo_move_to(context, x(50), y(92));
        cairo_curve_to(context, x(20), y(66), x(0), y(50), x(0), y(27));
        cairo_curve_to(context, x(0), y(-6), x(42), y(-9), x(50), y(19));
        cairo_curve_to(context, x(58), y(-9), x(100), y(-6), x(100), y(27));
        cairo_curve_to(context, x(100), y(50), x(80), y(66), x(50), y(92));
        cairo_close_path(context);
      },
      0.76);
  Light(pen, {25, 22}, 9);
}

}  // namespace diptych::world
