// What actions need: instruments, tools, toys, and the lines of motion that comic strips draw.
#include <array>
#include <cmath>
#include <numbers>

#include "world/figure.h"

namespace diptych::world {
namespace {

constexpr Rgb kInk = {0.10, 0.09, 0.16}, kWater = {0.30, 0.66, 0.98};

// A note, white around it so that it is seen on anything.
void Note(const Pen& pen, Spot at, double size) {
  const auto draw = [&](Rgb colour, double more) {
    pen.canvas.Line({at, {at.x, at.y - 14 * size}, {at.x + 8 * size, at.y - 10 * size}});
    pen.canvas.Stroke(colour, 2.8 * size + more);
    pen.canvas.Ellipse({at.x - 3.4 * size, at.y}, 4.8 * size + more / 2, 3.6 * size + more / 2).Fill(colour, 0.99);
  };
  draw({1, 1, 1}, 2.6);
  draw(kInk, 0);
}

// A line of motion, seen on light and dark.
void Motion(const Pen& pen, std::initializer_list<Spot> spots) {
  cairo_set_line_cap(pen.canvas.context(), CAIRO_LINE_CAP_ROUND);
  pen.canvas.Curve(spots).Stroke({0.16, 0.16, 0.24}, 4.4);
  pen.canvas.Curve(spots).Stroke({1, 1, 1}, 2.4);
  cairo_set_line_cap(pen.canvas.context(), CAIRO_LINE_CAP_BUTT);
}

void Steam(const Pen& pen, Spot at) {
  for (double x : {-8.0, 4.0})
    Motion(pen, {{at.x + x, at.y}, {at.x + x + 5, at.y - 6}, {at.x + x, at.y - 12}, {at.x + x + 5, at.y - 18}});
}

void Ball(const Pen& pen, Spot at, double radius) {
  pen.canvas.Circle(at, radius);
  pen.Shape(pen.Lit({0.95, 0.24, 0.20}));
  pen.canvas.Curve({{at.x - radius * 0.92, at.y - 3}, {at.x, at.y + 2}, {at.x + radius * 0.92, at.y - 3}});
  pen.canvas.Stroke(pen.White(), 4);
}

void Football(const Pen& pen, Spot at, double radius) {
  pen.canvas.Circle(at, radius);
  pen.Shape(pen.White());
  pen.canvas.Circle(at, radius * 0.36);
  for (int i = 0; i < 5; ++i) {
    const double angle = std::numbers::pi * (0.4 * i - 0.5), far = radius * 0.82;
    pen.canvas.Circle({at.x + far * std::cos(angle), at.y + far * std::sin(angle)}, radius * 0.22);
  }
  pen.canvas.Fill(kInk);
}

void OpenBook(const Pen& pen, double y) {
  pen.canvas.Polygon({{-36, y - 20}, {0, y - 12}, {36, y - 20}, {36, y + 15}, {0, y + 22}, {-36, y + 15}});
  pen.Shape(pen.Lit({0.86, 0.20, 0.18}));
  pen.canvas.Polygon({{-31, y - 22}, {0, y - 14}, {31, y - 22}, {31, y + 9}, {0, y + 16}, {-31, y + 9}});
  pen.Shape(pen.White());
  for (double line : {-9.0, -2.0, 5.0})
    pen.canvas.Line({{-25, y + line - 4}, {-6, y + line + 1}}).Line({{6, y + line + 1}, {25, y + line - 4}});
  pen.canvas.Line({{0, y - 14}, {0, y + 16}}).Stroke({0.45, 0.43, 0.50}, 2.2);
}

void Ukulele(const Pen& pen) {
  const Rgb wood = pen.Lit({0.82, 0.52, 0.22});
  pen.Limb({{0, -43}, {50, -71}}, pen.Lit({0.40, 0.24, 0.12}), 8.5);
  pen.canvas.Polygon({{46, -75}, {57, -81}, {61, -73}, {50, -66}});
  pen.Shape(pen.Lit({0.40, 0.24, 0.12}));
  pen.canvas.Blob({{-28, -30}, {-24, -48}, {-8, -50}, {4, -54}, {16, -50}, {14, -38}, {4, -30}, {-6, -18}, {-22, -17}});
  pen.Shape(wood);
  pen.canvas.Circle({-4, -39}, 6).Fill({0.22, 0.12, 0.08});
  pen.canvas.Line({{-20, -29}, {49, -71}}).Stroke(pen.White(), 1.2);
  Note(pen, {60, -100}, 1.7);
}

void Drum(const Pen& pen) {
  pen.canvas.Rect(-27, -42, 29, -16).Ellipse({1, -16}, 28, 7);
  pen.Shape(pen.Lit({0.88, 0.20, 0.20}));
  pen.canvas.Line({{-27, -36}, {-13, -12}, {1, -34}, {15, -12}, {29, -36}}).Stroke(pen.Lit({1.00, 0.86, 0.30}), 3);
  pen.canvas.Ellipse({1, -42}, 28, 8);
  pen.Shape(pen.White());
}

void Sticks(const Pen& pen, const Joints& joints) {
  const Rgb wood = pen.Lit({0.72, 0.50, 0.26});
  pen.Limb({joints.hands[0], {-6, -42}}, wood, 5.5);
  pen.Limb({joints.hands[1], {10, -45}}, wood, 5.5);
  Note(pen, {56, -92}, 1.7);
}

// Beside the painter, with a picture begun on it.
void Easel(const Pen& pen) {
  const Rgb wood = pen.Wood();
  pen.canvas.Line({{76, -110}, {58, 0}}).Line({{76, -110}, {96, 0}}).Line({{76, -110}, {78, -8}}).Stroke(wood, 5);
  pen.canvas.Rect(50, -100, 98, -46);
  pen.Shape(pen.White());
  pen.canvas.Rect(52, -66, 96, -48).Fill(pen.Lit({0.35, 0.70, 0.35}));
  pen.canvas.Circle({84, -84}, 8).Fill(pen.Lit({1.00, 0.72, 0.15}));
  pen.canvas.Polygon({{56, -66}, {68, -86}, {80, -66}}).Fill(pen.Lit({0.35, 0.50, 0.85}));
  pen.canvas.Rect(48, -47, 100, -42).Fill(wood);
}

void Brush(const Pen& pen, Spot hand) {
  pen.Limb({{hand.x - 8, hand.y + 8}, {hand.x + 8, hand.y - 7}}, pen.Lit({0.72, 0.50, 0.26}), 4.6);
  pen.canvas.Circle({hand.x + 9, hand.y - 8}, 3.6).Fill(pen.Lit({0.90, 0.20, 0.20}));
}

void Palette(const Pen& pen, Spot at) {
  pen.canvas.Ellipse({at.x, at.y + 2}, 16, 11);
  pen.Shape(pen.Lit({0.85, 0.66, 0.42}));
  constexpr std::array<Rgb, 4> kDabs = {
      {{0.90, 0.15, 0.15}, {0.20, 0.40, 0.90}, {1.00, 0.85, 0.15}, {0.20, 0.65, 0.30}}};
  for (size_t i = 0; i < kDabs.size(); ++i)
    pen.canvas.Circle({at.x - 9 + 6.0 * static_cast<double>(i), at.y - 1 + 4.0 * static_cast<double>(i % 2)}, 2.8)
        .Fill(pen.Lit(kDabs[i]));
}

// Larger than the ukulele, red, with the white plate and the horns of an electric guitar.
void Guitar(const Pen& pen) {
  const Rgb dark = pen.Lit({0.36, 0.20, 0.10});
  pen.Limb({{0, -42}, {66, -78}}, dark, 9);
  pen.canvas.Polygon({{58, -80}, {76, -92}, {82, -82}, {66, -72}});
  pen.Shape(pen.Lit({0.88, 0.66, 0.34}));
  pen.canvas.Blob({{-36, -24},
                   {-36, -44},
                   {-20, -50},
                   {-6, -48},
                   {12, -62},
                   {16, -50},
                   {12, -42},
                   {26, -36},
                   {14, -28},
                   {2, -26},
                   {-4, -12},
                   {-22, -8}});
  pen.Shape(pen.Lit({0.90, 0.14, 0.14}));
  pen.canvas.Blob({{-18, -24}, {-16, -38}, {0, -46}, {8, -40}, {-2, -28}}).Fill(pen.White());
  for (double x : {-12.0, -4.0}) pen.canvas.Line({{x - 4, -40}, {x + 4, -27}});
  pen.canvas.Stroke(kInk, 3.2);
  pen.canvas.Line({{-24, -28}, {68, -80}}).Stroke(pen.Lit({0.85, 0.85, 0.88}), 1.4);
  Note(pen, {62, -108}, 1.7);
}

// Beside the chin; the bow across it.
void Violin(const Pen& pen) {
  const Rgb wood = pen.Lit({0.90, 0.42, 0.10}), dark = pen.Lit({0.24, 0.12, 0.08});
  pen.Limb({{44, -66}, {86, -80}}, dark, 8);
  pen.canvas.Circle({88, -81}, 5.6);
  pen.Shape(wood);
  pen.canvas.Blob({{6, -62},
                   {12, -75},
                   {26, -76},
                   {35, -72},
                   {46, -80},
                   {59, -74},
                   {58, -60},
                   {47, -55},
                   {38, -58},
                   {33, -48},
                   {20, -42},
                   {8, -48}});
  pen.Shape(wood);
  pen.canvas.Curve({{26, -70}, {30, -66}, {28, -62}}).Curve({{32, -54}, {36, -52}, {40, -55}}).Stroke(dark, 2.6);
  pen.canvas.Line({{12, -56}, {86, -80}}).Stroke(pen.White(), 2);
  const auto bow = [&](Rgb colour, double width) { pen.canvas.Line({{10, -30}, {62, -104}}).Stroke(colour, width); };
  bow(dark, 6.4);
  bow(pen.White(), 3);
  Note(pen, {84, -104}, 1.7);
}

void Trumpet(const Pen& pen, Spot mouth) {
  const Rgb gold = pen.Lit({1.00, 0.78, 0.16});
  const double y = mouth.y;
  pen.Limb({{mouth.x + 12, y}, {mouth.x + 66, y}}, gold, 7);
  pen.canvas.RoundRect(mouth.x + 22, y, mouth.x + 48, y + 15, 7);
  pen.canvas.Stroke(pen.line, 7);
  pen.canvas.RoundRect(mouth.x + 22, y, mouth.x + 48, y + 15, 7);
  pen.canvas.Stroke(gold, 4.4);
  for (double x : {28.0, 35.0, 42.0}) {
    pen.canvas.Rect(mouth.x + x - 2.5, y - 13, mouth.x + x + 2.5, y + 4);
    pen.Shape(gold);
  }
  pen.canvas.Blob({{mouth.x + 54, y - 3},
                   {mouth.x + 70, y - 9},
                   {mouth.x + 80, y - 20},
                   {mouth.x + 80, y + 20},
                   {mouth.x + 70, y + 9},
                   {mouth.x + 54, y + 3}});
  pen.Shape(gold);
  pen.canvas.Ellipse({mouth.x + 81, y}, 5, 18).Fill(pen.Lit({0.62, 0.42, 0.08}));
  pen.canvas.Ellipse({mouth.x + 11, y}, 3, 5);
  pen.Shape(gold);
  Note(pen, {mouth.x + 58, y - 30}, 1.7);
}

// A grand piano seen from its side, the player's keys at its left.
void Piano(const Pen& pen) {
  const Rgb black = {0.13, 0.12, 0.16};
  for (double x : {42.0, 92.0}) pen.canvas.Rect(x - 3, -34, x + 3, 0);
  pen.Shape(black);
  pen.canvas.Blob({{44, -62}, {48, -104}, {74, -112}, {96, -100}, {104, -62}});
  pen.Shape(black);
  pen.canvas.Blob({{50, -64}, {54, -98}, {74, -105}, {92, -94}, {98, -64}}).Fill(pen.Lit({0.70, 0.46, 0.24}));
  for (double x : {62.0, 72.0, 82.0}) pen.canvas.Line({{x, -98}, {x + 4, -64}});
  pen.canvas.Stroke(pen.Lit({0.95, 0.82, 0.50}), 1.4);
  pen.canvas.RoundRect(38, -64, 108, -34, 5);
  pen.Shape(black);
  pen.canvas.Polygon({{8, -44}, {46, -68}, {46, -48}, {12, -26}});
  pen.Shape(pen.White());
  for (int i = 0; i < 5; ++i) {
    const double x = 15 + 6.4 * i, y = -46.0 - 4.0 * i;
    pen.canvas.Line({{x, y}, {x + 1.6, y + 10}});
  }
  pen.canvas.Stroke(kInk, 3.6);
  Note(pen, {46, -120}, 1.7);
}

void Stool(const Pen& pen) {
  pen.canvas.Line({{-28, -24}, {-32, 0}}).Line({{-8, -24}, {-4, 0}}).Stroke(pen.Wood(), 4);
  pen.canvas.RoundRect(-36, -28, 0, -20, 3);
  pen.Shape(pen.Lit({0.75, 0.18, 0.22}));
}

void Microphone(const Pen& pen, Spot hand) {
  pen.Limb({{hand.x + 4, hand.y + 14}, {hand.x - 3, hand.y - 6}}, {0.24, 0.24, 0.30}, 7.5);
  pen.canvas.Circle({hand.x - 5, hand.y - 13}, 11);
  pen.Shape(pen.Lit({0.72, 0.74, 0.80}));
  Note(pen, {56, -106}, 1.8);
  Note(pen, {64, -74}, 1.4);
}

void Bowl(const Pen& pen, Spot at) {
  pen.canvas.Ellipse({at.x, at.y - 12}, 21, 11);
  pen.Shape(pen.Lit({1.00, 0.86, 0.40}));
  pen.canvas.Circle({at.x - 8, at.y - 17}, 4).Circle({at.x + 6, at.y - 18}, 4).Fill(pen.Lit({0.90, 0.24, 0.16}));
  pen.canvas.Blob({{at.x - 26, at.y - 10},
                   {at.x + 26, at.y - 10},
                   {at.x + 18, at.y + 9},
                   {at.x, at.y + 14},
                   {at.x - 18, at.y + 9}});
  pen.Shape(pen.Lit({0.20, 0.46, 0.88}));
  pen.canvas.Line({{at.x - 21, at.y - 1}, {at.x + 21, at.y - 1}}).Stroke(pen.White(), 4);
}

// From the hand to the mouth, full.
void Spoon(const Pen& pen, Spot hand, Spot mouth) {
  const Spot tip = {mouth.x + 17, mouth.y + 2};
  pen.Limb({{hand.x + 9, hand.y + 5}, tip}, pen.Lit({0.80, 0.82, 0.88}), 6.5);
  pen.canvas.Ellipse(tip, 10, 7);
  pen.Shape(pen.Lit({0.80, 0.82, 0.88}));
  pen.canvas.Ellipse({tip.x, tip.y - 3}, 7.6, 5).Fill(pen.Lit({0.90, 0.30, 0.16}));
}

// With a straw to the mouth.
void Cup(const Pen& pen, Spot at, Spot mouth) {
  const auto straw = [&](Rgb colour, double width) {
    pen.canvas.Line({{at.x + 8, at.y - 22}, {at.x + 10, mouth.y - 2}, {mouth.x + 5, mouth.y + 1}});
    pen.canvas.Stroke(colour, width);
  };
  straw(pen.line, 7.4);
  straw(pen.Lit({0.98, 0.98, 1.00}), 4.6);
  pen.canvas.Polygon({{at.x - 20, at.y - 22}, {at.x + 20, at.y - 22}, {at.x + 15, at.y + 24}, {at.x - 15, at.y + 24}});
  pen.Shape(pen.Lit({0.95, 0.20, 0.22}));
  pen.canvas.Polygon(
      {{at.x - 18.6, at.y - 8}, {at.x + 18.6, at.y - 8}, {at.x + 16.6, at.y + 9}, {at.x - 16.6, at.y + 9}});
  pen.canvas.Fill(pen.White());
  pen.canvas.RoundRect(at.x - 23, at.y - 28, at.x + 23, at.y - 20, 3);
  pen.Shape(pen.White());
}

// A stove beside the cook, a pot on it.
void Stove(const Pen& pen) {
  pen.canvas.RoundRect(34, -40, 88, 0, 3);
  pen.Shape(pen.Lit({0.84, 0.86, 0.90}));
  pen.canvas.RoundRect(42, -24, 80, -5, 3);
  pen.Shape({0.20, 0.20, 0.26});
  pen.canvas.RoundRect(46, -16, 76, -8, 2).Fill({1.00, 0.55, 0.15});
  for (double x : {44.0, 55.0, 66.0, 77.0}) pen.canvas.Circle({x, -32}, 3);
  pen.canvas.Fill({0.20, 0.20, 0.26});
  Steam(pen, {60, -76});
  pen.canvas.Line({{34, -58}, {88, -58}}).Stroke(kInk, 5);
  pen.canvas.RoundRect(41, -66, 81, -40, 4);
  pen.Shape(pen.Lit({0.90, 0.26, 0.20}));
  pen.canvas.Ellipse({61, -66}, 20, 6);
  pen.Shape(pen.Lit({1.00, 0.78, 0.36}));
}

void CookingSpoon(const Pen& pen, Spot hand) {
  pen.Limb({{hand.x - 4, hand.y - 14}, {hand.x + 14, hand.y + 12}}, pen.Lit({0.80, 0.56, 0.28}), 6);
}

// Behind the board lies the hand that holds it.
void Board(const Pen& pen) {
  pen.canvas.Polygon({{-32, -62}, {10, -66}, {14, -20}, {-28, -16}});
  pen.Shape(pen.Lit({0.66, 0.42, 0.20}));
  pen.canvas.Polygon({{-28, -59}, {7, -62}, {10, -23}, {-24, -20}});
  pen.Shape(pen.White());
  for (double y : {-50.0, -42.0, -34.0}) pen.canvas.Line({{-22, y}, {-2, y - 2}});
  pen.canvas.Stroke({0.15, 0.30, 0.75}, 3);
  pen.canvas.RoundRect(-17, -69, -5, -60, 2);
  pen.Shape(pen.Lit({0.75, 0.77, 0.82}));
}

void Pencil(const Pen& pen, Spot hand) {
  const Spot tip = {hand.x - 12, hand.y + 8}, end = {hand.x + 22, hand.y - 26};
  pen.Limb({{tip.x + 5, tip.y - 5}, end}, pen.Lit({1.00, 0.80, 0.12}), 8.5);
  pen.canvas.Circle(end, 4.4);
  pen.Shape(pen.Lit({1.00, 0.50, 0.58}));
  pen.canvas.Polygon({tip, {tip.x + 3, tip.y - 9}, {tip.x + 9, tip.y - 3}}).Fill({0.16, 0.14, 0.18});
}

void WateringCan(const Pen& pen, Spot hand) {
  const Rgb tin = pen.Lit({0.16, 0.62, 0.80});
  const double x = hand.x, y = hand.y;
  pen.Limb({{x + 14, y + 12}, {x + 36, y - 6}}, tin, 7);
  pen.canvas.Polygon({{x + 30, y - 8}, {x + 38, y - 14}, {x + 44, y - 4}, {x + 38, y}});
  pen.Shape(tin);
  pen.canvas.Arc({x + 2, y + 2}, 11, 2.6, 6.6).Stroke(pen.line, 6.5);
  pen.canvas.Arc({x + 2, y + 2}, 11, 2.6, 6.6).Stroke(tin, 4);
  pen.canvas.Polygon({{x - 14, y}, {x + 18, y}, {x + 21, y + 28}, {x - 17, y + 28}});
  pen.Shape(tin);
  for (const Spot& at : {Spot{44, 6}, Spot{50, 15}, Spot{42, 20}, Spot{51, 28}, Spot{44, 34}}) {
    pen.canvas.Ellipse({x + at.x, y + at.y}, 2.8, 4.4);
    pen.canvas.FillAndStroke(kWater, {0.08, 0.26, 0.60}, 1);
  }
}

void Seedling(const Pen& pen) {
  constexpr double kX = 88;
  const Rgb green = pen.Lit({0.20, 0.62, 0.22});
  pen.canvas.Blob({{kX - 17, 0}, {kX - 10, -7}, {kX, -9}, {kX + 10, -7}, {kX + 17, 0}});
  pen.Shape(pen.Lit({0.45, 0.28, 0.14}));
  pen.canvas.Line({{kX, -6}, {kX, -24}}).Stroke(green, 4);
  Both([&](int s) {
    pen.canvas.Blob({{kX, -17}, {kX + s * 6.0, -26}, {kX + s * 15.0, -26}, {kX + s * 9.0, -17}});
    pen.Shape(green);
  });
}

// A rod, its line and a fish on the hook.
void FishingRod(const Pen& pen, const Joints& joints) {
  const Spot tip = {78, -122};
  pen.Limb({{joints.hands[0].x - 8, joints.hands[0].y + 5}, joints.hands[1], {56, -94}, tip},
           pen.Lit({0.62, 0.40, 0.18}), 5.5);
  pen.canvas.Circle({joints.hands[0].x + 4, joints.hands[0].y + 5}, 6);
  pen.Shape({0.35, 0.35, 0.42});
  const auto line = [&] { pen.canvas.Line({tip, {82, -56}}); };
  line();
  pen.canvas.Stroke(kInk, 2.4);
  pen.canvas.Blob({{82, -58}, {91, -48}, {90, -34}, {82, -24}, {74, -34}, {73, -48}});
  pen.Shape(pen.Lit({0.98, 0.58, 0.16}));
  pen.canvas.Polygon({{82, -28}, {93, -12}, {82, -16}, {71, -12}});
  pen.Shape(pen.Lit({0.98, 0.58, 0.16}));
  pen.canvas.Circle({86, -49}, 2.6).Fill(kInk);
}

void Heart(const Pen& pen, Spot at, double size) {
  pen.canvas.Blob({{at.x, at.y - size * 0.5},
                   {at.x + size * 0.6, at.y - size},
                   {at.x + size, at.y - size * 0.3},
                   {at.x, at.y + size},
                   {at.x - size, at.y - size * 0.3},
                   {at.x - size * 0.6, at.y - size}});
  pen.Shape(pen.Lit({0.95, 0.16, 0.30}));
}

// A teddy as large as the chest.
void Teddy(const Pen& pen) {
  const Rgb fur = pen.Lit({0.98, 0.66, 0.76}), light = pen.Lit({1.00, 0.92, 0.90});
  constexpr double kX = 4, kY = -52;
  for (double x : {-15.0, 15.0}) {
    pen.canvas.Circle({kX + x, -8}, 9);
    pen.Shape(fur);
  }
  pen.canvas.Ellipse({kX, -22}, 23, 21);
  pen.Shape(fur);
  for (double x : {-17.0, 17.0}) {
    pen.canvas.Circle({kX + x, kY - 16}, 8.5);
    pen.Shape(fur);
  }
  pen.canvas.Circle({kX, kY}, 22);
  pen.Shape(fur);
  pen.canvas.Ellipse({kX, kY + 9}, 11, 8).Fill(light);
  pen.canvas.Circle({kX - 9, kY - 4}, 3.4).Circle({kX + 9, kY - 4}, 3.4).Ellipse({kX, kY + 5}, 4.4, 3.2).Fill(kInk);
  Heart(pen, {56, -108}, 12);
  Heart(pen, {64, -84}, 8);
}

// An open hand that goes to and fro.
void Waves(const Figure& figure, Spot hand) {
  const Tone tone = figure.species.head_tone == Tone::kSkin ? Tone::kSkin : figure.species.arm;
  for (double angle : {-2.4, -1.9, -1.4, -0.9, -0.1}) {
    const double far = angle > -0.5 ? 11 : 15;
    figure.pen.Limb({hand, {hand.x + far * std::cos(angle), hand.y + far * std::sin(angle)}}, figure.Colour(tone), 6.5);
  }
  for (double radius : {21.0, 29.0}) {
    const auto at = [&](double angle) {
      return Spot{hand.x + radius * std::cos(angle), hand.y - 2 + radius * std::sin(angle)};
    };
    Motion(figure.pen, {at(-0.5), at(-0.1), at(0.3)});
    if (radius < 25) Motion(figure.pen, {at(-2.0), at(-2.4), at(-2.8)});
  }
}

// The water in which the swimmer is, over the lower part of the body, and what splashes.
void Splash(const Pen& pen) {
  const Rgb blue = pen.Lit({0.26, 0.58, 0.90});
  pen.canvas.Blob({{-84, -18},
                   {-66, -26},
                   {-48, -20},
                   {-30, -27},
                   {-10, -20},
                   {10, -27},
                   {30, -20},
                   {50, -26},
                   {72, -18},
                   {66, -2},
                   {0, 2},
                   {-76, -2}});
  pen.canvas.Fill(blue, 0.88);
  pen.canvas.Curve(
      {{-84, -18}, {-66, -26}, {-48, -20}, {-30, -27}, {-10, -20}, {10, -27}, {30, -20}, {50, -26}, {72, -18}});
  pen.canvas.Stroke(pen.White(), 4);
  pen.canvas.Curve({{-50, -9}, {-34, -13}, {-18, -9}}).Curve({{6, -8}, {24, -12}, {42, -8}}).Stroke(pen.White(), 3);
}

void SplashDrops(const Pen& pen) {
  for (const Spot& at : {Spot{-78, -42}, Spot{-88, -32}, Spot{-66, -50}}) {
    pen.canvas.Ellipse(at, 4, 5);
    pen.canvas.FillAndStroke({0.86, 0.95, 1.00}, {0.16, 0.40, 0.70}, 1.4);
  }
}

// From the shoulders backwards, in the wind.
void Cape(const Figure& figure, const Joints& joints) {
  const Spot neck = joints.Of({0, kTorsoTop + 4}), hips = joints.hips;
  figure.pen.canvas.Blob({{neck.x + 6, neck.y - 4},
                          {neck.x - 20, neck.y - 20},
                          {hips.x - 26, hips.y - 34},
                          {hips.x - 50, hips.y - 40},
                          {hips.x - 40, hips.y - 22},
                          {hips.x - 48, hips.y - 6},
                          {hips.x - 10, hips.y - 8},
                          {neck.x, neck.y + 16}});
  figure.pen.Shape(figure.pen.Lit({0.90, 0.12, 0.20}));
}

void ThrownBall(const Pen& pen) {
  const Spot at = {78, -124};
  Motion(pen, {{58, -98}, {62, -104}, {66, -110}});
  Motion(pen, {{68, -94}, {71, -100}, {74, -106}});
  Ball(pen, at, 14);
}

void CaughtBall(const Pen& pen) {
  Motion(pen, {{66, -110}, {72, -117}, {78, -124}});
  Motion(pen, {{76, -100}, {84, -106}, {92, -112}});
  Ball(pen, {54, -80}, 17);
}

void KickedBall(const Pen& pen) {
  Motion(pen, {{54, -40}, {62, -38}, {68, -36}});
  Motion(pen, {{54, -10}, {62, -12}, {68, -14}});
  Football(pen, {82, -25}, 16);
}

void DancingLines(const Pen& pen) {
  Motion(pen, {{-56, -98}, {-60, -90}, {-60, -80}});
  Motion(pen, {{54, -74}, {60, -68}, {60, -58}});
  Motion(pen, {{48, -40}, {54, -34}, {54, -24}});
  Note(pen, {58, -100}, 1.7);
  Note(pen, {-54, -42}, 1.5);
}

void RunningLines(const Pen& pen) {
  Motion(pen, {{-76, -88}, {-60, -88}, {-46, -88}});
  Motion(pen, {{-84, -66}, {-66, -66}, {-50, -66}});
  Motion(pen, {{-80, -42}, {-66, -42}, {-54, -42}});
  pen.canvas.Circle({-50, -6}, 6).Circle({-60, -5}, 4.6).Circle({-42, -4}, 4).Fill({0.93, 0.91, 0.88}, 0.95);
}

void FlyingLines(const Pen& pen) {
  Motion(pen, {{-98, -58}, {-88, -58}, {-78, -58}});
  Motion(pen, {{-104, -40}, {-94, -40}, {-84, -40}});
  Motion(pen, {{-98, -16}, {-88, -16}, {-78, -16}});
}

// Reins, or what else one holds on to.
void Reins(const Pen& pen, const Joints& joints) {
  pen.canvas.Line({{joints.hands[0].x + 12, joints.hands[0].y + 14}, joints.hands[0]}).Stroke(pen.Wood(), 3.4);
}

// The mouth; heads of every size have it about there.
Spot MouthOf(const Figure& figure, const Joints& joints) {
  return {joints.head.x + 4, joints.head.y + figure.species.mouth};
}

// In sports and other movements.
void DrawMoving(const Figure& figure, const Joints& joints) {
  const Pen& pen = figure.pen;
  switch (pen.subject.action) {
    case Action::kThrowing:
      return ThrownBall(pen);
    case Action::kCatching:
      return CaughtBall(pen);
    case Action::kKicking:
      return KickedBall(pen);
    case Action::kHugging:
      return Teddy(pen);
    case Action::kWaving:
      return Waves(figure, joints.hands[1]);
    case Action::kFishing:
      return FishingRod(pen, joints);
    case Action::kRiding:
      return Reins(pen, joints);
    case Action::kSwimming:
      if (pen.afloat) Splash(pen);
      return;
    default:
      return;
  }
}

void DrawPlayed(const Figure& figure, const Joints& joints) {
  const Pen& pen = figure.pen;
  switch (pen.subject.action) {
    case Action::kUkulele:
      return Ukulele(pen);
    case Action::kDrum:
      Drum(pen);
      return Sticks(pen, joints);
    case Action::kViolin:
      return Violin(pen);
    case Action::kGuitar:
      return Guitar(pen);
    case Action::kTrumpet:
      return Trumpet(pen, MouthOf(figure, joints));
    case Action::kSinging:
      return Microphone(pen, joints.hands[1]);
    default:
      return DrawMoving(figure, joints);
  }
}

}  // namespace

void DrawPropBehind(const Figure& figure, const Joints& joints) {
  const Pen& pen = figure.pen;
  switch (pen.subject.action) {
    case Action::kPainting:
      return Easel(pen);
    case Action::kCooking:
      return Stove(pen);
    case Action::kWatering:
      return Seedling(pen);
    case Action::kPiano:
      return Stool(pen), Piano(pen);
    case Action::kRunning:
      return RunningLines(pen);
    case Action::kDancing:
      return DancingLines(pen);
    case Action::kFlying:
      FlyingLines(pen);
      return Cape(figure, joints);
    case Action::kSwimming:
      return SplashDrops(pen);
    case Action::kSleeping:
      pen.canvas.RoundRect(4, -16, 70, 0, 8);
      return pen.Shape(pen.White());
    default:
      return;
  }
}

void DrawProp(const Figure& figure, const Joints& joints) {
  const Pen& pen = figure.pen;
  switch (pen.subject.action) {
    case Action::kReading:
      return OpenBook(pen, joints.hands[0].y - 2);
    case Action::kPainting:
      Palette(pen, joints.hands[0]);
      return Brush(pen, joints.hands[1]);
    case Action::kEating:
      Bowl(pen, {joints.hands[0].x + 4, joints.hands[0].y + 4});
      return Spoon(pen, joints.hands[1], MouthOf(figure, joints));
    case Action::kDrinking:
      return Cup(pen, {26, -42}, MouthOf(figure, joints));
    case Action::kCooking:
      return CookingSpoon(pen, joints.hands[1]);
    case Action::kWriting:
      Board(pen);
      return Pencil(pen, joints.hands[1]);
    case Action::kWatering:
      return WateringCan(pen, joints.hands[1]);
    default:
      return DrawPlayed(figure, joints);
  }
}

}  // namespace diptych::world
