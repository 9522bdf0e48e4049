// Styles that work on the finished flat picture. The flat style and paper cuts, whose shapes are drawn with shadows
// (canvas.h), need only a little or nothing here.
#pragma once

#include "base/image.h"
#include "world/scene.h"

namespace diptych::world {

// Follows from the pixels alone.
void ApplyStyle(base::Image& image, Style style);

}  // namespace diptych::world
