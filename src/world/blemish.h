// The blemishes of generated pictures, imitated on exact ones: a reader of pictures that is to judge a model's drawings
// must not be put off by them, and its error under them must be known.
#pragma once

#include "base/image.h"
#include "base/random.h"

namespace diptych::world {

// A picture of the same size with one to four blemishes of random strength: softened, coarsened, torn along the grid of
// a model's patches, noisy, off in colour or contrast, ghosted, smudged, bent. Follows from the picture and the random
// numbers alone. What a scene's facts say of the picture stays true to the eye.
base::Image Blemish(const base::Image& picture, base::Random& random);

}  // namespace diptych::world
