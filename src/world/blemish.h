// Augmentation of exact pictures with the artefacts of generated ones. The judge is trained on them, since it reads a
// model's drawings, and its error is measured on them.
#pragma once

#include "base/image.h"
#include "base/random.h"

namespace diptych::world {

// A picture of the same size with one to four blemishes of random strength: softened, coarsened, torn along the grid of
// a model's patches, noisy, off in colour or contrast, ghosted, smudged, bent. Follows from the picture and the random
// numbers alone. What a scene's facts say of the picture stays true to the eye.
base::Image Blemish(const base::Image& picture, base::Random& random);

}  // namespace diptych::world
