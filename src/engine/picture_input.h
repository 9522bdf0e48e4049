// Pictures that a request brings: the size at which they are read.
#pragma once

#include <span>
#include <vector>

#include "engine/model.h"
#include "engine/pixel_tokens.h"

namespace diptych::engine {

// The picture as the model reads it. One that fits is kept as it is; others are brought to the area that the model
// draws. Error: as FitPicture.
PixelTokens ReadablePixels(const Model& model, const base::Image& picture);
std::vector<PixelTokens> ReadablePixels(const Model& model, std::span<const base::Image> pictures);

}  // namespace diptych::engine
