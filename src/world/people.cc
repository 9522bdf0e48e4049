// People by age, trade and rank, and those of fairy tales: hair, beards, glasses, hats and clothes.
#include <array>
#include <cmath>

#include "world/figure.h"

namespace diptych::world {
namespace {

constexpr Rgb kGold = {1.00, 0.80, 0.14}, kGreyHair = {0.82, 0.82, 0.85}, kFur = {0.97, 0.95, 0.92},
              kBlack = {0.14, 0.13, 0.18};

Canvas& On(const Figure& figure) { return figure.pen.canvas; }

// --- Heads -----------------------------------------------------------------------------------------------------------

void HairAround(const Figure& figure, Rgb hair) {
  On(figure).Blob({{0, -33}, {-32, -20}, {-37, 14}, {-33, 38}, {0, 34}, {33, 38}, {37, 14}, {32, -20}});
  figure.pen.Shape(hair);
}
void LongHair(const Figure& figure) { HairAround(figure, figure.Hair()); }

void ShortHair(const Figure& figure, Rgb hair) {
  On(figure).Blob({{-31, 2}, {-31, -20}, {-10, -34}, {16, -34}, {31, -20}, {31, 2}, {25, -15}, {6, -21}, {-22, -16}});
  figure.pen.Shape(hair);
}

// From ear to ear around the chin, the mouth free.
void FullBeard(const Figure& figure, Rgb colour, double low) {
  On(figure).Blob({{-30, 0},
                   {-20, 7},
                   {-12, 11},
                   {-11, 22},
                   {4, 26},
                   {19, 22},
                   {20, 11},
                   {27, 7},
                   {31, 0},
                   {26, low * 0.7},
                   {4, low},
                   {-22, low * 0.7}});
  figure.pen.Shape(colour);
}
// A light one, on which the mouth is seen.
void WhiteBeard(const Figure& figure, double low) {
  On(figure).Blob({{-31, -4},
                   {-22, 6},
                   {-8, 5},
                   {4, 8},
                   {16, 5},
                   {28, 6},
                   {32, -4},
                   {29, low * 0.65},
                   {4, low},
                   {-25, low * 0.65}});
  figure.pen.Shape(figure.pen.Lit(kFur));
}
void SantaMask(const Figure& figure) { WhiteBeard(figure, 54); }
void WizardMask(const Figure& figure) { WhiteBeard(figure, 64); }
// Variant 1 has a beard.
void OldManMask(const Figure& figure) {
  if (figure.pen.variant() == 1) WhiteBeard(figure, 42);
}

void RoundGlasses(const Figure& figure) {
  const double x = figure.species.eyes.x + figure.small, y = figure.species.eyes.y, r = 11.4 + 1.4 * figure.small;
  Both([&](int s) { On(figure).Circle({4 + s * x, y}, r).Stroke({0.20, 0.22, 0.30}, 2.6); });
  On(figure).Line({{4 - x + r, y}, {4 + x - r, y}}).Stroke({0.20, 0.22, 0.30}, 2.6);
}

// Wrinkles beside the eyes.
void Wrinkles(const Figure& figure) {
  Both([&](int s) {
    const double x = 4 + s * (figure.species.eyes.x + 9);
    On(figure).Line({{x, 6}, {x + s * 4.0, 8}}).Line({{x - s * 2.0, 10}, {x + s * 2.0, 13}});
  });
  On(figure).Line({{-6, -22}, {14, -22}}).Stroke({0.45, 0.28, 0.22}, 1.8, 0.8);
}

void OldManBehind(const Figure& figure) {
  Both([&](int s) { On(figure).Circle({s * 29.0, -6}, 9); });
  figure.pen.Shape(figure.pen.Lit(kGreyHair));
}
void OldManFront(const Figure& figure) {
  const Rgb grey = figure.pen.Lit(kGreyHair);
  Both([&](int s) { On(figure).Blob({{4, 8}, {4 + s * 12.0, 6}, {4 + s * 16.0, 12}, {4 + s * 6.0, 11}}); });
  figure.pen.Shape(grey);
  Wrinkles(figure);
  RoundGlasses(figure);
}
void OldWomanBehind(const Figure& figure) {
  On(figure).Circle({0, -36}, 13);
  figure.pen.Shape(figure.pen.Lit(kGreyHair));
  On(figure).Ellipse({0, -4}, 33, 31);
  figure.pen.Shape(figure.pen.Lit(kGreyHair));
}
void OldWomanFront(const Figure& figure) {
  On(figure).Blob({{-30, -4}, {-29, -22}, {-8, -32}, {16, -31}, {30, -14}, {30, -4}, {20, -18}, {2, -23}, {-16, -17}});
  figure.pen.Shape(figure.pen.Lit(kGreyHair));
  Wrinkles(figure);
  RoundGlasses(figure);
}
void BabyFront(const Figure& figure) {
  On(figure).Curve({{0, -30}, {8, -38}, {14, -32}, {8, -28}}).Stroke(figure.Hair(), 3.6);
  Both([&](int s) { On(figure).Circle({4 + s * 21.0, 9}, 4.4); });
  On(figure).Fill({1.00, 0.50, 0.50}, 0.55);
}
void BeardedFront(const Figure& figure) {
  FullBeard(figure, figure.Hair(), 38);
  ShortHair(figure, figure.Hair());
}
void MoustacheFront(const Figure& figure) {
  ShortHair(figure, figure.Hair());
  Both([&](int s) { On(figure).Blob({{4, 6}, {4 + s * 12.0, 4}, {4 + s * 19.0, 9}, {4 + s * 8.0, 11}}); });
  figure.pen.Shape(figure.Hair());
}
void RedHairBehind(const Figure& figure) { HairAround(figure, figure.pen.Lit({0.86, 0.34, 0.12})); }
void RedFringe(const Figure& figure) {
  On(figure).Blob({{-31, -4}, {-30, -22}, {-8, -33}, {18, -31}, {31, -12}, {30, -4}, {23, -17}, {4, -22}, {-18, -18}});
  figure.pen.Shape(figure.pen.Lit({0.86, 0.34, 0.12}));
}

// A crown that goes with the rank.
void OwnCrown(const Figure& figure, double half, double height) {
  const double base = -19, top = base - height;
  On(figure).Polygon({{-half, base},
                      {-half * 1.15, top},
                      {-half * 0.5, base - height * 0.5},
                      {0, top - 5},
                      {half * 0.5, base - height * 0.5},
                      {half * 1.15, top},
                      {half, base}});
  figure.pen.Shape(figure.pen.Lit(kGold));
  On(figure).Circle({0, base - 7}, 4).Fill({0.90, 0.10, 0.20});
  Both([&](int s) { On(figure).Circle({s * half * 0.6, base - 6}, 3).Fill({0.12, 0.36, 0.90}); });
}
void KingFront(const Figure& figure) {
  FullBeard(figure, figure.Hair(), 38);
  OwnCrown(figure, 25, 26);
}
void QueenFront(const Figure& figure) {
  Fringe(figure);
  OwnCrown(figure, 19, 24);
  Both([&](int s) { On(figure).Circle({s * 31.0, 12}, 4); });
  figure.pen.Shape(figure.pen.Lit(kGold));
}
void PrinceFront(const Figure& figure) {
  ShortHair(figure, figure.Hair());
  OwnCrown(figure, 20, 18);
}
void PrincessFront(const Figure& figure) {
  Fringe(figure);
  On(figure).Polygon({{-20, -22}, {-12, -32}, {-6, -28}, {0, -43}, {6, -28}, {12, -32}, {20, -22}});
  figure.pen.Shape(figure.pen.Lit(kGold));
  On(figure).Circle({0, -31}, 3.6).Fill({0.98, 0.35, 0.66});
}

// A tall hat with a point, in the colour of the clothes; `brim` for a witch.
void PointedHat(const Figure& figure, bool brim) {
  On(figure).Blob({{-25, -18}, {-17, -44}, {-4, -66}, {10, -76}, {8, -58}, {18, -42}, {26, -18}, {0, -14}});
  figure.pen.Shape(figure.pen.body);
  if (!brim) return;
  On(figure).Ellipse({0, -19}, 43, 7);
  figure.pen.Shape(figure.pen.body);
  On(figure).Polygon({{-22, -33}, {22, -33}, {25, -24}, {-24, -24}});
  figure.pen.Shape(figure.pen.Lit({0.55, 0.20, 0.70}));
  On(figure).Rect(-4, -34, 6, -23).Stroke(figure.pen.Lit(kGold), 2.6);
}
void Star(const Figure& figure, Spot at, double size) {
  On(figure).Polygon({{at.x, at.y - size},
                      {at.x + size * 0.3, at.y - size * 0.3},
                      {at.x + size, at.y},
                      {at.x + size * 0.3, at.y + size * 0.3},
                      {at.x, at.y + size},
                      {at.x - size * 0.3, at.y + size * 0.3},
                      {at.x - size, at.y},
                      {at.x - size * 0.3, at.y - size * 0.3}});
  On(figure).Fill(figure.pen.Lit(kGold));
}
void WizardFront(const Figure& figure) {
  PointedHat(figure, false);
  Star(figure, {-6, -30}, 6);
  Star(figure, {6, -46}, 5);
  Star(figure, {15, -26}, 4);
}
void WitchFront(const Figure& figure) {
  Fringe(figure);
  PointedHat(figure, true);
}
void WitchBehind(const Figure& figure) { HairAround(figure, figure.pen.Lit({0.90, 0.48, 0.14})); }

void DoctorFront(const Figure& figure) {
  ShortHair(figure, figure.Hair());
  RoundGlasses(figure);
  On(figure).Line({{-28, -20}, {29, -20}}).Stroke(kBlack, 3);
  On(figure).Circle({2, -24}, 7);
  figure.pen.Shape(figure.pen.Lit({0.82, 0.86, 0.92}));
}
void Cross(const Figure& figure, Spot at, double size) {
  const double thin = size * 0.36;
  On(figure)
      .Rect(at.x - thin, at.y - size, at.x + thin, at.y + size)
      .Rect(at.x - size, at.y - thin, at.x + size, at.y + thin);
  On(figure).Fill({0.92, 0.10, 0.14});
}
void NurseFront(const Figure& figure) {
  Fringe(figure);
  On(figure).Blob({{-22, -20}, {-20, -38}, {0, -42}, {20, -38}, {22, -20}, {0, -24}});
  figure.pen.Shape(figure.pen.White());
  Cross(figure, {0, -31}, 6.4);
}
void CookFront(const Figure& figure) {
  ShortHair(figure, figure.Hair());
  On(figure).Blob(
      {{-22, -24}, {-30, -36}, {-27, -50}, {-12, -54}, {0, -62}, {13, -54}, {28, -50}, {30, -36}, {22, -24}});
  figure.pen.Shape(figure.pen.White());
  On(figure).RoundRect(-24, -34, 24, -19, 3);
  figure.pen.Shape(figure.pen.White());
}
// A cap with a peak and a badge, in the uniform's colour.
void PeakedCap(const Figure& figure) {
  On(figure).Blob({{-27, -22}, {-36, -36}, {-14, -46}, {16, -46}, {37, -36}, {28, -22}});
  figure.pen.Shape(figure.pen.body);
  On(figure).RoundRect(-28, -28, 28, -19, 2);
  figure.pen.Shape(kBlack);
  On(figure).Blob({{-22, -20}, {4, -22}, {30, -20}, {22, -12}, {4, -15}, {-14, -12}});
  figure.pen.Shape(kBlack);
  On(figure).Circle({2, -36}, 5.6);
  figure.pen.Shape(figure.pen.Lit(kGold));
}
void PoliceFront(const Figure& figure) {
  ShortHair(figure, figure.Hair());
  PeakedCap(figure);
}
void AstronautBehind(const Figure& figure) {
  On(figure).Circle({2, -1}, 39);
  figure.pen.Shape(figure.pen.White());
  Both([&](int s) { On(figure).RoundRect(2 + s * 39 - 5, -10, 2 + s * 39 + 5, 10, 3); });
  figure.pen.Shape(figure.pen.body);
  On(figure).Circle({3, -1}, 33);
  figure.pen.Shape(figure.pen.Lit({0.60, 0.82, 0.96}));
}
void AstronautFront(const Figure& figure) {
  ShortHair(figure, figure.Hair());
  On(figure).Circle({3, -1}, 34).Stroke(figure.pen.Lit({0.62, 0.66, 0.74}), 4);
  On(figure).Curve({{-22, -12}, {-16, -21}, {-8, -26}}).Stroke({1, 1, 1}, 4.4, 0.9);
}
void ClownBehind(const Figure& figure) {
  const Rgb hair = figure.pen.Lit({0.98, 0.45, 0.10});
  Both([&](int s) {
    for (const Spot& at : {Spot{27, -20}, Spot{37, -8}, Spot{33, 7}}) {
      On(figure).Circle({s * at.x, at.y}, 12);
      figure.pen.Shape(hair);
    }
  });
}
void ClownMask(const Figure& figure) {
  On(figure).Ellipse({4, 15}, 20, 11).Fill(figure.pen.White());
  Both([&](int s) { On(figure).Ellipse({4 + s * 14.0, -6}, 11, 14).Fill(figure.pen.White()); });
}
void ClownFront(const Figure& figure) {
  On(figure).Circle({4, 4}, 6.4);
  figure.pen.Shape({0.94, 0.10, 0.12});
  On(figure).Polygon({{-15, -24}, {17, -24}, {4, -58}});
  figure.pen.Shape(figure.pen.body);
  On(figure).Circle({4, -58}, 5.6);
  figure.pen.Shape(figure.pen.Lit(kGold));
}
void FarmerFront(const Figure& figure) {
  ShortHair(figure, figure.Hair());
  const Rgb straw = figure.pen.Lit({0.95, 0.80, 0.42});
  On(figure).Blob({{-22, -20}, {-20, -42}, {0, -47}, {20, -42}, {22, -20}});
  figure.pen.Shape(straw);
  On(figure).Ellipse({0, -21}, 43, 7);
  figure.pen.Shape(straw);
  On(figure).Line({{-21, -30}, {21, -30}}).Stroke(figure.pen.body, 6);
}
void FireHelmet(const Figure& figure) {
  ShortHair(figure, figure.Hair());
  On(figure).Blob({{-30, -14}, {-28, -32}, {-6, -46}, {8, -46}, {28, -32}, {31, -14}, {0, -20}});
  figure.pen.Shape(figure.pen.body);
  On(figure).Blob({{-42, -12}, {-20, -20}, {0, -21}, {22, -20}, {40, -12}, {0, -14}});
  figure.pen.Shape(figure.pen.body);
  On(figure).Polygon({{-6, -40}, {9, -40}, {10, -27}, {1, -21}, {-8, -27}});
  figure.pen.Shape(figure.pen.Lit(kGold));
}
void HardHat(const Figure& figure) {
  ShortHair(figure, figure.Hair());
  const Rgb yellow = figure.pen.Lit({1.00, 0.80, 0.12});
  On(figure).Blob({{-30, -16}, {-27, -34}, {-6, -45}, {8, -45}, {28, -34}, {31, -16}, {0, -20}});
  figure.pen.Shape(yellow);
  On(figure).RoundRect(-33, -22, 40, -15, 3);
  figure.pen.Shape(yellow);
  On(figure).Line({{1, -44}, {1, -24}}).Stroke(figure.pen.Lit({0.85, 0.58, 0.05}), 5);
}
void CowboyFront(const Figure& figure) {
  ShortHair(figure, figure.Hair());
  const Rgb leather = figure.pen.Lit({0.58, 0.34, 0.16});
  On(figure).Blob({{-22, -20}, {-20, -44}, {-8, -48}, {2, -42}, {12, -48}, {22, -44}, {24, -20}});
  figure.pen.Shape(leather);
  On(figure).Blob({{-50, -34}, {-38, -22}, {0, -26}, {38, -22}, {50, -34}, {40, -14}, {0, -14}, {-40, -14}});
  figure.pen.Shape(leather);
  On(figure).Line({{-21, -28}, {23, -28}}).Stroke(figure.pen.Lit({0.95, 0.80, 0.42}), 4);
}
// A hood.
void NinjaMask(const Figure& figure) {
  On(figure).Ellipse({0, 0}, 29, 28).Fill(figure.pen.body);
  On(figure).Blob({{-22, -12}, {4, -17}, {29, -12}, {29, 10}, {18, 23}, {4, 25}, {-10, 23}, {-22, 10}});
  figure.pen.Shape(figure.Colour(Tone::kSkin));
}
void NinjaBehind(const Figure& figure) {
  On(figure).Polygon({{-24, -16}, {-50, -26}, {-44, -12}, {-52, -2}, {-24, -8}});
  figure.pen.Shape({0.86, 0.14, 0.16});
}
void NinjaFront(const Figure& figure) {
  On(figure).Blob({{-29, -12}, {-24, -24}, {0, -24}, {26, -24}, {29, -12}, {0, -16}});
  figure.pen.Shape({0.86, 0.14, 0.16});
}
void SantaFront(const Figure& figure) {
  On(figure).Blob({{-26, -18}, {-20, -42}, {6, -52}, {34, -40}, {42, -20}, {34, -16}, {24, -28}, {26, -18}});
  figure.pen.Shape(figure.pen.body);
  On(figure).RoundRect(-31, -25, 31, -13, 6);
  figure.pen.Shape(figure.pen.Lit(kFur));
  On(figure).Circle({39, -14}, 8);
  figure.pen.Shape(figure.pen.Lit(kFur));
}
void HeroFront(const Figure& figure) { ShortHair(figure, figure.Hair()); }
void HeroMask(const Figure& figure) {
  On(figure)
      .Blob({{-26, -16}, {4, -15}, {34, -16}, {32, 3}, {18, 9}, {4, 1}, {-10, 9}, {-24, 3}})
      .Fill(figure.pen.body);
}
void FairyFront(const Figure& figure) {
  Fringe(figure);
  for (double x : {-22.0, -8.0, 6.0, 20.0}) {
    On(figure).Circle({x, -27 + 0.012 * x * x}, 5.4);
    figure.pen.Shape(figure.pen.body);
  }
}
void VampireFront(const Figure& figure) {
  On(figure).Blob({{-31, 2}, {-31, -20}, {-12, -33}, {16, -33}, {31, -20}, {31, 2}, {25, -16}, {2, -14}, {-22, -16}});
  figure.pen.Shape(kBlack);
  for (double x : {-4.0, 8.0}) On(figure).Polygon({{x, 22}, {x + 5, 22}, {x + 2.5, 29}});
  figure.pen.Shape(figure.pen.White());
}
void SnowmanFront(const Figure& figure) {
  On(figure).Polygon({{2, 1}, {6, 9}, {30, 8}});
  figure.pen.Shape(figure.Colour(Tone::kOrange));
  On(figure).Rect(-20, -52, 20, -24);
  figure.pen.Shape(kBlack);
  On(figure).RoundRect(-33, -28, 33, -21, 3);
  figure.pen.Shape(kBlack);
  On(figure).Rect(-20, -35, 20, -29).Fill({0.88, 0.14, 0.16});
}

// --- Clothes, from the hips upwards ----------------------------------------------------------------------------------

void Buttons(const Figure& figure, Rgb colour) {
  for (double y : {-32.0, -20.0, -8.0}) On(figure).Circle({2, y}, 3);
  On(figure).Fill(colour);
}
void Cardigan(const Figure& figure) {
  On(figure).Line({{2, -38}, {2, 4}}).Stroke(figure.pen.shade, 3);
  Buttons(figure, figure.pen.White());
}
void Apron(const Figure& figure) {
  On(figure).Blob({{-10, -36}, {2, -34}, {14, -36}, {17, -16}, {20, 6}, {2, 9}, {-16, 6}, {-13, -16}});
  figure.pen.Shape(figure.pen.White());
}
void Bib(const Figure& figure) {
  On(figure).Ellipse({2, -33}, 14, 12);
  figure.pen.Shape(figure.pen.White());
  On(figure).Circle({2, -31}, 4).Fill(figure.pen.shade);
}
void Ermine(const Figure& figure) {
  On(figure).Blob({{-22, -40}, {2, -34}, {24, -40}, {22, -26}, {2, -20}, {-20, -26}});
  figure.pen.Shape(figure.pen.Lit(kFur));
  for (double x : {-12.0, 2.0, 15.0}) On(figure).Circle({x, -29}, 2);
  On(figure).Fill(kBlack);
  On(figure).Line({{2, -20}, {2, 6}}).Stroke(figure.pen.Lit(kFur), 7);
}
void RoyalSash(const Figure& figure) {
  On(figure).Line({{-14, -40}, {20, -6}}).Stroke(figure.pen.Lit(kGold), 7);
  On(figure).Circle({18, -8}, 5);
  figure.pen.Shape(figure.pen.Lit(kGold));
}
void Belt(const Figure& figure) {
  On(figure).Rect(-21, -12, 22, -4).Fill(kBlack);
  On(figure).RoundRect(-4, -14, 8, -2, 1).Stroke(figure.pen.Lit(kGold), 3.4);
}
void WhiteCoat(const Figure& figure) {
  Both([&](int s) {
    On(figure).Blob(
        {{s * 12.0, -44}, {s * 19.0, -32}, {s * 23.0, -8}, {s * 21.0, 12}, {s * 11.0, 12}, {s * 10.0, -14}});
    figure.pen.Shape(figure.pen.White());
  });
  On(figure).Curve({{-10, -40}, {-9, -24}, {1, -16}, {11, -24}, {12, -40}}).Stroke({0.24, 0.26, 0.34}, 3.2);
  On(figure).Circle({1, -14}, 4.6);
  figure.pen.Shape(figure.pen.Lit({0.75, 0.78, 0.84}));
}
void NurseCross(const Figure& figure) {
  Apron(figure);
  Cross(figure, {2, -22}, 7);
}
void CooksJacket(const Figure& figure) {
  On(figure).Blob({{-15, -40}, {2, -36}, {18, -40}, {21, -16}, {2, -12}, {-19, -16}});
  figure.pen.Shape(figure.pen.White());
  for (double x : {-5.0, 9.0})
    for (double y : {-31.0, -21.0}) On(figure).Circle({x, y}, 2.6);
  On(figure).Fill(kBlack);
}
void Uniform(const Figure& figure) {
  On(figure).Line({{2, -36}, {2, -10}}).Stroke(figure.pen.shade, 2.4);
  Star(figure, {-11, -27}, 8);
  Belt(figure);
}
void SpacePack(const Figure& figure) {
  On(figure).RoundRect(-13, -32, 17, -12, 3);
  figure.pen.Shape(figure.pen.Lit({0.86, 0.88, 0.92}));
  On(figure).Circle({-6, -25}, 3).Fill({0.92, 0.16, 0.16});
  On(figure).Circle({2, -25}, 3).Fill({0.20, 0.66, 0.30});
  On(figure).Rect(-8, -19, 12, -15).Fill({0.25, 0.45, 0.90});
}
void Pompoms(const Figure& figure) {
  On(figure).Blob({{-24, -38}, {-12, -44}, {2, -41}, {16, -44}, {26, -38}, {14, -30}, {2, -34}, {-12, -30}});
  figure.pen.Shape(figure.pen.White());
  for (double y : {-22.0, -6.0}) {
    On(figure).Circle({2, y}, 5.6);
    figure.pen.Shape(figure.pen.Lit(kGold));
  }
}
void Dungarees(const Figure& figure) {
  const Rgb denim = figure.pen.Lit({0.24, 0.38, 0.66});
  Both([&](int s) { On(figure).Line({{2 + s * 11.0, -40}, {2 + s * 9.0, -24}}); });
  On(figure).Stroke(denim, 6);
  On(figure).Blob({{-9, -22}, {2, -21}, {13, -22}, {16, -8}, {18, 6}, {2, 9}, {-15, 6}, {-13, -8}});
  figure.pen.Shape(denim);
  Both([&](int s) { On(figure).Circle({2 + s * 9.0, -23}, 2.6); });
  On(figure).Fill(figure.pen.Lit(kGold));
}
void Reflectors(const Figure& figure) {
  const Rgb bright = figure.pen.Lit({0.96, 0.92, 0.30});
  On(figure).Line({{-21, -26}, {22, -26}}).Line({{-23, -10}, {24, -10}}).Stroke(bright, 5.4);
  On(figure).Line({{2, -40}, {2, 5}}).Stroke(figure.pen.shade, 2);
}
void SafetyVest(const Figure& figure) {
  const Rgb orange = figure.pen.Lit({1.00, 0.50, 0.10});
  Both([&](int s) {
    On(figure).Blob({{s * 11.0, -42}, {s * 17.0, -36}, {s * 20.0, -14}, {s * 16.0, 4}, {s * 9.0, 2}, {s * 9.0, -18}});
    figure.pen.Shape(orange);
    On(figure).Line({{s * 10.0, -16}, {s * 19.0, -16}}).Stroke(figure.pen.Lit({0.96, 0.95, 0.55}), 4.4);
  });
}
void Waistcoat(const Figure& figure) {
  const Rgb leather = figure.pen.Lit({0.50, 0.30, 0.14});
  Both([&](int s) {
    On(figure).Blob({{s * 10.0, -42}, {s * 18.0, -34}, {s * 21.0, -10}, {s * 14.0, 2}, {s * 8.0, -6}, {s * 9.0, -24}});
    figure.pen.Shape(leather);
  });
  On(figure).Polygon({{-12, -42}, {16, -42}, {2, -24}});
  figure.pen.Shape(figure.pen.Lit({0.88, 0.16, 0.16}));
}
void Sash(const Figure& figure) {
  On(figure).Line({{-15, -40}, {8, -14}}).Line({{19, -40}, {-4, -14}}).Stroke(figure.pen.shade, 3.4);
  On(figure).Rect(-20, -12, 22, -4).Fill({0.86, 0.14, 0.16});
}
void SantaCoat(const Figure& figure) {
  On(figure).Line({{2, -36}, {2, 4}}).Stroke(figure.pen.Lit(kFur), 7);
  Belt(figure);
}
void HeroSign(const Figure& figure) {
  On(figure).Polygon({{-13, -34}, {17, -34}, {12, -20}, {2, -12}, {-8, -20}});
  figure.pen.Shape(figure.pen.Lit(kGold));
  On(figure).Polygon({{4, -33}, {-5, -22}, {1, -22}, {-2, -14}, {9, -26}, {3, -26}}).Fill({0.88, 0.10, 0.14});
}
void Gown(const Figure& figure) {
  On(figure).Blob({{-2, -22}, {2, -21}, {6, -22}, {11, 10}, {2, 15}, {-7, 10}}).Fill(figure.pen.White(), 0.8);
  On(figure).Line({{-15, -22}, {18, -22}}).Stroke(figure.pen.Lit(kGold), 4);
}
void VampireShirt(const Figure& figure) {
  On(figure).Polygon({{-11, -42}, {15, -42}, {2, -8}});
  figure.pen.Shape(figure.pen.White());
  On(figure).Polygon({{-6, -40}, {2, -36}, {10, -40}, {10, -32}, {2, -35}, {-6, -32}}).Fill(figure.pen.body);
}
// The scarf by variant.
void SnowmanClothes(const Figure& figure) {
  constexpr std::array<Rgb, kVariants> kScarf = {{{0.88, 0.14, 0.16}, {0.14, 0.58, 0.26}, {0.16, 0.36, 0.86}}};
  Buttons(figure, kBlack);
  On(figure).Line({{-20, -39}, {22, -39}}).Stroke(kScarf[static_cast<size_t>(figure.pen.variant())], 8);
}

// --- Behind the body -------------------------------------------------------------------------------------------------

void Cloak(const Figure& figure, Rgb colour) {
  On(figure).Blob({{4, -46}, {-20, -36}, {-34, 0}, {-36, 24}, {0, 22}, {42, 24}, {40, 0}, {26, -36}});
  figure.pen.Shape(colour);
}
void RedCloak(const Figure& figure) { Cloak(figure, figure.pen.Lit({0.82, 0.10, 0.20})); }
void DarkCloak(const Figure& figure) { Cloak(figure, {0.20, 0.10, 0.24}); }
void Wings(const Figure& figure) {
  const Rgb gauze = figure.pen.Lit({0.84, 0.92, 1.00});
  Both([&](int s) {
    On(figure).Blob(
        {{4 + s * 8.0, -32}, {4 + s * 36.0, -70}, {4 + s * 56.0, -58}, {4 + s * 48.0, -34}, {4 + s * 20.0, -22}});
    figure.pen.Shape(gauze);
    On(figure).Blob({{4 + s * 8.0, -24}, {4 + s * 38.0, -26}, {4 + s * 44.0, -8}, {4 + s * 26.0, -2}});
    figure.pen.Shape(gauze);
  });
}

// A person with parts of its own; clothed in the subject's colour.
Species Person(const Species& parts) {
  Species species = parts;
  species.head = {29, 28};
  species.head_tone = Tone::kSkin;
  if (species.leg == Tone::kBody) species.leg = species.skirt ? Tone::kSkin : Tone::kTrousers;
  if (species.foot == Tone::kBody) species.foot = Tone::kDark;
  return species;
}

std::vector<SpeciesRow> Everyday() {
  return {
      {"old man", Person({.grown = 0.96,
                          .torso = 22,
                          .behind = OldManBehind,
                          .mask = OldManMask,
                          .front = OldManFront,
                          .clothes = Cardigan})},
      {"old woman", Person({.grown = 0.96,
                            .torso = 23,
                            .skirt = true,
                            .behind = OldWomanBehind,
                            .front = OldWomanFront,
                            .clothes = Apron})},
      {"baby", Person({.grown = 1.24,
                       .torso = 20,
                       .leg = Tone::kPattern,
                       .foot = Tone::kWhite,
                       .front = BabyFront,
                       .clothes = Bib})},
      {"bearded man", Person({.grown = 0.96, .torso = 22, .front = BeardedFront, .clothes = Cardigan})},
      {"man with a moustache", Person({.grown = 0.96, .torso = 21, .front = MoustacheFront})},
      {"bald man", Person({.grown = 0.96, .torso = 21})},
      {"red haired woman",
       Person({.grown = 0.96, .torso = 20, .skirt = true, .behind = RedHairBehind, .front = RedFringe})},
      {"doctor", Person({.grown = 0.96, .torso = 21, .front = DoctorFront, .clothes = WhiteCoat})},
      {"nurse",
       Person({.grown = 0.96, .torso = 20, .skirt = true, .hatted = true, .front = NurseFront, .clothes = NurseCross})},
      {"cook", Person({.grown = 0.96, .torso = 23, .hatted = true, .front = CookFront, .clothes = CooksJacket})},
      {"police officer",
       Person({.grown = 0.96, .torso = 22, .hatted = true, .front = PoliceFront, .clothes = Uniform}),
       false,
       {Colour::kBlue}},
      {"firefighter",
       Person({.grown = 0.96,
               .torso = 23,
               .leg = Tone::kPattern,
               .hatted = true,
               .front = FireHelmet,
               .clothes = Reflectors}),
       false,
       {Colour::kRed}},
      {"builder", Person({.grown = 0.96, .torso = 22, .hatted = true, .front = HardHat, .clothes = SafetyVest}), false},
      {"farmer", Person({.grown = 0.96, .torso = 22, .hatted = true, .front = FarmerFront, .clothes = Dungarees})},
      {"astronaut",
       Person({.grown = 0.92,
               .torso = 25,
               .arm = Tone::kWhite,
               .leg = Tone::kWhite,
               .foot = Tone::kGrey,
               .hand = Tone::kBody,
               .hatted = true,
               .behind = AstronautBehind,
               .front = AstronautFront,
               .clothes = SpacePack}),
       false},
      {"cowboy", Person({.grown = 0.96, .torso = 21, .hatted = true, .front = CowboyFront, .clothes = Waistcoat})},
      {"clown", Person({.torso = 24,
                        .leg = Tone::kPattern,
                        .foot = Tone::kOrange,
                        .hand = Tone::kWhite,
                        .hatted = true,
                        .behind = ClownBehind,
                        .mask = ClownMask,
                        .front = ClownFront,
                        .clothes = Pompoms})}};
}

std::vector<SpeciesRow> OfTales() {
  return {
      {"king",
       Person({.grown = 0.96, .torso = 24, .hatted = true, .front = KingFront, .tail = RedCloak, .clothes = Ermine}),
       false},
      {"queen",
       Person({.grown = 0.96,
               .torso = 21,
               .skirt = true,
               .hatted = true,
               .behind = LongHair,
               .front = QueenFront,
               .tail = RedCloak,
               .clothes = RoyalSash}),
       false},
      {"prince", Person({.torso = 20, .hatted = true, .front = PrinceFront, .tail = RedCloak, .clothes = RoyalSash}),
       false},
      {"princess",
       Person(
           {.torso = 20, .skirt = true, .hatted = true, .behind = LongHair, .front = PrincessFront, .clothes = Gown}),
       false,
       {Colour::kPink}},
      {"wizard",
       Person({.grown = 0.94,
               .torso = 22,
               .leg = Tone::kDark,
               .skirt = true,
               .hatted = true,
               .mask = WizardMask,
               .front = WizardFront,
               .clothes = Belt}),
       false,
       {Colour::kBlue, Colour::kPurple}},
      {"witch",
       Person({.grown = 0.94,
               .torso = 20,
               .leg = Tone::kDark,
               .skirt = true,
               .hatted = true,
               .behind = WitchBehind,
               .front = WitchFront,
               .clothes = Belt}),
       false,
       {Colour::kBlack, Colour::kPurple}},
      {"fairy",
       Person({.grown = 1.02,
               .torso = 19,
               .skirt = true,
               .hatted = true,
               .behind = LongHair,
               .front = FairyFront,
               .tail = Wings,
               .clothes = Gown}),
       false,
       {Colour::kPink, Colour::kGreen}},
      {"vampire",
       Person({.grown = 0.96, .torso = 21, .front = VampireFront, .tail = DarkCloak, .clothes = VampireShirt}), false},
      {"superhero",
       Person({.grown = 0.94,
               .torso = 24,
               .leg = Tone::kPattern,
               .mask = HeroMask,
               .front = HeroFront,
               .tail = RedCloak,
               .clothes = HeroSign}),
       false,
       {Colour::kBlue}},
      {"ninja",
       Person({.torso = 21,
               .leg = Tone::kPattern,
               .hatted = true,
               .behind = NinjaBehind,
               .mask = NinjaMask,
               .front = NinjaFront,
               .clothes = Sash}),
       false,
       {Colour::kBlack}},
      {"santa claus",
       Person({.grown = 0.96,
               .torso = 28,
               .leg = Tone::kPattern,
               .hatted = true,
               .mask = SantaMask,
               .front = SantaFront,
               .clothes = SantaCoat}),
       false,
       {Colour::kRed}},
      {"snowman",
       {.head = {30, 28},
        .torso = 29,
        .foot = Tone::kBody,
        .hatted = true,
        .front = SnowmanFront,
        .clothes = SnowmanClothes},
       false,
       {Colour::kWhite}}};
}

}  // namespace

std::span<const SpeciesRow> MorePeople() {
  static const std::vector<SpeciesRow> rows = [] {
    std::vector<SpeciesRow> all = Everyday();
    for (SpeciesRow& row : OfTales()) all.push_back(row);
    return all;
  }();
  return rows;
}

}  // namespace diptych::world
