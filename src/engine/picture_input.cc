#include "engine/picture_input.h"

namespace diptych::engine {

PixelTokens ReadablePixels(const Model& model, const base::Image& picture) {
  const int side = model.config().token_pixels();
  const double area = static_cast<double>(model.generation().width) * model.generation().height;
  const PictureSize size{picture.width, picture.height};
  // Below half of the pixels that it has learned a model sees shreds.
  const auto& learned = model.generation().learned;
  const auto width = learned.find("width"), height = learned.find("height");
  const double least =
      width == learned.end() || height == learned.end() ? 0 : 0.5 * width->second.low * height->second.low;
  const bool fits = size.width > 0 && size.height > 0 && size.width % side == 0 && size.height % side == 0 &&
                    static_cast<double>(size.width) * size.height <= area &&
                    static_cast<double>(size.width) * size.height >= least;
  if (fits) return FromImage(picture, side);
  const PictureSize fitted = FitPicture(size, {.factor = side, .min_pixels = area, .max_pixels = area});
  return FromImage(base::Resize(picture, fitted.width, fitted.height), side);
}

std::vector<PixelTokens> ReadablePixels(const Model& model, std::span<const base::Image> pictures) {
  std::vector<PixelTokens> readable;
  for (const base::Image& picture : pictures) readable.push_back(ReadablePixels(model, picture));
  return readable;
}

}  // namespace diptych::engine
