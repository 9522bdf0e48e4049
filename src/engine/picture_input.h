// Pictures that a request brings: the size at which they are read, and their place in a user's turn.
#pragma once

#include <span>
#include <vector>

#include "engine/picture.h"
#include "engine/session.h"
#include "engine/weights.h"

namespace diptych::engine {

// The picture as the model reads it. One that fits is kept as it is; others are brought to the area that the model
// draws. Error: as FitPicture.
PixelTokens ReadablePixels(const Model& model, const base::Image& picture);
std::vector<PixelTokens> ReadablePixels(const Model& model, std::span<const base::Image> pictures);

// What stands around each picture besides "<img>" and "</img>": a line's end behind it; also its number before it,
// where there are several; nothing.
enum class PictureSetting { kLine, kNumberedLine, kBare };
void AppendPictures(const text::Tokenizer& tokenizer, std::span<const PixelTokens> pictures, PictureSetting setting,
                    Passage* passage);
// A turn's beginning with the pictures that it is about; what is asked of them follows. Error: as ReadablePixels.
Passage PicturesInView(const Model& model, std::span<const base::Image> pictures);

}  // namespace diptych::engine
