// Resizes pictures to sizes that a model can read.
#pragma once

#include <span>
#include <vector>

#include "engine/model.h"
#include "engine/pixel_tokens.h"

namespace diptych::engine {

// The pixels at which the model reads a picture. Where the sides are multiples of a token's pixels and the area is at
// most that of the pictures the model draws, the picture is kept; otherwise it
// is resized to that area; also where it has less than half of the pixels that the model has learned. Error: as
// FitPicture.
PixelTokens ReadablePixels(const Model& model, const base::Image& picture);
std::vector<PixelTokens> ReadablePixels(const Model& model, std::span<const base::Image> pictures);

}  // namespace diptych::engine
