// Brush strokes laid over a picture.
#pragma once

#include "base/image.h"

namespace diptych::world {

// Curved strokes from large to small brushes, after A. Hertzmann, "Painterly Rendering with Curved Brush Strokes of
// Multiple Sizes", SIGGRAPH 1998.
void PaintStrokes(base::Image& image);

}  // namespace diptych::world
