#include <cmath>
#include <numbers>

#include "world/drawings.h"

namespace diptych::world {

// Variants: a cloud of leaves, a round crown, an oval crown with fruit.
void DrawTree(const Pen& pen) {
  pen.canvas.Polygon({{43, 80}, {57, 80}, {58, 120}, {64, 136}, {36, 136}, {42, 120}});
  pen.Shape(pen.Wood());
  const auto crown = [&](double shrink, Rgb colour) {
    if (pen.variant() == 1) {
      pen.canvas.Ellipse({50, 48}, 50 - shrink, 48 - shrink).Fill(colour);
    } else if (pen.variant() == 2) {
      pen.canvas.Ellipse({50, 46}, 40 - shrink, 46 - shrink).Ellipse({50, 62}, 50 - shrink, 32 - shrink).Fill(colour);
    } else {
      pen.canvas.Circle({50, 32}, 32 - shrink).Circle({26, 56}, 26 - shrink).Circle({74, 56}, 26 - shrink);
      pen.canvas.Ellipse({50, 68}, 34 - shrink, 27 - shrink).Fill(colour);
    }
  };
  crown(0, pen.line);
  crown(pen.width, pen.body);
  pen.canvas.Circle({33, 62}, 8).Circle({64, 40}, 9).Circle({66, 74}, 7).Circle({42, 27}, 6).Fill(pen.shade);
  if (pen.variant() == 2)
    pen.canvas.Circle({28, 48}, 4).Circle({52, 56}, 4).Circle({74, 60}, 4).Circle({46, 80}, 4).Fill({0.90, 0.16, 0.14});
}

// Variants: leaning to the right, upright, to the left; the last with coconuts.
void DrawPalm(const Pen& pen) {
  const double lean = 14.0 * (1 - pen.variant());
  const Spot top = {50 + lean, 40};
  pen.Limb({{50 - lean, 138}, {50 - lean * 0.6, 100}, {50 + lean * 0.3, 66}, top}, pen.Wood(), 11);
  for (double y : {126.0, 112.0, 98.0, 84.0, 70.0}) {
    const double x = 50 - lean + (138 - y) / 98 * 2 * lean;
    pen.canvas.Line({{x - 5, y}, {x + 5, y - 2}});
  }
  pen.canvas.Stroke(pen.Wood() * Rgb{0.65, 0.65, 0.65}, 1.8);
  for (double degrees : {200.0, 345.0, 170.0, 10.0, 235.0, 305.0, 268.0}) {
    const double angle = degrees * std::numbers::pi / 180, dx = std::cos(angle), dy = std::sin(angle);
    const Spot tip = {top.x + 48 * dx, top.y + 36 * dy + 20 * dx * dx};
    const Spot middle = {top.x + 26 * dx, top.y + 32 * dy - 6};
    const Spot below = {top.x + 22 * dx, top.y + 22 * dy + 7};
    pen.canvas.Blob({top, middle, tip, below});
    pen.Body();
  }
  if (pen.variant() == 2)
    pen.canvas.Circle({top.x - 4, top.y + 5}, 5).Circle({top.x + 6, top.y + 6}, 5).Fill(pen.Wood());
}

// Variants: three tiers, four tiers, three tiers with snow.
void DrawFir(const Pen& pen) {
  pen.canvas.Rect(42, 120, 58, 150);
  pen.Shape(pen.Wood());
  const int tiers = pen.variant() == 1 ? 4 : 3;
  for (int i = tiers - 1; i >= 0; --i) {
    const double top = 92.0 / tiers * i, bottom = 50 + 84.0 / (tiers - 1) * i, half = 26 + 24.0 / (tiers - 1) * i;
    pen.canvas.Polygon({{50, top}, {50 + half, bottom}, {50 - half, bottom}});
    pen.Shape(pen.body);
    pen.canvas.Polygon({{50, bottom - 8}, {50 + half - 6, bottom - 1.5}, {50 - half + 6, bottom - 1.5}})
        .Fill(pen.shade);
    if (pen.variant() == 2)
      pen.canvas.Polygon({{50, top + 1}, {50 + half * 0.42, top + 22}, {50, top + 16}, {50 - half * 0.42, top + 22}})
          .Fill(pen.White());
  }
}

// Variants: a daisy, a tulip, a blossom with round petals.
void DrawFlower(const Pen& pen) {
  const Rgb green = pen.Lit({0.22, 0.58, 0.26});
  pen.Limb({{50, 176}, {48, 130}, {50, 88}}, green, 7);
  pen.canvas.Blob({{50, 150}, {74, 118}, {98, 112}, {88, 136}, {66, 152}});
  pen.Shape(green);
  pen.canvas.Blob({{50, 162}, {28, 134}, {4, 130}, {14, 152}, {36, 166}});
  pen.Shape(green);
  if (pen.variant() == 1) {
    pen.canvas.Blob({{50, 96}, {18, 80}, {12, 40}, {16, 8}, {34, 30}, {50, 0}, {66, 30}, {84, 8}, {88, 40}, {82, 80}});
    pen.Body();
    pen.canvas.Curve({{34, 34}, {38, 64}, {50, 90}}).Curve({{66, 34}, {62, 64}, {50, 90}}).Stroke(pen.shade, 2.5);
    return;
  }
  const int petals = pen.variant() == 0 ? 10 : 6;
  const double length = pen.variant() == 0 ? 31 : 28, breadth = pen.variant() == 0 ? 10 : 21;
  for (int i = 0; i < petals; ++i) {
    cairo_save(pen.canvas.context());
    cairo_translate(pen.canvas.context(), 50, 48);
    cairo_rotate(pen.canvas.context(), 2 * std::numbers::pi * i / petals);
    pen.canvas.Ellipse({0, -length + 4}, breadth, length / 1.5);
    pen.Body();
    cairo_restore(pen.canvas.context());
  }
  pen.canvas.Circle({50, 48}, 15);
  pen.Shape(pen.subject.colour == Colour::kYellow ? pen.Lit({0.55, 0.33, 0.14}) : pen.Lit({1.00, 0.80, 0.20}));
}

// Variants: two arms, a ball with blossom, one arm with blossom.
void DrawCactus(const Pen& pen) {
  const auto spines = [&](double x, double top, double bottom) {
    for (double y = top; y < bottom; y += 12) pen.canvas.Line({{x - 4, y - 2}, {x, y}, {x + 4, y - 2}});
    pen.canvas.Stroke(pen.shade, 1.8);
  };
  const auto arm = [&](double side, double low, double high) {
    pen.Limb({{50, low}, {50 + side * 30, low - 2}, {50 + side * 40, low - 18}, {50 + side * 40, high}}, pen.body, 20);
  };
  if (pen.variant() == 1) {
    pen.canvas.Ellipse({50, 100}, 50, 50);
    pen.Body();
    for (double x : {18.0, 34.0, 50.0, 66.0, 82.0})
      spines(x, 72 + std::abs(x - 50) * 0.3, 136 - std::abs(x - 50) * 0.4);
  } else {
    arm(-1, 96, 56);
    if (pen.variant() == 0) arm(1, 112, 70);
    pen.canvas.RoundRect(34, 8, 66, 150, 16);
    pen.Body();
    for (double x : {43.0, 57.0}) spines(x, 26, 144);
  }
  if (pen.variant() == 0) return;
  const Spot flower = {50, pen.variant() == 1 ? 50.0 : 8.0};
  for (int i = 0; i < 5; ++i) {
    const double angle = 2 * std::numbers::pi * i / 5 - std::numbers::pi / 2;
    pen.canvas.Circle({flower.x + 9 * std::cos(angle), flower.y + 9 * std::sin(angle)}, 7);
  }
  pen.canvas.Fill(pen.Lit({1.00, 0.45, 0.65}));
  pen.canvas.Circle(flower, 5).Fill(pen.Lit({1.00, 0.85, 0.30}));
}

// Variants: with dots, plain and pointed, two together.
void DrawMushroom(const Pen& pen) {
  const Rgb stem = pen.Lit({0.97, 0.93, 0.84});
  pen.canvas.Blob({{38, 50}, {62, 50}, {66, 80}, {70, 98}, {50, 101}, {30, 98}, {34, 80}});
  pen.Shape(stem);
  if (pen.variant() == 1) {
    pen.canvas.Blob({{50, 0}, {66, 22}, {98, 54}, {80, 62}, {50, 60}, {20, 62}, {2, 54}, {34, 22}});
  } else {
    pen.canvas.Blob({{50, 0}, {82, 12}, {100, 46}, {84, 60}, {50, 56}, {16, 60}, {0, 46}, {18, 12}});
  }
  pen.Body();
  if (pen.variant() == 1 || pen.subject.pattern != Pattern::kPlain) return;
  const Rgb dot = pen.subject.colour == Colour::kWhite ? pen.Lit({0.85, 0.72, 0.60}) : pen.White();
  pen.canvas.Circle({30, 24}, 8)
      .Circle({56, 16}, 7)
      .Circle({76, 36}, 8)
      .Circle({48, 42}, 7)
      .Circle({16, 46}, 5)
      .Fill(dot);
}

}  // namespace diptych::world
