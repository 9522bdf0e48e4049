// Subjects, each drawn to fill its boxes.
#pragma once

#include "world/canvas.h"
#include "world/scene.h"

namespace diptych::world {

// Coordinates are percent of the picture; the subject is one of the scene's.
void DrawSubject(Canvas& canvas, const Scene& scene, const Subject& subject);

}  // namespace diptych::world
