// The colours of the hour, the weather and the mood.
#pragma once

#include "world/canvas.h"
#include "world/scene.h"

namespace diptych::world {

struct Palette {
  Rgb top, middle, low;  // from the top of the picture to the horizon
  Rgb cloud, cloud_shade;
  Rgb light;  // multiplies the ground's colours
  Rgb sand;   // the same for sand, which would look grey in the blue of the night
  Rgb sun, glow;
  Rgb sea_far, sea_near;
};

Palette PaletteOf(const Scene& scene);

// By daylight: what grass of that colour is in a season, and the leaves of one of several trees.
Rgb GrassIn(Season season, Rgb plain);
Rgb LeavesIn(Season season, Rgb plain, int tree);

// Moods colour the backdrop much and subjects little, so that their colours keep their names.
Grade BackdropGrade(Mood mood);
Grade SubjectGrade(Mood mood);

}  // namespace diptych::world
