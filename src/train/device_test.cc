// The network on each device and in each precision against float32 on the CPU.
#include <gtest/gtest.h>

#include <torch/cuda.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "base/temporary_folder.h"
#include "data/batch.h"
#include "data/source.h"
#include "train/engine_for_test.h"
#include "train/flow.h"
#include "train/network_for_test.h"
#include "train/ops.h"
#include "train/optimizer.h"
#include "train/towers.h"

namespace diptych::train {
namespace {

using torch::Tensor;

struct Place {
  torch::Device device = torch::kCPU;
  torch::Dtype type = torch::kFloat32;
  double tolerance = 0;  // of the norms' ratio
};

// A GPU where libtorch sees one; else the CPU's fused kernels. bfloat16 rounds each product to 8 bits, the reference
// none.
std::vector<Place> PlacesHere() {
  if (!torch::cuda::is_available()) return {{torch::kCPU, torch::kBFloat16, 0.04}};
  // The reference is computed without libtorch's own oneDNN: beside ours it has crashed.
  at::globalContext().setUserEnabledMkldnn(false);
  return {{torch::Device("cuda"), torch::kFloat32, 1e-3}, {torch::Device("cuda"), torch::kBFloat16, 0.04}};
}
std::string NameOf(const Place& place) {
  return std::string(place.device.is_cpu() ? "Cpu" : "Cuda") +
         (place.type == torch::kBFloat16 ? "BFloat16" : "Float32");
}
void PrintTo(const Place& place, std::ostream* out) { *out << NameOf(place); }

class DeviceTest : public testing::TestWithParam<Place> {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<base::TemporaryFolder>();
    WriteModelForTest(folder_->path());
    config_ = model::LoadConfig(folder_->path());
    config_.head_sees_pixels = true;
    config_.layers = 3;
    // Sizes that the GPU's kernels support.
    config_.hidden = 128;
    config_.head = 64;
    config_.query_heads = 2;
    config_.key_value_heads = 1;
  }
  static void TearDownTestSuite() { folder_.reset(); }

  // Every task of the world.
  static data::Batch WorldBatch() {
    const std::filesystem::path words = std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/world/words";
    const auto source =
        data::OpenSource({.words = words, .mix = {.copies = 2, .look_percent = 100, .extra_looks = 1}, .size = 32});
    const text::Tokenizer tokenizer = text::Tokenizer::Load(folder_->path());
    std::vector<data::Sequence> sequences;
    for (data::Document& document : source->Make(7, 1, data::Split::kTraining))
      sequences.push_back(data::MakeSequence(std::move(document), tokenizer, config_));
    return data::Pack({std::move(sequences)}, config_);
  }

  // Losses and gradients of one step from one batch and one noise.
  struct Step {
    std::vector<double> losses;
    std::vector<Tensor> gradients;
  };
  static Step StepAt(const Place& place) {
    Network network = RandomNetwork(config_, place.device, place.type);
    const data::Batch batch = WorldBatch();
    const TrainingBatch uploaded = Upload(batch, config_, place.device);
    const NoisyPictures noisy = AddNoise(Upload(batch, config_, torch::kCPU), config_, {}, {3, 5}).at(0);
    const NoisyPictures pictures{noisy.clean.to(place.device), noisy.noisy.to(place.device),
                                 noisy.times.to(place.device)};
    const Network::Output out = network.Forward(uploaded, {pictures});
    const Tensor scale = torch::full({uploaded.targets.size(0)}, 1.0 / static_cast<double>(uploaded.targets.size(0)));
    const TextLoss text = CrossEntropyLoss(out.hidden.index_select(0, uploaded.target_rows), network.OutputMatrix(),
                                           uploaded.targets, scale.to(place.device));
    const Tensor weights = DrawnTokenWeights(batch, config_, 0.25).at(0).to(place.device);
    const Tensor picture = VelocityLosses(pictures, out.predicted.at(0), weights, config_).mean();
    (text.total + picture).backward();
    Step step{.losses = {text.total.item<double>(), picture.item<double>()}, .gradients = {}};
    for (const Tensor& parameter : network.parameters()) step.gradients.push_back(parameter.grad().to(torch::kCPU));
    return step;
  }

  static inline std::unique_ptr<base::TemporaryFolder> folder_;
  static inline model::ModelConfig config_;
};

TEST_P(DeviceTest, LossesAndGradientsAreThoseOfFloat32) {
  const Step step = StepAt(GetParam()), reference = StepAt({torch::kCPU, torch::kFloat32, 0});
  for (size_t i = 0; i < reference.losses.size(); ++i)
    EXPECT_NEAR(step.losses[i], reference.losses[i], GetParam().tolerance * reference.losses[i]) << i;
  const double distance = Distance(step.gradients, reference.gradients);
  EXPECT_LT(distance, GetParam().tolerance);
  EXPECT_GT(distance, 0);  // the two ways of computing do differ
}

TEST_P(DeviceTest, TheOptimiserMovesTheWeightsAlike) {
  const auto moved = [](const Place& place) {
    Network network = RandomNetwork(config_, place.device, place.type);
    Optimizer optimizer = OptimizerOfTowers(network.specs(), network.parameters(), {});
    for (int64_t i = 0; i < 3; ++i) {
      std::vector<Tensor> gradients;
      torch::manual_seed(static_cast<uint64_t>(i) + 1);
      for (const Tensor& parameter : network.parameters())
        gradients.push_back(torch::randn(parameter.sizes()).to(place.device));
      optimizer.Step(network.parameters(), gradients, 1, i);
    }
    std::vector<Tensor> weights;
    for (size_t i = 0; i < network.parameters().size(); ++i) {
      weights.push_back(network.parameters()[i].detach().to(torch::kCPU));
      weights.push_back(optimizer.ema()[i].to(torch::kCPU));
    }
    return weights;
  };
  EXPECT_LT(Distance(moved(GetParam()), moved({torch::kCPU, torch::kFloat32, 0})), 0.005);
}

TEST_P(DeviceTest, NoiseFollowsFromSeedAndStep) {
  const TrainingBatch batch = Upload(WorldBatch(), config_, GetParam().device);
  const auto noisy = [&](uint64_t seed, int64_t step) {
    return AddNoise(batch, config_, {}, {seed, step}).at(0).noisy;
  };
  EXPECT_TRUE(torch::equal(noisy(7, 3), noisy(7, 3)));
  EXPECT_FALSE(torch::equal(noisy(7, 3), noisy(7, 4)));
  EXPECT_FALSE(torch::equal(noisy(7, 3), noisy(8, 3)));
}

INSTANTIATE_TEST_SUITE_P(Here, DeviceTest, testing::ValuesIn(PlacesHere()),
                         [](const auto& place) { return NameOf(place.param); });

}  // namespace
}  // namespace diptych::train
