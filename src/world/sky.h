// Sky, its lights and clouds, and the weather.
#pragma once

#include "world/palette.h"

namespace diptych::world {

// Sky from one height to another with all that is in it but subjects. Coordinates are percent of the picture.
struct SkyArea {
  double top = 0, horizon = 60;
};
void DrawSky(Canvas& canvas, const Scene& scene, const SkyArea& area);
// Rain, snow flakes and thin fog before everything else.
void DrawFallingWeather(Canvas& canvas, const Scene& scene);
// Bands of fog, as dense as fog is (1) or thinner.
void DrawFog(Canvas& canvas, const Scene& scene, double density);
// Sun or moon mirrored in the sea.
void DrawGlitter(Canvas& canvas, const Scene& scene);

}  // namespace diptych::world
