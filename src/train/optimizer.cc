#include "train/optimizer.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace diptych {
namespace {

using torch::Tensor;

bool IsBlockMatrix(const TensorSpec& spec) {
  return spec.shape.size() == 2 && spec.name.find(".layers.") != std::string::npos;
}

bool IsGeneration(const std::string& name) {
  return name.find("_mot_gen") != std::string::npos || name.starts_with("fm_modules.");
}

}  // namespace

Tensor Orthogonalise(const Tensor& matrices) {
  // Coefficients of Keller Jordan's Muon; bfloat16 suffices there.
  constexpr double kA = 3.4445, kB = -4.7750, kC = 2.0315;
  Tensor x = matrices.to(torch::kBFloat16);
  const bool tall = x.size(1) > x.size(2);
  if (tall) x = x.transpose(1, 2);
  x = (x / (x.to(torch::kFloat32).norm(2, {1, 2}, true) + 1e-7)).to(torch::kBFloat16).contiguous();
  for (int i = 0; i < 5; ++i) {
    const Tensor a = torch::bmm(x, x.transpose(1, 2));
    const Tensor b = kB * a + kC * torch::bmm(a, a);
    x = kA * x + torch::bmm(b, x);
  }
  return tall ? x.transpose(1, 2) : x;
}

Optimizer::Optimizer(const std::vector<TensorSpec>& specs, const std::vector<Tensor>& parameters,
                     const OptimizerOptions& options)
    : options_(options) {
  std::map<std::vector<int64_t>, std::vector<size_t>> groups;
  for (size_t i = 0; i < specs.size(); ++i) {
    names_.push_back(specs[i].name);
    generation_.push_back(IsGeneration(specs[i].name));
    const bool muon = options.muon && IsBlockMatrix(specs[i]);
    if (muon) groups[specs[i].shape].push_back(i);
    else adam_.push_back(i);
    first_.push_back(torch::zeros_like(parameters[i], torch::MemoryFormat::Contiguous).detach());
    second_.push_back(muon ? Tensor() : torch::zeros_like(parameters[i]).detach());
    average_.push_back(parameters[i].detach().clone());
  }
  for (auto& [shape, members] : groups) muon_groups_.push_back(std::move(members));
}

void Optimizer::MuonStep(std::vector<Tensor>& parameters, const std::vector<Tensor>& gradients, double rate) {
  for (const std::vector<size_t>& group : muon_groups_) {
    std::vector<Tensor> updates;
    for (size_t i : group) {
      first_[i].mul_(options_.muon_momentum).add_(gradients[i], 1 - options_.muon_momentum);
      updates.push_back(torch::lerp(gradients[i], first_[i], options_.muon_momentum));  // Nesterov
    }
    const Tensor orthogonal = Orthogonalise(torch::stack(updates)).to(torch::kFloat32);
    const Tensor& like = parameters[group.front()];
    const double scale = rate * options_.muon_rate *
                         std::sqrt(std::max(1.0, static_cast<double>(like.size(0)) / static_cast<double>(like.size(1))));
    for (size_t n = 0; n < group.size(); ++n)
      parameters[group[n]].mul_(1 - rate * options_.muon_rate * options_.weight_decay)
          .sub_(orthogonal[static_cast<int64_t>(n)], scale);
  }
}

void Optimizer::AdamStep(Tensor& parameter, const Tensor& gradient, size_t index, double rate, int64_t step) {
  const double beta1 = options_.adam_beta1, beta2 = options_.adam_beta2, count = static_cast<double>(step + 1);
  first_[index].mul_(beta1).add_(gradient, 1 - beta1);
  second_[index].mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
  const double correction1 = 1 - std::pow(beta1, count), correction2 = 1 - std::pow(beta2, count);
  const Tensor deviation = (second_[index] / correction2).sqrt_().add_(options_.adam_epsilon);
  parameter.addcdiv_(first_[index], deviation, -rate * options_.adam_rate / correction1);
}

Optimizer::Norms Optimizer::Step(std::vector<Tensor>& parameters, std::vector<Tensor> gradients, double rate, int64_t step) {
  torch::NoGradGuard no_gradient;
  double squares[2] = {0, 0};
  for (size_t i = 0; i < gradients.size(); ++i) {
    if (!gradients[i].defined()) gradients[i] = torch::zeros_like(parameters[i]);
    squares[generation_[i]] += gradients[i].square().sum().item<double>();
  }
  const Norms norms{std::sqrt(squares[0]), std::sqrt(squares[1])};
  for (size_t i = 0; i < gradients.size(); ++i) {
    const double norm = generation_[i] ? norms.generation : norms.understanding;
    if (norm > options_.clip) gradients[i] = gradients[i] * (options_.clip / norm);
  }
  MuonStep(parameters, gradients, rate);
  for (size_t i : adam_) AdamStep(parameters[i], gradients[i], i, rate, step);
  const double keep = std::min(options_.average, (1.0 + static_cast<double>(step)) / (10.0 + static_cast<double>(step)));
  for (size_t i = 0; i < parameters.size(); ++i) average_[i].lerp_(parameters[i], 1 - keep);
  return norms;
}

std::vector<std::pair<std::string, Tensor>> Optimizer::State() const {
  std::vector<std::pair<std::string, Tensor>> state;
  for (size_t i = 0; i < names_.size(); ++i) {
    state.emplace_back((second_[i].defined() ? "first." : "momentum.") + names_[i], first_[i]);
    if (second_[i].defined()) state.emplace_back("second." + names_[i], second_[i]);
    state.emplace_back("average." + names_[i], average_[i]);
  }
  return state;
}

}  // namespace diptych
