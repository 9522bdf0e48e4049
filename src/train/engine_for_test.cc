#include "train/engine_for_test.h"

#include <cmath>

#include "engine/layout_passage.h"
#include "engine/session.h"
#include "engine/tiny_model_for_test.h"

namespace diptych::train {
namespace {

std::vector<engine::PixelTokens> PixelsOf(const std::vector<base::Image>& pictures, int token_pixels) {
  std::vector<engine::PixelTokens> pixels;
  for (const base::Image& picture : pictures) pixels.push_back(engine::FromImage(picture, token_pixels));
  return pixels;
}

}  // namespace

void WriteModelForTest(const std::filesystem::path& folder) { engine::WriteTinyModel(folder); }

std::vector<float> EngineForTest::Logits(const text::Layout& layout, const std::vector<base::Image>& pictures) const {
  const engine::Model model = engine::Model::Load(folder, precision);
  engine::Session session(model.weights());
  engine::Context context(model.weights());
  session.Read(context,
               engine::PassageOf(model.tokenizer(), layout, PixelsOf(pictures, model.config().token_pixels())));
  return session.NextLogits();
}

std::vector<float> EngineForTest::Draw(const Drawing& drawing, const std::vector<float>& noise) const {
  const engine::Model model = engine::Model::Load(folder, precision);
  const int side = model.config().token_pixels();
  const std::vector<engine::PixelTokens> pixels = PixelsOf(drawing.pictures, side);
  engine::Session session(model.weights());
  const auto context = [&](const text::Layout& layout) {
    engine::Context read(model.weights());
    session.Read(read, engine::PassageOf(model.tokenizer(), text::UpToDrawing(layout), pixels));
    return read;
  };
  engine::Context conditional = context(drawing.layout), unconditional = context(drawing.unconditional);
  engine::FlowOptions options;
  options.steps = drawing.steps;
  options.guidance = drawing.guidance;
  const engine::PixelTokens start{{drawing.height / side, drawing.width / side}, side, noise};
  return session.Draw({&conditional, &unconditional, nullptr}, options, {&start, 1}, {}).front().values;
}

}  // namespace diptych::train
