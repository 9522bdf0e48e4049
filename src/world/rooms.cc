// Rooms: walls, a floor and a window with the sky behind it, and what each room is known by.
#include <array>
#include <cstdlib>
#include <numbers>

#include "world/layout.h"
#include "world/scenery.h"
#include "world/sky.h"

namespace diptych::world {
namespace {

constexpr double kLeft = kWindow.left, kTop = kWindow.top, kRight = kWindow.right, kBottom = kWindow.bottom;

struct Room {
  Canvas& canvas;
  const Scene& scene;
  double floor;
  bool dark;
  Rgb light;
  int step;

  Rgb Lit(Rgb colour) const { return colour * light; }
  Rgb Pick(std::initializer_list<Rgb> variants) const {
    return variants.begin()[static_cast<size_t>(step) % variants.size()];
  }
  Rgb Lamp() const { return dark ? Rgb{1.00, 0.90, 0.58} : Rgb{0.99, 0.94, 0.82}; }
};

Room RoomOf(Canvas& canvas, const Scene& scene) {
  constexpr std::array<Rgb, kHours> kLights = {
      {{1.00, 0.95, 0.96}, {1, 1, 1}, {1.00, 0.86, 0.74}, {0.70, 0.66, 0.72}, {0.80, 0.71, 0.62}}};
  return {.canvas = canvas,
          .scene = scene,
          .floor = static_cast<double>(scene.horizon),
          .dark = IsNight(scene.hour),
          .light = kLights[static_cast<size_t>(scene.hour)],
          .step = std::abs(scene.horizon - HorizonsOf(scene.ground).first) / kHorizonStep};
}

void DrawView(const Room& room) {
  Canvas& canvas = room.canvas;
  cairo_save(canvas.context());
  canvas.Rect(kLeft, kTop, kRight, kBottom);
  cairo_clip(canvas.context());
  DrawSky(canvas, room.scene, {.top = kTop, .horizon = kBottom + 4, .left = kLeft, .right = kRight});
  DrawFallingWeather(canvas, room.scene);
  cairo_restore(canvas.context());
}

// The wall around the window, down to the floor; not quite opaque, so that paper casts no shadow on the sky.
void DrawWall(const Room& room, Rgb colour) {
  Canvas& canvas = room.canvas;
  DrawView(room);
  cairo_set_fill_rule(canvas.context(), CAIRO_FILL_RULE_EVEN_ODD);
  canvas.Rect(-1, -1, 101, room.floor).Rect(kLeft, kTop, kRight, kBottom).Fill(room.Lit(colour), 0.995);
  cairo_set_fill_rule(canvas.context(), CAIRO_FILL_RULE_WINDING);
}

// Upright stripes on the wall, beside, above and below the window.
void DrawWallpaper(const Room& room, double step, double width, Rgb colour) {
  Canvas& canvas = room.canvas;
  for (double x = step / 2; x < 100; x += step) {
    if (x + width < kLeft || x > kRight) {
      canvas.Rect(x, -1, x + width, room.floor);
    } else {
      canvas.Rect(x, -1, x + width, kTop).Rect(x, kBottom, x + width, room.floor);
    }
  }
  canvas.Fill(room.Lit(colour), 0.7);
}

void DrawWindowFrame(const Room& room) {
  Canvas& canvas = room.canvas;
  const Rgb frame = room.Lit({0.99, 0.98, 0.95});
  canvas.Rect(kLeft, kTop, kRight, kBottom).Stroke(frame, 3);
  canvas.Line({{77, kTop}, {77, kBottom}}).Line({{kLeft, 24.5}, {kRight, 24.5}}).Stroke(frame, 1.6);
  canvas.Rect(kLeft - 3, kBottom + 1, kRight + 3, kBottom + 4).Fill(room.Lit({0.86, 0.70, 0.52}));
}

// Drawn back to both sides, on a rail.
void DrawCurtains(const Room& room, double low, Rgb colour) {
  Canvas& canvas = room.canvas;
  const Rgb cloth = room.Lit(colour);
  canvas.Blob({{57, 6}, {67, 6}, {66, 20}, {61, low * 0.75}, {63.5, low}, {56.5, low}, {57, 24}}).Fill(cloth);
  canvas.Blob({{97, 6}, {87, 6}, {88, 20}, {93, low * 0.75}, {90.5, low}, {97.5, low}, {97, 24}}).Fill(cloth);
  for (double x : {58.8, 61.4, 92.2, 94.8}) canvas.Line({{x, 8}, {x - 0.3, low - 1}});
  canvas.Stroke(cloth * Rgb{0.84, 0.82, 0.84}, 0.7);
  canvas.Rect(54, 5, 100, 6.4).Fill(room.Lit({0.56, 0.40, 0.28}));
}

void DrawBoards(const Room& room, Rgb colour, double from) {
  Canvas& canvas = room.canvas;
  canvas.Rect(-1, from, 101, 101).Fill(room.Lit(colour));
  for (double y = from + 6; y < 100; y += 7) canvas.Rect(-1, y, 101, y + 0.6);
  canvas.Fill(room.Lit(colour * Rgb{0.79, 0.75, 0.71}), 0.8);
}

void DrawSkirting(const Room& room) {
  room.canvas.Rect(-1, room.floor - 2, 101, room.floor + 0.6).Fill(room.Lit({0.99, 0.96, 0.90}));
}

// Two hills in a frame.
void DrawPicture(const Room& room, const plan::Box& box, Rgb sky, Rgb hill) {
  Canvas& canvas = room.canvas;
  const double left = box.left + 1.6, top = box.top + 1.6, right = box.right - 1.6, bottom = box.bottom - 1.6;
  const double width = right - left, height = bottom - top;
  canvas.Rect(box.left, box.top, box.right, box.bottom).Fill(room.Lit({0.56, 0.38, 0.24}));
  canvas.Rect(left, top, right, bottom).Fill(room.Lit(sky));
  canvas.Polygon({{left, bottom}, {left + 0.38 * width, bottom - 0.66 * height}, {left + 0.7 * width, bottom}});
  canvas.Polygon({{left + 0.44 * width, bottom}, {left + 0.75 * width, bottom - 0.5 * height}, {right, bottom}});
  canvas.Fill(room.Lit(hill), 0.99);
}

// Light of the window on the floor by day.
void DrawSunPatch(const Room& room) {
  if (room.dark || room.scene.weather != Weather::kClear) return;
  const double y = room.floor + 5;
  room.canvas.Polygon({{62, y}, {86, y}, {78, y + 17}, {46, y + 17}})
      .Fill(Mix(PaletteOf(room.scene).low, {1, 1, 0.9}, 0.3), 0.22);
}

void DrawPlainRoom(const Room& room) {
  DrawWall(room, {0.96, 0.87, 0.74});
  DrawWallpaper(room, 10, 1, {0.90, 0.78, 0.64});
  DrawWindowFrame(room);
  DrawBoards(room, {0.76, 0.54, 0.34}, room.floor);
  DrawSkirting(room);
  DrawPicture(room, {14, 14, 34, 30}, {0.62, 0.80, 0.86}, {0.36, 0.58, 0.42});
}

// --- Kitchen ---------------------------------------------------------------------------------------------------------

// Tiles that narrow towards the wall.
void DrawTiledFloor(const Room& room, Rgb first, Rgb second) {
  Canvas& canvas = room.canvas;
  canvas.Rect(-1, room.floor, 101, 101).Fill(room.Lit(first));
  constexpr std::array<double, 6> kRows = {0, 0.12, 0.28, 0.48, 0.72, 1.0};
  const double depth = 101 - room.floor;
  const auto at = [&](double column, double row) {
    return Spot{50 + column * (9 + 9 * row), room.floor + depth * row};
  };
  for (size_t row = 0; row + 1 < kRows.size(); ++row) {
    for (int column = -6; column < 6; ++column) {
      if ((column + static_cast<int>(row)) % 2 != 0) continue;
      canvas.Polygon({at(column, kRows[row]), at(column + 1, kRows[row]), at(column + 1, kRows[row + 1]),
                      at(column, kRows[row + 1])});
    }
  }
  canvas.Fill(room.Lit(second), 0.99);
}

void DrawStove(const Room& room, double top) {
  Canvas& canvas = room.canvas;
  const double floor = room.floor + 2;
  canvas.Rect(7, top, 29, floor).Fill(room.Lit({0.90, 0.90, 0.91}));
  canvas.Rect(7, top, 29, top + 4).Fill(room.Lit({0.34, 0.35, 0.39}), 0.99);
  for (double x : {10.0, 14.0, 22.0, 26.0}) canvas.Circle({x, top + 2}, 1.1);
  canvas.Fill(room.Lit({0.94, 0.94, 0.95}), 0.99);
  canvas.RoundRect(10, top + 7, 26, floor - 3, 1.4)
      .Fill(room.dark ? Rgb{0.80, 0.46, 0.16} : room.Lit({0.24, 0.22, 0.25}), 0.99);
  canvas.Rect(10, top + 5, 26, top + 6.2).Fill(room.Lit({0.56, 0.57, 0.60}), 0.99);
  // A pot that steams, and a pan.
  canvas.Curve({{12, top - 9}, {10.8, top - 12}, {12.8, top - 15}, {11.6, top - 18}})
      .Curve({{15, top - 9}, {13.8, top - 12}, {15.8, top - 15}, {14.6, top - 18}});
  canvas.Stroke(room.Lit({1, 1, 1}), 0.8, 0.8);
  canvas.RoundRect(8.6, top - 7, 18, top - 0.4, 1.2).Fill(room.Lit({0.86, 0.24, 0.20}));
  canvas.Rect(8, top - 8, 18.6, top - 6.6).Circle({13.3, top - 8.8}, 1).Fill(room.Lit({0.66, 0.16, 0.14}), 0.99);
  canvas.RoundRect(20, top - 3, 28, top - 0.4, 1).Rect(27, top - 2.6, 35, top - 1.6).Fill(room.Lit({0.22, 0.22, 0.25}));
  // The hood.
  canvas.Polygon({{6, 26}, {30, 26}, {24, 17}, {12, 17}}).Rect(14, -1, 22, 17).Fill(room.Lit({0.76, 0.78, 0.80}));
  canvas.Rect(6, 25, 30, 27.4).Fill(room.Lit({0.56, 0.58, 0.62}), 0.99);
}

void DrawShelfOfJars(const Room& room) {
  Canvas& canvas = room.canvas;
  static constexpr Rgb kJars[] = {{0.92, 0.56, 0.20}, {0.96, 0.90, 0.78}, {0.46, 0.66, 0.40}, {0.74, 0.30, 0.26}};
  for (int i = 0; i < 4; ++i) {
    const double x = 35 + 5.4 * i, height = i % 2 == 0 ? 6.5 : 5.2;
    canvas.RoundRect(x, 18 - height, x + 4, 18, 0.8).Fill(room.Lit(kJars[i]));
    canvas.Rect(x + 0.3, 17 - height, x + 3.7, 18.6 - height).Fill(room.Lit({0.52, 0.38, 0.26}), 0.99);
  }
  canvas.Rect(32, 18, 58, 19.6).Fill(room.Lit({0.60, 0.42, 0.26}));
  canvas.Rect(33, 25.2, 57, 26.2).Fill(room.Lit({0.56, 0.58, 0.62}));
  // What hangs on the rail: ladle, whisk, turner.
  for (double x : {37.0, 44.0, 51.0}) canvas.Line({{x, 26}, {x, 34}});
  canvas.Stroke(room.Lit({0.46, 0.47, 0.50}), 0.8);
  canvas.Circle({37, 35.4}, 2)
      .Ellipse({44, 36}, 1.4, 2.6)
      .Rect(49.4, 33.6, 52.6, 38)
      .Fill(room.Lit({0.46, 0.47, 0.50}));
}

void DrawCupboards(const Room& room, double top) {
  Canvas& canvas = room.canvas;
  const double floor = room.floor + 2;
  const Rgb front = room.Lit(room.Pick({{0.36, 0.62, 0.66}, {0.52, 0.66, 0.46}, {0.36, 0.50, 0.70}}));
  canvas.Rect(-1, top + 1.5, 101, floor).Fill(front);
  for (double x : {-7.0, 30.0, 44.0, 58.0, 72.0, 86.0}) canvas.RoundRect(x + 1, top + 4, x + 13, floor - 2, 0.8);
  canvas.FillAndStroke(Mix(front, {1, 1, 1}, 0.14), front * Rgb{0.72, 0.74, 0.76}, 0.5);
  for (double x : {41.5, 46.5, 69.5, 74.5, 97.0}) canvas.Rect(x - 0.5, top + 6, x + 0.5, top + 9);
  canvas.Fill(room.Lit({0.96, 0.90, 0.70}), 0.99);
  canvas.Rect(-1, floor - 1, 101, floor + 0.8).Fill(room.Lit({0.30, 0.28, 0.30}), 0.99);
  canvas.Rect(-1, top, 101, top + 2.6).Fill(room.Lit({0.74, 0.54, 0.36}));
}

void DrawKitchen(const Room& room) {
  Canvas& canvas = room.canvas;
  DrawWall(room, {0.95, 0.95, 0.91});
  const double top = room.floor - 17;
  // White tiles behind the stove and the sink.
  for (double y = 31; y < top; y += 5.5) canvas.Rect(-1, y, 60, y + 0.4);
  for (double x = 2; x < 60; x += 6) canvas.Rect(x, 31, x + 0.4, top);
  canvas.Fill(room.Lit({0.70, 0.80, 0.82}), 0.9);
  DrawWindowFrame(room);
  canvas.Line({{84, top}, {84, top - 6}})
      .Curve({{84, top - 5.5}, {82.6, top - 7.4}, {80, top - 7}, {79.4, top - 4}})
      .Stroke(room.Lit({0.58, 0.60, 0.64}), 1.5);
  DrawTiledFloor(room, {0.93, 0.91, 0.86}, room.Pick({{0.62, 0.74, 0.78}, {0.80, 0.62, 0.48}, {0.66, 0.70, 0.80}}));
  DrawCupboards(room, top);
  canvas.Rect(72, top - 0.2, 92, top + 2).Fill(room.Lit({0.66, 0.68, 0.72}), 0.99);
  DrawStove(room, top);
  DrawShelfOfJars(room);
}

// --- Living room -----------------------------------------------------------------------------------------------------

void DrawSofa(const Room& room, Rgb colour) {
  Canvas& canvas = room.canvas;
  const double y = room.floor;
  const Rgb cloth = room.Lit(colour), line = cloth * Rgb{0.66, 0.64, 0.68};
  for (double x : {5.0, 44.0}) canvas.Rect(x, y + 7, x + 2, y + 10);
  canvas.Fill(room.Lit({0.36, 0.24, 0.16}));
  canvas.RoundRect(4, y - 17, 47, y + 4, 4).FillAndStroke(cloth, line, 0.6);
  canvas.Rect(25.2, y - 15.5, 25.7, y - 5).Fill(line, 0.9);
  canvas.RoundRect(6, y - 5, 45, y + 8, 2).FillAndStroke(Mix(cloth, {1, 1, 1}, 0.12), line, 0.6);
  canvas.RoundRect(1, y - 9, 9, y + 8, 3.4).RoundRect(42, y - 9, 50, y + 8, 3.4).FillAndStroke(cloth, line, 0.6);
  canvas.Polygon({{11, y - 5}, {13, y - 14}, {22, y - 12}, {20, y - 3.6}}).Fill(room.Lit({0.98, 0.82, 0.36}));
  canvas.Polygon({{41, y - 5}, {39, y - 14}, {30, y - 12}, {32, y - 3.6}}).Fill(room.Lit({0.94, 0.92, 0.86}));
}

void DrawFloorLamp(const Room& room) {
  Canvas& canvas = room.canvas;
  const double foot = room.floor + 7;
  if (room.dark) canvas.Glow({54, 37}, 24, {1.00, 0.88, 0.50}, 0.7);
  canvas.Rect(53.4, 40, 54.6, foot).Ellipse({54, foot}, 4, 1.2).Fill(room.Lit({0.30, 0.26, 0.26}));
  canvas.Polygon({{50.5, 31}, {57.5, 31}, {60, 41}, {48, 41}}).Fill(room.Lamp());
}

// Drawers and a row of books below the window.
void DrawSideboard(const Room& room) {
  Canvas& canvas = room.canvas;
  const double y = room.floor;
  static constexpr Rgb kSpines[] = {{0.76, 0.26, 0.22}, {0.26, 0.46, 0.66}, {0.92, 0.76, 0.36}, {0.36, 0.54, 0.38}};
  for (int i = 0; i < 9; ++i)
    canvas.Rect(66 + 2.4 * i, y - 19 + (i * 5 % 3), 68.1 + 2.4 * i, y - 12).Fill(room.Lit(kSpines[i % 4]), 0.99);
  for (double x : {65.0, 95.0}) canvas.Rect(x, y + 1, x + 1.6, y + 5);
  canvas.Rect(63, y - 12, 99, y + 2).Fill(room.Lit({0.58, 0.39, 0.24}));
  for (double x : {64.5, 76.0, 87.5}) canvas.Rect(x, y - 10.5, x + 10, y + 0.6);
  canvas.FillAndStroke(room.Lit({0.68, 0.48, 0.31}), room.Lit({0.44, 0.29, 0.18}), 0.4);
  for (double x : {69.5, 81.0, 92.5}) canvas.Circle({x, y - 5}, 0.8);
  canvas.Fill(room.Lit({0.96, 0.86, 0.56}), 0.99);
}

void DrawLivingRoom(const Room& room) {
  Canvas& canvas = room.canvas;
  DrawWall(room, room.Pick({{0.70, 0.78, 0.68}, {0.84, 0.74, 0.66}, {0.66, 0.76, 0.80}}));
  DrawWindowFrame(room);
  DrawCurtains(room, 46, {0.95, 0.90, 0.78});
  DrawBoards(room, {0.62, 0.43, 0.28}, room.floor);
  DrawSkirting(room);
  DrawSideboard(room);
  canvas.Ellipse({50, 88}, 46, 10).Fill(room.Lit({0.93, 0.87, 0.76}));
  canvas.Ellipse({50, 88}, 42, 8.6).Stroke(room.Lit({0.74, 0.36, 0.30}), 1.4);
  DrawSunPatch(room);
  DrawPicture(room, {6, 12, 20, 32}, {0.98, 0.80, 0.56}, {0.70, 0.40, 0.36});
  DrawPicture(room, {23, 12, 37, 22}, {0.66, 0.82, 0.90}, {0.36, 0.58, 0.60});
  DrawPicture(room, {23, 24, 37, 34}, {0.90, 0.88, 0.72}, {0.42, 0.58, 0.36});
  DrawFloorLamp(room);
  DrawSofa(room, room.Pick({{0.78, 0.36, 0.28}, {0.28, 0.50, 0.56}, {0.82, 0.60, 0.24}}));
}

// --- Bedroom ---------------------------------------------------------------------------------------------------------

void DrawBed(const Room& room) {
  Canvas& canvas = room.canvas;
  const double y = room.floor;
  const Rgb wood = room.Lit({0.62, 0.42, 0.27}), line = wood * Rgb{0.66, 0.62, 0.60};
  canvas.RoundRect(0, y - 24, 5, y + 13, 2).FillAndStroke(wood, line, 0.5);
  canvas.Rect(4, y + 2, 50, y + 8).FillAndStroke(wood, line, 0.5);
  canvas.RoundRect(4, y - 8, 51, y + 4, 2)
      .FillAndStroke(room.Lit({0.98, 0.97, 0.95}), room.Lit({0.78, 0.76, 0.78}), 0.5);
  canvas.RoundRect(6, y - 16, 19, y - 6, 3.5)
      .FillAndStroke(room.Lit({1.00, 1.00, 0.99}), room.Lit({0.74, 0.74, 0.80}), 0.6);
  // The quilt, its sheet turned back.
  const Rgb quilt = room.Lit(room.Pick({{0.34, 0.48, 0.78}, {0.80, 0.46, 0.58}, {0.40, 0.62, 0.52}}));
  canvas.Blob({{18, y - 10}, {34, y - 12}, {51, y - 9}, {52, y + 6}, {35, y + 7.5}, {18, y + 6}}).Fill(quilt);
  for (double x : {27.0, 34.0, 41.0, 48.0}) canvas.Rect(x, y - 10.4, x + 1.4, y + 6);
  canvas.Rect(20, y - 3, 51, y - 1.6).Fill(Mix(quilt, {1, 1, 1}, 0.34), 0.99);
  canvas.RoundRect(17, y - 11, 22, y + 6.4, 1.6).Fill(room.Lit({1.00, 0.99, 0.97}));
  canvas.RoundRect(50, y - 13, 54, y + 13, 1.8).FillAndStroke(wood, line, 0.5);
}

void DrawBedsideLamp(const Room& room) {
  Canvas& canvas = room.canvas;
  const double y = room.floor;
  canvas.Rect(59, y - 11, 73, y + 6).FillAndStroke(room.Lit({0.70, 0.50, 0.33}), room.Lit({0.46, 0.31, 0.20}), 0.5);
  canvas.Rect(60.5, y - 8, 71.5, y - 2.6).Fill(room.Lit({0.80, 0.60, 0.42}), 0.99);
  canvas.Circle({66, y - 5.3}, 0.9).Fill(room.Lit({0.96, 0.88, 0.62}), 0.99);
  if (room.dark) canvas.Glow({66, y - 19}, 22, {1.00, 0.88, 0.50}, 0.7);
  canvas.Rect(65.4, y - 16, 66.6, y - 11).Ellipse({66, y - 11.2}, 3, 1).Fill(room.Lit({0.52, 0.40, 0.50}));
  canvas.Polygon({{63, y - 23}, {69, y - 23}, {71.4, y - 15.6}, {60.6, y - 15.6}}).Fill(room.Lamp());
}

void DrawBedroom(const Room& room) {
  Canvas& canvas = room.canvas;
  DrawWall(room, room.Pick({{0.80, 0.78, 0.93}, {0.76, 0.86, 0.94}, {0.96, 0.84, 0.86}}));
  DrawWallpaper(room, 6, 2, {0.99, 0.98, 1.00});
  DrawWindowFrame(room);
  DrawCurtains(room, 52, room.Pick({{0.46, 0.42, 0.72}, {0.30, 0.52, 0.72}, {0.78, 0.46, 0.58}}));
  DrawBoards(room, {0.84, 0.68, 0.50}, room.floor);
  DrawSkirting(room);
  canvas.Ellipse({66, 89}, 34, 9).Fill(room.Lit({0.97, 0.93, 0.95}));
  canvas.Ellipse({66, 89}, 28, 7).Fill(room.Lit({0.86, 0.76, 0.88}), 0.99);
  DrawSunPatch(room);
  DrawPicture(room, {14, 12, 38, 28}, {0.98, 0.90, 0.78}, {0.86, 0.60, 0.60});
  DrawBedsideLamp(room);
  DrawBed(room);
}

// --- Classroom -------------------------------------------------------------------------------------------------------

// A B C and a sum in chalk; each letter in a square of 1.
void DrawChalk(const Room& room) {
  Canvas& canvas = room.canvas;
  const auto write = [&](Spot at, double size, std::initializer_list<std::initializer_list<Spot>> strokes) {
    cairo_t* context = canvas.context();
    for (const auto& stroke : strokes) {
      cairo_new_sub_path(context);
      for (const Spot& spot : stroke) cairo_line_to(context, at.x + spot.x * size, at.y + spot.y * size);
    }
  };
  cairo_set_line_join(canvas.context(), CAIRO_LINE_JOIN_ROUND);
  write({9, 16}, 8, {{{0, 1}, {0.4, 0}, {0.8, 1}}, {{0.2, 0.6}, {0.6, 0.6}}});
  write({19, 16}, 8, {{{0, 1}, {0, 0}, {0.55, 0.1}, {0.6, 0.35}, {0, 0.47}, {0.65, 0.6}, {0.65, 0.9}, {0, 1}}});
  write({28, 16}, 8, {{{0.7, 0.15}, {0.4, 0}, {0.1, 0.2}, {0.05, 0.6}, {0.2, 0.95}, {0.5, 1}, {0.75, 0.8}}});
  write({9, 30}, 6, {{{0, 0.2}, {0.3, 0}, {0.3, 1}}, {{0.8, 0.5}, {1.5, 0.5}}, {{1.15, 0.15}, {1.15, 0.85}}});
  write({20, 30}, 6,
        {{{0, 0.2}, {0.3, 0}, {0.6, 0.25}, {0, 1}, {0.65, 1}}, {{1.1, 0.35}, {1.8, 0.35}}, {{1.1, 0.7}, {1.8, 0.7}}});
  write({34, 30}, 6, {{{0, 0.05}, {0.6, 0.05}, {0.25, 0.4}, {0.6, 0.65}, {0.45, 0.95}, {0, 0.95}}});
  canvas.Stroke(room.Lit({0.97, 0.97, 0.93}), 0.95, 0.95);
  cairo_set_line_join(canvas.context(), CAIRO_LINE_JOIN_MITER);
}

// A small desk with a lid and its chair's back.
void DrawDesk(const Room& room, Spot foot, double size) {
  Canvas& canvas = room.canvas;
  const double x = foot.x, y = foot.y;
  canvas.RoundRect(x - 0.26 * size, y - 0.98 * size, x + 0.26 * size, y - 0.5 * size, 1)
      .Fill(room.Lit({0.28, 0.52, 0.74}));
  for (double side : {-0.44, 0.38}) canvas.Rect(x + side * size, y - 0.55 * size, x + (side + 0.06) * size, y);
  canvas.Fill(room.Lit({0.40, 0.42, 0.46}));
  canvas.Polygon({{x - 0.44 * size, y - 0.72 * size},
                  {x + 0.44 * size, y - 0.72 * size},
                  {x + 0.54 * size, y - 0.55 * size},
                  {x - 0.54 * size, y - 0.55 * size}});
  canvas.Fill(room.Lit({0.90, 0.70, 0.44}));
  canvas.Rect(x - 0.54 * size, y - 0.55 * size, x + 0.54 * size, y - 0.42 * size)
      .Fill(room.Lit({0.74, 0.54, 0.31}), 0.99);
}

void DrawClassroom(const Room& room) {
  Canvas& canvas = room.canvas;
  DrawWall(room, room.Pick({{0.97, 0.93, 0.76}, {0.88, 0.93, 0.84}, {0.96, 0.90, 0.84}}));
  DrawWindowFrame(room);
  canvas.Rect(-1, room.floor - 12, 101, room.floor).Fill(room.Lit({0.62, 0.76, 0.80}));
  DrawBoards(room, {0.84, 0.70, 0.50}, room.floor);
  DrawSkirting(room);
  canvas.Rect(3, 9, 57, 43).Fill(room.Lit({0.60, 0.40, 0.23}));
  canvas.Rect(5, 11, 55, 41).Fill(room.Lit({0.16, 0.40, 0.30}));
  canvas.Rect(3, 43, 57, 45).Fill(room.Lit({0.72, 0.52, 0.33}));
  canvas.Rect(10, 42, 14, 43).Rect(20, 42, 23, 43).Fill(room.Lit({0.98, 0.98, 0.96}), 0.99);
  canvas.Rect(42, 41.4, 49, 43).Fill(room.Lit({0.86, 0.76, 0.50}), 0.99);
  DrawChalk(room);
  for (double x : {12.0, 38.0, 64.0, 90.0}) DrawDesk(room, {x, room.floor + 8}, 16);
  DrawSunPatch(room);
}

// --- Table -----------------------------------------------------------------------------------------------------------

// The back of a chair behind the table.
void DrawChairBack(const Room& room, double x, double top) {
  Canvas& canvas = room.canvas;
  const Rgb wood = room.Lit({0.58, 0.36, 0.22});
  canvas.RoundRect(x - 9, top, x + 9, top + 4.4, 2).RoundRect(x - 9, top + 2, x - 6.6, room.floor + 2, 1);
  canvas.RoundRect(x + 6.6, top + 2, x + 9, room.floor + 2, 1).Fill(wood);
  for (double at : {x - 3.4, x, x + 3.4}) canvas.Rect(at - 0.6, top + 4, at + 0.6, room.floor + 2);
  canvas.Rect(x - 8, top + 9, x + 8, top + 10.6).Fill(wood);
}

void DrawTableTop(const Room& room) {
  Canvas& canvas = room.canvas;
  const double top = room.floor;
  DrawWall(room, room.Pick({{0.86, 0.80, 0.70}, {0.78, 0.84, 0.80}, {0.88, 0.78, 0.74}, {0.80, 0.82, 0.88}}));
  DrawWindowFrame(room);
  canvas.Rect(-1, top - 9, 101, 101).Fill(room.Lit({0.92, 0.89, 0.83}));
  for (double x = 4; x < 100; x += 11) canvas.Rect(x, top - 8, x + 0.6, top + 4);
  canvas.Rect(-1, top - 9.6, 101, top - 8.2).Fill(room.Lit({0.74, 0.69, 0.62}), 0.99);
  DrawChairBack(room, 14, top - 20);
  DrawChairBack(room, 50, top - 18);
  DrawChairBack(room, 88, top - 20);
  // The top, seen from the viewer's side: its far edge, its boards, its near edge.
  canvas.Polygon({{4, top}, {96, top}, {106, 95.6}, {-6, 95.6}}).Fill(room.Lit({0.82, 0.58, 0.35}));
  for (int i = 0; i < 6; ++i) {
    const double far = 4 + 92.0 * (i + 0.5) / 6, near = -6 + 112.0 * (i + 0.5) / 6;
    canvas.Polygon({{far, top}, {far + 0.4, top}, {near + 0.7, 95.6}, {near, 95.6}});
  }
  canvas.Fill(room.Lit({0.64, 0.42, 0.24}), 0.85);
  canvas.Polygon({{24, top}, {76, top}, {81, 95.6}, {19, 95.6}})
      .Fill(room.Lit(room.Pick({{0.98, 0.96, 0.91}, {0.80, 0.90, 0.94}, {0.97, 0.86, 0.82}, {0.88, 0.93, 0.80}})));
  canvas.Polygon({{25.5, top}, {27, top}, {22.6, 95.6}, {20.8, 95.6}})
      .Polygon({{74.5, top}, {73, top}, {77.4, 95.6}, {79.2, 95.6}});
  canvas.Fill(room.Lit({0.84, 0.34, 0.28}), 0.99);
  canvas.Rect(4, top - 0.4, 96, top + 0.8).Fill(room.Lit({0.90, 0.70, 0.48}), 0.99);
  canvas.Rect(-1, 95.6, 101, 101).Fill(room.Lit({0.56, 0.36, 0.20}));
  canvas.Rect(19, 95.6, 81, 101).Fill(room.Lit({0.90, 0.86, 0.80}), 0.99);
}

}  // namespace

void DrawRoom(Canvas& canvas, const Scene& scene) {
  const Room room = RoomOf(canvas, scene);
  switch (scene.ground) {
    case Ground::kKitchen:
      return DrawKitchen(room);
    case Ground::kLivingRoom:
      return DrawLivingRoom(room);
    case Ground::kBedroom:
      return DrawBedroom(room);
    case Ground::kClassroom:
      return DrawClassroom(room);
    case Ground::kTable:
      return DrawTableTop(room);
    default:
      return DrawPlainRoom(room);
  }
}

}  // namespace diptych::world
