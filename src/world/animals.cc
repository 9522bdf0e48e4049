// More animals, and the animals of fairy tales: heads, ears, tails and marks.
#include <array>
#include <cmath>
#include <numbers>

#include "world/figure.h"

namespace diptych::world {
namespace {

constexpr Rgb kPink = {0.98, 0.66, 0.70}, kNostril = {0.10, 0.08, 0.10};

Canvas& On(const Figure& figure) { return figure.pen.canvas; }

void Nostrils(const Figure& figure, double y, double apart) {
  Both([&](int s) { On(figure).Ellipse({4 + s * apart, y}, 2.6, 3.2); });
  On(figure).Fill(kNostril);
}

// Ears that stand out to the sides, as cattle have.
void SideEars(const Figure& figure, Rgb outside, double y) {
  Both([&](int s) {
    On(figure).Blob({{s * 24.0, y - 6}, {s * 42.0, y - 9}, {s * 47.0, y + 1}, {s * 36.0, y + 8}, {s * 24.0, y + 5}});
    figure.pen.Shape(outside);
    On(figure).Ellipse({s * 36.0, y}, 6, 3.6).Fill(kPink);
  });
}

void ShortHorns(const Figure& figure, Rgb colour) {
  Both([&](int s) {
    On(figure).Blob({{s * 12.0, -24}, {s * 20.0, -24}, {s * 27.0, -34}, {s * 25.0, -43}, {s * 16.0, -34}});
    figure.pen.Shape(colour);
  });
}

void TailWithTuft(const Figure& figure, Rgb tuft) {
  figure.pen.Limb({{-8, 0}, {-28, 2}, {-38, -14}}, figure.pen.body, 6);
  On(figure).Blob({{-38, -10}, {-46, -18}, {-42, -32}, {-33, -22}});
  figure.pen.Shape(tuft);
}

void LionBehind(const Figure& figure) {
  const Rgb mane = figure.pen.Lit({0.66, 0.33, 0.10});
  for (int i = 0; i < 14; ++i) {
    const double angle = 2 * std::numbers::pi * i / 14;
    On(figure).Circle({34 * std::cos(angle), 2 + 31 * std::sin(angle)}, 11);
    figure.pen.Shape(mane);
  }
  On(figure).Ellipse({0, 2}, 36, 33).Fill(mane);
  RoundEars(figure, figure.pen.body, figure.Colour(Tone::kCream), 10);
}
void CatMask(const Figure& figure) { Muzzle(figure, {15, 11}, 13); }
void SmallNose(const Figure& figure) { Nose(figure, {4, 6}, 5.6); }
void LionTail(const Figure& figure) { TailWithTuft(figure, figure.pen.Lit({0.66, 0.33, 0.10})); }

void TigerBehind(const Figure& figure) { RoundEars(figure, figure.pen.body, figure.Colour(Tone::kCream), 10); }
void TigerMask(const Figure& figure) {
  Muzzle(figure, {16, 12}, 14);
  for (double x : {-8.0, 1.0, 10.0}) On(figure).Polygon({{x - 3, -29}, {x + 4, -29}, {x + 1, -17}});
  Both([&](int s) {
    On(figure).Polygon({{s * 32.0, -6}, {s * 32.0, 0}, {s * 22.0, 0}});
    On(figure).Polygon({{s * 31.0, 6}, {s * 29.0, 13}, {s * 20.0, 9}});
  });
  On(figure).Fill(Contrast(figure));
}
void TigerMarks(const Figure& figure) {
  Both([&](int s) {
    for (double y : {-28.0, -16.0, -4.0}) On(figure).Polygon({{s * 22.5, y - 3}, {s * 23.5, y + 4}, {s * 9.0, y + 1}});
  });
  On(figure).Fill(Contrast(figure));
}
void TigerTail(const Figure& figure) {
  figure.pen.Limb({{-8, 4}, {-30, 2}, {-40, -18}, {-32, -40}}, figure.pen.body, 10);
  On(figure).Line({{-26, -3}, {-26, 8}}).Line({{-43, -12}, {-33, -14}}).Line({{-42, -26}, {-32, -24}});
  On(figure).Stroke(Contrast(figure), 4);
}

void FrogBehind(const Figure& figure) {
  Both([&](int s) { On(figure).Circle({4 + s * 17.0, -24}, 14); });
  figure.pen.Shape(figure.pen.body);
}
void FrogMask(const Figure& figure) {
  Both([&](int s) { On(figure).Circle({4 + s * 17.0, -23}, 12.6); });
  On(figure).Fill(figure.pen.body);
}
void FrogFront(const Figure& figure) { Nostrils(figure, -4, 4); }

void CowBehind(const Figure& figure) {
  ShortHorns(figure, figure.pen.Lit({0.93, 0.88, 0.74}));
  SideEars(figure, Contrast(figure), -12);
}
void CowMask(const Figure& figure) {
  On(figure).Blob({{-29, -14}, {-12, -29}, {-3, -18}, {-5, 2}, {-18, 10}, {-30, 4}}).Fill(Contrast(figure));
  On(figure).Ellipse({4, 17}, 22, 12.5);
  figure.pen.Shape(figure.pen.Lit(kPink));
}
void CowFront(const Figure& figure) { Nostrils(figure, 9, 9); }
void CowMarks(const Figure& figure) {
  On(figure).Blob({{-22, -34}, {-8, -36}, {-6, -24}, {-16, -18}, {-23, -24}}).Fill(Contrast(figure));
  On(figure).Blob({{8, -18}, {22, -20}, {22, -4}, {12, 0}, {5, -8}}).Fill(Contrast(figure));
}
void CowTail(const Figure& figure) { TailWithTuft(figure, Contrast(figure)); }

void MonkeyBehind(const Figure& figure) {
  Both([&](int s) {
    On(figure).Circle({s * 32.0, -2}, 12);
    figure.pen.Shape(figure.pen.body);
    On(figure).Circle({s * 32.0, -2}, 7).Fill(figure.Colour(Tone::kCream));
  });
}
void MonkeyMask(const Figure& figure) {
  Both([&](int s) { On(figure).Circle({4 + s * 11.0, -6}, 13.5); });
  On(figure).Ellipse({4, 12}, 21, 15).Fill(figure.Colour(Tone::kCream));
}
void MonkeyFront(const Figure& figure) { Nostrils(figure, 5, 3); }
void MonkeyTail(const Figure& figure) {
  figure.pen.Limb({{-8, 2}, {-32, 6}, {-46, -14}, {-38, -34}, {-28, -26}, {-33, -18}}, figure.pen.body, 7);
}

Rgb Rainbow(const Figure& figure, int i) {
  constexpr std::array<Rgb, 4> kMane = {
      {{0.98, 0.42, 0.66}, {0.66, 0.48, 0.95}, {0.36, 0.74, 0.96}, {1.00, 0.80, 0.30}}};
  return figure.pen.Lit(kMane[static_cast<size_t>(i)]);
}
void UnicornBehind(const Figure& figure) {
  for (int i = 0; i < 4; ++i) {
    const double y = -22 + 14 * i;
    On(figure).Blob({{-10, y - 10}, {-32, y - 8}, {-43, y + 6}, {-34, y + 14}, {-14, y + 8}});
    figure.pen.Shape(Rainbow(figure, i));
  }
  Both([&](int s) {
    On(figure).Polygon({{s * 24.0, -14}, {s * 23.0, -38}, {s * 10.0, -26}});
    figure.pen.Shape(figure.pen.body);
  });
}
void UnicornMask(const Figure& figure) {
  On(figure).Ellipse({4, 19}, 20, 13);
  figure.pen.Shape(figure.pen.Lit({1.00, 0.84, 0.88}));
}
void UnicornFront(const Figure& figure) {
  Nostrils(figure, 12, 8);
  On(figure).Blob({{-12, -30}, {2, -33}, {4, -22}, {-2, -16}, {-14, -20}});
  figure.pen.Shape(Rainbow(figure, 0));
  On(figure).Polygon({{1, -24}, {15, -25}, {14, -60}});
  figure.pen.Shape(figure.pen.Lit({1.00, 0.80, 0.22}));
  On(figure).Line({{4, -33}, {14, -36}}).Line({{8, -43}, {14, -46}}).Stroke(figure.pen.Lit({0.80, 0.52, 0.08}), 2);
}
void UnicornTail(const Figure& figure) {
  for (int i = 0; i < 3; ++i) {
    const double y = -10 + 10 * i;
    On(figure).Blob({{-8, -4}, {-26, y - 8}, {-42, y + 4}, {-34, y + 12}, {-18, y + 4}});
    figure.pen.Shape(Rainbow(figure, i));
  }
}

void PigBehind(const Figure& figure) {
  Both([&](int s) {
    On(figure).Polygon({{s * 30.0, -10}, {s * 31.0, -36}, {s * 8.0, -27}});
    figure.pen.Shape(figure.pen.shade);
  });
}
void PigFront(const Figure& figure) {
  On(figure).Ellipse({4, 6}, 12, 8);
  figure.pen.Shape(Mix(figure.pen.body, {0.90, 0.30, 0.40}, 0.35));
  Nostrils(figure, 6, 4.4);
}
void PigTail(const Figure& figure) {
  figure.pen.Limb({{-14, 0}, {-26, 0}, {-34, -8}, {-28, -15}, {-24, -8}, {-36, -2}, {-42, -12}}, figure.pen.shade, 5);
}

void SheepBehind(const Figure& figure) {
  for (int i = 0; i < 12; ++i) {
    const double angle = 2 * std::numbers::pi * i / 12;
    On(figure).Circle({31 * std::cos(angle), -3 + 29 * std::sin(angle)}, 12);
    figure.Part(Tone::kBody);
  }
  SideEars(figure, figure.Colour(Tone::kCream), -4);
}
void SheepMask(const Figure& figure) {
  On(figure).Blob({{-24, -10}, {4, -20}, {30, -10}, {29, 12}, {4, 27}, {-22, 12}});
  figure.pen.Shape(figure.pen.Lit({0.98, 0.84, 0.74}));
}
void SheepFront(const Figure& figure) {
  for (double x : {-16.0, -2.0, 12.0, 24.0}) {
    On(figure).Circle({x, -29 + 0.011 * x * x}, 10);
    figure.pen.Shape(figure.pen.body);
  }
  On(figure).Polygon({{-1, 5}, {9, 5}, {4, 9}}).Fill({0.60, 0.34, 0.34});
}
void SheepMarks(const Figure& figure) {
  for (const Spot& at : {Spot{-13, -34}, Spot{12, -34}, Spot{-19, -19}, Spot{0, -22}, Spot{19, -19}, Spot{-15, -4},
                         Spot{14, -4}, Spot{0, 1}}) {
    On(figure).Circle(at, 11);
    figure.pen.Shape(figure.pen.body);
  }
}

void MouseBehind(const Figure& figure) {
  Both([&](int s) {
    On(figure).Circle({s * 28.0, -24}, 20);
    figure.pen.Shape(figure.pen.body);
    On(figure).Circle({s * 28.0, -24}, 13).Fill(kPink);
  });
}
void MouseFront(const Figure& figure) {
  On(figure).Line({{16, 8}, {40, 4}}).Line({{16, 11}, {39, 13}}).Line({{-8, 8}, {-36, 4}}).Line({{-8, 11}, {-35, 13}});
  On(figure).Stroke(figure.pen.line, 1.5);
  On(figure).Circle({4, 6}, 5).Fill({0.94, 0.36, 0.46});
}
void MouseTail(const Figure& figure) {
  figure.pen.Limb({{-10, 2}, {-30, 6}, {-40, -6}, {-50, -20}}, figure.pen.Lit(kPink), 5);
}

void KoalaBehind(const Figure& figure) {
  Both([&](int s) {
    On(figure).Blob({{s * 18.0, -24}, {s * 34.0, -34}, {s * 48.0, -24}, {s * 47.0, -6}, {s * 36.0, 4}, {s * 24.0, -2}});
    figure.pen.Shape(figure.pen.body);
    On(figure).Ellipse({s * 36.0, -15}, 9, 11).Fill(figure.pen.Lit({1.00, 0.86, 0.86}));
  });
}
void KoalaFront(const Figure& figure) {
  On(figure).Ellipse({4, 3}, 6.5, 9);
  figure.pen.Shape({0.16, 0.14, 0.18});
}

void WolfBehind(const Figure& figure) { PointedEars(figure, 13, figure.pen.shade); }
void WolfMask(const Figure& figure) {
  On(figure)
      .Polygon({{-34, 2},
                {-16, 4},
                {4, -2},
                {24, 4},
                {34, 2},
                {28, 14},
                {30, 20},
                {16, 22},
                {4, 30},
                {-10, 22},
                {-24, 20},
                {-26, 12}})
      .Fill(figure.Colour(Tone::kCream));
}
void WolfFront(const Figure& figure) { Nose(figure, {4, 6}, 7); }
void BushyTail(const Figure& figure) {
  On(figure).Blob({{-8, 0}, {-26, 6}, {-44, -4}, {-50, -26}, {-40, -30}, {-28, -16}, {-14, -12}});
  figure.pen.Shape(figure.pen.body);
  On(figure).Blob({{-47, -14}, {-50, -26}, {-40, -30}, {-36, -20}}).Fill(figure.Colour(Tone::kCream));
}

// A flat bill, wider than a beak.
void DuckMask(const Figure& figure) {
  On(figure).Ellipse({4, 12}, 21, 8.5);
  figure.pen.Shape(figure.Colour(Tone::kOrange));
}
void DuckBehind(const Figure& figure) {
  On(figure).Blob({{-4, -25}, {-14, -36}, {-3, -33}, {0, -43}, {9, -33}, {9, -25}});
  figure.pen.Shape(figure.pen.body);
}
void ShortTail(const Figure& figure) {
  On(figure).Blob({{-8, -10}, {-30, -16}, {-42, -24}, {-40, -4}, {-28, 6}, {-8, 8}});
  figure.pen.Shape(figure.pen.body);
}

void ChickenBehind(const Figure& figure) {
  On(figure).Blob({{-12, -25}, {-17, -38}, {-6, -35}, {0, -45}, {8, -36}, {19, -39}, {16, -25}});
  figure.pen.Shape(figure.pen.Lit({0.90, 0.14, 0.14}));
}
void ChickenFront(const Figure& figure) {
  Both([&](int s) { On(figure).Ellipse({4 + s * 5.0, 25}, 5, 7); });
  figure.pen.Shape(figure.pen.Lit({0.90, 0.14, 0.14}));
}
void FeatherTail(const Figure& figure) {
  for (double y : {-34.0, -20.0, -6.0}) {
    On(figure).Blob({{-8, -6}, {-26, y - 6}, {-44, y - 4}, {-38, y + 8}, {-20, y + 10}});
    figure.pen.Shape(figure.pen.body);
  }
}

// Eyes on humps above a long muzzle full of teeth.
void CrocodileBehind(const Figure& figure) {
  Both([&](int s) { On(figure).Circle({4 + s * 14.0, -19}, 13); });
  figure.pen.Shape(figure.pen.body);
}
void CrocodileMask(const Figure& figure) {
  Both([&](int s) { On(figure).Circle({4 + s * 14.0, -17}, 11.6); });
  On(figure).Fill(figure.pen.body);
  On(figure).Blob({{-26, 4}, {4, -1}, {34, 4}, {36, 18}, {24, 29}, {4, 31}, {-16, 29}, {-28, 18}});
  figure.pen.Shape(figure.pen.body);
  for (double x : {-20.0, -10.0, 12.0, 22.0}) On(figure).Polygon({{x, 26}, {x + 7, 26}, {x + 3, 34}});
  figure.pen.Shape(figure.pen.White());
}
void CrocodileFront(const Figure& figure) { Nostrils(figure, 3, 7); }
void CrocodileTail(const Figure& figure) {
  On(figure).Polygon(
      {{-6, -16}, {-18, -22}, {-22, -14}, {-34, -18}, {-36, -9}, {-50, -10}, {-60, 4}, {-30, 8}, {-6, 8}});
  figure.pen.Shape(figure.pen.body);
}

void DragonBehind(const Figure& figure) {
  ShortHorns(figure, figure.pen.Lit({0.98, 0.86, 0.52}));
  Both([&](int s) {
    On(figure).Polygon({{s * 26.0, -8}, {s * 44.0, -14}, {s * 38.0, -2}, {s * 43.0, 8}, {s * 28.0, 8}});
    figure.pen.Shape(figure.pen.shade);
  });
  for (double x : {-8.0, 2.0}) On(figure).Polygon({{x - 5, -27}, {x + 5, -27}, {x, -40}});
  figure.pen.Shape(figure.pen.Lit({0.98, 0.62, 0.16}));
}
void DragonMask(const Figure& figure) { Muzzle(figure, {19, 12}, 16); }
void DragonFront(const Figure& figure) { Nostrils(figure, 7, 6); }
// The wings too.
void DragonTail(const Figure& figure) {
  Both([&](int s) {
    On(figure).Polygon({{s * 12.0, -34},
                        {s * 46.0, -66},
                        {s * 52.0, -46},
                        {s * 62.0, -36},
                        {s * 50.0, -26},
                        {s * 44.0, -12},
                        {s * 20.0, -14}});
    figure.pen.Shape(figure.pen.Lit({0.98, 0.70, 0.28}));
  });
  On(figure).Blob({{-6, -8}, {-30, -2}, {-48, -14}, {-56, -8}, {-44, 8}, {-20, 10}, {-6, 8}});
  figure.pen.Shape(figure.pen.body);
  On(figure).Polygon({{-50, -6}, {-68, -20}, {-54, -24}});
  figure.pen.Shape(figure.pen.Lit({0.98, 0.62, 0.16}));
}

void ZebraBehind(const Figure& figure) {
  bool dark = true;
  for (double y = -32; y < 10; y += 10, dark = !dark) {
    On(figure).Polygon({{-14, y - 8}, {-38, y - 4}, {-38, y + 5}, {-14, y + 8}});
    figure.pen.Shape(dark ? Contrast(figure) : figure.pen.body);
  }
  Both([&](int s) {
    On(figure).Ellipse({s * 19.0, -30}, 7, 13);
    figure.pen.Shape(figure.pen.body);
  });
}
void ZebraMask(const Figure& figure) {
  for (double x : {-12.0, 0.0, 12.0}) On(figure).Polygon({{x - 4, -31}, {x + 4, -31}, {x * 0.6, -15}});
  Both([&](int s) {
    On(figure).Polygon({{s * 30.0, -10}, {s * 29.0, -2}, {s * 20.0, -4}});
    On(figure).Polygon({{s * 28.0, 4}, {s * 27.0, 10}, {s * 19.0, 5}});
  });
  On(figure).Fill(Contrast(figure));
  On(figure).Ellipse({4, 20}, 19, 12.5);
  figure.pen.Shape(Mix(figure.pen.body, {0.35, 0.32, 0.36}, 0.45));
}
void ZebraMarks(const Figure& figure) {
  for (double y : {-38.0, -26.0, -14.0, -2.0}) On(figure).Polygon({{-24, y - 4}, {-24, y + 3}, {-2, y + 1}});
  for (double y : {-32.0, -20.0, -8.0}) On(figure).Polygon({{24, y - 4}, {24, y + 3}, {2, y + 1}});
  On(figure).Fill(Contrast(figure));
}

void GiraffeBehind(const Figure& figure) {
  Both([&](int s) {
    On(figure).Line({{s * 9.0, -26}, {s * 12.0, -46}}).Stroke(figure.pen.line, 7);
    On(figure).Line({{s * 9.0, -26}, {s * 12.0, -46}}).Stroke(figure.pen.body, 4.4);
    On(figure).Circle({s * 12.0, -48}, 5.6);
    figure.pen.Shape(Contrast(figure));
  });
  SideEars(figure, figure.pen.body, -17);
}
void GiraffeMask(const Figure& figure) {
  for (const Spot& at : {Spot{-20, -18}, Spot{20, -20}, Spot{-25, 6}, Spot{0, -24}}) On(figure).Ellipse(at, 5.4, 4.4);
  On(figure).Fill(Contrast(figure));
  Muzzle(figure, {19, 12}, 18);
}
void GiraffeMarks(const Figure& figure) {
  for (const Spot& at :
       {Spot{-12, -36}, Spot{8, -38}, Spot{-2, -24}, Spot{15, -22}, Spot{-16, -18}, Spot{-7, -7}, Spot{10, -6}})
    On(figure).Ellipse(at, 5.6, 4.8);
  On(figure).Fill(Contrast(figure));
}
void GiraffeTail(const Figure& figure) { TailWithTuft(figure, Contrast(figure)); }

void HippoBehind(const Figure& figure) {
  Both([&](int s) {
    On(figure).Circle({s * 21.0, -26}, 8);
    figure.pen.Shape(figure.pen.body);
    On(figure).Circle({s * 21.0, -26}, 4).Fill(kPink);
  });
}
void HippoMask(const Figure& figure) {
  On(figure).Blob({{-30, 4}, {4, -2}, {38, 4}, {41, 20}, {26, 31}, {4, 31}, {-18, 31}, {-33, 20}});
  figure.pen.Shape(Mix(figure.pen.body, {1.00, 0.74, 0.76}, 0.35));
  for (double x : {-13.0, 16.0}) On(figure).RoundRect(x, 25, x + 7, 34, 2);
  figure.pen.Shape(figure.pen.White());
}
void HippoFront(const Figure& figure) { Nostrils(figure, 5, 12); }

void RaccoonMask(const Figure& figure) {
  On(figure).Ellipse({4, 2}, 29, 22).Fill(figure.pen.White());
  On(figure)
      .Blob({{-27, 0}, {-20, -13}, {4, -11}, {28, -13}, {33, 0}, {20, 9}, {4, 2}, {-12, 9}})
      .Fill({0.17, 0.16, 0.20});
}
void RaccoonTail(const Figure& figure) {
  figure.pen.Limb({{-8, 2}, {-30, 4}, {-44, -12}, {-44, -36}}, figure.pen.body, 16);
  On(figure).Line({{-25, -5}, {-27, 12}}).Line({{-47, -1}, {-34, -11}}).Line({{-52, -20}, {-37, -20}});
  On(figure).Stroke({0.17, 0.16, 0.20}, 5);
}

// Spines around the head and behind the body.
void Spines(const Figure& figure, Spot centre, Spot radii, int count) {
  for (int i = 0; i < count; ++i) {
    const double angle = std::numbers::pi * (0.85 + 1.3 * i / (count - 1)), next = 0.13;
    const auto at = [&](double a, double far) {
      return Spot{centre.x + radii.x * far * std::cos(a), centre.y + radii.y * far * std::sin(a)};
    };
    On(figure).Polygon({at(angle - next, 0.86), at(angle, 1.3), at(angle + next, 0.86)});
    figure.pen.Shape(figure.pen.shade);
  }
  On(figure).Ellipse(centre, radii.x, radii.y);
  figure.pen.Shape(figure.pen.shade);
}
void HedgehogBehind(const Figure& figure) { Spines(figure, {0, -3}, {34, 32}, 15); }
void HedgehogMask(const Figure& figure) {
  On(figure).Blob({{-26, -8}, {-8, -14}, {4, -9}, {16, -14}, {30, -8}, {28, 14}, {4, 28}, {-22, 14}});
  On(figure).Fill(figure.Colour(Tone::kCream));
}
void HedgehogTail(const Figure& figure) { Spines(figure, {-4, -20}, {28, 30}, 13); }

void SquirrelBehind(const Figure& figure) { PointedEars(figure, 11, figure.pen.shade); }
void SquirrelMask(const Figure& figure) {
  Both([&](int s) { On(figure).Ellipse({4 + s * 12.0, 13}, 14, 12); });
  On(figure).Fill(figure.Colour(Tone::kCream));
}
void SquirrelTail(const Figure& figure) {
  On(figure).Blob(
      {{-6, 4}, {-26, 8}, {-42, -8}, {-44, -40}, {-56, -56}, {-42, -74}, {-24, -66}, {-20, -40}, {-22, -16}});
  figure.pen.Shape(figure.pen.body);
  On(figure).Curve({{-20, 0}, {-33, -16}, {-34, -44}, {-42, -60}}).Stroke(figure.Colour(Tone::kCream), 6);
}

void Antlers(const Figure& figure) {
  Both([&](int s) {
    const auto branch = [&](Rgb colour, double width) {
      On(figure).Line({{s * 10.0, -24}, {s * 19.0, -42}, {s * 27.0, -60}}).Line({{s * 17.0, -38}, {s * 33.0, -44}});
      On(figure).Line({{s * 23.0, -51}, {s * 36.0, -58}}).Stroke(colour, width);
    };
    branch(figure.pen.line, 7);
    branch(figure.pen.Lit({0.72, 0.54, 0.32}), 4.4);
  });
  SideEars(figure, figure.pen.body, -14);
}
void DeerMask(const Figure& figure) { Muzzle(figure, {15, 12}, 14); }
void DeerMarks(const Figure& figure) {
  for (const Spot& at : {Spot{-14, -30}, Spot{12, -32}, Spot{-17, -12}, Spot{16, -14}, Spot{0, -40}})
    On(figure).Circle(at, 3.2);
  On(figure).Fill(figure.Colour(Tone::kCream));
}

void GoatBehind(const Figure& figure) {
  Both([&](int s) {
    On(figure).Blob(
        {{s * 8.0, -24}, {s * 18.0, -24}, {s * 27.0, -38}, {s * 38.0, -47}, {s * 20.0, -45}, {s * 10.0, -35}});
    figure.pen.Shape(figure.pen.Lit({0.76, 0.68, 0.55}));
  });
  SideEars(figure, figure.pen.body, -8);
}
void GoatMask(const Figure& figure) {
  Muzzle(figure, {15, 11}, 14);
  On(figure).Polygon({{-5, 25}, {13, 25}, {5, 45}});
  figure.pen.Shape(figure.Colour(Tone::kCream));
}

void HamsterMask(const Figure& figure) {
  Both([&](int s) { On(figure).Ellipse({4 + s * 16.0, 12}, 15, 13); });
  On(figure).Ellipse({4, -20}, 5, 12).Fill(figure.pen.White());
}
void PinkNose(const Figure& figure) { On(figure).Ellipse({4, 6}, 5, 3.8).Fill({0.94, 0.40, 0.48}); }

// The shell behind the body.
void TurtleTail(const Figure& figure) {
  On(figure).Ellipse({2, -20}, 38, 32);
  figure.pen.Shape(figure.pen.Lit({0.52, 0.36, 0.18}));
  On(figure).Ellipse({2, -20}, 30, 25).Stroke(figure.pen.Lit({0.80, 0.62, 0.32}), 3.4);
}

void ChickTuft(const Figure& figure) {
  On(figure).Blob({{-4, -25}, {-8, -38}, {2, -32}, {6, -42}, {10, -25}});
  figure.pen.Shape(figure.pen.body);
}

void KangarooBehind(const Figure& figure) {
  Both([&](int s) {
    On(figure).Ellipse({s * 19.0, -36}, 9, 20);
    figure.pen.Shape(figure.pen.body);
    On(figure).Ellipse({s * 19.0, -36}, 4.4, 14).Fill(kPink);
  });
}
// The pouch, and a joey that looks out of it.
void Pouch(const Figure& figure) {
  On(figure).Circle({2, -20}, 9);
  figure.pen.Shape(figure.pen.body);
  On(figure).Circle({-2, -21}, 1.8).Circle({6, -21}, 1.8).Fill(kNostril);
  On(figure).Blob({{-15, -16}, {2, -12}, {19, -16}, {15, 1}, {2, 5}, {-11, 1}});
  figure.pen.Shape(figure.Colour(Tone::kCream));
}
void KangarooTail(const Figure& figure) { figure.pen.Limb({{-8, 2}, {-30, 12}, {-54, 26}}, figure.pen.body, 13); }

void DinosaurBehind(const Figure& figure) {
  for (double x : {-24.0, -10.0, 4.0}) On(figure).Polygon({{x - 9, -22}, {x + 8, -25}, {x - 4, -42}});
  figure.pen.Shape(figure.pen.Lit({0.98, 0.62, 0.16}));
}
void DinosaurTail(const Figure& figure) {
  for (double x : {-22.0, -34.0, -46.0}) On(figure).Polygon({{x - 7, -4}, {x + 7, -8}, {x - 3, -22}});
  figure.pen.Shape(figure.pen.Lit({0.98, 0.62, 0.16}));
  On(figure).Blob({{-4, -14}, {-26, -8}, {-50, -6}, {-66, -14}, {-54, 8}, {-24, 12}, {-4, 8}});
  figure.pen.Shape(figure.pen.body);
}

}  // namespace

std::span<const SpeciesRow> MoreAnimals() {
  static const std::vector<SpeciesRow> rows = {
      {"lion",
       {.grown = 0.92, .torso = 25, .behind = LionBehind, .mask = CatMask, .front = SmallNose, .tail = LionTail}},
      {"tiger",
       {.torso = 25,
        .belly = Tone::kCream,
        .behind = TigerBehind,
        .mask = TigerMask,
        .front = SmallNose,
        .tail = TigerTail,
        .clothes = TigerMarks},
       false},
      {"frog",
       {.head = {36, 25},
        .torso = 25,
        .belly = Tone::kCream,
        .eyes = {17, -23},
        .mouth = 9,
        .behind = FrogBehind,
        .mask = FrogMask,
        .front = FrogFront}},
      {"cow",
       {.torso = 26,
        .foot = Tone::kDark,
        .eyes = {14, -9},
        .mouth = 19,
        .behind = CowBehind,
        .mask = CowMask,
        .front = CowFront,
        .tail = CowTail,
        .clothes = CowMarks},
       false},
      {"monkey",
       {.head = {31, 29},
        .torso = 22,
        .belly = Tone::kCream,
        .hand = Tone::kCream,
        .eyes = {12, -7},
        .mouth = 15,
        .behind = MonkeyBehind,
        .mask = MonkeyMask,
        .front = MonkeyFront,
        .tail = MonkeyTail}},
      {"unicorn",
       {.head = {28, 31},
        .foot = Tone::kGrey,
        .eyes = {13, -8},
        .mouth = 21,
        .behind = UnicornBehind,
        .mask = UnicornMask,
        .front = UnicornFront,
        .tail = UnicornTail},
       true,
       {Colour::kWhite, Colour::kPink}},
      {"pig",
       {.head = {34, 29},
        .torso = 27,
        .foot = Tone::kShade,
        .mouth = 20,
        .behind = PigBehind,
        .front = PigFront,
        .tail = PigTail}},
      {"sheep",
       {.head = {30, 29},
        .torso = 26,
        .arm = Tone::kCream,
        .leg = Tone::kDark,
        .foot = Tone::kDark,
        .behind = SheepBehind,
        .mask = SheepMask,
        .front = SheepFront,
        .clothes = SheepMarks},
       false},
      {"mouse",
       {.head = {31, 27},
        .torso = 21,
        .belly = Tone::kCream,
        .behind = MouseBehind,
        .front = MouseFront,
        .tail = MouseTail}},
      {"koala",
       {.head = {33, 29}, .torso = 26, .belly = Tone::kCream, .mouth = 18, .behind = KoalaBehind, .front = KoalaFront},
       false},
      {"wolf",
       {.torso = 24,
        .belly = Tone::kCream,
        .behind = WolfBehind,
        .mask = WolfMask,
        .front = WolfFront,
        .tail = BushyTail},
       false},
      {"duck",
       {.torso = 26,
        .leg = Tone::kOrange,
        .foot = Tone::kOrange,
        .beak = false,
        .mouth = 13,
        .behind = DuckBehind,
        .mask = DuckMask,
        .tail = ShortTail},
       true,
       {Colour::kYellow, Colour::kWhite, Colour::kBrown}},
      {"chicken",
       {.torso = 28,
        .leg = Tone::kOrange,
        .foot = Tone::kOrange,
        .beak = true,
        .mouth = 12,
        .behind = ChickenBehind,
        .front = ChickenFront,
        .tail = FeatherTail}},
      {"crocodile",
       {.head = {31, 27},
        .torso = 24,
        .belly = Tone::kCream,
        .eyes = {14, -17},
        .mouth = 16,
        .behind = CrocodileBehind,
        .mask = CrocodileMask,
        .front = CrocodileFront,
        .tail = CrocodileTail}},
      {"dragon",
       {.torso = 25,
        .belly = Tone::kCream,
        .eyes = {14, -7},
        .mouth = 17,
        .behind = DragonBehind,
        .mask = DragonMask,
        .front = DragonFront,
        .tail = DragonTail},
       true,
       {Colour::kGreen, Colour::kRed}},
      {"zebra",
       {.head = {28, 31},
        .foot = Tone::kDark,
        .eyes = {13, -8},
        .mouth = 21,
        .behind = ZebraBehind,
        .mask = ZebraMask,
        .clothes = ZebraMarks},
       false,
       {Colour::kWhite}},
      {"giraffe",
       {.head = {28, 31},
        .torso = 22,
        .foot = Tone::kDark,
        .eyes = {13, -8},
        .mouth = 20,
        .behind = GiraffeBehind,
        .mask = GiraffeMask,
        .tail = GiraffeTail,
        .clothes = GiraffeMarks},
       false},
      {"hippopotamus",
       {.head = {32, 29},
        .torso = 29,
        .eyes = {13, -14},
        .mouth = 17,
        .behind = HippoBehind,
        .mask = HippoMask,
        .front = HippoFront},
       false},
      {"raccoon",
       {.torso = 24,
        .belly = Tone::kCream,
        .masked = true,
        .behind = TigerBehind,
        .mask = RaccoonMask,
        .front = SmallNose,
        .tail = RaccoonTail},
       false},
      {"hedgehog",
       {.head = {30, 27},
        .torso = 24,
        .belly = Tone::kCream,
        .behind = HedgehogBehind,
        .mask = HedgehogMask,
        .front = SmallNose,
        .tail = HedgehogTail},
       false},
      {"squirrel",
       {.head = {31, 28},
        .torso = 22,
        .belly = Tone::kCream,
        .behind = SquirrelBehind,
        .mask = SquirrelMask,
        .front = SmallNose,
        .tail = SquirrelTail},
       false},
      {"deer",
       {.head = {28, 30},
        .torso = 22,
        .foot = Tone::kDark,
        .eyes = {13, -7},
        .mouth = 17,
        .behind = Antlers,
        .mask = DeerMask,
        .front = SmallNose,
        .clothes = DeerMarks},
       false},
      {"goat",
       {.head = {28, 30},
        .torso = 23,
        .foot = Tone::kDark,
        .eyes = {13, -7},
        .mouth = 15,
        .behind = GoatBehind,
        .mask = GoatMask,
        .front = SmallNose}},
      {"hamster",
       {.head = {36, 29},
        .torso = 26,
        .belly = Tone::kCream,
        .behind = TigerBehind,
        .mask = HamsterMask,
        .front = PinkNose},
       false},
      {"polar bear",
       {.torso = 27, .mouth = 16, .behind = TigerBehind, .mask = CatMask, .front = SmallNose},
       false,
       {Colour::kWhite}},
      {"turtle", {.head = {29, 26}, .torso = 23, .torso_tone = Tone::kCream, .mouth = 12, .tail = TurtleTail}, false},
      {"chick",
       {.head = {32, 29},
        .grown = 1.06,
        .torso = 24,
        .leg = Tone::kOrange,
        .foot = Tone::kOrange,
        .beak = true,
        .mouth = 12,
        .behind = ChickTuft,
        .tail = ShortTail}},
      {"kangaroo",
       {.head = {28, 29},
        .torso = 24,
        .belly = Tone::kCream,
        .behind = KangarooBehind,
        .mask = CatMask,
        .front = SmallNose,
        .tail = KangarooTail,
        .clothes = Pouch},
       false},
      {"dinosaur",
       {.torso = 25,
        .belly = Tone::kCream,
        .eyes = {14, -7},
        .mouth = 14,
        .behind = DinosaurBehind,
        .mask = DragonMask,
        .front = DragonFront,
        .tail = DinosaurTail},
       true,
       {Colour::kGreen}},
  };
  return rows;
}

}  // namespace diptych::world
