// Sky, its lights and clouds, and the weather.
#pragma once

#include "world/palette.h"

namespace diptych::world {

// Where a sky is: clouds, stars and lightning keep to it. Coordinates are percent of the picture.
struct SkyArea {
  double top = 0, horizon = 60;
  double left = 0, right = 100;
};
// With all that is in it but subjects.
void DrawSky(Canvas& canvas, const Scene& scene, const SkyArea& area);
// Rain, snow flakes and thin fog before everything else.
void DrawFallingWeather(Canvas& canvas, const Scene& scene);
// Bands of fog, as dense as fog is (1) or thinner.
void DrawFog(Canvas& canvas, const Scene& scene, double density);
// Stars all over, with brighter ones among them, as above the air.
void DrawStarField(Canvas& canvas, double bottom);
// Sun or moon mirrored in water from that height on.
void DrawGlitter(Canvas& canvas, const Scene& scene, double top);

}  // namespace diptych::world
