// Sky, its lights and clouds, and the weather.
#pragma once

#include "world/palette.h"

namespace diptych::world {

// The part of the picture that shows sky: clouds, stars and lightning stay within it. Coordinates are percent of the
// picture.
struct SkyArea {
  double top = 0, horizon = 60;
  double left = 0, right = 100;
};
// Draws the sky with its lights, clouds and weather, but without subjects.
void DrawSky(Canvas& canvas, const Scene& scene, const SkyArea& area);
// Rain, snow flakes and thin fog before everything else.
void DrawFallingWeather(Canvas& canvas, const Scene& scene);
// Bands of fog; density 1 is that of foggy weather, 0 none.
void DrawFog(Canvas& canvas, const Scene& scene, double density);
// A dense field of stars of several brightnesses, as on grounds without air, down to `bottom`.
void DrawStarField(Canvas& canvas, double bottom);
// Sun or moon mirrored in water from that height on.
void DrawGlitter(Canvas& canvas, const Scene& scene, double top);

}  // namespace diptych::world
