#include "train/engine_for_test.h"

#include <cmath>

#include "engine/session.h"
#include "engine/tiny_model_for_test.h"

namespace diptych::train {

void WriteModelForTest(const std::filesystem::path& folder) { engine::WriteTinyModel(folder); }

std::vector<float> EngineForTest::Logits(const std::string& before, const base::Image& picture,
                                         const std::string& after) const {
  const engine::Model model = engine::Model::Load(folder, precision);
  const text::Tokenizer& tokenizer = model.tokenizer();
  engine::Session session(model.weights());
  engine::Context context(model.weights());
  engine::Passage passage;
  passage.Text(tokenizer.EncodeOrdinary(before)).Text(tokenizer.Encode(text::kPictureStart));
  passage.Picture(engine::FromImage(picture, model.config().token_pixels())).Text(tokenizer.Encode(text::kPictureEnd));
  passage.Text(tokenizer.EncodeOrdinary(after));
  session.Read(context, passage);
  return session.NextLogits();
}

std::vector<float> EngineForTest::Draw(const Drawing& drawing, const std::vector<float>& noise) const {
  const engine::Model model = engine::Model::Load(folder, precision);
  const text::Tokenizer& tokenizer = model.tokenizer();
  engine::Session session(model.weights());
  const auto context = [&](const std::string& words) {
    engine::Context read(model.weights());
    session.Read(read,
                 engine::Passage().Text(tokenizer.EncodeOrdinary(words)).Text(tokenizer.Encode(text::kPictureStart)));
    return read;
  };
  engine::Context full = context(drawing.words), free = context(drawing.without);
  const int along = drawing.side / model.config().token_pixels();
  engine::FlowOptions options;
  options.steps = drawing.steps;
  options.guidance = drawing.guidance;
  const engine::PixelTokens start{{along, along}, model.config().token_pixels(), noise};
  return session.Draw({&full, &free, nullptr}, options, {&start, 1}, {}).front().values;
}

}  // namespace diptych::train
