// What people laid out: city, street, garden, park, farm, playground.
#include <cmath>

#include "world/scenery.h"

namespace diptych::world {
namespace {

// Posts and two rails from side to side.
struct Fence {
  double left, right, foot, height, step;
  bool pointed = false;
};
void DrawFence(const Land& land, const Fence& fence, Rgb colour) {
  Canvas& canvas = land.canvas;
  const double top = fence.foot - fence.height, half = fence.pointed ? fence.step * 0.3 : 0.9;
  canvas.Rect(fence.left, top + 0.28 * fence.height, fence.right, top + 0.28 * fence.height + 1.1);
  canvas.Rect(fence.left, top + 0.66 * fence.height, fence.right, top + 0.66 * fence.height + 1.1);
  for (double x = fence.left + fence.step / 2; x < fence.right; x += fence.step) {
    if (fence.pointed) {
      canvas.Polygon({{x - half, fence.foot},
                      {x - half, top + half},
                      {x, top - half},
                      {x + half, top + half},
                      {x + half, fence.foot}});
    } else {
      canvas.Rect(x - half, top, x + half, fence.foot);
    }
  }
  canvas.Fill(land.Lit(colour));
}

// A bed of earth with flowers in it, unless it is winter.
struct FlowerBed {
  Spot middle;
  double half_width, half_height;
};
void DrawFlowerBed(const Land& land, const FlowerBed& bed) {
  Canvas& canvas = land.canvas;
  canvas.Ellipse(bed.middle, bed.half_width, bed.half_height)
      .Fill(land.Lit(land.season == Season::kWinter ? Rgb{0.66, 0.58, 0.56} : Rgb{0.42, 0.28, 0.18}));
  if (land.season == Season::kWinter) return;
  static constexpr Rgb kPetals[] = {{0.92, 0.16, 0.24}, {1.00, 0.80, 0.15}, {0.98, 0.52, 0.70}, {0.62, 0.36, 0.86}};
  for (int i = 0; i < 14; ++i) {
    const Spot at = Scattered(i);
    const double x = bed.middle.x + (at.x / 50 - 1) * bed.half_width * 0.82;
    const double y = bed.middle.y + (at.y / 50 - 1) * bed.half_height * 0.64 - 1;
    const Rgb petals = land.season == Season::kAutumn ? Mix(kPetals[i % 4], {0.75, 0.45, 0.12}, 0.55) : kPetals[i % 4];
    canvas.Ellipse({x, y + 1.6}, 1.5, 1.1).Fill(land.Lit({0.22, 0.50, 0.18}), 0.99);
    canvas.Circle({x, y - 0.4}, 1.35).Fill(land.Lit(petals), 0.99);
    canvas.Circle({x, y - 0.4}, 0.45).Fill(land.Lit({1.00, 0.94, 0.60}), 0.99);
  }
}

}  // namespace

void DrawStreet(const Land& land) {
  Canvas& canvas = land.canvas;
  canvas.Rect(-1, 74, 101, 75.6).Fill(land.Lit({0.80, 0.78, 0.72}));
  canvas.Rect(-1, 75.6, 101, 97).Fill(land.Lit({0.45, 0.46, 0.50}));
  canvas.Rect(-1, 97, 101, 101).Fill(land.Grass({0.36, 0.63, 0.28}));
  for (int i = 0; i < 5; ++i) canvas.Rect(4 + 20 * i, 85.3, 15 + 20 * i, 87);
  canvas.Fill(land.Lit({0.96, 0.94, 0.84}));
}

void DrawCity(const Land& land) {
  struct House {
    double left, right, height;
  };
  static constexpr House kHouses[] = {{-2, 11, 17}, {9, 20, 25},  {19, 33, 13}, {31, 41, 21}, {40, 54, 11},
                                      {52, 63, 23}, {62, 76, 16}, {74, 84, 27}, {83, 102, 19}};
  const double base = 67;
  int index = 0;
  for (const House& house : kHouses) {
    const Rgb wall = index++ % 2 == 0 ? Rgb{0.56, 0.60, 0.70} : Rgb{0.66, 0.62, 0.66};
    const double top = land.horizon + 4 - house.height;
    land.canvas.Rect(house.left, top, house.right, base).Fill(Mix(land.Lit(wall), land.palette.low, 0.25));
    for (double y = top + 3; y < land.horizon + 8; y += 5) {
      for (double x = house.left + 2; x + 2 < house.right; x += 3.6) land.canvas.Rect(x, y, x + 1.7, y + 2.5);
    }
    land.canvas.Fill(land.night ? Rgb{1.00, 0.86, 0.42} : land.Lit({0.84, 0.90, 0.96}), 0.9);
    if (land.season == Season::kWinter)
      land.canvas.Rect(house.left, top - 0.6, house.right, top + 1.2).Fill(land.Roof({1, 1, 1}), 0.99);
  }
  land.canvas.Rect(-1, 66, 101, 74).Fill(land.Lit({0.70, 0.69, 0.67}));
  if (land.season != Season::kNone) {
    for (int i = 0; i < 6; ++i) DrawLeafTree(land, {.foot = {7 + 17.2 * i, 71}, .height = 13, .index = i});
    ScatterSeason(land, 69, 74);
  }
  DrawStreet(land);
}

namespace {

struct Shop {
  double left, right, top;
  Rgb wall, awning;
};

void DrawAwning(const Land& land, const Shop& shop) {
  Canvas& canvas = land.canvas;
  constexpr int kStripes = 6;
  const double left = shop.left + 1.2, width = (shop.right - shop.left - 2.4) / kStripes;
  for (int i = 0; i < kStripes; ++i) {
    const double x = left + width * i;
    const Rgb colour = i % 2 == 0 ? shop.awning : Rgb{0.99, 0.97, 0.92};
    canvas.Rect(x, 50, x + width, 55).Ellipse({x + width / 2, 55}, width / 2, 1.3).Fill(land.Lit(colour), 0.99);
  }
  if (land.season == Season::kWinter)
    canvas.Rect(left, 49.2, left + kStripes * width, 51).Fill(land.Roof({1, 1, 1}), 0.99);
}

void DrawShop(const Land& land, const Shop& shop) {
  Canvas& canvas = land.canvas;
  const double left = shop.left, right = shop.right, middle = (left + right) / 2;
  canvas.Rect(left, shop.top, right, 68).Fill(land.Lit(shop.wall));
  canvas.Rect(left - 0.6, shop.top - 1.8, right + 0.6, shop.top + 0.8)
      .Fill(land.Roof(shop.wall * Rgb{0.72, 0.68, 0.68}));
  for (double y = shop.top + 4; y < 40; y += 9)
    for (double x : {left + 5, middle, right - 5}) canvas.Rect(x - 2, y, x + 2, y + 5.5);
  canvas.FillAndStroke(land.Window(), land.Lit({0.98, 0.97, 0.94}), 0.7);
  // The sign, the shop window with what lies in it, and the door.
  canvas.Rect(left + 1, 44.4, right - 1, 49.4).Fill(land.Lit(shop.awning * Rgb{0.66, 0.66, 0.66}));
  for (double x = middle - 5; x < middle + 5; x += 2.2) canvas.Rect(x, 46.1, x + 1.4, 47.9);
  canvas.Fill(land.Lit({1.00, 0.93, 0.72}), 0.99);
  canvas.Rect(left + 2, 51, right - 9, 65)
      .FillAndStroke(land.night ? Rgb{1.00, 0.90, 0.58} : land.Lit({0.84, 0.92, 0.96}), land.Lit({0.36, 0.26, 0.22}),
                     0.8);
  for (double x = left + 4.6; x < right - 10.5; x += 3.4) canvas.Rect(x - 1, 61.5, x + 1, 64.6);
  canvas.Fill(land.Lit(shop.awning), 0.85);
  canvas.Rect(right - 7.4, 53, right - 2, 68).Fill(land.Lit({0.42, 0.28, 0.22}));
  canvas.Rect(right - 6.4, 55, right - 3, 61).Fill(land.Window(), 0.99);
  DrawAwning(land, shop);
}

}  // namespace

void DrawShops(const Land& land) {
  const double top = land.horizon - 27;
  const Rgb first = land.Pick({{0.86, 0.22, 0.22}, {0.16, 0.50, 0.66}, {0.24, 0.56, 0.34}});
  DrawShop(land, {.left = -3, .right = 25, .top = top + 4, .wall = {0.93, 0.78, 0.58}, .awning = first});
  DrawShop(land, {.left = 25, .right = 50, .top = top, .wall = {0.80, 0.50, 0.42}, .awning = {0.18, 0.50, 0.40}});
  DrawShop(land, {.left = 50, .right = 75, .top = top + 6, .wall = {0.62, 0.74, 0.80}, .awning = {0.94, 0.62, 0.16}});
  DrawShop(land, {.left = 75, .right = 103, .top = top + 1, .wall = {0.90, 0.70, 0.74}, .awning = {0.36, 0.36, 0.72}});
  land.canvas.Rect(-1, 67.4, 101, 74.4).Fill(land.Roof({0.76, 0.74, 0.71}));
  for (double x = 3; x < 100; x += 12) land.canvas.Rect(x, 67.4, x + 0.5, 74.4);
  land.canvas.Fill(land.Lit({0.62, 0.60, 0.58}), 0.8);
  if (land.season != Season::kNone) {
    for (int i = 0; i < 3; ++i) DrawLeafTree(land, {.foot = {25 + 25.0 * i, 72}, .height = 22, .index = i});
    ScatterSeason(land, 69, 74);
  }
  DrawStreet(land);
}

namespace {

// An arch of roses.
void DrawRoseArch(const Land& land, Spot foot) {
  Canvas& canvas = land.canvas;
  const double x = foot.x, y = foot.y;
  const Rgb green = land.season == Season::kWinter ? land.Lit({0.46, 0.36, 0.30}) : land.Leaves({0.26, 0.52, 0.22}, 1);
  canvas.Line({{x - 6, y}, {x - 6, y - 16}}).Arc({x, y - 16}, 6, std::acos(-1.0), 2 * std::acos(-1.0));
  cairo_line_to(canvas.context(), x + 6, y);
  canvas.Stroke(green, 2.6);
  if (land.season != Season::kWinter) {
    for (int i = 0; i <= 10; ++i) canvas.Circle({x - 6 * std::cos(i * 0.314), y - 16 - 6 * std::sin(i * 0.314)}, 1.05);
    for (double at : {y - 15, y - 11, y - 7}) canvas.Circle({x - 6, at}, 1.05).Circle({x + 6, at - 1}, 1.05);
    canvas.Fill(land.Lit({0.96, 0.36, 0.50}), 0.99);
  }
}

}  // namespace

void DrawGarden(const Land& land) {
  Canvas& canvas = land.canvas;
  const double h = land.horizon;
  // A hedge, the fence before it, the lawn with its path.
  for (double x = -2; x < 104; x += 8) canvas.Circle({x, h + 1}, 5.2);
  canvas.Rect(-1, h + 1, 101, h + 9)
      .Fill(land.season == Season::kWinter ? land.Lit({0.26, 0.42, 0.36}) : land.Leaves({0.20, 0.46, 0.24}, 1));
  if (land.season == Season::kWinter) {
    for (double x = -2; x < 104; x += 8) canvas.Ellipse({x, h - 1.6}, 4.4, 2.4);
    canvas.Fill(land.Roof({1, 1, 1}), 0.99);
  }
  FillGrass(land, {.level = h + 8, .height = 0.4, .length = 70, .phase = 0.1}, {0.50, 0.76, 0.34});
  DrawFence(land, {.left = -1, .right = 101, .foot = h + 9.5, .height = 9, .step = 4.4, .pointed = true},
            {0.98, 0.98, 0.96});
  for (double y : {h + 17, h + 33}) canvas.Rect(-1, y, 101, y + 8);
  canvas.Fill(land.Grass({0.43, 0.70, 0.28}), 0.99);
  for (const Spot& stone : {Spot{50, h + 13}, Spot{53, h + 18.5}, Spot{49, h + 25}, Spot{53, h + 33}, Spot{48, h + 42}})
    canvas.Ellipse(stone, 2.6 + 0.07 * (stone.y - h), 1.3 + 0.03 * (stone.y - h));
  canvas.Fill(land.Roof({0.78, 0.76, 0.72}));
  DrawFlowerBed(land, {{17, h + 15}, 15, 3.9});
  DrawFlowerBed(land, {{84, h + 15}, 15, 3.9});
  DrawFlowerBed(land, {{4, 92}, 15, 7.5});
  DrawFlowerBed(land, {{97, 92}, 14, 7});
  DrawRoseArch(land, {land.step % 2 == 0 ? 12.0 : 88.0, h + 11});
  ScatterSeason(land, h + 16, 99);
}

namespace {

void DrawParkBench(const Land& land, Spot at) {
  Canvas& canvas = land.canvas;
  for (double x : {at.x - 7.5, at.x + 6.5}) canvas.Rect(x, at.y - 8, x + 1.1, at.y);
  canvas.Fill(land.Lit({0.26, 0.28, 0.32}));
  canvas.Rect(at.x - 9, at.y - 9, at.x + 9, at.y - 7.4).Rect(at.x - 9, at.y - 6.8, at.x + 9, at.y - 5.4);
  canvas.Rect(at.x - 9.5, at.y - 4, at.x + 9.5, at.y - 2.6).Fill(land.Lit({0.64, 0.40, 0.22}));
  if (land.season != Season::kWinter) return;
  canvas.Rect(at.x - 9, at.y - 9.8, at.x + 9, at.y - 8.6).Rect(at.x - 9.5, at.y - 4.8, at.x + 9.5, at.y - 3.6);
  canvas.Fill(land.Lit({0.97, 0.98, 1.00}), 0.99);
}

void DrawLampPost(const Land& land, Spot at) {
  Canvas& canvas = land.canvas;
  if (land.night) canvas.Glow({at.x, at.y - 26}, 12, {1.00, 0.90, 0.55}, 0.6);
  canvas.Rect(at.x - 0.6, at.y - 24, at.x + 0.6, at.y).Rect(at.x - 1.6, at.y - 1.4, at.x + 1.6, at.y);
  canvas.Fill(land.Lit({0.20, 0.24, 0.28}));
  canvas.Polygon({{at.x - 2.2, at.y - 28}, {at.x + 2.2, at.y - 28}, {at.x + 1.3, at.y - 24}, {at.x - 1.3, at.y - 24}});
  canvas.Fill(land.night ? Rgb{1.00, 0.92, 0.60} : land.Lit({0.98, 0.96, 0.86}));
  canvas.Polygon({{at.x - 2.8, at.y - 27.8}, {at.x, at.y - 30.4}, {at.x + 2.8, at.y - 27.8}});
  canvas.Fill(land.Roof({0.20, 0.24, 0.28}));
}

}  // namespace

void DrawPark(const Land& land) {
  Canvas& canvas = land.canvas;
  const double h = land.horizon;
  for (int i = 0; i < 12; ++i) DrawLeafTree(land, {.foot = {1.0 + 9 * i, h + 5}, .height = 10, .index = i});
  FillGrass(land, {.level = h + 2, .height = 0.6, .length = 90, .phase = 0.2}, {0.50, 0.76, 0.40});
  FillGrass(land, {.level = h + 16, .height = 2, .length = 120, .phase = 0.8}, {0.42, 0.70, 0.33});
  // A path that winds from the trees to the viewer.
  cairo_move_to(canvas.context(), 55, h + 2.4);
  cairo_curve_to(canvas.context(), 90, h + 12, 8, h + 14, 20, 101);
  cairo_line_to(canvas.context(), 66, 101);
  cairo_curve_to(canvas.context(), 36, h + 20, 104, h + 12, 58.5, h + 2.4);
  canvas.Fill(land.Lit(land.season == Season::kWinter ? Rgb{0.78, 0.78, 0.82} : Rgb{0.90, 0.80, 0.60}));
  DrawParkBench(land, {26, h + 12});
  DrawLampPost(land, {41, h + 10});
  DrawLeafTree(land, {.foot = {9, h + 17}, .height = 42, .index = 0});
  DrawLeafTree(land, {.foot = {92, h + 14}, .height = 44, .index = 2});
  ScatterSeason(land, h + 14, 99);
}

namespace {

// Red boards, white edges, a cross on the door.
void DrawBarn(const Land& land, Spot foot) {
  Canvas& canvas = land.canvas;
  const double x = foot.x, y = foot.y;
  const Rgb white = land.Lit({0.97, 0.95, 0.92});
  canvas.Polygon(
      {{x - 13, y}, {x - 13, y - 14}, {x - 9, y - 21}, {x, y - 26}, {x + 9, y - 21}, {x + 13, y - 14}, {x + 13, y}});
  canvas.Fill(land.Lit(land.Pick({{0.76, 0.20, 0.16}, {0.66, 0.24, 0.16}})));
  for (double at = x - 10; at < x + 12; at += 3.3) canvas.Rect(at, y - 14, at + 0.4, y);
  canvas.Fill(land.Lit({0.56, 0.14, 0.12}), 0.8);
  canvas.Line({{x - 14.4, y - 13}, {x - 9.6, y - 21.4}, {x, y - 26.8}, {x + 9.6, y - 21.4}, {x + 14.4, y - 13}});
  canvas.Stroke(land.Roof({0.40, 0.36, 0.38}), 2.2);
  canvas.Rect(x - 5, y - 10.5, x + 5, y).Stroke(white, 1.1);
  canvas.Line({{x - 5, y - 10.5}, {x + 5, y}}).Line({{x + 5, y - 10.5}, {x - 5, y}}).Stroke(white, 1);
  canvas.Rect(x - 2.4, y - 19, x + 2.4, y - 14.6)
      .FillAndStroke(land.night ? land.Window() : land.Lit({0.28, 0.16, 0.14}), white, 0.9);
}

void DrawSilo(const Land& land, Spot foot) {
  Canvas& canvas = land.canvas;
  const double x = foot.x, y = foot.y;
  canvas.Rect(x - 4.5, y - 25, x + 4.5, y).Fill(land.Lit({0.76, 0.78, 0.80}));
  canvas.Rect(x + 1.5, y - 25, x + 4.5, y).Fill(land.Lit({0.62, 0.64, 0.68}), 0.99);
  canvas.Arc({x, y - 25}, 4.5, std::acos(-1.0), 2 * std::acos(-1.0)).Fill(land.Roof({0.56, 0.60, 0.66}));
}

void DrawHayBale(const Land& land, Spot at, double radius) {
  Canvas& canvas = land.canvas;
  canvas.Rect(at.x, at.y - 2 * radius, at.x + 1.5 * radius, at.y)
      .Ellipse({at.x + 1.5 * radius, at.y - radius}, radius * 0.7, radius);
  canvas.Fill(land.Roof({0.80, 0.64, 0.26}));
  canvas.Ellipse({at.x, at.y - radius}, radius * 0.8, radius).Fill(land.Lit({0.94, 0.80, 0.40}));
  canvas.Ellipse({at.x, at.y - radius}, radius * 0.45, radius * 0.6).Stroke(land.Lit({0.74, 0.58, 0.22}), 0.5);
}

}  // namespace

void DrawFarm(const Land& land) {
  Canvas& canvas = land.canvas;
  const double h = land.horizon;
  FillGrass(land, {.level = h - 1, .height = 2, .length = 70, .phase = 0.6}, {0.62, 0.78, 0.42});
  // A ploughed field whose furrows run to the horizon.
  canvas.Polygon({{38, h + 3}, {101, h + 1}, {101, h + 17}, {30, h + 17}}).Fill(land.Roof({0.62, 0.42, 0.26}));
  for (int i = 0; i < 13; ++i) {
    const double far = 46 + 4.4 * i, near = 22 + 9.5 * i;
    canvas.Polygon({{far, h + 2.2}, {far + 1, h + 2.2}, {near + 3.4, h + 17}, {near, h + 17}});
  }
  canvas.Fill(land.season == Season::kWinter ? land.Lit({0.66, 0.56, 0.50}) : land.Grass({0.46, 0.66, 0.24}), 0.99);
  FillGrass(land, {.level = h + 15, .height = 0.8, .length = 100, .phase = 0.3}, {0.52, 0.72, 0.30});
  DrawSilo(land, {32, h + 9});
  DrawBarn(land, {15, h + 11});
  DrawFence(land, {.left = 40, .right = 101, .foot = h + 18, .height = 9, .step = 12}, {0.90, 0.84, 0.72});
  DrawHayBale(land, {83, h + 26}, 5);
  if (land.season != Season::kNone) {
    DrawLeafTree(land, {.foot = {94, h + 6}, .height = 18, .index = 0});
    DrawLeafTree(land, {.foot = {70, h + 4}, .height = 12, .index = 1});
  }
  ScatterSeason(land, h + 18, 99);
}

namespace {

void DrawSwings(const Land& land, Spot foot) {
  Canvas& canvas = land.canvas;
  const double x = foot.x, y = foot.y;
  cairo_set_line_cap(canvas.context(), CAIRO_LINE_CAP_ROUND);
  for (double at : {x - 11, x + 11}) canvas.Line({{at - 3.4, y}, {at, y - 25}, {at + 3.4, y}});
  canvas.Stroke(land.Lit({0.20, 0.46, 0.82}), 1.5);
  canvas.Line({{x - 12, y - 25}, {x + 12, y - 25}}).Stroke(land.Lit({0.20, 0.46, 0.82}), 1.7);
  for (double at : {x - 5, x + 5})
    canvas.Line({{at - 2.4, y - 25}, {at - 2.4, y - 6}}).Line({{at + 2.4, y - 25}, {at + 2.4, y - 6}});
  canvas.Stroke(land.Lit({0.40, 0.40, 0.44}), 0.5);
  for (double at : {x - 5, x + 5}) canvas.Rect(at - 3, y - 6.4, at + 3, y - 4.9);
  canvas.Fill(land.Lit({0.92, 0.24, 0.20}));
  cairo_set_line_cap(canvas.context(), CAIRO_LINE_CAP_BUTT);
}

void DrawSlideTower(const Land& land, Spot foot) {
  Canvas& canvas = land.canvas;
  const double x = foot.x, y = foot.y;
  for (double at : {x - 9, x - 1}) canvas.Rect(at - 0.7, y - 26, at + 0.7, y);
  for (double rung = y - 3; rung > y - 15; rung -= 3.2) canvas.Rect(x - 9, rung, x - 1, rung + 0.9);
  canvas.Fill(land.Lit({0.60, 0.40, 0.24}));
  canvas.Rect(x - 10, y - 16.4, x, y - 14.4).Fill(land.Lit({0.60, 0.40, 0.24}));
  canvas.Polygon({{x - 12, y - 25}, {x - 5, y - 32}, {x + 2, y - 25}}).Fill(land.Roof({0.90, 0.24, 0.20}));
  const auto chute = [&]() -> Canvas& {
    return canvas.Curve({{x, y - 16}, {x + 4, y - 13.4}, {x + 10, y - 4.4}, {x + 14, y - 1.6}, {x + 17, y - 1.4}});
  };
  chute().Stroke(land.Lit({0.88, 0.60, 0.08}), 4.2);
  chute().Stroke(land.Lit({1.00, 0.80, 0.16}), 2.6);
}

}  // namespace

void DrawPlayground(const Land& land) {
  Canvas& canvas = land.canvas;
  const double h = land.horizon;
  for (int i = 0; i < 14; ++i) canvas.Circle({-1 + 8.0 * i, h + 2}, i % 2 == 0 ? 5.2 : 4.2);
  canvas.Rect(-1, h + 2, 101, h + 6).Fill(land.Leaves({0.34, 0.60, 0.32}, 1));
  FillGrass(land, {.level = h + 5.5, .height = 0.5, .length = 80, .phase = 0.4}, {0.50, 0.76, 0.36});
  DrawFence(land, {.left = -1, .right = 101, .foot = h + 7, .height = 7, .step = 5},
            land.Pick({{0.98, 0.78, 0.22}, {0.42, 0.74, 0.90}}));
  // Soft ground under the things to play on, sand before it.
  canvas.Ellipse({50, h + 31}, 64, 19).Fill(land.Roof({0.86, 0.52, 0.40}));
  canvas.Ellipse({50, 95}, 40, 12).Fill(land.Roof({0.96, 0.86, 0.60}));
  canvas.Ellipse({50, 95}, 40, 12).Stroke(land.Lit({0.28, 0.56, 0.80}), 1.6);
  if (land.season != Season::kNone)
    for (int i = 0; i < 3; ++i) DrawLeafTree(land, {.foot = {36 + 14.0 * i, h + 5}, .height = 14, .index = i});
  DrawSlideTower(land, {14, h + 18});
  DrawSwings(land, {83, h + 17});
  ScatterSeason(land, h + 16, 99);
}

}  // namespace diptych::world
