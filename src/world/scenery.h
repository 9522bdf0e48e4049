// What the backdrops are drawn with, and the backdrops themselves: country.cc draws open country, places.cc what people
// laid out, water.cc the grounds with water, rooms.cc rooms, elsewhere.cc what is far from all these. Coordinates are
// percent of the picture. Nothing here looks at the seed: where a ground has variants, the horizon tells which, so that
// the plan says all that is to be seen.
#pragma once

#include <initializer_list>

#include "world/canvas.h"
#include "world/palette.h"
#include "world/scene.h"

namespace diptych::world {

// What the grounds under the sky are drawn with.
struct Land {
  Canvas& canvas;
  double horizon = 60;
  Palette palette{};
  bool night = false, starry = false;
  Season season = Season::kNone;
  int step = 0;  // of the horizon among those that the ground may have

  Rgb Lit(Rgb colour) const { return colour * palette.light; }
  Rgb Sand(Rgb colour) const { return colour * palette.sand; }
  Rgb Grass(Rgb colour) const { return Lit(GrassIn(season, colour)); }
  // The colour of leaves in this season and light; `tree` varies it from tree to tree.
  Rgb Leaves(Rgb colour, int tree) const { return Lit(LeavesIn(season, colour, tree)); }
  // Under snow in winter.
  Rgb Roof(Rgb colour) const { return Lit(season == Season::kWinter ? Mix(colour, {0.96, 0.98, 1.00}, 0.85) : colour); }
  Rgb Window() const { return night ? Rgb{1.00, 0.86, 0.42} : Lit({0.80, 0.90, 0.97}); }
  // One of the variants, chosen by the horizon alone.
  Rgb Pick(std::initializer_list<Rgb> variants) const {
    return variants.begin()[static_cast<size_t>(step) % variants.size()];
  }
};
Land LandOf(Canvas& canvas, const Scene& scene);

// The area under a wavy line down to the picture's lower edge.
struct Wave {
  double level, height, length, phase;  // phase in turns
};
void FillBelow(Canvas& canvas, const Wave& wave, Rgb colour);
// Grass, in its season's colour.
void FillGrass(const Land& land, const Wave& wave, Rgb colour);

// A tree in its season: blossoming, in leaf, coloured or bare.
struct LeafTree {
  Spot foot;
  double height;
  int index = 0;  // trees of other indices differ a little
};
void DrawLeafTree(const Land& land, const LeafTree& tree);
// Where the season is told: trees before the horizon at both sides, and blossoms, flowers or leaves on the ground.
void DrawSeason(const Land& land);
// Blossoms, flowers or leaves between two heights.
void ScatterSeason(const Land& land, double top, double bottom);
// Points spread evenly over the picture: a Halton sequence of bases 2 and 3.
Spot Scattered(int index);

// country.cc
void DrawHills(const Land& land);
void DrawMountains(const Land& land);
void DrawForest(const Land& land);
void DrawMeadow(const Land& land);
void DrawDesert(const Land& land);
void DrawSnowField(const Land& land);
void DrawRoad(const Land& land);
// places.cc
void DrawCity(const Land& land);
void DrawShops(const Land& land);
void DrawGarden(const Land& land);
void DrawPark(const Land& land);
void DrawFarm(const Land& land);
void DrawPlayground(const Land& land);
// The carriageway with its kerb, before which land ends at 74.
void DrawStreet(const Land& land);
// water.cc
// The lower part of a box once more under the water of a ground that has some.
void DrawWaterOver(const Land& land, Ground ground, const plan::Box& box);
void DrawSea(const Land& land);
void DrawBeach(const Land& land);
void DrawHarbour(const Land& land);
void DrawRiver(const Land& land);
// rooms.cc
void DrawRoom(Canvas& canvas, const Scene& scene);
// elsewhere.cc
void DrawCave(Canvas& canvas, const Scene& scene);
void DrawCircus(const Land& land);
void DrawUnderwater(const Land& land);
void DrawSpace(const Land& land);
void DrawMoonscape(const Land& land);

}  // namespace diptych::world
