#include <cmath>
#include <numbers>

#include "world/drawings.h"

namespace diptych::world {
namespace {

constexpr Rgb kTyre = {0.08, 0.08, 0.10}, kRim = {0.78, 0.79, 0.83}, kRearLight = {0.80, 0.10, 0.10};

void Wheel(const Pen& pen, Spot centre, double radius) {
  pen.canvas.Circle(centre, radius).Fill(kTyre);
  pen.canvas.Circle(centre, radius * 0.5).Fill(pen.Lit(kRim));
}

void Windows(const Pen& pen, std::initializer_list<double> lefts, Spot size, double top) {
  for (double x : lefts) pen.canvas.RoundRect(x, top, x + size.x, top + size.y, 2);
  pen.canvas.Fill(pen.Glass());
}

void Waterline(const Pen& pen, double y) {
  if (!pen.afloat) return;
  pen.canvas.Curve({{4, y}, {18, y - 2}, {34, y}, {50, y - 2}, {66, y}, {82, y - 2}, {96, y}});
  pen.canvas.Stroke(pen.Lit({0.92, 0.97, 1}), 3);
}

}  // namespace

// Variants: a city bus, a double-decker, a school bus with a bonnet.
void DrawBus(const Pen& pen) {
  const bool tall = pen.variant() == 1, bonnet = pen.variant() == 2;
  if (bonnet) {
    pen.canvas.RoundRect(70, 21, 100, 45, 5);
    pen.Body();
  }
  pen.canvas.RoundRect(0, 0, bonnet ? 84 : 100, 45, 6);
  pen.Body();
  pen.canvas.Rect(1, 29, bonnet ? 83 : 99, 32).Fill(pen.shade);
  if (tall) {
    Windows(pen, {5, 21, 37, 53, 69, 85}, {12, 9}, 4);
    Windows(pen, {5, 21, 37, 53}, {12, 9}, 18);
    pen.canvas.RoundRect(86, 18, 99, 28, 2).Fill(pen.Glass());
  } else {
    Windows(pen, {6, 22, 38, 54}, {13, 16}, 7);
    if (!bonnet) pen.canvas.RoundRect(86, 7, 99, 25, 2).Fill(pen.Glass());
  }
  pen.canvas.Rect(70, tall ? 18 : 7, 83, 43).Fill(pen.line);
  pen.canvas.Rect(71.5, tall ? 19 : 8.5, 75.8, 42).Rect(77.2, tall ? 19 : 8.5, 81.5, 42).Fill(pen.Glass());
  Wheel(pen, {22, 43}, 9);
  Wheel(pen, {bonnet ? 84.0 : 61.0, 43}, 9);
  pen.canvas.Circle({95.5, 37}, 2.8).Fill(pen.Lamp());
  pen.canvas.Rect(1, 34.5, 4, 39).Fill(kRearLight);
}

// Variants: a saloon, a convertible beetle, an estate with a roof rack.
void DrawCar(const Pen& pen) {
  if (pen.variant() == 1) {
    pen.canvas.Blob({{14, 24}, {26, 4}, {50, 0}, {72, 6}, {84, 24}});
  } else if (pen.variant() == 2) {
    pen.canvas.Polygon({{3, 22}, {6, 3}, {10, 0}, {62, 0}, {66, 2}, {82, 22}});
  } else {
    pen.canvas.Polygon({{16, 22}, {29, 2}, {33, 0}, {62, 0}, {66, 2}, {82, 22}});
  }
  pen.Body();
  pen.canvas.RoundRect(0, 19, 100, 41, 8);
  pen.Body();
  const double rear = pen.variant() == 2 ? 10 : 24;
  pen.canvas.Polygon({{rear, 18}, {rear + (pen.variant() == 2 ? 2 : 9), 5}, {46, 5}, {46, 18}})
      .Polygon({{51, 18}, {51, 5}, {61, 5}, {73, 18}});
  pen.canvas.Fill(pen.Glass());
  pen.canvas.Rect(1, 33, 99, 36).Fill(pen.shade);
  pen.canvas.Rect(52, 24, 59, 26).Fill(pen.line);
  Wheel(pen, {23, 38.5}, 9.5);
  Wheel(pen, {77, 38.5}, 9.5);
  pen.canvas.Ellipse({95.5, 27}, 3, 3.2).Fill(pen.Lamp());
  pen.canvas.Rect(1, 25, 5, 30).Fill(kRearLight);
}

// Variants: a box, a tipper, a tank.
void DrawTruck(const Pen& pen) {
  pen.canvas.Rect(2, 38, 98, 45).Fill({0.25, 0.25, 0.29});
  if (pen.variant() == 1) {
    pen.canvas.Polygon({{0, 10}, {66, 14}, {62, 40}, {6, 40}});
    pen.Body();
    pen.canvas.Blob({{4, 12}, {18, 2}, {36, 5}, {50, 3}, {62, 14}, {36, 15}}).Fill(pen.Lit({0.55, 0.42, 0.28}));
  } else if (pen.variant() == 2) {
    pen.canvas.RoundRect(0, 6, 66, 38, 14);
    pen.Body();
    pen.canvas.Rect(20, 2, 30, 7).Rect(40, 2, 50, 7).Fill(pen.shade);
  } else {
    pen.canvas.Rect(0, 0, 66, 40);
    pen.Body();
    pen.canvas.Rect(31.5, 1, 34, 39).Rect(1, 31, 65, 34).Fill(pen.shade);
  }
  pen.canvas.Polygon({{70, 9}, {88, 9}, {96, 24}, {100, 27}, {100, 44}, {70, 44}});
  pen.Body();
  pen.canvas.Polygon({{76, 13}, {86, 13}, {92, 24}, {76, 24}}).Fill(pen.Glass());
  pen.canvas.Circle({97, 36}, 2.6).Fill(pen.Lamp());
  for (double x : {15.0, 34.0, 84.0}) Wheel(pen, {x, 45}, 9);
}

// Variants: a steam engine with one carriage, a fast train, a steam engine with a coal car.
void DrawTrain(const Pen& pen) {
  pen.canvas.Rect(0, 47, 100, 50).Fill({0.42, 0.36, 0.34});
  if (pen.variant() == 1) {
    pen.canvas.Polygon({{0, 8}, {66, 8}, {84, 14}, {97, 30}, {100, 40}, {100, 43}, {0, 43}});
    pen.Body();
    Windows(pen, {5, 18, 31, 44, 57}, {9, 11}, 14);
    pen.canvas.Polygon({{71, 14}, {80, 16}, {90, 26}, {71, 26}}).Fill(pen.Glass());
    pen.canvas.Rect(1, 31, 98, 34).Fill(pen.shade);
    for (double x : {12.0, 28.0, 54.0, 70.0, 86.0}) Wheel(pen, {x, 44}, 4.5);
    return;
  }
  if (pen.variant() == 2) {
    pen.canvas.Polygon({{0, 16}, {38, 16}, {36, 42}, {2, 42}});
    pen.Body();
    pen.canvas.Blob({{2, 16}, {12, 9}, {24, 11}, {36, 16}}).Fill({0.16, 0.15, 0.18});
  } else {
    pen.canvas.RoundRect(0, 10, 38, 42, 3);
    pen.Body();
    Windows(pen, {4, 16, 28}, {7, 10}, 16);
  }
  pen.canvas.Rect(38, 37, 44, 40).Fill(pen.line);
  pen.canvas.Blob({{78, 0}, {88, -5}, {98, -2}, {94, 5}, {84, 7}}).Fill(pen.Lit({0.90, 0.90, 0.93}));
  pen.canvas.Polygon({{79, 6}, {91, 6}, {88, 18}, {82, 18}}).Fill(pen.shade);
  pen.canvas.RoundRect(60, 16, 96, 38, 5);
  pen.Body();
  pen.canvas.RoundRect(44, 4, 66, 42, 2);
  pen.Body();
  pen.canvas.RoundRect(49, 9, 61, 22, 2).Fill(pen.Glass());
  pen.canvas.Polygon({{93, 36}, {100, 46}, {88, 46}}).Fill(pen.line);
  pen.canvas.Circle({96, 24}, 2.8).Fill(pen.Lamp());
  for (double x : {9.0, 29.0}) Wheel(pen, {x, 43}, 5);
  for (double x : {54.0, 70.0, 85.0}) Wheel(pen, {x, 42.5}, 6.5);
}

// Variants: a plain bicycle, one with a basket, a racer.
void DrawBicycle(const Pen& pen) {
  for (double x : {22.0, 78.0}) {
    pen.canvas.Circle({x, 44}, 19.5).Stroke(kTyre, 4.5);
    for (int spoke = 0; spoke < 4; ++spoke) {
      const double angle = std::numbers::pi * spoke / 4, dx = 18 * std::cos(angle), dy = 18 * std::sin(angle);
      pen.canvas.Line({{x - dx, 44 - dy}, {x + dx, 44 + dy}});
    }
    pen.canvas.Stroke(pen.Lit({0.62, 0.63, 0.68}), 0.9);
  }
  const auto frame = [&] {
    pen.canvas.Line({{22, 44}, {46, 44}, {68, 16}, {36, 16}, {22, 44}})
        .Line({{36, 16}, {46, 44}})
        .Line({{64, 6}, {68, 16}, {78, 44}});
  };
  frame();
  pen.canvas.Stroke(pen.line, 6.4);
  frame();
  pen.canvas.Stroke(pen.body, 4.4);
  pen.canvas.Line({{36, 16}, {34, 8}}).Stroke(pen.line, 2.5);
  pen.canvas.Ellipse({33, 7}, 9, 3.4).Fill(pen.line);
  if (pen.variant() == 2) {
    pen.canvas.Curve({{64, 6}, {74, 4}, {79, 9}, {73, 14}}).Stroke(pen.line, 3);
  } else {
    pen.canvas.Curve({{58, 2}, {64, 5}, {74, 3}}).Stroke(pen.line, 3);
  }
  if (pen.variant() == 1) {
    pen.canvas.Polygon({{70, 8}, {91, 8}, {88, 22}, {73, 22}});
    pen.Shape(pen.Lit({0.80, 0.60, 0.34}));
  }
  pen.canvas.Circle({46, 44}, 4.5).Fill(pen.line);
}

// Variants: with a stripe on the sail, with a coloured sail, with two plain sails.
void DrawSailingBoat(const Pen& pen) {
  const Rgb sail = pen.White();
  pen.canvas.Polygon({{54, 15}, {54, 76}, {7, 76}});
  if (pen.variant() == 1)
    pen.Body();
  else
    pen.Shape(sail);
  if (pen.variant() == 0) pen.canvas.Polygon({{54, 49}, {54, 62}, {19.3, 62}, {29.3, 49}}).Fill(pen.body);
  pen.canvas.Polygon({{57, 21}, {57, 76}, {92, 76}});
  pen.Shape(sail);
  pen.canvas.Polygon({{55, 0}, {55, 13}, {30, 6.5}});
  pen.Shape(pen.body);
  pen.canvas.Rect(53.5, 0, 57.5, 84).Fill(pen.Wood());
  pen.canvas.Polygon({{0, 80}, {100, 80}, {84, 108}, {14, 108}});
  pen.Body();
  pen.canvas.Polygon({{5, 86}, {93.5, 86}, {91, 91}, {7.5, 91}}).Fill(pen.shade);
  Waterline(pen, 106);
}

// Variants: a steamer, a liner with two funnels, a freighter.
void DrawShip(const Pen& pen) {
  if (pen.variant() == 2) {
    constexpr Rgb kBoxes[] = {{0.85, 0.45, 0.30}, {0.35, 0.60, 0.75}, {0.90, 0.78, 0.40}, {0.50, 0.68, 0.45}};
    for (int i = 0; i < 4; ++i) {
      const double x = 34 + 14 * i;
      pen.canvas.Rect(x, i % 2 == 0 ? 16 : 25, x + 13, 40);
      pen.Shape(pen.Lit(kBoxes[i]));
    }
    pen.canvas.Rect(10, 8, 30, 40);
    pen.Shape(pen.White());
    Windows(pen, {13, 21}, {6, 6}, 13);
    pen.canvas.Rect(16, 0, 24, 8);
    pen.Shape(pen.body);
  } else {
    const bool liner = pen.variant() == 1;
    for (int funnel = 0; funnel < (liner ? 2 : 1); ++funnel) {
      const double x = liner ? 34 + 22 * funnel : 46;
      pen.canvas.Polygon({{x, 0}, {x + 12, 0}, {x + 13, 20}, {x - 1, 20}});
      pen.Shape(pen.body);
      pen.canvas.Rect(x, 1.5, x + 12, 5).Fill(pen.line);
    }
    pen.canvas.Rect(28, 18, 76, 30);
    pen.Shape(pen.White());
    pen.canvas.Rect(16, 29, 86, 41);
    pen.Shape(pen.White());
    Windows(pen, {32, 42, 52, 62}, {6, 5}, 22);
    Windows(pen, {20, 30, 40, 50, 60, 70, 78}, {5, 5}, 32.5);
  }
  pen.canvas.Polygon({{0, 38}, {100, 36}, {88, 66}, {10, 66}});
  pen.Body();
  for (double x : {20.0, 34.0, 48.0, 62.0, 76.0}) pen.canvas.Circle({x, 48}, 2.4);
  pen.canvas.Fill(pen.Glass());
  Waterline(pen, 64);
}

// Variants: an airliner, a propeller plane, a biplane.
void DrawAeroplane(const Pen& pen) {
  if (pen.variant() == 2) {
    pen.canvas.RoundRect(36, 0, 78, 5, 2);
    pen.Body();
    pen.canvas.Line({{42, 4}, {42, 34}}).Line({{72, 4}, {72, 34}}).Stroke(pen.line, 1.6);
  }
  pen.canvas.Polygon({{2, 4}, {12, 4}, {24, 20}, {6, 22}});
  pen.Body();
  pen.canvas.Polygon({{52, 16}, {40, 2}, {48, 2}, {66, 16}});
  if (pen.variant() == 0)
    pen.Shape(pen.shade);
  else
    cairo_new_path(pen.canvas.context());
  pen.canvas.Blob({{3, 18}, {30, 14}, {70, 12}, {90, 16}, {99, 24}, {90, 31}, {60, 33}, {24, 29}});
  pen.Body();
  pen.canvas.RoundRect(82, 15, 92, 21, 2).Fill(pen.Glass());
  if (pen.variant() == 1) {
    pen.canvas.RoundRect(54, 8, 74, 18, 4);
    pen.Shape(pen.Glass());
  } else {
    for (double x : {28.0, 38.0, 48.0, 58.0, 68.0}) pen.canvas.Circle({x, 20}, 2.6);
    pen.canvas.Fill(pen.Glass());
  }
  pen.canvas.Polygon({{44, 26}, {66, 26}, {42, 46}, {30, 46}});
  pen.Body();
  if (pen.variant() != 0) {
    pen.canvas.Ellipse({98, 24}, 2.2, 15).Fill(Mix(pen.line, {1, 1, 1}, 0.35), 0.75);
    pen.canvas.Circle({98, 24}, 2.6).Fill(pen.line);
    pen.canvas.Circle({70, 42}, 4).Fill(kTyre);
  }
}

// Variants: light panels, plain, a zigzag band.
void DrawHotAirBalloon(const Pen& pen) {
  pen.canvas.Line({{34, 92}, {42, 118}}).Line({{66, 92}, {58, 118}}).Line({{50, 96}, {50, 118}});
  pen.canvas.Stroke(pen.line, 1.8);
  const auto envelope = [&] {
    pen.canvas.Blob({{50, 0}, {84, 13}, {100, 48}, {82, 80}, {60, 101}, {40, 101}, {18, 80}, {0, 48}, {16, 13}});
  };
  envelope();
  pen.Body();
  const Rgb light = Mix(pen.body, {1, 1, 1}, 0.62), dark = pen.shade;
  if (pen.variant() == 0) {
    pen.canvas.Blob({{50, 1}, {66, 20}, {72, 50}, {64, 82}, {56, 101}, {44, 101}, {36, 82}, {28, 50}, {34, 20}})
        .Fill(light);
    pen.canvas.Blob({{50, 1}, {57, 22}, {60, 50}, {56, 82}, {52, 101}, {48, 101}, {44, 82}, {40, 50}, {43, 22}})
        .Fill(pen.body);
  } else if (pen.variant() == 2) {
    pen.canvas.Polygon({{1, 44},
                        {17, 54},
                        {33, 44},
                        {50, 54},
                        {67, 44},
                        {83, 54},
                        {99, 44},
                        {97, 56},
                        {83, 66},
                        {67, 56},
                        {50, 66},
                        {33, 56},
                        {17, 66},
                        {3, 56}});
    pen.canvas.Fill(Luma(pen.body) > 0.6 ? dark : light);
  }
  pen.canvas.RoundRect(38, 116, 62, 138, 4);
  pen.Shape(pen.Lit({0.70, 0.48, 0.26}));
  pen.canvas.Rect(37, 116, 63, 121).Fill(pen.Wood());
}

// Variants: one window, two windows, a band.
void DrawRocket(const Pen& pen) {
  pen.canvas.Blob({{50, 196}, {34, 176}, {38, 158}, {62, 158}, {66, 176}}).Fill({1.00, 0.55, 0.10});
  pen.canvas.Blob({{50, 184}, {42, 172}, {45, 160}, {55, 160}, {58, 172}}).Fill({1.00, 0.90, 0.35});
  const Rgb fins = pen.Lit(pen.variant() == 1 ? Rgb{0.90, 0.35, 0.20} : Rgb{0.42, 0.44, 0.52});
  pen.canvas.Polygon({{26, 104}, {0, 140}, {0, 164}, {30, 146}})
      .Polygon({{74, 104}, {100, 140}, {100, 164}, {70, 146}});
  pen.Shape(fins);
  pen.canvas.Blob({{50, 0}, {70, 34}, {80, 84}, {76, 130}, {68, 158}, {32, 158}, {24, 130}, {20, 84}, {30, 34}});
  pen.Body();
  pen.canvas.Blob({{50, 1}, {60, 16}, {67, 36}, {50, 40}, {33, 36}, {40, 16}}).Fill(fins);
  pen.canvas.Circle({50, 72}, 15);
  pen.Shape(pen.Glass());
  if (pen.variant() == 1) {
    pen.canvas.Circle({50, 112}, 11);
    pen.Shape(pen.Glass());
  } else {
    pen.canvas.Rect(23, pen.variant() == 2 ? 104 : 136, 77, pen.variant() == 2 ? 120 : 144)
        .Fill(pen.variant() == 2 ? pen.White() : pen.shade);
  }
}

}  // namespace diptych::world
