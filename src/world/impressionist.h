// Brush strokes laid over a picture.
#pragma once

#include "base/image.h"

namespace diptych {

// Curved strokes from large to small brushes, after A. Hertzmann, "Painterly Rendering with Curved Brush Strokes of
// Multiple Sizes", SIGGRAPH 1998.
void PaintStrokes(Image& image);

}  // namespace diptych
