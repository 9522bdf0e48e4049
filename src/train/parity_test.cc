// The trainer's network and the engine on the same weights.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "base/files.h"
#include "base/temporary_folder.h"
#include "text/conversation.h"
#include "train/checkpoint.h"
#include "train/engine_for_test.h"
#include "train/flow.h"
#include "train/network_for_test.h"

namespace diptych::train {
namespace {

using torch::Tensor;

constexpr int kSide = 32;  // 4 x 4 tokens of 8 pixels

struct Text {
  std::string before = "A blue bus drives under a starry night.", after = "sky: blue";
};

class ParityTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<base::TemporaryFolder>();
    WriteModelForTest(folder_->path());
    config_ = model::LoadConfig(folder_->path());
    config_.head_sees_pixels = true;
    config_.pixel_gain_spectrum = {.falloff = 40, .floor = 2};
    base::WriteFileAtomically(*folder_ / "config.json", model::WriteConfig(config_));
    Network network = RandomNetwork(config_, torch::kCPU, torch::kFloat32);
    ExportWeights(folder_->path(), network.specs(), network.parameters(), torch::kFloat32);
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static base::Image Picture() {
    base::Image picture{kSide, kSide, {}};
    for (int i = 0; i < kSide * kSide * 3; ++i) picture.rgb.push_back(static_cast<uint8_t>(i * 37 % 256));
    return picture;
  }

  // Logits of what follows "before <img> picture </img> after".
  static Tensor TrainersLogits(torch::Dtype type) {
    torch::NoGradGuard no_gradient;
    const text::Tokenizer tokenizer = text::Tokenizer::Load(folder_->path());
    data::SequenceBuilder builder(tokenizer, config_);
    builder.SetPicture(Picture());
    builder.AppendWords(Text().before);
    builder.AppendReading();
    builder.AppendWords(Text().after);
    const Network network = RandomNetwork(config_, torch::kCPU, type);
    const data::Batch batch = data::Pack({{builder.Take()}}, config_);
    const TrainingBatch uploaded = Upload(batch, config_, torch::kCPU);
    const Tensor hidden = network.Forward(uploaded, torch::zeros({0, 3, kSide, kSide}), torch::zeros({0})).hidden;
    return at::linear(hidden[-1], network.OutputMatrix()).to(torch::kFloat32);
  }
  static Tensor EnginesLogits(engine::Precision precision) {
    return torch::tensor(EngineForTest{folder_->path(), precision}.Logits(Text().before, Picture(), Text().after));
  }

  struct Drawn {
    int steps = 4;
    double guidance = 2;
  };
  // Pixels as tokens [tokens, 3*Q*Q].
  static Tensor TrainersPicture(torch::Dtype type, const Drawn& drawn) {
    const text::Tokenizer tokenizer = text::Tokenizer::Load(folder_->path());
    const auto batch = [&](const std::string& words) {
      data::SequenceBuilder builder(tokenizer, config_);
      builder.SetPicture(Picture());
      builder.AppendWords(words);
      builder.AppendDrawing(1);
      return data::Pack({{builder.Take()}}, config_);
    };
    const data::Batch full = batch(Text().before), free = batch("x");
    const Network network = RandomNetwork(config_, torch::kCPU, type);
    const TrainingBatch directed = Upload(full, config_, torch::kCPU), undirected = Upload(free, config_, torch::kCPU);
    return ToTokens(DrawPictures({.network = network,
                                  .batch = directed,
                                  .undirected = undirected,
                                  .noise = UnitNoise(1, kSide, 5),
                                  .steps = drawn.steps,
                                  .guidance = drawn.guidance}),
                    config_.token_pixels());
  }
  static Tensor EnginesPicture(engine::Precision precision, const Drawn& drawn) {
    const Tensor noise = ToTokens(UnitNoise(1, kSide, 5), config_.token_pixels()).contiguous();
    const float* first = noise.data_ptr<float>();
    const EngineForTest engine{folder_->path(), precision};
    const std::vector<float> pixels = engine.Draw(
        {.words = Text().before, .without = "x", .side = kSide, .steps = drawn.steps, .guidance = drawn.guidance},
        {first, first + noise.numel()});
    return torch::tensor(pixels).view(noise.sizes());
  }

  static inline std::unique_ptr<base::TemporaryFolder> folder_;
  static inline model::ModelConfig config_;
};

// Largest error relative to the largest value.
double LargestError(const Tensor& a, const Tensor& b) { return ((a - b).abs().max() / b.abs().max()).item<double>(); }
double MeanError(const Tensor& a, const Tensor& b) { return ((a - b).norm() / b.norm()).item<double>(); }

TEST_F(ParityTest, LogitsInFloat32) {
  EXPECT_LT(LargestError(EnginesLogits(engine::Precision::kFloat32), TrainersLogits(torch::kFloat32)), 1e-4);
}

TEST_F(ParityTest, TheFirstPredictedPictureInFloat32) {
  // One step from noise ends at the prediction itself.
  const Drawn first{.steps = 1, .guidance = 1};
  EXPECT_LT(LargestError(EnginesPicture(engine::Precision::kFloat32, first), TrainersPicture(torch::kFloat32, first)),
            1e-4);
}

TEST_F(ParityTest, AGuidedPictureInFloat32) {
  EXPECT_LT(LargestError(EnginesPicture(engine::Precision::kFloat32, {}), TrainersPicture(torch::kFloat32, {})), 1e-4);
}

// Both round to 8 bits at each product, though not at the same places; errors of 2^-9 add up over two layers and, in
// the picture, over the steps.
TEST_F(ParityTest, RoughlyInBFloat16) {
  const Tensor logits = TrainersLogits(torch::kFloat32);
  EXPECT_LT(MeanError(EnginesLogits(engine::Precision::kAuto), TrainersLogits(torch::kBFloat16)), 0.03);
  EXPECT_LT(MeanError(TrainersLogits(torch::kBFloat16), logits), 0.03);
  EXPECT_LT(MeanError(EnginesPicture(engine::Precision::kAuto, {}), TrainersPicture(torch::kBFloat16, {})), 0.05);
  EXPECT_GT(MeanError(TrainersLogits(torch::kBFloat16), logits), 1e-5);  // it was bfloat16
}

}  // namespace
}  // namespace diptych::train
