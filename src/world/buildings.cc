#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "world/drawings.h"

namespace diptych::world {
namespace {

void CrossedWindow(const Pen& pen, double left, double top, double side) {
  pen.canvas.Rect(left, top, left + side, top + side);
  pen.Shape(pen.Glass());
  pen.canvas.Rect(left + side / 2 - 0.8, top, left + side / 2 + 0.8, top + side);
  pen.canvas.Rect(left, top + side / 2 - 0.8, left + side, top + side / 2 + 0.8).Fill(pen.line);
}

// A wall whose upper edge has battlements.
void Battlements(const Pen& pen, double left, double top, double right, double bottom, int teeth) {
  std::vector<Spot> corners = {{right, bottom}, {left, bottom}};
  const double step = (right - left) / (2 * teeth - 1), notch = std::min(7.0, step * 0.9);
  for (int i = 0; i < 2 * teeth - 1; ++i) {
    const double y = i % 2 == 0 ? top : top + notch;
    corners.push_back({left + step * i, y});
    corners.push_back({left + step * (i + 1), y});
  }
  pen.canvas.Polygon(corners);
  pen.Body();
}

void Flag(const Pen& pen, double x, double top, double bottom) {
  pen.canvas.Line({{x, top}, {x, bottom}}).Stroke(pen.line, 1.8);
  pen.canvas.Polygon({{x, top}, {x + 14, top + 4}, {x, top + 9}}).Fill({0.90, 0.20, 0.20});
}

void Arch(const Pen& pen, double left, double top, double right, double bottom, Rgb colour) {
  const double radius = (right - left) / 2;
  pen.canvas.Rect(left, top + radius, right, bottom).Circle({left + radius, top + radius}, radius).Fill(colour);
}

}  // namespace

// Variants: with a chimney, with an upper floor's round window, with a flat porch.
void DrawHouse(const Pen& pen) {
  pen.canvas.Rect(70, 8, 82, 34);
  pen.Shape(pen.Lit({0.62, 0.38, 0.32}));
  pen.canvas.Rect(9, 40, 91, 96);
  pen.Body();
  const Rgb roof = pen.Lit(pen.variant() == 1 ? Rgb{0.52, 0.30, 0.22} : Rgb{0.42, 0.29, 0.26});
  pen.canvas.Polygon({{0, 44}, {50, 0}, {100, 44}});
  pen.Shape(roof);
  if (pen.variant() == 1) {
    pen.canvas.Circle({50, 28}, 8);
    pen.Shape(pen.Glass());
  }
  pen.canvas.Rect(42, 64, 58, 96);
  pen.Shape(pen.Wood());
  pen.canvas.Circle({54.5, 80}, 1.6).Fill(pen.Lamp());
  if (pen.variant() == 2) {
    pen.canvas.Polygon({{36, 62}, {64, 62}, {68, 67}, {32, 67}});
    pen.Shape(roof);
  }
  CrossedWindow(pen, 16, 54, 18);
  CrossedWindow(pen, 66, 54, 18);
}

// Variants: flags, pointed roofs, a high keep.
void DrawCastle(const Pen& pen) {
  if (pen.variant() == 2) Battlements(pen, 34, 2, 66, 60, 3);
  Battlements(pen, 16, 36, 84, 92, 6);
  for (double x : {0.0, 76.0}) {
    Battlements(pen, x, 18, x + 24, 92, 3);
    if (pen.variant() == 1) {
      pen.canvas.Polygon({{x - 1, 22}, {x + 12, 0}, {x + 25, 22}});
      pen.Shape(pen.Lit({0.72, 0.24, 0.24}));
    } else {
      Flag(pen, x + 12, pen.variant() == 0 ? 0 : 4, 20);
    }
    Arch(pen, x + 9, 36, x + 15, 50, pen.night ? pen.Glass() : pen.line);
  }
  Arch(pen, 38, 54, 62, 92, pen.Wood() * Rgb{0.7, 0.7, 0.7});
  pen.canvas.Line({{46, 60}, {46, 92}}).Line({{54, 60}, {54, 92}}).Line({{38, 74}, {62, 74}}).Stroke(pen.line, 1.4);
}

// Variants: white bands, plain with a balcony, wide bands.
void DrawLighthouse(const Pen& pen) {
  pen.canvas.Polygon({{22, 58}, {78, 58}, {94, 220}, {6, 220}});
  pen.Body();
  const auto band = [&](double top, double bottom) {
    const auto edge = [](double y) { return 22 - (y - 58) / 162 * 16; };
    pen.canvas.Polygon(
        {{edge(top), top}, {100 - edge(top), top}, {100 - edge(bottom), bottom}, {edge(bottom), bottom}});
    pen.canvas.Fill(pen.subject.colour == Colour::kWhite ? pen.Lit({0.72, 0.75, 0.80}) : pen.White());
  };
  if (pen.variant() != 1 && pen.subject.pattern == Pattern::kPlain) {
    band(86, pen.variant() == 0 ? 110 : 124);
    band(pen.variant() == 0 ? 140 : 164, pen.variant() == 0 ? 164 : 202);
  }
  pen.canvas.Rect(30, 24, 70, 54);
  pen.Shape(pen.night ? Rgb{1.00, 0.95, 0.50} : pen.Glass());
  pen.canvas.Rect(48.5, 24, 51.5, 54).Fill(pen.line);
  pen.canvas.Polygon({{24, 26}, {50, 0}, {76, 26}});
  pen.Shape(pen.Lit({0.35, 0.32, 0.38}));
  pen.canvas.Rect(16, 52, 84, 61);
  pen.Shape(pen.Lit({0.35, 0.32, 0.38}));
  Arch(pen, 39, 184, 61, 220, pen.Wood());
  pen.canvas.Rect(0, 218, 100, 226);
  pen.Shape(pen.Stone());
}

// Variants: battlements, many windows, a clock.
void DrawTower(const Pen& pen) {
  pen.canvas.Rect(12, 22, 88, 200);
  pen.Body();
  Battlements(pen, 0, 0, 100, 34, 4);
  const Rgb opening = pen.night ? pen.Glass() : Rgb{0.16, 0.14, 0.20};
  if (pen.variant() == 2) {
    pen.canvas.Circle({50, 66}, 20);
    pen.Shape(pen.White());
    pen.canvas.Line({{50, 66}, {50, 52}}).Line({{50, 66}, {60, 70}}).Stroke({0.1, 0.1, 0.14}, 3);
  } else {
    Arch(pen, 40, 52, 60, 86, opening);
  }
  if (pen.variant() == 1) {
    Arch(pen, 24, 104, 38, 130, opening);
    Arch(pen, 62, 104, 76, 130, opening);
  } else {
    Arch(pen, 42, 106, 58, 134, opening);
  }
  Arch(pen, 36, 156, 64, 200, pen.Wood());
}

// Variants: a ridge tent, a round tent with a pennant, a tepee.
void DrawTent(const Pen& pen) {
  const Rgb dark = pen.hollow ? Rgb{0.99, 0.93, 0.76} : pen.night ? Rgb{1.00, 0.84, 0.45} : Rgb{0.22, 0.17, 0.20};
  if (pen.variant() == 1) {
    pen.canvas.Blob({{2, 78}, {6, 44}, {28, 18}, {50, 12}, {72, 18}, {94, 44}, {98, 78}, {50, 80}});
    pen.Body();
    Flag(pen, 50, 0, 13);
  } else if (pen.variant() == 2) {
    pen.canvas.Line({{40, 0}, {54, 14}}).Line({{60, 0}, {46, 14}}).Stroke(pen.Wood(), 3);
    pen.canvas.Polygon({{46, 7}, {54, 7}, {100, 80}, {0, 80}});
    pen.Body();
  } else {
    pen.canvas.Polygon({{50, 4}, {100, 80}, {0, 80}});
    pen.Body();
    pen.canvas.Line({{50, 4}, {46, 0}}).Line({{50, 4}, {54, 0}}).Stroke(pen.Wood(), 2.5);
  }
  if (pen.hollow)
    pen.canvas.Polygon({{46, 18}, {54, 18}, {80, 79}, {20, 79}}).Fill(dark);
  else
    pen.canvas.Polygon({{50, 30}, {68, 79}, {32, 79}}).Fill(dark);
}

// Variants: four sails upright, turned, with a balcony.
void DrawWindmill(const Pen& pen) {
  pen.canvas.Polygon({{34, 48}, {66, 48}, {78, 128}, {22, 128}});
  pen.Body();
  pen.canvas.Blob({{30, 50}, {38, 32}, {50, 27}, {62, 32}, {70, 50}, {50, 53}});
  pen.Shape(pen.Lit({0.46, 0.30, 0.26}));
  if (pen.variant() == 2) {
    pen.canvas.Rect(20, 94, 80, 99);
    pen.Shape(pen.Wood());
  }
  Arch(pen, 42, 102, 58, 128, pen.Wood());
  Arch(pen, 44, 66, 56, 84, pen.Glass());
  const double turn = pen.variant() == 1 ? 0.5 : 0.22;
  for (int i = 0; i < 4; ++i) {
    const double angle = std::numbers::pi * (turn + i) / 2, c = std::cos(angle), s = std::sin(angle);
    const auto at = [&](double along, double across) {
      return Spot{50 + along * c - across * s, 46 + along * s + across * c};
    };
    pen.canvas.Polygon({at(10, -1), at(50, -1), at(50, 12), at(10, 9)});
    pen.Shape(pen.White());
    pen.canvas.Line({at(0, 0), at(50, 0)}).Stroke(pen.Wood(), 3.2);
    pen.canvas.Line({at(23, 0), at(23, 10)}).Line({at(37, 0), at(37, 11)}).Stroke(pen.line, 1);
  }
  pen.canvas.Circle({50, 46}, 4).Fill(pen.line);
}

}  // namespace diptych::world
