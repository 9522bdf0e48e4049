// The first species: heads, ears, hair and tails.
#include <array>
#include <cmath>
#include <numbers>

#include "world/figure.h"

namespace diptych::world {
namespace {

constexpr Rgb kPink = {0.98, 0.66, 0.70}, kNose = {0.10, 0.08, 0.10};
Canvas& On(const Figure& figure) { return figure.pen.canvas; }

void CatBehind(const Figure& figure) { PointedEars(figure, 7, kPink); }
void CatFront(const Figure& figure) {
  On(figure).Polygon({{0, 5}, {8, 5}, {4, 9}}).Fill({0.94, 0.42, 0.50});
  On(figure)
      .Line({{22, 8}, {40, 4}})
      .Line({{22, 12}, {39, 14}})
      .Line({{-14, 8}, {-38, 4}})
      .Line({{-14, 12}, {-37, 14}});
  On(figure).Stroke(figure.pen.line, 1.5);
}
void CatTail(const Figure& figure) {
  figure.pen.Limb({{-8, 4}, {-30, 2}, {-40, -18}, {-32, -40}}, figure.pen.body, 10);
}

void DogMask(const Figure& figure) { Muzzle(figure, {16, 13}, 13); }
void DogFront(const Figure& figure) {
  Both([&](int s) {
    On(figure).Blob({{s * 24.0, -24}, {s * 35.0, -18}, {s * 37.0, 6}, {s * 31.0, 18}, {s * 25.0, 4}});
    figure.pen.Shape(figure.pen.shade);
  });
  Nose(figure, {4, 6}, 7);
}
void DogTail(const Figure& figure) { figure.pen.Limb({{-10, 0}, {-28, -12}, {-34, -30}}, figure.pen.body, 9); }

void PandaBehind(const Figure& figure) { RoundEars(figure, figure.pen.body, figure.pen.shade, 11); }
void PandaMask(const Figure& figure) {
  Both([&](int s) {
    On(figure).Blob({{4 + s * 13.0, -15}, {4 + s * 24.0, -1}, {4 + s * 20.0, 10}, {4 + s * 7.0, 5}, {4 + s * 5.0, -8}});
  });
  On(figure).Fill(figure.pen.body);
}
void SmallNose(const Figure& figure) { Nose(figure, {4, 7}, 5); }

void BearBehind(const Figure& figure) { RoundEars(figure, figure.pen.body, figure.Colour(Tone::kCream), 11); }
void BearMask(const Figure& figure) { Muzzle(figure, {15, 12}, 14); }

void RabbitBehind(const Figure& figure) {
  Both([&](int s) {
    On(figure).Ellipse({s * 13.0, -42}, 8.5, 25);
    figure.pen.Shape(figure.pen.body);
    On(figure).Ellipse({s * 13.0, -42}, 4.2, 19).Fill(kPink);
  });
}
void RabbitFront(const Figure& figure) { On(figure).Polygon({{0, 6}, {8, 6}, {4, 10}}).Fill({0.94, 0.42, 0.50}); }
void RabbitTail(const Figure& figure) {
  On(figure).Circle({-23, -2}, 9);
  figure.pen.Shape(figure.pen.White());
}

void BirdBehind(const Figure& figure) {
  On(figure).Blob({{-4, -24}, {-10, -40}, {0, -34}, {4, -42}, {9, -33}, {16, -37}, {8, -24}});
  figure.pen.Shape(figure.pen.shade);
}
void BirdTail(const Figure& figure) {
  On(figure).Polygon({{-6, -8}, {-42, -2}, {-40, 8}, {-34, 10}, {-6, 8}});
  figure.pen.Shape(figure.pen.shade);
}

void OwlBehind(const Figure& figure) {
  Both([&](int s) { On(figure).Polygon({{s * 31.0, -4}, {s * 30.0, -36}, {s * 8.0, -25}}); });
  figure.pen.Shape(figure.pen.shade);
}
void OwlMask(const Figure& figure) {
  Both([&](int s) { On(figure).Circle({4 + s * 13.0, -3}, 13.5); });
  On(figure).Fill(figure.Colour(Tone::kCream));
  Both([&](int s) { On(figure).Circle({4 + s * 13.0, -3}, 13.5); });
  On(figure).Stroke(figure.pen.shade, 1.6);
}

void FishBehind(const Figure& figure) {
  On(figure).Polygon({{-18, -20}, {-27, -47}, {-6, -42}, {4, -36}, {20, -24}});
  figure.pen.Shape(figure.pen.shade);
  Both([&](int s) {
    On(figure).Blob({{s * 28.0, -2}, {s * 44.0, -10}, {s * 41.0, 2}, {s * 45.0, 12}, {s * 28.0, 10}});
  });
  figure.pen.Shape(figure.pen.shade);
}
void FishMask(const Figure& figure) {
  On(figure)
      .Curve({{-26, -13}, {-21, 2}, {-25, 16}})
      .Curve({{28, -13}, {24, 2}, {28, 16}})
      .Stroke(figure.pen.shade, 2.4);
}
void FishTail(const Figure& figure) {
  On(figure).Polygon({{-12, -12}, {-42, -34}, {-37, -10}, {-44, 10}, {-12, 2}});
  figure.pen.Body();
}

void HorseBehind(const Figure& figure) {
  On(figure).Blob({{-6, -30}, {-30, -30}, {-40, -4}, {-36, 30}, {-24, 34}, {-16, 0}});
  figure.pen.Shape(figure.pen.shade);
  Both([&](int s) {
    On(figure).Polygon({{s * 22.0, -16}, {s * 20.0, -42}, {s * 8.0, -26}});
    figure.pen.Shape(figure.pen.body);
  });
}
void HorseMask(const Figure& figure) {
  On(figure).Ellipse({4, 20}, 20, 15);
  figure.pen.Shape(figure.Colour(Tone::kCream));
  On(figure).Blob({{-6, -30}, {10, -30}, {12, -14}, {4, -8}, {-2, -16}}).Fill(figure.pen.shade);
}
void HorseFront(const Figure& figure) { On(figure).Ellipse({-4, 14}, 2.4, 3).Ellipse({12, 14}, 2.4, 3).Fill(kNose); }
void HorseTail(const Figure& figure) {
  On(figure).Blob({{-8, -8}, {-28, -8}, {-38, 10}, {-36, 28}, {-28, 18}, {-16, 4}});
  figure.pen.Shape(figure.pen.shade);
}

void ElephantBehind(const Figure& figure) {
  Both([&](int s) {
    On(figure).Blob({{s * 22.0, -22}, {s * 46.0, -26}, {s * 50.0, 0}, {s * 38.0, 20}, {s * 22.0, 12}});
    figure.pen.Shape(figure.pen.body);
    On(figure)
        .Blob({{s * 26.0, -14}, {s * 41.0, -17}, {s * 43.0, 0}, {s * 34.0, 11}, {s * 26.0, 7}})
        .Fill(Mix(figure.pen.body, kPink, 0.5));
  });
}
// The trunk, raised, so that the mouth is seen.
void ElephantFront(const Figure& figure) {
  figure.pen.Limb({{6, 4}, {20, 13}, {36, 12}, {43, -2}, {41, -10}}, figure.pen.body, 13);
  On(figure)
      .Line({{19, 7}, {16, 17}})
      .Line({{28, 8}, {28, 18}})
      .Line({{36, 6}, {43, 13}})
      .Stroke(figure.pen.shade, 1.8);
}
void ThinTail(const Figure& figure) { figure.pen.Limb({{-10, -4}, {-26, 2}, {-30, 16}}, figure.pen.body, 5.5); }

void PenguinMask(const Figure& figure) {
  On(figure)
      .Ellipse({4 - 11, 2}, 14, 18)
      .Ellipse({4 + 11, 2}, 14, 18)
      .Ellipse({4, 12}, 18, 14)
      .Fill(figure.pen.White());
}

void FoxBehind(const Figure& figure) { PointedEars(figure, 11, kNose); }
void FoxMask(const Figure& figure) {
  On(figure)
      .Blob({{-29, 4}, {-12, 6}, {4, 1}, {20, 6}, {29, 4}, {20, 22}, {0, 28}, {-20, 22}})
      .Fill(figure.pen.White());
}
void FoxTail(const Figure& figure) {
  On(figure).Blob({{-8, 0}, {-26, 4}, {-44, -12}, {-46, -38}, {-34, -46}, {-26, -26}, {-14, -14}});
  figure.pen.Shape(figure.pen.body);
  On(figure).Blob({{-45, -26}, {-46, -38}, {-34, -46}, {-29, -32}}).Fill(figure.pen.White());
}

// Short hair; variants: a parting, curls, brushed up.
void ManFront(const Figure& figure) {
  constexpr double kTop = -30;
  if (figure.pen.variant() == 1) {
    for (double x = -24; x <= 26; x += 10) {
      On(figure).Circle({x, kTop + 6 + x * x * 0.012}, 9);
      figure.pen.Shape(figure.Hair());
    }
    return;
  }
  On(figure).Blob({{-31, 2}, {-31, -20}, {-10, -35}, {16, -36}, {31, -20}, {31, 2}, {25, -14}, {8, -19}, {-24, -16}});
  figure.pen.Shape(figure.Hair());
}
// A collar and a tie.
void ManClothes(const Figure& figure) {
  On(figure).Polygon({{-10, kTorsoTop + 8}, {12, kTorsoTop + 8}, {1, kTorsoTop + 22}});
  figure.pen.Shape(figure.pen.White());
  On(figure).Polygon({{1, kTorsoTop + 15}, {6, kTorsoTop + 33}, {1, kTorsoTop + 39}, {-4, kTorsoTop + 33}});
  figure.pen.Shape(figure.pen.shade);
}
void WomanBehind(const Figure& figure) {
  On(figure).Blob({{0, -33}, {-32, -20}, {-37, 14}, {-33, 38}, {0, 34}, {33, 38}, {37, 14}, {32, -20}});
  figure.pen.Shape(figure.Hair());
}
// Tousled hair and freckles.
void BoyFront(const Figure& figure) {
  On(figure).Polygon({{-30, -6},
                      {-34, -20},
                      {-26, -22},
                      {-25, -35},
                      {-13, -31},
                      {-4, -42},
                      {5, -32},
                      {17, -40},
                      {20, -29},
                      {32, -29},
                      {28, -19},
                      {31, -6},
                      {22, -16},
                      {12, -12},
                      {6, -20},
                      {-6, -13},
                      {-12, -20},
                      {-22, -14}});
  figure.pen.Shape(figure.Hair());
  for (const Spot& at : {Spot{-19, 9}, Spot{-14, 12}, Spot{23, 9}, Spot{18, 12}}) On(figure).Circle(at, 1.5);
  On(figure).Fill({0.62, 0.32, 0.20}, 0.8);
}
void BoyClothes(const Figure& figure) {
  On(figure).Line({{-19, -22}, {20, -22}}).Line({{-21, -12}, {22, -12}}).Stroke(figure.pen.White(), 4);
}
void GirlBehind(const Figure& figure) {
  Both([&](int s) {
    On(figure).Blob({{s * 26.0, -12}, {s * 40.0, -16}, {s * 45.0, 2}, {s * 40.0, 22}, {s * 33.0, 8}});
    figure.pen.Shape(figure.Hair());
  });
}
void GirlFront(const Figure& figure) {
  Fringe(figure);
  Both([&](int s) { On(figure).Circle({s * 31.0, -10}, 4.5); });
  On(figure).Fill(figure.pen.body);
}

// The lamp on its head by variant.
void RobotBehind(const Figure& figure) {
  constexpr std::array<Rgb, kVariants> kLamp = {{{0.95, 0.25, 0.20}, {0.25, 0.75, 0.30}, {0.98, 0.80, 0.15}}};
  On(figure).Line({{0, -26}, {0, -40}}).Stroke(figure.pen.line, 3);
  On(figure).Circle({0, -41}, 5);
  figure.pen.Shape(kLamp[static_cast<size_t>(figure.pen.variant())]);
  Both([&](int s) { On(figure).RoundRect(s > 0 ? 28 : -36, -9, s > 0 ? 36 : -28, 11, 3); });
  figure.pen.Shape(figure.pen.shade);
}
void RobotMask(const Figure& figure) {
  On(figure).RoundRect(-24, -18, 30, 24, 6);
  figure.pen.Shape(figure.pen.Lit({0.80, 0.93, 0.98}));
}

Species Person(const Species& parts) {
  Species species = parts;
  species.head = {29, 28};
  species.head_tone = Tone::kSkin;
  species.arm = Tone::kBody;
  species.leg = species.skirt ? Tone::kSkin : Tone::kTrousers;
  species.foot = Tone::kDark;
  return species;
}

}  // namespace

std::span<const SpeciesRow> FirstSpecies() {
  static const std::vector<SpeciesRow> rows = {
      {"cat",
       {.head_tone = Tone::kPattern, .behind = CatBehind, .front = CatFront, .tail = CatTail},
       true,
       {Colour::kOrange}},
      {"dog",
       {.head_tone = Tone::kPattern, .mask = DogMask, .front = DogFront, .tail = DogTail},
       true,
       {Colour::kBrown}},
      {"panda",
       {.torso = 26,
        .head_tone = Tone::kWhite,
        .torso_tone = Tone::kWhite,
        .patches = true,
        .behind = PandaBehind,
        .mask = PandaMask,
        .front = SmallNose},
       false,
       {Colour::kBlack}},
      {"bear",
       {.torso = 26,
        .torso_tone = Tone::kBody,
        .belly = Tone::kCream,
        .mouth = 16,
        .behind = BearBehind,
        .mask = BearMask,
        .front = SmallNose},
       false,
       {Colour::kBrown}},
      {"rabbit", {.behind = RabbitBehind, .front = RabbitFront, .tail = RabbitTail}, true, {Colour::kWhite}},
      {"bird",
       {.foot = Tone::kOrange,
        .belly = Tone::kCream,
        .beak = true,
        .mouth = 12,
        .behind = BirdBehind,
        .tail = BirdTail},
       true,
       {Colour::kBlue}},
      {"owl",
       {.head = {34, 28},
        .torso = 25,
        .foot = Tone::kOrange,
        .belly = Tone::kCream,
        .beak = true,
        .mouth = 11,
        .behind = OwlBehind,
        .mask = OwlMask},
       true,
       {Colour::kBrown}},
      {"fish",
       {.head = {36, 28},
        .head_tone = Tone::kPattern,
        .belly = Tone::kCream,
        .behind = FishBehind,
        .mask = FishMask,
        .tail = FishTail},
       true,
       {Colour::kOrange}},
      {"horse",
       {.head = {28, 31},
        .foot = Tone::kDark,
        .eyes = {13, -9},
        .mouth = 22,
        .behind = HorseBehind,
        .mask = HorseMask,
        .front = HorseFront,
        .tail = HorseTail},
       true,
       {Colour::kBrown}},
      {"elephant",
       {.head = {31, 28},
        .torso = 27,
        .torso_tone = Tone::kBody,
        .eyes = {15, -8},
        .mouth = 20,
        .behind = ElephantBehind,
        .front = ElephantFront,
        .tail = ThinTail},
       false,
       {Colour::kGrey}},
      {"penguin",
       {.torso = 25,
        .torso_tone = Tone::kBody,
        .foot = Tone::kOrange,
        .belly = Tone::kWhite,
        .beak = true,
        .mouth = 12,
        .mask = PenguinMask},
       false,
       {Colour::kBlack}},
      {"fox",
       {.torso_tone = Tone::kBody,
        .leg = Tone::kDark,
        .foot = Tone::kDark,
        .belly = Tone::kWhite,
        .behind = FoxBehind,
        .mask = FoxMask,
        .front = SmallNose,
        .tail = FoxTail},
       false,
       {Colour::kOrange}},
      {"man", Person({.grown = 0.95, .torso = 21, .front = ManFront, .clothes = ManClothes})},
      {"woman", Person({.grown = 0.95, .torso = 20, .skirt = true, .behind = WomanBehind, .front = Fringe})},
      {"boy", Person({.grown = 1.05, .torso = 19, .front = BoyFront, .clothes = BoyClothes})},
      {"girl", Person({.grown = 1.05, .torso = 19, .skirt = true, .behind = GirlBehind, .front = GirlFront})},
      {"robot",
       {.head = {30, 26},
        .square = true,
        .torso = 22,
        .arm = Tone::kGrey,
        .leg = Tone::kGrey,
        .foot = Tone::kDark,
        .behind = RobotBehind,
        .mask = RobotMask},
       true,
       {Colour::kGrey}},
  };
  return rows;
}

}  // namespace diptych::world
