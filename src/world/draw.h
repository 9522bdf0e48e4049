// Scene -> picture, with Cairo.
#pragma once

#include "base/image.h"
#include "world/scene.h"

namespace diptych::world {

// Everything visible follows from the scene alone (not from its seed): what the plan states fixes the picture.
// Any size of 16 to 4096 pixels a side. Thread-safe.
base::Image Draw(const Scene& scene, int width, int height);

}  // namespace diptych::world
