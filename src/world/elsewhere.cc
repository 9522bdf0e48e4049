// Cave, circus, under water, space and the moon.
#include <cmath>
#include <numbers>

#include "world/scenery.h"
#include "world/sky.h"

namespace diptych::world {
namespace {

constexpr double kPi = std::numbers::pi;

// What tells a starry night where no sky is seen: small lights between two heights.
void DrawStarLights(const Land& land, Range heights, Rgb colour) {
  if (!land.starry) return;
  for (int i = 0; i < 44; ++i) {
    const Spot at = Scattered(i);
    land.canvas.Circle({at.x, heights.first + at.y * (heights.last - heights.first) / 100}, 0.45 + 0.15 * (i % 3));
  }
  land.canvas.Fill(colour, 0.95);
}

// Prisms that glimmer of themselves.
void DrawCrystals(Canvas& canvas, Spot foot, double size, Rgb colour) {
  static constexpr double kPrisms[][3] = {{-0.7, 0.34, 0.7}, {0.75, 0.3, 0.62}, {-0.25, 0.42, 1.15}, {0.3, 0.4, 0.9}};
  canvas.Glow({foot.x, foot.y - 0.5 * size}, 1.9 * size, colour, 0.5);
  for (const auto& [lean, width, height] : kPrisms) {
    const double x = foot.x + lean * 0.6 * size, tip = foot.x + lean * size, y = foot.y - height * size,
                 half = width * 0.5 * size;
    canvas.Polygon({{x - half, foot.y}, {tip - half, y + half}, {tip, y}, {tip + half, y + half}, {x + half, foot.y}})
        .Fill(colour);
    canvas.Polygon({{x, foot.y}, {tip, y}, {tip + half, y + half}, {x + half, foot.y}})
        .Fill(colour * Rgb{0.66, 0.66, 0.74}, 0.99);
  }
}

}  // namespace

namespace {

// What a cave is drawn with.
struct Cave {
  Canvas& canvas;
  double horizon, side;  // side: 1 where the opening is on the right, -1 on the left
  Rgb shine;             // what comes in tints the rock near the opening

