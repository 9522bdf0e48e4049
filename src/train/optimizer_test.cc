#include "train/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "train/towers.h"

namespace diptych::train {
namespace {

using torch::Tensor;

TEST(Orthogonalise, GivesSingularValuesNearOne) {
  torch::manual_seed(1);
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{3, 24, 64}, {3, 64, 24}, {2, 48, 48}}) {
    const Tensor factors = Orthogonalise(torch::randn(shape) * 1e-3).to(torch::kFloat32);
    ASSERT_EQ(factors.sizes().vec(), shape);
    // The smallest value of a square random matrix is near zero and is not yet drawn up in five steps.
    const Tensor values = std::get<1>(torch::svd(factors));
    EXPECT_LT(values.max().item<double>(), 1.25);
    const int64_t all = values.numel(), near = (values > 0.65).sum().item<int64_t>();
    EXPECT_GE(near, shape[1] == shape[2] ? all * 9 / 10 : all);
  }
}

TEST(Orthogonalise, KeepsTheDirectionsOfTheSingularVectors) {
  torch::manual_seed(2);
  const Tensor m = torch::randn({1, 16, 40});
  const auto [u, s, v] = torch::svd(m);
  const Tensor polar = torch::matmul(u, v.transpose(1, 2));
  const double cosine = (Orthogonalise(m).to(torch::kFloat32) * polar).sum().item<double>() / 16;
  EXPECT_GT(cosine, 0.75);  // the mean of the values, each between 0.65 and 1.25
}

// A matrix of a block (Muon), an embedding and a norm (AdamW), one of each of the generation tower.
const std::vector<model::TensorSpec> kSpecs = {{"model.embed_tokens.weight", {5, 3}},
                                               {"model.layers.0.self_attn.q_proj.weight", {4, 6}},
                                               {"model.layers.0.self_attn.q_proj_mot_gen.weight", {4, 6}},
                                               {"fm_modules.fm_head.0.bias", {7}}};

std::vector<Tensor> Random(double scale) {
  std::vector<Tensor> tensors;
  for (const model::TensorSpec& spec : kSpecs) tensors.push_back(torch::randn(spec.shape) * scale);
  return tensors;
}

std::vector<Tensor> Clones(const std::vector<Tensor>& tensors) {
  std::vector<Tensor> clones;
  for (const Tensor& tensor : tensors) clones.push_back(tensor.clone());
  return clones;
}

TEST(Optimizer, AdamFollowsItsFormula) {
  torch::manual_seed(3);
  OptimizerOptions o;
  o.clip = 1e9;
  std::vector<Tensor> parameters = Random(1);
  Optimizer optimizer = OptimizerOfTowers(kSpecs, parameters, o);
  double weight = parameters[0][2][1].item<double>(), first = 0, second = 0;
  const double rates[] = {0.5, 1, 0.25};
  for (int64_t step = 0; step < 3; ++step) {
    const std::vector<Tensor> gradients = Random(0.1);
    const double g = gradients[0][2][1].item<double>(), rate = rates[step];
    first = o.adam_beta1 * first + (1 - o.adam_beta1) * g;
    second = o.adam_beta2 * second + (1 - o.adam_beta2) * g * g;
    const double count = static_cast<double>(step + 1);
    const double m = first / (1 - std::pow(o.adam_beta1, count)), v = second / (1 - std::pow(o.adam_beta2, count));
    weight -= rate * o.adam_learning_rate * m / (std::sqrt(v) + o.adam_epsilon);
    optimizer.Step(parameters, gradients, rate, step);
    EXPECT_NEAR(parameters[0][2][1].item<double>(), weight, 1e-6) << step;
  }
}

