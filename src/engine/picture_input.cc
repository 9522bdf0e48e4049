#include "engine/picture_input.h"

namespace diptych::engine {

PixelTokens ReadablePixels(const Model& model, const base::Image& picture) {
  const int side = model.config().token_pixels();
  const double area = static_cast<double>(model.generation().width) * model.generation().height;
  const PictureSize size{picture.width, picture.height};
  const bool fits = size.width > 0 && size.height > 0 && size.width % side == 0 && size.height % side == 0 &&
                    static_cast<double>(size.width) * size.height <= area;
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