  double At(double from_middle) const { return 50 + side * from_middle; }
  Rgb Rock(double lit) const { return Mix({0.20, 0.16, 0.20}, Rgb{0.74, 0.60, 0.50} * shine, lit); }
  // The opening's outline, wider by so much.
  Canvas& Opening(double wider) const {
    const double w = wider, h = horizon;
    return canvas.Blob({{At(12 - w), h + 5 + w * 0.4},
                        {At(12 - w), h - 20},
                        {At(19 - w * 0.4), h - 39 - w},
                        {At(31), h - 44 - w},
                        {At(40 + w * 0.6), h - 34 - w * 0.5},
                        {At(42 + w), h - 14},
                        {At(41 + w), h + 5 + w * 0.4}});
  }
};

// A tooth of rock: where its foot is, half as wide as it is there, how long.
struct Tooth {
  double at, half, length;
};

void DrawStalactites(const Cave& cave) {
  static constexpr Tooth kTeeth[] = {{-46, 8, 34}, {-35, 6, 20}, {-24, 7, 27}, {-12, 5, 15},
                                     {0, 6, 19},   {12, 4, 11},  {26, 5, 13},  {45, 7, 26}};
  for (const auto& [at, half, length] : kTeeth) {
    const double x = cave.At(at);
    cave.canvas.Polygon({{x - half, -1}, {x + half, -1}, {x + 0.5, length}, {x - 0.5, length}});
  }
  cave.canvas.Fill(cave.Rock(0.16));
  for (const auto& [at, half, length] : kTeeth) {
    const double x = cave.At(at), side = cave.side;
    cave.canvas.Polygon({{x + 0.2 * side * half, -1}, {x + side * half, -1}, {x + 0.4 * side, length}});
  }
  cave.canvas.Fill(cave.Rock(0.38), 0.99);
}

void DrawStalagmites(const Cave& cave) {
  static constexpr Tooth kTeeth[] = {{-50, 8, 34}, {-40, 6, 17}, {50, 8, 30}, {44, 5, 15}};
  for (const auto& [at, half, length] : kTeeth) {
    const double x = cave.At(at), top = 101 - length;
    cave.canvas.Polygon({{x - half, 101}, {x - 0.8, top}, {x + 0.8, top}, {x + half, 101}}).Fill(cave.Rock(0.15));
  }
  for (const auto& [at, half, length] : kTeeth) {
    const double x = cave.At(at), side = cave.side;
    cave.canvas.Polygon({{x + 0.2 * side * half, 101}, {x + 0.6 * side, 101 - length}, {x + side * half, 101}});
  }
  cave.canvas.Fill(cave.Rock(0.36), 0.99);
}

}  // namespace

void DrawCave(Canvas& canvas, const Scene& scene) {
  const Land land = LandOf(canvas, scene);
  const double h = land.horizon;
  const Cave cave = {.canvas = canvas,
                     .horizon = h,
                     .side = land.step % 2 == 0 ? 1.0 : -1.0,
                     .shine = Mix(land.palette.low, {1, 1, 1}, 0.2)};
  canvas.Rect(0, 0, 100, 100).Fill(cave.Rock(0.03));
  cave.Opening(26).Fill(cave.Rock(0.14));
  cave.Opening(15).Fill(cave.Rock(0.28));
  cave.Opening(6).Fill(cave.Rock(0.46));
  cairo_save(canvas.context());
  cave.Opening(0);
  cairo_clip(canvas.context());
  DrawSky(canvas, scene, {.top = h - 44, .horizon = h});
  FillGrass(land, {.level = h - 6, .height = 3, .length = 40, .phase = 0.2}, {0.50, 0.74, 0.44});
  cairo_restore(canvas.context());
  FillBelow(canvas, {.level = h + 2, .height = 1.4, .length = 46, .phase = 0.3}, cave.Rock(0.30));
  FillBelow(canvas, {.level = h + 17, .height = 1.8, .length = 70, .phase = 0.7}, cave.Rock(0.22));
  // Light on the floor.
  canvas.Polygon({{cave.At(13), h + 3}, {cave.At(41), h + 3}, {cave.At(32), h + 42}, {cave.At(-30), h + 42}});
  canvas.Fill(cave.shine, land.night ? 0.10 : 0.16);
  DrawStalactites(cave);
  DrawStalagmites(cave);
  DrawCrystals(canvas, {cave.At(-43), h + 12}, 9, {0.46, 0.86, 0.92});
  DrawCrystals(canvas, {cave.At(-31), h + 6}, 5.5, {0.72, 0.56, 0.96});
  DrawCrystals(canvas, {cave.At(46), 99}, 6, {0.72, 0.56, 0.96});
}

namespace {

// Strips of cloth that fan out from the top of the tent.
void DrawTentCloth(const Land& land, Rgb first, Rgb second) {
  Canvas& canvas = land.canvas;
  const double low = land.horizon - 12;
  canvas.Rect(-1, -1, 101, 101).Fill(second);
  constexpr int kStrips = 18;
  for (int i = 0; i < kStrips; i += 2) {
    const double left = -40 + 180.0 * i / kStrips, right = -40 + 180.0 * (i + 1) / kStrips;
    canvas.Polygon({{50 + (left - 50) * 0.05, -8},
                    {50 + (right - 50) * 0.05, -8},
                    {50 + (right - 50) * 0.8, 24},
                    {right, 24 + (low - 24) * 1.2},
                    {left, 24 + (low - 24) * 1.2},
                    {50 + (left - 50) * 0.8, 24}});
  }
  canvas.Fill(first, 0.99);
  // The valance between roof and wall.
  for (int i = 0; i < 14; ++i) {
    const double left = -2 + 7.5 * i;
    canvas.Rect(left, 21, left + 7.5, 24)
        .Ellipse({left + 3.75, 24}, 3.75, 3)
        .Fill(i % 2 == 0 ? land.Lit({0.98, 0.80, 0.24}) : land.Lit({0.20, 0.36, 0.70}), 0.995);
  }
}

// Rows of seats with heads, all in shadow.
void DrawStands(const Land& land) {
  Canvas& canvas = land.canvas;
  const double h = land.horizon;
  for (int row = 0; row < 3; ++row) {
    const double y = h - 15 + 5.5 * row, grey = 0.26 + 0.07 * row;
    canvas.Rect(-1, y, 101, h + 4).Fill(Rgb{grey, grey * 0.74, grey * 0.92});
    for (double x = (row % 2) * 2.2 - 1; x < 102; x += 4.4) canvas.Circle({x, y - 0.6}, 1.5);
    canvas.Fill(Rgb{grey * 0.66, grey * 0.5, grey * 0.62}, 0.99);
  }
}

// The kerb of the ring: a band in two colours around the sand.
void DrawRing(const Land& land, double light) {
  Canvas& canvas = land.canvas;
  const Spot middle = {50, land.horizon + 24};
  const auto lit = [&](Rgb colour) { return colour * Rgb{light, light, light}; };
  canvas.Rect(-1, land.horizon + 1, 101, 101).Fill(lit({0.56, 0.38, 0.30}));
  canvas.Ellipse(middle, 57, 23.5).Fill(lit({0.80, 0.16, 0.18}));
  constexpr int kBlocks = 28;
  for (int i = 0; i < kBlocks; i += 2) {
    const double from = 2 * kPi * i / kBlocks, to = 2 * kPi * (i + 1) / kBlocks;
    canvas.Polygon({middle,
                    {middle.x + 57 * std::cos(from), middle.y + 23.5 * std::sin(from)},
                    {middle.x + 57 * std::cos(to), middle.y + 23.5 * std::sin(to)}});
  }
  canvas.Fill(lit({0.99, 0.95, 0.84}), 0.99);
  canvas.Ellipse({50, middle.y + 0.8}, 52, 20).Fill(lit({0.94, 0.78, 0.50}));
  canvas.Ellipse({50, middle.y + 3}, 34, 11).Fill(lit({0.98, 0.85, 0.60}), 0.99);
}

}  // namespace

void DrawCircus(const Land& land) {
  Canvas& canvas = land.canvas;
  const double light = land.night ? 0.80 : 1.0;
  const Rgb dim = land.night ? Rgb{0.50, 0.46, 0.60} : Mix(land.palette.light, {1, 1, 1}, 0.3);
  DrawTentCloth(land, land.Pick({{0.84, 0.18, 0.20}, {0.78, 0.14, 0.30}}) * dim, Rgb{0.99, 0.94, 0.82} * dim);
  DrawStarLights(land, {1, 20}, {1.00, 0.95, 0.62});
  // The way in, between curtains, with the sky behind it.
  canvas.Rect(43, land.horizon - 26, 57, land.horizon + 2)
      .FillGradient(land.horizon - 26, land.horizon + 2, {land.palette.top, land.palette.middle, land.palette.low});
  canvas.Blob({{41, land.horizon - 28},
               {50, land.horizon - 28},
               {47, land.horizon - 14},
               {44, land.horizon + 2},
               {39, land.horizon + 2}});
  canvas.Blob({{59, land.horizon - 28},
               {50, land.horizon - 28},
               {53, land.horizon - 14},
               {56, land.horizon + 2},
               {61, land.horizon + 2}});
  canvas.Fill(Rgb{0.62, 0.10, 0.20} * dim);
  cairo_save(canvas.context());
  cairo_set_fill_rule(canvas.context(), CAIRO_FILL_RULE_EVEN_ODD);
  canvas.Rect(-1, -1, 101, 101).Rect(39, -1, 61, 101);
  cairo_clip(canvas.context());
  cairo_set_fill_rule(canvas.context(), CAIRO_FILL_RULE_WINDING);
  DrawStands(land);
  cairo_restore(canvas.context());
  DrawRing(land, light);
  for (double x : {12.0, 88.0}) {
    const double pool = 50 + (x - 50) * 0.2;
    cairo_new_sub_path(canvas.context());
    cairo_move_to(canvas.context(), x - 1.5, 4);
    cairo_line_to(canvas.context(), pool - 20, 85);
    cairo_curve_to(canvas.context(), pool - 18, 93, pool + 18, 93, pool + 20, 85);
    cairo_line_to(canvas.context(), x + 1.5, 4);
    canvas.Fill({1.00, 0.96, 0.70}, land.night ? 0.17 : 0.10);
    canvas.Ellipse({x, 4}, 4.2, 3).Fill(Rgb{0.26, 0.24, 0.30});
    canvas.Ellipse({x, 5.4}, 2.8, 1.6).Fill({1.00, 0.96, 0.70}, 0.99);
  }
}

namespace {

// Leaves that sway from the bottom up.
void DrawKelp(const Land& land, Spot foot, double height, Rgb colour) {
  Canvas& canvas = land.canvas;
  const auto at = [&](double up) { return Spot{foot.x + 1.8 * std::sin(up * 9 + foot.x), foot.y - up * height}; };
  cairo_set_line_cap(canvas.context(), CAIRO_LINE_CAP_ROUND);
  canvas.Curve({at(0), at(0.2), at(0.4), at(0.6), at(0.8), at(1)}).Stroke(colour, 1.5);
  cairo_set_line_cap(canvas.context(), CAIRO_LINE_CAP_BUTT);
  for (int i = 1; i <= 7; ++i) {
    const Spot stem = at(i / 7.5);
    const double side = i % 2 == 0 ? 1 : -1;
    canvas.Blob({stem,
                 {stem.x + 2.4 * side, stem.y - 2.4},
                 {stem.x + 4.6 * side, stem.y - 5},
                 {stem.x + 1.2 * side, stem.y - 3.6}});
  }
  canvas.Fill(colour, 0.99);
}

void DrawCoral(const Land& land, Spot foot, double size, Rgb colour) {
  Canvas& canvas = land.canvas;
  const auto at = [&](double x, double y) { return Spot{foot.x + x * size, foot.y - y * size}; };
  cairo_set_line_cap(canvas.context(), CAIRO_LINE_CAP_ROUND);
  canvas.Line({at(0, -0.1), at(0, 0.9)})
      .Line({at(0, 0.3), at(-0.4, 0.6), at(-0.45, 0.95)})
      .Line({at(0, 0.4), at(0.38, 0.7), at(0.42, 1.05)});
  canvas.Line({at(-0.2, 0.45), at(-0.22, 0.8)}).Line({at(0.2, 0.55), at(0.2, 0.85)}).Stroke(colour, 0.2 * size);
  cairo_set_line_cap(canvas.context(), CAIRO_LINE_CAP_BUTT);
}

void DrawBubbles(const Land& land) {
  static constexpr double kBubbles[][3] = {{21, 74, 1.5},   {23, 66, 1.0}, {20, 58, 1.8}, {23.5, 47, 1.2},
                                           {21, 37, 2.0},   {24, 26, 1.3}, {78, 70, 1.1}, {80, 61, 1.7},
                                           {77.5, 52, 1.2}, {80, 40, 1.9}, {78, 28, 1.3}, {81, 18, 1.7}};
  for (const auto& [x, y, radius] : kBubbles) {
    land.canvas.Circle({x, y}, radius).Fill({0.86, 0.97, 1.00}, 0.35);
    land.canvas.Circle({x, y}, radius).Stroke({0.90, 0.98, 1.00}, 0.4, 0.9);
    land.canvas.Circle({x - radius * 0.35, y - radius * 0.35}, radius * 0.25).Fill({1, 1, 1}, 0.9);
  }
}

}  // namespace

void DrawUnderwater(const Land& land) {
  Canvas& canvas = land.canvas;
  const double h = land.horizon;
  const Rgb light = land.night ? Rgb{0.34, 0.42, 0.62} : Mix(land.palette.light, {1, 1, 1}, 0.2);
  const Rgb surface = Mix(Rgb{0.45, 0.88, 0.92} * light, land.palette.low, land.night ? 0.15 : 0.42);
  const Rgb middle = Rgb{0.12, 0.60, 0.80} * light, deep = Rgb{0.04, 0.28, 0.58} * light;
  canvas.Rect(0, 0, 100, 100).FillGradient(0, h, {surface, middle, deep});
  // The surface from below, and rays of light.
  for (double x = -4; x < 104; x += 13) canvas.Ellipse({x, 1.5}, 8, 2.4);
  canvas.Fill(Mix(surface, {1, 1, 1}, 0.45), 0.8);
  static constexpr double kRays[][4] = {{10, 16, -6, 10}, {30, 40, 22, 44}, {54, 60, 58, 74}, {74, 84, 88, 112}};
  for (const auto& [a, b, c, d] : kRays) canvas.Polygon({{a, -1}, {b, -1}, {d, 84}, {c, 84}});
  canvas.Fill(Mix(surface, {1, 1, 1}, 0.5), land.night ? 0.12 : 0.2);
  // The sea floor far and near, with rocks.
  FillBelow(canvas, {.level = h - 9, .height = 2.5, .length = 56, .phase = 0.2}, Mix(deep, middle, 0.45));
  const Rgb sand = Mix(Rgb{0.93, 0.83, 0.60} * light, middle, 0.25);
  canvas.Blob({{-3, h + 6}, {1, h - 9}, {10, h - 12}, {19, h - 4}, {22, h + 6}})
      .Blob({{79, h + 6}, {83, h - 6}, {93, h - 10}, {102, h - 3}, {103, h + 6}});
  canvas.Fill(Mix(Rgb{0.40, 0.42, 0.48} * light, middle, 0.2));
  const Rgb kelp = land.Pick({{0.20, 0.62, 0.34}, {0.40, 0.58, 0.20}}) * light;
  DrawKelp(land, {5, h + 3}, 50, kelp);
  DrawKelp(land, {13, h + 4}, 36, kelp * Rgb{0.80, 0.88, 0.80});
  DrawKelp(land, {96, h + 3}, 54, kelp);
  DrawKelp(land, {88, h + 4}, 34, kelp * Rgb{0.80, 0.88, 0.80});
  FillBelow(canvas, {.level = h + 1.5, .height = 1.3, .length = 60, .phase = 0.4}, sand);
  DrawCoral(land, {24, h + 5}, 13, Rgb{0.98, 0.46, 0.50} * light);
  DrawCoral(land, {78, h + 6}, 14, Rgb{0.98, 0.64, 0.28} * light);
  DrawCoral(land, {9, h + 8}, 9, Rgb{0.80, 0.50, 0.86} * light);
  DrawStarLights(land, {3, 84}, {0.72, 0.98, 1.00});
  DrawBubbles(land);
}

namespace {

void DrawNebula(const Land& land, Rgb first, Rgb second) {
  Canvas& canvas = land.canvas;
  if (canvas.paper()) {
    canvas.Blob({{-4, 62}, {20, 36}, {48, 22}, {82, 4}, {96, 26}, {70, 46}, {44, 64}, {16, 82}})
        .Fill(Mix({0.07, 0.05, 0.20}, first, 0.55));
    canvas.Blob({{14, 66}, {36, 46}, {60, 34}, {82, 22}, {86, 34}, {60, 50}, {36, 64}})
        .Fill(Mix({0.07, 0.05, 0.20}, second, 0.6));
    return;
  }
  cairo_save(canvas.context());
  cairo_translate(canvas.context(), 46, 43);
  cairo_rotate(canvas.context(), -0.6);
  cairo_scale(canvas.context(), 1, 0.5);
  canvas.Glow({0, 0}, 62, first, 0.75);
  canvas.Glow({4, 6}, 44, second, 0.7);
  cairo_restore(canvas.context());
}

// A globe lit from the upper left.
struct Globe {
  Spot middle;
  double radius;
  Rgb colour;
};
void DrawGlobe(Canvas& canvas, const Globe& globe, const std::initializer_list<Spot> spots, Rgb marks) {
  const double x = globe.middle.x, y = globe.middle.y, r = globe.radius;
  canvas.Circle(globe.middle, r).Fill(globe.colour);
  cairo_save(canvas.context());
  canvas.Circle(globe.middle, r);
  cairo_clip(canvas.context());
  for (const Spot& spot : spots) canvas.Ellipse({x + spot.x * r, y + spot.y * r}, 0.34 * r, 0.22 * r);
  canvas.Fill(marks, 0.99);
  cairo_set_fill_rule(canvas.context(), CAIRO_FILL_RULE_EVEN_ODD);
  canvas.Circle(globe.middle, r * 1.2).Circle({x - 0.32 * r, y - 0.28 * r}, r * 1.08).Fill({0.02, 0.02, 0.10}, 0.42);
  cairo_set_fill_rule(canvas.context(), CAIRO_FILL_RULE_WINDING);
  cairo_restore(canvas.context());
}

void DrawRingedGlobe(Canvas& canvas, Spot middle, double radius, Rgb colour) {
  const auto ring = [&](double from, double to) {
    cairo_save(canvas.context());
    cairo_translate(canvas.context(), middle.x, middle.y);
    cairo_rotate(canvas.context(), -0.35);
    cairo_scale(canvas.context(), 1, 0.3);
    canvas.Arc({0, 0}, radius * 1.75, from, to);
    cairo_restore(canvas.context());
    canvas.Stroke({0.96, 0.86, 0.66}, radius * 0.26);
  };
  ring(kPi, 2 * kPi);
  DrawGlobe(canvas, {.middle = middle, .radius = radius, .colour = colour},
            {{-0.2, -0.4}, {0.3, -0.35}, {-0.4, 0.35}, {0.2, 0.4}}, colour * Rgb{0.86, 0.80, 0.78});
  ring(0, kPi);
}

// The hour tints what shines, so that the plan's hour is told even here.
Rgb Tinted(const Land& land, Rgb colour) { return Mix(colour, land.palette.low, 0.3); }

}  // namespace

void DrawSpace(const Land& land) {
  Canvas& canvas = land.canvas;
  const double h = land.horizon;
  canvas.Rect(0, 0, 100, 100).FillGradient(0, 100, {{0.03, 0.03, 0.12}, {0.09, 0.05, 0.22}, {0.05, 0.04, 0.18}});
  DrawNebula(land, Tinted(land, land.Pick({{0.62, 0.24, 0.72}, {0.20, 0.46, 0.78}, {0.78, 0.26, 0.46}})),
             Tinted(land, land.Pick({{0.24, 0.44, 0.86}, {0.30, 0.74, 0.70}, {0.90, 0.52, 0.30}})));
  DrawStarField(canvas, 99);
  DrawRingedGlobe(canvas, {85, 17}, 7.5, {0.90, 0.66, 0.40});
  DrawGlobe(canvas, {.middle = {13, 19}, .radius = 5.5, .colour = {0.80, 0.34, 0.24}}, {{-0.3, -0.2}, {0.4, 0.3}},
            {0.66, 0.24, 0.18});
  // The rim of a large planet at the lower edge, under its air.
  canvas.Ellipse({50, h + 62}, 110, 64).Fill(Tinted(land, {0.24, 0.50, 0.86}), 0.35);
  canvas.Ellipse({50, h + 62}, 108, 61.6).Fill(Tinted(land, {0.40, 0.74, 0.96}));
  canvas.Ellipse({50, h + 63}, 108, 60).Fill({0.10, 0.34, 0.66}, 0.99);
  canvas.Ellipse({28, h + 7}, 15, 2.2).Ellipse({70, h + 6}, 18, 1.8).Fill({0.26, 0.56, 0.40}, 0.95);
}

namespace {

void DrawCrater(const Land& land, Spot at, double radius) {
  Canvas& canvas = land.canvas;
  const double deep = radius * 0.34;
  canvas.Ellipse({at.x, at.y + 0.12 * deep}, radius * 1.16, deep * 1.25).Fill(Tinted(land, {0.82, 0.82, 0.84}), 0.99);
  canvas.Ellipse(at, radius, deep).Fill({0.34, 0.34, 0.38}, 0.99);
  canvas.Ellipse({at.x + 0.1 * radius, at.y + 0.3 * deep}, radius * 0.84, deep * 0.66).Fill({0.47, 0.47, 0.51}, 0.99);
}

}  // namespace

void DrawMoonscape(const Land& land) {
  Canvas& canvas = land.canvas;
  const double h = land.horizon;
  canvas.Rect(0, 0, 100, 100).Fill({0.02, 0.02, 0.05});
  DrawStarField(canvas, h);
  const double x = land.step % 2 == 0 ? 84 : 16;
  canvas.Circle({x, 18}, 13).Fill({0.40, 0.66, 0.96}, 0.2);
  DrawGlobe(canvas, {.middle = {x, 18}, .radius = 10.5, .colour = {0.20, 0.48, 0.86}},
            {{-0.5, -0.4}, {-0.25, -0.15}, {-0.3, 0.3}, {0.4, -0.3}, {0.5, 0.1}, {0.3, 0.5}}, {0.34, 0.64, 0.34});
  canvas.Ellipse({x - 2, 9.6}, 4, 1)
      .Ellipse({x + 1, 16}, 5, 0.9)
      .Ellipse({x - 3, 24}, 4, 0.9)
      .Fill({0.98, 0.99, 1.00}, 0.95);
  // Hills far off, then the ground.
  canvas.Blob({{-4, h + 6}, {6, h - 6}, {20, h - 8}, {34, h - 1}, {44, h + 6}})
      .Blob({{58, h + 6}, {70, h - 3}, {84, h - 6}, {100, h - 2}, {106, h + 6}});
  canvas.Fill(Tinted(land, {0.44, 0.44, 0.48}));
  FillBelow(canvas, {.level = h + 2, .height = 1.2, .length = 64, .phase = 0.3}, Tinted(land, {0.62, 0.62, 0.65}));
  FillBelow(canvas, {.level = h + 17, .height = 1.8, .length = 90, .phase = 0.8}, Tinted(land, {0.72, 0.72, 0.74}));
  DrawCrater(land, {16, h + 10}, 8);
  DrawCrater(land, {44, h + 8}, 5);
  DrawCrater(land, {76, h + 11}, 10);
  DrawCrater(land, {94, h + 25}, 11);
  DrawCrater(land, {8, h + 33}, 13);
  DrawCrater(land, {57, h + 29}, 10);
  DrawCrater(land, {33, h + 22}, 4);
}

}  // namespace diptych::world