TEST(Optimizer, MuonStepsAlongTheOrthogonalisedNesterovMomentum) {
  torch::manual_seed(4);
  OptimizerOptions o;
  o.clip = 1e9;
  std::vector<Tensor> parameters = Random(1);
  Optimizer optimizer = OptimizerOfTowers(kSpecs, parameters, o);
  Tensor weight = parameters[1].clone(), momentum = torch::zeros({4, 6});
  for (int64_t step = 0; step < 3; ++step) {
    const std::vector<Tensor> gradients = Random(0.1);
    momentum = o.muon_momentum * momentum + (1 - o.muon_momentum) * gradients[1];
    const Tensor ahead = (1 - o.muon_momentum) * gradients[1] + o.muon_momentum * momentum;
    const Tensor factor = Orthogonalise(ahead.unsqueeze(0)).to(torch::kFloat32)[0];
    weight = weight * (1 - o.muon_learning_rate * o.weight_decay) - o.muon_learning_rate * factor;
    optimizer.Step(parameters, gradients, 1, step);
    // Products of several matrices at once may round elsewhere than those of one: bfloat16, five times.
    EXPECT_LT((parameters[1] - weight).abs().max().item<double>(), o.muon_learning_rate * 0.05) << step;
  }
}

TEST(Optimizer, ClipsEachTowerByItsOwnNorm) {
  torch::manual_seed(5);
  OptimizerOptions o;
  o.muon = false;
  std::vector<Tensor> calm = Random(1), wild = Clones(calm);
  Optimizer first = OptimizerOfTowers(kSpecs, calm, o), second = OptimizerOfTowers(kSpecs, wild, o);
  std::vector<Tensor> gradients = Random(0.01), spiked = Clones(gradients);
  spiked[2].mul_(1e6);
  spiked[3].mul_(1e6);
  first.Step(calm, gradients, 1, 0);
  const TowerNorms norms = NormsOfTowers(second.Step(wild, spiked, 1, 0));
  EXPECT_GT(norms.generation, 100);
  EXPECT_LT(norms.understanding, 1);
  EXPECT_TRUE(torch::equal(calm[0], wild[0]));
  EXPECT_TRUE(torch::equal(calm[1], wild[1]));
  double kept = 0;
  for (const auto& [name, tensor] : second.State())
    if (name.starts_with("first.") && (name.find("mot_gen") != name.npos || name.find("fm_modules") != name.npos))
      kept += tensor.square().sum().item<double>();
  EXPECT_NEAR(std::sqrt(kept), (1 - o.adam_beta1) * o.clip, 1e-6);
}

TEST(Optimizer, ParametersWithoutGroupsAreClippedTogether) {
  torch::manual_seed(8);
  OptimizerOptions o;
  o.muon = false;
  std::vector<Tensor> parameters = Random(1);
  Optimizer optimizer({.specs = kSpecs, .parameters = parameters}, o);
  const std::vector<double> norms = optimizer.Step(parameters, Random(100), 1, 0);
  ASSERT_EQ(norms.size(), 1u);
  EXPECT_GT(norms[0], 100);
  double squares = 0;
  for (const auto& [name, tensor] : optimizer.State())
    if (name.starts_with("first.")) squares += tensor.square().sum().item<double>();
  EXPECT_NEAR(std::sqrt(squares), (1 - o.adam_beta1) * o.clip, 1e-6);
}

TEST(Optimizer, TheEmaFollowsTheWeights) {
  torch::manual_seed(6);
  OptimizerOptions o;
  o.ema_decay = 0.5;
  std::vector<Tensor> parameters = Random(1);
  Optimizer optimizer = OptimizerOfTowers(kSpecs, parameters, o);
  Tensor ema = parameters[3].clone();
  for (int64_t step = 0; step < 20; ++step) {
    optimizer.Step(parameters, Random(0.1), 1, step);
    const double keep = std::min(0.5, (1.0 + static_cast<double>(step)) / (10.0 + static_cast<double>(step)));
    ema = keep * ema + (1 - keep) * parameters[3];
  }
  EXPECT_LT((optimizer.ema()[3] - ema).abs().max().item<double>(), 1e-6);
}

TEST(Optimizer, GradientsThatAreMissingCountAsZero) {
  torch::manual_seed(7);
  std::vector<Tensor> parameters = Random(1);
  const Tensor before = parameters[3].clone();
  Optimizer optimizer = OptimizerOfTowers(kSpecs, parameters, {});
  std::vector<Tensor> gradients = Random(0.1);
  gradients[3] = Tensor();
  optimizer.Step(parameters, gradients, 1, 0);
  EXPECT_TRUE(torch::equal(parameters[3], before));
}

}  // namespace
}  // namespace diptych::train
