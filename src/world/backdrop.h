// What stands behind the subjects: sky and ground.
#pragma once

#include "world/canvas.h"
#include "world/scene.h"

namespace diptych::world {

// Coordinates are percent of the picture.
void DrawBackdrop(Canvas& canvas, const Scene& scene);
// Islands under what cannot swim.
void DrawIslands(Canvas& canvas, const Scene& scene);
// Water before the lower half of a subject, given by its number, if it swims.
void DrawWaterBefore(Canvas& canvas, const Scene& scene, size_t index);

}  // namespace diptych::world
