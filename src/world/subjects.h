// The seven kinds of subject, each drawn to fill a box.
#pragma once

#include "world/canvas.h"
#include "world/scene.h"

namespace diptych {

struct SubjectLight {
  Hour hour = Hour::kNoon;
  bool afloat = false;  // boats in water
};

// Coordinates are percent of the picture.
void DrawSubject(Canvas& canvas, const Subject& subject, const Box& box, const SubjectLight& light);

}  // namespace diptych
