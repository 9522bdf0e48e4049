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

  static base::Image Picture(int width = kSide, int height = kSide) {
    base::Image picture{width, height, {}};
    for (int i = 0; i < width * height * 3; ++i) picture.rgb.push_back(static_cast<uint8_t>(i * 37 % 256));
    return picture;
  }

  static data::Batch Pack(const data::Document& document) {
    const text::Tokenizer tokenizer = text::Tokenizer::Load(folder_->path());
    return data::Pack({{data::MakeSequence(document, tokenizer, config_)}}, config_);
  }

  // "before <img> picture </img> after".
  static data::Document Read() {
    return {.layout = {{.kind = text::PieceKind::kOrdinary, .text = Text().before},
                       {.text = "<img>"},
                       {.kind = text::PieceKind::kPictureRead},
                       {.text = "</img>"},
                       {.kind = text::PieceKind::kOrdinary, .text = Text().after}},
            .pictures = {{.image = Picture()}}};
  }
  // Logits of what follows a document.
  static Tensor TrainersLogits(torch::Dtype type, const data::Document& document) {
    torch::NoGradGuard no_gradient;
    const Network network = RandomNetwork(config_, torch::kCPU, type);
    const TrainingBatch uploaded = Upload(Pack(document), config_, torch::kCPU);
    std::vector<NoisyPictures> nothing;  // what is drawn beside the rows does not reach them
    for (const PicturesOfSize& size : uploaded.sizes) {
      const Tensor& pictures = size.pictures;
      nothing.push_back({.clean = {},
                         .noisy = torch::zeros({size.drawings(), 3, pictures.size(2), pictures.size(3)}),
                         .times = torch::zeros({size.drawings()})});
    }
    const Tensor hidden = network.Forward(uploaded, nothing).hidden;
    return at::linear(hidden[-1], network.OutputMatrix()).to(torch::kFloat32);
  }
  static Tensor EnginesLogits(engine::Precision precision, const data::Document& document) {
    return torch::tensor(EngineForTest{folder_->path(), precision}.Logits(document.layout, ImagesOf(document)));
  }
  static std::vector<base::Image> ImagesOf(const data::Document& document) {
    std::vector<base::Image> images;
    for (const data::DocumentPicture& picture : document.pictures) images.push_back(picture.image);
    return images;
  }

  struct Drawn {
    int steps = 4;
    double guidance = 2;
  };
  static text::Layout Words(const std::string& words) {
    return {{.kind = text::PieceKind::kOrdinary, .text = words},
            {.text = "<img>"},
            {.kind = text::PieceKind::kPictureDrawn}};
  }
  // The document that draws, and the layout of the same drawing without condition.
  struct Pair {
    data::Document conditional;
    text::Layout unconditional;
  };
  static Pair Plain() {
    return {.conditional = {.layout = Words(Text().before), .pictures = {{.image = Picture()}}},
            .unconditional = Words("x")};
  }
  static Tensor NoiseOf(const base::Image& picture) { return UnitNoise({1, 3, picture.height, picture.width}, 5); }
  // The last picture of the pair's document, as tokens [tokens, 3*Q*Q].
  static Tensor TrainersPicture(torch::Dtype type, const Drawn& drawn, const Pair& pair) {
    const Network network = RandomNetwork(config_, torch::kCPU, type);
    data::Document unconditioned = pair.conditional;
    unconditioned.layout = pair.unconditional;
    const TrainingBatch conditional = Upload(Pack(pair.conditional), config_, torch::kCPU),
                        unconditional = Upload(Pack(unconditioned), config_, torch::kCPU);
    std::vector<Tensor> noise;
    for (const PicturesOfSize& size : conditional.sizes)
      noise.push_back(UnitNoise({size.drawings(), 3, size.pictures.size(2), size.pictures.size(3)}, 5));
    return ToTokens(DrawPictures({.network = network,
                                  .batch = conditional,
                                  .unconditional = unconditional,
                                  .noise = noise,
                                  .steps = drawn.steps,
                                  .guidance = drawn.guidance})
                        .back(),
                    config_.token_pixels());
  }
  static Tensor EnginesPicture(engine::Precision precision, const Drawn& drawn, const Pair& pair) {
    const base::Image& picture = pair.conditional.pictures.back().image;
    const Tensor noise = ToTokens(NoiseOf(picture), config_.token_pixels()).contiguous();
    const float* first = noise.data_ptr<float>();
    const EngineForTest engine{folder_->path(), precision};
    const std::vector<float> pixels = engine.Draw({.layout = pair.conditional.layout,
                                                   .unconditional = pair.unconditional,
                                                   .pictures = ImagesOf(pair.conditional),
                                                   .width = picture.width,
                                                   .height = picture.height,
                                                   .steps = drawn.steps,
                                                   .guidance = drawn.guidance},
                                                  {first, first + noise.numel()});
    return torch::tensor(pixels).view(noise.sizes());
  }

  // An edit: it reads one picture, and draws and reads another of another shape.
  static data::Document Edit() {
    return {.layout = text::AnswerLayout(
                {.prompt = Text().before, .pictures = 1, .plan = Text().after, .narrative = "A blue bus"}),
            .pictures = {{.image = Picture(40, 16)}, {.image = Picture(16, 24)}}};
  }

  static inline std::unique_ptr<base::TemporaryFolder> folder_;
  static inline model::ModelConfig config_;
};

