// What stands behind the subjects: sky, its lights and clouds, and the ground.
#pragma once

#include "world/canvas.h"
#include "world/scene.h"

namespace diptych {

// Coordinates are percent of the picture.
void DrawSky(Canvas& canvas, Hour hour, int horizon);
void DrawLightsAndClouds(Canvas& canvas, const Scene& scene);
void DrawGround(Canvas& canvas, Ground ground, Hour hour, int horizon);
// Sun or moon mirrored in the sea.
void DrawGlitter(Canvas& canvas, const Scene& scene);

}  // namespace diptych
