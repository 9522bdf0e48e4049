#include "train/engine_for_test.h"

#include <cmath>

#include "engine/session.h"
#include "engine/tiny_model_for_test.h"

namespace diptych {

void WriteModelForTest(const std::filesystem::path& folder) { WriteTinyModel(folder); }

std::vector<float> EngineForTest::Logits(const std::string& before, const Image& picture,
                                         const std::string& after) const {
  const Model model = Model::Load(folder, precision);
  const Tokenizer& tokenizer = model.tokenizer();
  Session session(model.weights());
  Context context(model.weights());
  Passage passage;
  passage.Text(tokenizer.EncodeOrdinary(before)).Text(tokenizer.Encode(kPictureStart));
  passage.Picture(FromImage(picture, model.config().token_pixels())).Text(tokenizer.Encode(kPictureEnd));
  passage.Text(tokenizer.EncodeOrdinary(after));
  session.Read(context, passage);
  return session.NextLogits();
}

std::vector<float> EngineForTest::Draw(const Drawing& drawing, const std::vector<float>& noise) const {
  const Model model = Model::Load(folder, precision);
  const Tokenizer& tokenizer = model.tokenizer();
  Session session(model.weights());
  const auto context = [&](const std::string& words) {
    Context read(model.weights());
    session.Read(read, Passage().Text(tokenizer.EncodeOrdinary(words)).Text(tokenizer.Encode(kPictureStart)));
    return read;
  };
  Context full = context(drawing.words), free = context(drawing.without);
  const int along = drawing.side / model.config().token_pixels();
  FlowOptions options;
  options.steps = drawing.steps;
  options.guidance = drawing.guidance;
  const PixelTokens start{{along, along}, model.config().token_pixels(), noise};
  return session.Draw({&full, &free, nullptr}, options, {&start, 1}, {}).front().values;
}

}  // namespace diptych
