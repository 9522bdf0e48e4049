#include "train/optimizer.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "train/products.h"
#include "train/tensor_bits.h"
#include "train_kernels/update.h"

namespace diptych::train {
namespace {

using torch::Tensor;

bool IsBlockMatrix(const model::TensorSpec& spec) {
  return spec.shape.size() == 2 && spec.name.find(".layers.") != std::string::npos;
}

std::vector<size_t> WithGradient(const std::vector<size_t>& indices, const std::vector<Tensor>& gradients) {
  std::vector<size_t> some;
  std::ranges::copy_if(indices, std::back_inserter(some), [&](size_t i) { return gradients[i].defined(); });
  return some;
}

std::vector<Tensor> Chosen(const std::vector<Tensor>& all, const std::vector<size_t>& indices) {
  std::vector<Tensor> some;
  for (size_t i : indices) some.push_back(all[i]);
  return some;
}

// Newton-Schulz iterations on x [n, rows, columns], rows <= columns, each matrix of Frobenius norm 1.
Tensor NewtonSchulz(Tensor x) {
  // The coefficients of Keller Jordan, "Muon", 2024, which converge in bfloat16.
  constexpr double kA = 3.4445, kB = -4.7750, kC = 2.0315;
  for (int i = 0; i < 5; ++i) {
    const Tensor a = torch::bmm(x, x.transpose(1, 2));
    const Tensor b = torch::baddbmm(a, a, a, kB, kC);
    x = torch::baddbmm(x, b, x, kA, 1);
  }
  return x;
}

}  // namespace

Tensor Orthogonalise(const Tensor& matrices) {
  Tensor x = matrices.to(torch::kBFloat16);
  const bool tall = x.size(1) > x.size(2);
  if (tall) x = x.transpose(1, 2);
  x = x.contiguous();
  if (x.device().is_cpu()) {
    if (x.is_alias_of(matrices)) x = x.clone();
    train_kernels::NormaliseEach(x.size(0), x.size(1) * x.size(2), Bits(x));
  } else {
    x = (x / (x.to(torch::kFloat32).norm(2, {1, 2}, true) + 1e-7)).to(torch::kBFloat16);
  }
  x = MultipliesBFloat16(x.device()) ? NewtonSchulz(x) : NewtonSchulz(x.to(torch::kFloat32)).to(torch::kBFloat16);
  return tall ? x.transpose(1, 2) : x;
}

Optimizer::Optimizer(OptimizedParameters optimized, const OptimizerOptions& options)
    : options_(options), group_(std::move(optimized.group)), groups_(optimized.groups) {
  const auto& [specs, parameters, group, count] = optimized;
  if (group_.empty()) group_.resize(specs.size());
  DIPTYCH_CHECK(group_.size() == specs.size(), "a group for each parameter");
  std::map<std::vector<int64_t>, std::vector<size_t>> groups;
  for (size_t i = 0; i < specs.size(); ++i) {
    names_.push_back(specs[i].name);
    const bool muon = options.muon && IsBlockMatrix(specs[i]);
    if (muon)
      groups[specs[i].shape].push_back(i);
    else
      adam_.push_back(i);
    first_moment_.push_back(torch::zeros_like(parameters[i], torch::MemoryFormat::Contiguous).detach());
    second_moment_.push_back(muon ? Tensor() : torch::zeros_like(parameters[i]).detach());
    ema_.push_back(parameters[i].detach().clone());
  }
  fused_ = std::all_of(parameters.begin(), parameters.end(), [](const Tensor& p) { return p.device().is_cpu(); });
  for (auto& [shape, members] : groups) muon_groups_.push_back(std::move(members));
}

std::vector<double> Optimizer::Squares(const std::vector<Tensor>& gradients) const {
  std::vector<double> squares(gradients.size());
  if (fused_) {
    std::vector<train_kernels::FloatRun> runs;
    for (const Tensor& gradient : gradients)
      runs.push_back(gradient.defined() ? train_kernels::FloatRun{gradient.data_ptr<float>(), gradient.numel()}
                                        : train_kernels::FloatRun{});
    train_kernels::SumsOfSquares(runs, squares);
  } else {
    std::vector<Tensor> some;
    for (const Tensor& gradient : gradients)
      if (gradient.defined()) some.push_back(gradient);
    if (some.empty()) return squares;
    // One transfer for all: each one waits until the GPU has finished all queued work.
    const Tensor norms = torch::stack(at::_foreach_norm(some, 2)).to(torch::kCPU, torch::kFloat64);
    int64_t next = 0;
    for (size_t i = 0; i < gradients.size(); ++i)
      if (gradients[i].defined()) squares[i] = std::pow(norms[next++].item<double>(), 2);
  }
  return squares;
}

double Optimizer::MuonRate(const Tensor& like, const StepFactors& factors) const {
  const double aspect = static_cast<double>(like.size(0)) / static_cast<double>(like.size(1));
  return factors.rate * options_.muon_learning_rate * std::sqrt(std::max(1.0, aspect));
}

void Optimizer::FusedMuon(const Tensors& tensors, const StepFactors& factors) {
  for (const std::vector<size_t>& all : muon_groups_) {
    const std::vector<size_t> group = WithGradient(all, tensors.gradients);
    if (group.empty()) continue;
    const Tensor& like = tensors.parameters[group.front()];
    const int64_t count = like.numel();
    const Tensor mixed =
        torch::empty({static_cast<int64_t>(group.size()), like.size(0), like.size(1)}, torch::kBFloat16);
    std::vector<train_kernels::MomentumRun> runs;
    for (size_t i : group)
      runs.push_back({.gradient = tensors.gradients[i].data_ptr<float>(),
                      .scale = static_cast<float>(ClipOf(factors, i)),
                      .momentum = first_moment_[i].data_ptr<float>(),
                      .mixed = Bits(mixed) + static_cast<int64_t>(runs.size()) * count,
                      .count = count});
    train_kernels::MomentumPass(runs, static_cast<float>(options_.muon_momentum));
    const Tensor directions = Orthogonalise(mixed).contiguous();
    std::vector<train_kernels::DescentRun> descents;
    for (size_t i : group)
      descents.push_back({.direction = Bits(directions) + static_cast<int64_t>(descents.size()) * count,
                          .weight = tensors.parameters[i].data_ptr<float>(),
                          .ema = ema_[i].data_ptr<float>(),
                          .count = count});
    train_kernels::DescentPass(
        descents, {.keep = static_cast<float>(1 - factors.rate * options_.muon_learning_rate * options_.weight_decay),
                   .rate = static_cast<float>(MuonRate(like, factors)),
                   .ema_step = static_cast<float>(factors.ema_step)});
  }
}

std::vector<Tensor> Optimizer::Clipped(const Tensors& tensors, const StepFactors& factors,
                                       const std::vector<size_t>& indices) const {
  std::vector<at::Scalar> clips;
  for (size_t i : indices) clips.emplace_back(ClipOf(factors, i));
  return at::_foreach_mul(Chosen(tensors.gradients, indices), clips);
}

void Optimizer::ComposedMuon(const Tensors& tensors, const StepFactors& factors) {
  for (const std::vector<size_t>& all : muon_groups_) {
    const std::vector<size_t> group = WithGradient(all, tensors.gradients);
    if (group.empty()) continue;
    const std::vector<Tensor> gradients = Clipped(tensors, factors, group), momenta = Chosen(first_moment_, group),
                              parameters = Chosen(tensors.parameters, group);
    at::_foreach_mul_(momenta, options_.muon_momentum);
    at::_foreach_add_(momenta, gradients, 1 - options_.muon_momentum);
    const std::vector<Tensor> mixed = at::_foreach_mul(gradients, 1 - options_.muon_momentum);  // Nesterov momentum
    at::_foreach_add_(mixed, momenta, options_.muon_momentum);
    const Tensor directions = Orthogonalise(torch::stack(mixed)).to(torch::kFloat32).contiguous();
    at::_foreach_mul_(parameters, 1 - factors.rate * options_.muon_learning_rate * options_.weight_decay);
    at::_foreach_add_(parameters, directions.unbind(), -MuonRate(parameters.front(), factors));
  }
}

void Optimizer::FusedAdam(const Tensors& tensors, const StepFactors& factors) {
  std::vector<train_kernels::AdamRun> runs;
  for (size_t i : WithGradient(adam_, tensors.gradients))
    runs.push_back({.gradient = tensors.gradients[i].data_ptr<float>(),
                    .scale = static_cast<float>(ClipOf(factors, i)),
                    .weight = tensors.parameters[i].data_ptr<float>(),
                    .first_moment = first_moment_[i].data_ptr<float>(),
                    .second_moment = second_moment_[i].data_ptr<float>(),
                    .ema = ema_[i].data_ptr<float>(),
                    .count = tensors.gradients[i].numel()});
  const double count = static_cast<double>(factors.count);
  const double correction1 = 1 - std::pow(options_.adam_beta1, count),
               correction2 = 1 - std::pow(options_.adam_beta2, count);
  train_kernels::AdamPass(runs, {.beta1 = static_cast<float>(options_.adam_beta1),
                                 .beta2 = static_cast<float>(options_.adam_beta2),
                                 .rate = static_cast<float>(factors.rate * options_.adam_learning_rate / correction1),
                                 .inverse_correction2 = static_cast<float>(1 / correction2),
                                 .epsilon = static_cast<float>(options_.adam_epsilon),
                                 .ema_step = static_cast<float>(factors.ema_step)});
}

void Optimizer::ComposedAdam(const Tensors& tensors, const StepFactors& factors) {
  const double beta1 = options_.adam_beta1, beta2 = options_.adam_beta2, count = static_cast<double>(factors.count);
  const double correction1 = 1 - std::pow(beta1, count), correction2 = 1 - std::pow(beta2, count);
  const std::vector<size_t> indices = WithGradient(adam_, tensors.gradients);
  if (indices.empty()) return;
  const std::vector<Tensor> gradients = Clipped(tensors, factors, indices), first = Chosen(first_moment_, indices),
                            second = Chosen(second_moment_, indices);
  at::_foreach_mul_(first, beta1);
  at::_foreach_add_(first, gradients, 1 - beta1);
  at::_foreach_mul_(second, beta2);
  at::_foreach_addcmul_(second, gradients, gradients, 1 - beta2);
  const std::vector<Tensor> roots = at::_foreach_div(second, correction2);
  at::_foreach_sqrt_(roots);
  at::_foreach_add_(roots, options_.adam_epsilon);
  at::_foreach_addcdiv_(Chosen(tensors.parameters, indices), first, roots,
                        -factors.rate * options_.adam_learning_rate / correction1);
}

void Optimizer::UpdateEma(const Tensors& tensors, const StepFactors& factors) {
  std::vector<size_t> all(ema_.size());
  std::iota(all.begin(), all.end(), size_t{0});
  const std::vector<size_t> indices = WithGradient(all, tensors.gradients);
  if (indices.empty()) return;
  at::_foreach_mul_(Chosen(ema_, indices), 1 - factors.ema_step);
  at::_foreach_add_(Chosen(ema_, indices), Chosen(tensors.parameters, indices), factors.ema_step);
}

std::vector<double> Optimizer::Step(std::vector<Tensor>& parameters, std::vector<Tensor> gradients, double rate_factor,
                                    int64_t step) {
  torch::NoGradGuard no_gradient;
  for (Tensor& gradient : gradients)
    if (gradient.defined()) gradient = gradient.contiguous();
  const std::vector<double> each = Squares(gradients);
  std::vector<double> norms(groups_);
  for (size_t i = 0; i < each.size(); ++i) norms[group_[i]] += each[i];
  for (double& norm : norms) norm = std::sqrt(norm);
  const double decay =
      std::min(options_.ema_decay, (1.0 + static_cast<double>(step)) / (10.0 + static_cast<double>(step)));
  StepFactors factors{.rate = rate_factor, .clips = {}, .ema_step = 1 - decay, .count = step + 1};
  for (double norm : norms) factors.clips.push_back(norm > options_.clip ? options_.clip / norm : 1.0);
  if (fused_) {
    FusedMuon({parameters, gradients}, factors);
    FusedAdam({parameters, gradients}, factors);
  } else {
    ComposedMuon({parameters, gradients}, factors);
    ComposedAdam({parameters, gradients}, factors);
    UpdateEma({parameters, gradients}, factors);
  }
  return norms;
}

std::vector<std::pair<std::string, Tensor>> Optimizer::State() const {
  std::vector<std::pair<std::string, Tensor>> state;
  for (size_t i = 0; i < names_.size(); ++i) {
    state.emplace_back((second_moment_[i].defined() ? "first." : "momentum.") + names_[i], first_moment_[i]);
    if (second_moment_[i].defined()) state.emplace_back("second." + names_[i], second_moment_[i]);
    state.emplace_back("average." + names_[i], ema_[i]);
  }
  return state;
}

}  // namespace diptych::train
