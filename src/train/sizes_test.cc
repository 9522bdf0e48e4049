// Documents with pictures of several sizes in one batch: the losses and gradients are those of each by itself.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <utility>

#include "base/temporary_folder.h"
#include "train/engine_for_test.h"
#include "train/flow.h"
#include "train/network_for_test.h"

namespace diptych::train {
namespace {

using torch::Tensor;

class SizesTest : public testing::Test {
 protected:
  SizesTest() {
    WriteModelForTest(folder_.path());
    config_ = model::LoadConfig(folder_.path());
    config_.head_sees_pixels = true;
  }

  // `tokens` wide and high.
  data::DocumentPicture Picture(int wide, int high, uint32_t step) const {
    const int side = config_.token_pixels();
    base::Image image{wide * side, high * side, {}};
    for (int i = 0; i < image.width * image.height * 3; ++i)
      image.rgb.push_back(static_cast<uint8_t>(static_cast<uint32_t>(i) * step));
    return {.image = std::move(image), .subjects = {{.left = 10, .top = 20, .right = 60, .bottom = 90}}};
  }
  // Reads a wide picture, draws and reads a high one.
  data::Document Edit() const {
    return {.layout = text::AnswerLayout({.prompt = "yes", .pictures = 1, .plan = "sky: blue", .narrative = "A bus"}),
            .pictures = {Picture(5, 2, 37), Picture(2, 3, 11)},
            .copies = 2};
  }
  // Draws and reads a square one; draws two pictures of other sizes.
  data::Document Answer() const {
    return {.layout = text::AnswerLayout({.prompt = "no", .plan = "sky: red", .narrative = "A blue bus"}),
            .pictures = {Picture(3, 3, 5)}};
  }
  data::Document Story() const {
    const std::vector<std::string> texts = {"A bus", "drives", "blue"};
    return {.layout = text::StoryLayout({.prompt = "bus", .planning = text::Planning::kNone}, texts),
            .pictures = {Picture(2, 3, 3), Picture(5, 2, 7)}};
  }
  data::Batch Pack(const std::vector<data::Document>& documents) const {
    const text::Tokenizer tokenizer = text::Tokenizer::Load(folder_.path());
    std::vector<std::vector<data::Sequence>> samples;
    for (const data::Document& document : documents)
      samples.push_back({data::MakeSequence(document, tokenizer, config_)});
    return data::Pack(std::move(samples), config_);
  }

  // Sums over targets and drawings, with the gradients of the two together.
  struct Step {
    double text = 0, picture = 0;
    std::vector<Tensor> gradients;
  };
  // Every drawing has noise and time that follow from its picture alone, so that batches may be compared.
  std::vector<NoisyPictures> NoisyOf(const TrainingBatch& batch) const {
    std::vector<NoisyPictures> all;
    for (const PicturesOfSize& size : batch.sizes) {
      const Tensor clean = (size.pictures * 2 - 1).index_select(0, size.drawing_index);
      const Tensor times = 0.2 + 0.6 * size.pictures.mean({1, 2, 3}).index_select(0, size.drawing_index);
      const Tensor t = times.view({-1, 1, 1, 1}), noise = torch::cos(clean * 977 + 1);
      all.push_back({.clean = clean, .noisy = t * clean + (1 - t) * noise, .times = times});
    }
    return all;
  }
  Step StepOf(const std::vector<data::Document>& documents, torch::Dtype type) const {
    Network network = RandomNetwork(config_, torch::kCPU, type);
    const data::Batch batch = Pack(documents);
    const TrainingBatch uploaded = Upload(batch, config_, torch::kCPU);
    const std::vector<NoisyPictures> noisy = NoisyOf(uploaded);
    const Network::Output out = network.Forward(uploaded, noisy);
    const Tensor text = CrossEntropyLoss(out.hidden.index_select(0, uploaded.target_rows), network.OutputMatrix(),
                                         uploaded.targets, torch::ones({uploaded.targets.size(0)}))
                            .total;
    const std::vector<Tensor> weights = DrawnTokenWeights(batch, config_, 0.25);
    Tensor picture = torch::zeros({});
    for (size_t i = 0; i < noisy.size(); ++i)
      picture = picture + VelocityLosses(noisy[i], out.predicted[i], weights[i], config_).sum();
    (text + picture).backward();
    Step step{.text = text.item<double>(), .picture = picture.item<double>(), .gradients = {}};
    for (const Tensor& parameter : network.parameters()) step.gradients.push_back(parameter.grad());
    return step;
  }

  const base::TemporaryFolder folder_;
  model::ModelConfig config_;
};

// Sums add up in another order: float32 keeps 24 bits, bfloat16 8.
TEST_F(SizesTest, ABatchIsTheSumOfItsDocuments) {
  const std::vector<data::Document> documents = {Edit(), Answer(), Story(), Edit()};
  for (const auto& [type, tolerance] : {std::pair{torch::kFloat32, 1e-5}, {torch::kBFloat16, 0.02}}) {
    const Step together = StepOf(documents, type);
    Step apart;
    for (const data::Document& document : documents) {
      Step one = StepOf({document}, type);
      EXPECT_TRUE(std::isfinite(one.text) && std::isfinite(one.picture));
      EXPECT_GT(one.picture, 0);
      apart.text += one.text;
      apart.picture += one.picture;
      for (size_t i = 0; i < one.gradients.size(); ++i)
        if (apart.gradients.size() <= i)
          apart.gradients.push_back(one.gradients[i]);
        else
          apart.gradients[i] = apart.gradients[i] + one.gradients[i];
    }
    EXPECT_NEAR(together.text, apart.text, tolerance * apart.text);
    EXPECT_NEAR(together.picture, apart.picture, tolerance * apart.picture);
    EXPECT_LT(Distance(together.gradients, apart.gradients), tolerance);
  }
}

TEST_F(SizesTest, TheGradientReachesEveryWeight) {
  const Step step = StepOf({Edit()}, torch::kFloat32);
  const Network network(config_, torch::kCPU, torch::kFloat32);
  for (size_t i = 0; i < step.gradients.size(); ++i) {
    ASSERT_TRUE(step.gradients[i].defined()) << network.specs()[i].name;
    EXPECT_TRUE(torch::isfinite(step.gradients[i]).all().item<bool>()) << network.specs()[i].name;
    EXPECT_GT(step.gradients[i].abs().max().item<double>(), 0) << network.specs()[i].name;
  }
}

// The times of a batch are spread over all its drawings, whatever their sizes; no two sizes share their noise.
TEST_F(SizesTest, NoiseIsAddedToEachSize) {
  const TrainingBatch batch = Upload(Pack({Edit(), Answer(), Story()}), config_, torch::kCPU);
  ASSERT_EQ(batch.sizes.size(), 3u);
  const std::vector<NoisyPictures> noisy = AddNoise(batch, config_, {}, {7, 3});
  int64_t drawings = 0;
  for (size_t i = 0; i < noisy.size(); ++i) {
    EXPECT_EQ(noisy[i].noisy.sizes(), noisy[i].clean.sizes());
    EXPECT_EQ(noisy[i].noisy.size(0), batch.sizes[i].drawings());
    EXPECT_EQ(noisy[i].noisy.size(2), batch.sizes[i].grid.high * config_.token_pixels());
    EXPECT_EQ(noisy[i].noisy.size(3), batch.sizes[i].grid.wide * config_.token_pixels());
    EXPECT_EQ(noisy[i].times.size(0), batch.sizes[i].drawings());
    drawings += noisy[i].times.size(0);
  }
  EXPECT_EQ(drawings, batch.drawings);
}

}  // namespace
}  // namespace diptych::train
