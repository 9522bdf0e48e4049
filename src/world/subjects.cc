#include "world/subjects.h"

#include <array>

namespace diptych {
namespace {

constexpr std::array<Rgb, kColours> kPaint = {{
    {0.87, 0.12, 0.14},  // red
    {0.98, 0.51, 0.06},  // orange
    {0.99, 0.85, 0.13},  // yellow
    {0.16, 0.62, 0.24},  // green
    {0.12, 0.36, 0.86},  // blue
    {0.55, 0.22, 0.74},  // purple
    {0.97, 0.97, 0.97},  // white
    {0.11, 0.11, 0.14},  // black
}};

// What a subject is drawn with. Each kind has its own units: the box is 100 wide and `kHeights` high, the subject faces
// right.
struct Pen {
  Canvas& canvas;
  Hour hour;
  Rgb body;      // the subject's colour
  Rgb shade;     // the same, a step darker (black: lighter)
  Rgb line;      // outlines
  double width;  // of outlines
  double inset;  // half of it: what keeps an outline inside the box
  bool afloat;

  bool Night() const { return hour == Hour::kStarryNight; }
  Rgb Lit(Rgb colour) const { return Night() ? colour * Rgb{0.87, 0.89, 0.97} : colour; }
  Rgb Glass() const { return Night() ? Rgb{1.00, 0.88, 0.42} : Rgb{0.74, 0.90, 0.98}; }
  Rgb Lamp() const { return Night() ? Rgb{1.00, 0.98, 0.70} : Rgb{1.00, 0.93, 0.62}; }
  void Shape(Rgb colour) const { canvas.FillAndStroke(colour, line, width); }
};

constexpr std::array<double, kKinds> kHeights = {52, 48, 108, 96, 136, 120, 112};

void Wheel(const Pen& pen, Spot centre, double radius) {
  pen.canvas.Circle(centre, radius).Fill({0.08, 0.08, 0.10});
  pen.canvas.Circle(centre, radius * 0.5).Fill(pen.Lit({0.78, 0.79, 0.83}));
}

void DrawBus(const Pen& pen) {
  const double i = pen.inset;
  pen.canvas.RoundRect(i, i, 100 - i, 45, 6).FillAndStroke(pen.body, pen.line, pen.width);
  pen.canvas.Rect(2 * i, 29, 100 - 2 * i, 32).Fill(pen.shade);
  for (double x : {6.0, 22.0, 38.0, 54.0}) pen.canvas.RoundRect(x, 7, x + 13, 23, 2);
  pen.canvas.RoundRect(86, 7, 100 - 2 * i, 25, 2).Fill(pen.Glass());
  pen.canvas.Rect(70, 7, 83, 43).Fill(pen.line);
  pen.canvas.Rect(71.5, 8.5, 75.8, 42).Rect(77.2, 8.5, 81.5, 42).Fill(pen.Glass());
  Wheel(pen, {22, 43}, 9);
  Wheel(pen, {61, 43}, 9);
  pen.canvas.Circle({95.5, 37}, 2.8).Fill(pen.Lamp());
  pen.canvas.Rect(2 * i, 34.5, 3.5 + i, 39).Fill({0.75, 0.10, 0.10});
}

void DrawCar(const Pen& pen) {
  const double i = pen.inset;
  pen.canvas.Polygon({{16, 22}, {29, 2 + i}, {33, i}, {62, i}, {66, 2 + i}, {82, 22}});
  pen.Shape(pen.body);
  pen.canvas.RoundRect(i, 19, 100 - i, 41, 8);
  pen.Shape(pen.body);
  pen.canvas.Rect(20, 17, 78, 23).Fill(pen.body);
  pen.canvas.Polygon({{24, 18}, {33, 5}, {46, 5}, {46, 18}}).Polygon({{51, 18}, {51, 5}, {61, 5}, {73, 18}});
  pen.canvas.Fill(pen.Glass());
  pen.canvas.Rect(2 * i, 33, 100 - 2 * i, 36).Fill(pen.shade);
  pen.canvas.Rect(52, 24, 59, 26).Fill(pen.line);
  Wheel(pen, {23, 38.5}, 9.5);
  Wheel(pen, {77, 38.5}, 9.5);
  pen.canvas.Ellipse({95.5, 27}, 3, 3.2).Fill(pen.Lamp());
  pen.canvas.Rect(2 * i, 25, 4 + i, 30).Fill({0.80, 0.10, 0.10});
}

void DrawSailingBoat(const Pen& pen) {
  const double i = pen.inset;
  const Rgb sail = pen.Lit({0.98, 0.97, 0.92});
  pen.canvas.Polygon({{54, 15}, {54, 76}, {7, 76}});
  pen.Shape(sail);
  pen.canvas.Polygon({{54, 49}, {54, 62}, {19.3, 62}, {29.3, 49}}).Fill(pen.body);
  pen.canvas.Polygon({{57, 21}, {57, 76}, {92, 76}});
  pen.Shape(sail);
  pen.canvas.Polygon({{55, i}, {55, 13}, {30, 6.5}});
  pen.Shape(pen.body);
  pen.canvas.Rect(53.5, 0, 57.5, 84).Fill(pen.Lit({0.42, 0.26, 0.14}));
  pen.canvas.Polygon({{i, 80}, {100 - i, 80}, {84, 108 - i}, {14, 108 - i}});
  pen.Shape(pen.body);
  pen.canvas.Polygon({{5, 86}, {93.5, 86}, {91, 91}, {7.5, 91}}).Fill(pen.shade);
  if (!pen.afloat) return;
  pen.canvas.Curve({{6, 106}, {20, 104}, {35, 106}, {50, 104}, {65, 106}, {80, 104}, {94, 106}});
  pen.canvas.Stroke(pen.Lit({0.92, 0.97, 1}), 3);
}

void DrawHouse(const Pen& pen) {
  const double i = pen.inset;
  const Rgb wood = pen.Lit({0.42, 0.24, 0.13});
  pen.canvas.Rect(70, 8, 82, 34);
  pen.Shape(pen.Lit({0.62, 0.38, 0.32}));
  pen.canvas.Rect(9, 40, 91, 96 - i);
  pen.Shape(pen.body);
  pen.canvas.Polygon({{i, 44}, {50, 1.2 * i}, {100 - i, 44}});
  pen.Shape(pen.Lit({0.42, 0.29, 0.26}));
  pen.canvas.Rect(42, 64, 58, 96 - i);
  pen.Shape(wood);
  pen.canvas.Circle({54.5, 80}, 1.6).Fill(pen.Lamp());
  pen.canvas.Rect(16, 54, 34, 72).Rect(66, 54, 84, 72);
  pen.Shape(pen.Glass());
  pen.canvas.Rect(24.2, 54, 25.8, 72).Rect(16, 62.2, 34, 63.8).Rect(74.2, 54, 75.8, 72).Rect(66, 62.2, 84, 63.8);
  pen.canvas.Fill(pen.line);
}

void DrawTree(const Pen& pen) {
  const double i = pen.inset;
  pen.canvas.Polygon({{43, 80}, {57, 80}, {58, 120}, {64, 136 - i}, {36, 136 - i}, {42, 120}});
  pen.Shape(pen.Lit({0.48, 0.31, 0.17}));
  const auto crown = [&](double shrink, Rgb colour) {
    pen.canvas.Circle({50, 32}, 32 - shrink).Circle({26, 56}, 26 - shrink).Circle({74, 56}, 26 - shrink);
    pen.canvas.Ellipse({50, 68}, 34 - shrink, 27 - shrink).Fill(colour);
  };
  crown(0, pen.line);
  crown(pen.width, pen.body);
  pen.canvas.Circle({33, 62}, 8).Circle({64, 40}, 9).Circle({66, 74}, 7).Circle({42, 27}, 6).Fill(pen.shade);
}

// Looking to the right: the face lies right of the head's middle.
void DrawCat(const Pen& pen) {
  const double i = pen.inset;
  cairo_set_line_cap(pen.canvas.context(), CAIRO_LINE_CAP_ROUND);
  const auto tail = [&](Rgb colour, double width) {
    pen.canvas.Curve({{36, 112}, {14, 106}, {7, 84}, {18, 66}}).Stroke(colour, width);
  };
  tail(pen.line, 13);
  tail(pen.body, 13 - 2 * pen.width);
  pen.canvas.Blob({{42, 56}, {26, 88}, {24, 116}, {58, 120 - i}, {92, 116}, {88, 86}, {76, 56}});
  pen.Shape(pen.body);
  pen.canvas.Ellipse({50, 114}, 10, 5.5 - i);
  pen.Shape(pen.body);
  pen.canvas.Ellipse({74, 114}, 10, 5.5 - i);
  pen.Shape(pen.body);
  pen.canvas.Polygon({{30, 34}, {31, i}, {54, 16}}).Polygon({{66, 16}, {91, i}, {92, 34}});
  pen.Shape(pen.body);
  pen.canvas.Ellipse({61, 38}, 36, 27);
  pen.Shape(pen.body);
  pen.canvas.Polygon({{35, 20}, {35, 9}, {45, 16}}).Polygon({{76, 16}, {87, 9}, {88, 20}}).Fill({0.96, 0.62, 0.66});
  pen.canvas.Ellipse({56, 35}, 6, 7).Ellipse({82, 35}, 6, 7).Fill({0.98, 0.98, 0.90});
  pen.canvas.Ellipse({58, 35}, 3.2, 5.5).Ellipse({84, 35}, 3.2, 5.5).Fill({0.05, 0.05, 0.08});
  pen.canvas.Polygon({{66, 45}, {75, 45}, {70.5, 50}}).Fill({0.96, 0.50, 0.56});
  pen.canvas.Line({{82, 49}, {100, 46}})
      .Line({{82, 53}, {99, 56}})
      .Line({{56, 49}, {38, 46}})
      .Line({{56, 53}, {38, 57}});
  pen.canvas.Stroke(pen.line, 1.6);
}

// Looking to the right: the face lies right of the head's middle.
void DrawPanda(const Pen& pen) {
  const double i = pen.inset;
  const Rgb fur = pen.Lit({0.98, 0.98, 0.97});
  pen.canvas.Circle({22, 14}, 14 - i).Circle({78, 14}, 14 - i);
  pen.Shape(pen.body);
  pen.canvas.Ellipse({50, 78}, 36, 32);
  pen.Shape(fur);
  pen.canvas.Ellipse({20, 98}, 20 - i, 14 - i);
  pen.Shape(pen.body);
  pen.canvas.Ellipse({80, 98}, 20 - i, 14 - i);
  pen.Shape(pen.body);
  pen.canvas.Blob({{22, 60}, {10, 74}, {18, 88}, {36, 82}, {36, 66}});
  pen.Shape(pen.body);
  pen.canvas.Blob({{78, 60}, {90, 74}, {82, 88}, {64, 82}, {64, 66}});
  pen.Shape(pen.body);
  pen.canvas.Ellipse({50, 38}, 42, 32);
  pen.Shape(fur);
  pen.canvas.Blob({{46, 27}, {36, 36}, {36, 47}, {45, 48}, {52, 38}})
      .Blob({{72, 27}, {82, 36}, {83, 47}, {74, 48}, {67, 38}});
  pen.canvas.Fill(pen.body);
  pen.canvas.Circle({46, 38}, 4.2).Circle({74, 38}, 4.2).Fill({1, 1, 1});
  pen.canvas.Circle({47.5, 38}, 2.4).Circle({75.5, 38}, 2.4).Fill({0.05, 0.05, 0.08});
  pen.canvas.Ellipse({60, 51}, 5.5, 3.6).Fill({0.10, 0.10, 0.12});
  pen.canvas.Curve({{53, 58}, {60, 62}, {67, 58}}).Stroke({0.10, 0.10, 0.12}, 2);
}

Pen MakePen(Canvas& canvas, const Subject& subject, const Box& box, const SubjectLight& light) {
  Pen pen = {.canvas = canvas,
             .hour = light.hour,
             .body = {},
             .shade = {},
             .line = {0.10, 0.09, 0.16},
             .width = 0,
             .inset = 0,
             .afloat = light.afloat};
  const Rgb paint = kPaint[static_cast<size_t>(subject.colour)];
  const bool black = subject.colour == Colour::kBlack;
  pen.body = black ? paint : pen.Lit(paint);
  pen.shade = black ? Rgb{0.34, 0.34, 0.40} : Mix(pen.body, {0.10, 0.08, 0.20}, 0.28);
  if (black) pen.line = {0.50, 0.51, 0.58};
  // Outlines of 0.8 to 1.1 percent of the picture.
  const double box_width = box.right - box.left;
  pen.width = (0.65 + 0.008 * box_width) * 100 / box_width;
  pen.inset = pen.width / 2;
  return pen;
}

void DrawKind(Kind kind, const Pen& pen) {
  switch (kind) {
    case Kind::kBus:
      return DrawBus(pen);
    case Kind::kCar:
      return DrawCar(pen);
    case Kind::kSailingBoat:
      return DrawSailingBoat(pen);
    case Kind::kHouse:
      return DrawHouse(pen);
    case Kind::kTree:
      return DrawTree(pen);
    case Kind::kCat:
      return DrawCat(pen);
    case Kind::kPanda:
      return DrawPanda(pen);
  }
}

}  // namespace

void DrawSubject(Canvas& canvas, const Subject& subject, const Box& box, const SubjectLight& light) {
  const double width = box.right - box.left, height = box.bottom - box.top;
  cairo_save(canvas.context());
  cairo_translate(canvas.context(), subject.faces_left ? box.right : box.left, box.top);
  cairo_scale(canvas.context(), (subject.faces_left ? -width : width) / 100,
              height / kHeights[static_cast<size_t>(subject.kind)]);
  cairo_set_line_join(canvas.context(), CAIRO_LINE_JOIN_ROUND);
  DrawKind(subject.kind, MakePen(canvas, subject, box, light));
  cairo_restore(canvas.context());
}

}  // namespace diptych