// Largest error relative to the largest value.
double LargestError(const Tensor& a, const Tensor& b) { return ((a - b).abs().max() / b.abs().max()).item<double>(); }
double MeanError(const Tensor& a, const Tensor& b) { return ((a - b).norm() / b.norm()).item<double>(); }

TEST_F(ParityTest, LogitsInFloat32) {
  EXPECT_LT(LargestError(EnginesLogits(engine::Precision::kFloat32, Read()), TrainersLogits(torch::kFloat32, Read())),
            1e-4);
}

TEST_F(ParityTest, TheFirstPredictedPictureInFloat32) {
  // One step from noise ends at the prediction itself.
  const Drawn first{.steps = 1, .guidance = 1};
  EXPECT_LT(LargestError(EnginesPicture(engine::Precision::kFloat32, first, Plain()),
                         TrainersPicture(torch::kFloat32, first, Plain())),
            1e-4);
}

TEST_F(ParityTest, AGuidedPictureInFloat32) {
  EXPECT_LT(LargestError(EnginesPicture(engine::Precision::kFloat32, {}, Plain()),
                         TrainersPicture(torch::kFloat32, {}, Plain())),
            1e-4);
}

TEST_F(ParityTest, LogitsAfterPicturesOfDifferentSizes) {
  const Tensor trainers = TrainersLogits(torch::kFloat32, Edit());
  EXPECT_LT(LargestError(EnginesLogits(engine::Precision::kFloat32, Edit()), trainers), 1e-4);
  // Each picture is seen.
  for (size_t i = 0; i < 2; ++i) {
    data::Document other = Edit();
    for (size_t at = 0; at < 300; ++at) other.pictures[i].image.rgb[at] ^= 255;
    EXPECT_GT(LargestError(TrainersLogits(torch::kFloat32, other), trainers), 1e-3) << i;
  }
}

TEST_F(ParityTest, APictureDrawnWithAnotherOfAnotherSizeInView) {
  const Pair pair = {.conditional = Edit(), .unconditional = text::UnconditionalLayout({.pictures = 1})};
  for (const Drawn& drawn : {Drawn{.steps = 1, .guidance = 1}, Drawn{}})
    EXPECT_LT(LargestError(EnginesPicture(engine::Precision::kFloat32, drawn, pair),
                           TrainersPicture(torch::kFloat32, drawn, pair)),
              1e-4);
}

// Both round to 8 bits at each product, though not at the same places; errors of 2^-9 add up over two layers and, in
// the picture, over the steps.
TEST_F(ParityTest, RoughlyInBFloat16) {
  const Tensor logits = TrainersLogits(torch::kFloat32, Read());
  EXPECT_LT(MeanError(EnginesLogits(engine::Precision::kAuto, Read()), TrainersLogits(torch::kBFloat16, Read())), 0.03);
  EXPECT_LT(MeanError(TrainersLogits(torch::kBFloat16, Read()), logits), 0.03);
  EXPECT_LT(
      MeanError(EnginesPicture(engine::Precision::kAuto, {}, Plain()), TrainersPicture(torch::kBFloat16, {}, Plain())),
      0.05);
  EXPECT_GT(MeanError(TrainersLogits(torch::kBFloat16, Read()), logits), 1e-5);  // it was bfloat16
}

}  // namespace
}  // namespace diptych::train
