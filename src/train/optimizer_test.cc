#include "train/optimizer.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>

namespace diptych {
namespace {

using torch::Tensor;

const std::vector<TensorSpec> kSpecs = {{.name = "model.layers.0.a.weight", .shape = {48, 32}},
                                        {.name = "model.layers.1.a.weight", .shape = {48, 32}},
                                        {.name = "model.layers.0.a_mot_gen.weight", .shape = {32, 80}},
                                        {.name = "model.embed.weight", .shape = {2053, 9}},
                                        {.name = "fm_modules.bias", .shape = {7}}};

std::vector<Tensor> Random(double scale) {
  std::vector<Tensor> all;
  for (const TensorSpec& spec : kSpecs) all.push_back(torch::randn(spec.shape) * scale);
  return all;
}

// The polar factor by the same steps in float32.
Tensor ReferenceOrthogonal(Tensor x) {
  const bool tall = x.size(0) > x.size(1);
  if (tall) x = x.t();
  x = x / (x.norm() + 1e-7);
  for (int i = 0; i < 5; ++i) {
    const Tensor a = x.mm(x.t());
    x = 3.4445 * x + (-4.7750 * a + 2.0315 * a.mm(a)).mm(x);
  }
  return tall ? x.t() : x;
}

double Difference(const Tensor& a, const Tensor& b) { return (a - b).norm().item<double>() / b.norm().item<double>(); }

TEST(Optimizer, OrthogonaliseIsNewtonSchulz) {
  torch::manual_seed(1);
  for (auto [rows, columns] : {std::pair{48, 32}, {32, 80}, {64, 64}}) {
    const Tensor matrices = torch::randn({3, rows, columns});
    const Tensor result = Orthogonalise(matrices).to(torch::kFloat32);
    // Five steps in bfloat16, each of three products that round to 2^-9; steps magnify errors along small directions.
    for (int i = 0; i < 3; ++i) EXPECT_LT(Difference(result[i], ReferenceOrthogonal(matrices[i])), 0.05);
  }
}

TEST(Optimizer, StepsAreTheFormulas) {
  torch::manual_seed(2);
  const OptimizerOptions o{.clip = 1.0};
  std::vector<Tensor> weights = Random(1);
  std::vector<Tensor> expected, first, second, average;
  for (const Tensor& w : weights) {
    expected.push_back(w.clone());
    average.push_back(w.clone());
    first.push_back(torch::zeros_like(w));
    second.push_back(torch::zeros_like(w));
  }
  Optimizer optimizer(kSpecs, weights, o);
  const double rate = 0.5;
  for (int64_t step = 0; step < 4; ++step) {
    // The first steps are clipped, the last is not.
    std::vector<Tensor> gradients = Random(step < 3 ? 0.1 : 1e-3);
    double squares[2] = {0, 0};
    const auto generation = [](size_t i) { return i == 2 || i == 4; };
    for (size_t i = 0; i < gradients.size(); ++i) squares[generation(i)] += gradients[i].square().sum().item<double>();
    const Optimizer::Norms norms = optimizer.Step(weights, gradients, rate, step);
    EXPECT_NEAR(norms.understanding, std::sqrt(squares[0]), 1e-4 * std::sqrt(squares[0]));
    EXPECT_NEAR(norms.generation, std::sqrt(squares[1]), 1e-4 * std::sqrt(squares[1]));
    const double keep = std::min(o.average, (1.0 + static_cast<double>(step)) / (10.0 + static_cast<double>(step)));
    for (size_t i = 0; i < gradients.size(); ++i) {
      const double norm = std::sqrt(squares[generation(i)]);
      const Tensor g = gradients[i] * (norm > o.clip ? o.clip / norm : 1.0);
      if (i < 3) {
        first[i] = first[i] * o.muon_momentum + g * (1 - o.muon_momentum);
        const double aspect = std::sqrt(std::max(1.0, static_cast<double>(g.size(0)) / static_cast<double>(g.size(1))));
        expected[i] = expected[i] * (1 - rate * o.muon_rate * o.weight_decay) -
                      rate * o.muon_rate * aspect * ReferenceOrthogonal(torch::lerp(g, first[i], o.muon_momentum));
      } else {
        first[i] = first[i] * o.adam_beta1 + g * (1 - o.adam_beta1);
        second[i] = second[i] * o.adam_beta2 + g * g * (1 - o.adam_beta2);
        const double count = static_cast<double>(step + 1);
        const Tensor deviation = (second[i] / (1 - std::pow(o.adam_beta2, count))).sqrt() + o.adam_epsilon;
        expected[i] = expected[i] - rate * o.adam_rate / (1 - std::pow(o.adam_beta1, count)) * first[i] / deviation;
      }
      average[i] = torch::lerp(average[i], expected[i], 1 - keep);
    }
  }
  for (size_t i = 0; i < weights.size(); ++i) {
    // Muon's directions carry bfloat16's rounding, times the rate.
    const double tolerance = i < 3 ? 4 * rate * o.muon_rate * 0.05 : 1e-5;
    EXPECT_LT(Difference(weights[i], expected[i]), tolerance) << kSpecs[i].name;
    EXPECT_LT(Difference(optimizer.average()[i], average[i]), tolerance) << kSpecs[i].name;
  }
  for (const auto& [name, state] : optimizer.State()) {
    for (size_t i = 0; i < kSpecs.size(); ++i) {
      const std::string& own = kSpecs[i].name;
      if (name == "momentum." + own || name == "first." + own) {
        EXPECT_LT(Difference(state, first[i]), 1e-5) << name;
      } else if (name == "second." + own) {
        EXPECT_LT(Difference(state, second[i]), 1e-5) << name;
      }
    }
  }
}

}  // namespace
}  // namespace diptych
