#include "engine/picture_input.h"

#include <string>

#include "text/conversation.h"

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

void AppendPictures(const text::Tokenizer& tokenizer, std::span<const PixelTokens> pictures, PictureSetting setting,
                    Passage* passage) {
  const bool numbered = setting == PictureSetting::kNumberedLine && pictures.size() > 1;
  for (size_t i = 0; i < pictures.size(); ++i) {
    if (numbered) passage->Text(tokenizer.Encode("Image-" + std::to_string(i + 1) + ":"));
    passage->Text(tokenizer.Encode(text::kPictureStart)).Picture(pictures[i]).Text(tokenizer.Encode(text::kPictureEnd));
    if (setting != PictureSetting::kBare) passage->Text(tokenizer.Encode("\n"));
  }
}

Passage PicturesInView(const Model& model, std::span<const base::Image> pictures) {
  Passage passage;
  passage.Text(model.tokenizer().Encode(text::UserTurn().before));
  AppendPictures(model.tokenizer(), ReadablePixels(model, pictures), PictureSetting::kLine, &passage);
  return passage;
}

}  // namespace diptych::engine
