#include "train/growth.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/temporary_folder.h"
#include "text/answer_layout.h"
#include "train/checkpoint.h"
#include "train/engine_for_test.h"
#include "train/model_folder.h"
#include "train/network_for_test.h"

namespace diptych::train {
namespace {

using torch::Tensor;

// A model, and one whose tokens cover twice as many pixels each way, begun with its weights.
class DoubledPixelsTest : public testing::Test {
 protected:
  DoubledPixelsTest() {
    WriteModelForTest(folder_.path());
    small_ = model::LoadConfig(folder_.path());
    small_.noise_scale = 1.5;
  }

  model::ModelConfig Doubled() const {
    model::ModelConfig config = small_;
    config.patch *= 2;
    config.noise_scale *= 2;
    config.noise_scale_max *= 2;
    return config;
  }
  // Of a drawing of 3 x 2 tokens, noised with smooth waves.
  static std::vector<NoisyPictures> Waves(const model::ModelConfig& config) {
    const auto across = [&](int tokens) {
      const int64_t pixels = int64_t{tokens} * config.token_pixels();
      return (torch::arange(pixels, torch::kFloat32) + 0.5) / static_cast<double>(pixels);
    };
    const Tensor rows = across(2).view({1, 1, -1, 1}), columns = across(3).view({1, 1, 1, -1});
    const Tensor channels = torch::tensor({0.3, 0.5, 0.7}, torch::kFloat32).view({1, 3, 1, 1});
    const Tensor noisy = torch::cos(M_PI * rows) * channels + torch::cos(2 * M_PI * columns) * (1 - channels);
    return {{.clean = noisy, .noisy = noisy, .times = torch::full({1}, 0.4)}};
  }
  static std::vector<NoisyPictures> Twice(const std::vector<NoisyPictures>& small) {
    const Tensor large = small[0].noisy.repeat_interleave(2, 2).repeat_interleave(2, 3);
    return {{.clean = large, .noisy = large, .times = small[0].times}};
  }
  Tensor Draws(const Network& network, const std::vector<NoisyPictures>& noisy) const {
    const model::ModelConfig& config = network.config();
    const int wide = 3 * config.token_pixels(), high = 2 * config.token_pixels();
    data::DocumentPicture picture{.image = {wide, high, std::vector<uint8_t>(static_cast<size_t>(wide * high * 3))}};
    const data::Document document{
        .layout = text::AnswerLayout({.prompt = "yes", .plan = "sky: blue", .narrative = "A bus"}),
        .pictures = {picture},
        .copies = 1};
    std::vector<std::vector<data::Sequence>> samples;
    samples.push_back({data::MakeSequence(document, text::Tokenizer::Load(folder_.path()), config)});
    const TrainingBatch batch = Upload(data::Pack(std::move(samples), config), config, torch::kCPU);
    return FromTokens(network.Forward(batch, noisy).predicted[0], config.token_pixels(), batch.sizes[0].grid);
  }
  Network Grown(const Network& small, const model::ModelConfig& config) const {
    torch::NoGradGuard no_gradient;
    const base::TemporaryFolder stored;
    for (const char* name : {"tokenizer.json", "tokenizer_config.json"})
      std::filesystem::copy(folder_ / name, stored / name);
    base::WriteFileAtomically(stored / "config.json", model::WriteConfig(small.config()));
    ExportWeights(stored.path(), small.specs(), small.parameters(), torch::kFloat32);
    Network large(config, torch::kCPU, torch::kFloat32);
    large.Initialise(9);
    ReadWeights(stored.path(), text::Tokenizer::Load(folder_.path()), large);
    return large;
  }

  const base::TemporaryFolder folder_;
  model::ModelConfig small_;
};

TEST_F(DoubledPixelsTest, DrawTheSamePictureAtTwiceItsSize) {
  torch::NoGradGuard no_gradient;
  const Network small = RandomNetwork(small_, torch::kCPU, torch::kFloat32), large = Grown(small, Doubled());
  const Tensor drawn = Draws(small, Waves(small_)), twice = Draws(large, Twice(Waves(small_)));
  EXPECT_GT(drawn.std().item<double>(), 0.1);
  EXPECT_LT(Distance({twice}, {drawn.repeat_interleave(2, 2).repeat_interleave(2, 3)}), 1e-5);
}

// The filtered guess at smooth waves is nearly the same at both sizes.
TEST_F(DoubledPixelsTest, AHeadThatSeesPixelsSeesTheirMeans) {
  torch::NoGradGuard no_gradient;
  small_.head_sees_pixels = true;
  const Network small = RandomNetwork(small_, torch::kCPU, torch::kFloat32), large = Grown(small, Doubled());
  const Tensor drawn = Draws(small, Waves(small_)), twice = Draws(large, Waves(Doubled()));
  EXPECT_LT(Distance({torch::avg_pool2d(twice, 2)}, {drawn}), 0.03);
}

TEST_F(DoubledPixelsTest, GoWithAWiderHead) {
  torch::NoGradGuard no_gradient;
  model::ModelConfig config = Doubled();
  config.head_hidden += 16;
  config.head_sees_pixels = true;
  const Network small = RandomNetwork(small_, torch::kCPU, torch::kFloat32), large = Grown(small, config);
  const Tensor drawn = Draws(small, Waves(small_)), twice = Draws(large, Twice(Waves(small_)));
  EXPECT_LT(Distance({twice}, {drawn.repeat_interleave(2, 2).repeat_interleave(2, 3)}), 1e-5);
}

}  // namespace
}  // namespace diptych::train
