// Muon for the blocks' matrices, AdamW for everything else, and the exponential moving average (EMA) of the weights.
#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

#include "model/tensors.h"
#include "train/options.h"

namespace diptych::train {

// The parameters to optimise. `group` is each parameter's clipping group, 0 to groups - 1: the gradients of a group are
// clipped by their joint norm. Empty: all parameters are one group.
struct OptimizedParameters {
  const std::vector<model::TensorSpec>& specs;
  const std::vector<torch::Tensor>& parameters;  // in the order of specs
  std::vector<size_t> group{};
  size_t groups = 1;
};

class Optimizer {
 public:
  Optimizer(OptimizedParameters optimized, const OptimizerOptions& options);

  // One step; learning rates are multiplied by `rate_factor`, `step` counts from 0. Gradients are not modified. A
  // parameter without a gradient keeps its value, and so does its EMA. Returns the norm of each group's gradients
  // before clipping.
  std::vector<double> Step(std::vector<torch::Tensor>& parameters, std::vector<torch::Tensor> gradients,
                           double rate_factor, int64_t step);

  // State by name, for checkpoints: "momentum.NAME" (Muon), "first.NAME" and "second.NAME" (AdamW), "average.NAME"
  // (EMA).
  std::vector<std::pair<std::string, torch::Tensor>> State() const;
  const std::vector<torch::Tensor>& ema() const { return ema_; }

 private:
  // The factors of one step.
  struct StepFactors {
    double rate = 0;            // of the learning rates: the schedule's
    std::vector<double> clips;  // of the gradients of each group
    double ema_step = 0;        // 1 - decay: how far the EMA moves towards the weights
    int64_t count = 1;          // steps so far, this one included
  };
  struct Tensors {
    std::vector<torch::Tensor>& parameters;
    const std::vector<torch::Tensor>& gradients;
  };
  double ClipOf(const StepFactors& factors, size_t index) const { return factors.clips[group_[index]]; }
  std::vector<double> Squares(const std::vector<torch::Tensor>& gradients) const;
  // The learning rate of a Muon matrix of this shape.
  double MuonRate(const torch::Tensor& like, const StepFactors& factors) const;
  // On the CPU: the fused passes of train_kernels/update.h, EMA included.
  void FusedMuon(const Tensors& tensors, const StepFactors& factors);
  void FusedAdam(const Tensors& tensors, const StepFactors& factors);
  // Elsewhere: composed of libtorch's operations on lists of tensors; the EMA is a pass of its own.
  std::vector<torch::Tensor> Clipped(const Tensors& tensors, const StepFactors& factors,
                                     const std::vector<size_t>& indices) const;
  void ComposedMuon(const Tensors& tensors, const StepFactors& factors);
  void ComposedAdam(const Tensors& tensors, const StepFactors& factors);
  void UpdateEma(const Tensors& tensors, const StepFactors& factors);

  OptimizerOptions options_;
  std::vector<std::string> names_;
  std::vector<std::vector<size_t>> muon_groups_;  // indices of matrices of one shape
  std::vector<size_t> adam_;
  std::vector<size_t> group_;  // of each parameter
  size_t groups_;
  std::vector<torch::Tensor> first_moment_, second_moment_, ema_;  // of Adam; Muon's momentum is in first_moment_
  bool fused_ = false;
};

// Approximately the orthogonal polar factor of each matrix of [n, rows, columns], by five quintic Newton-Schulz
// iterations in bfloat16.
torch::Tensor Orthogonalise(const torch::Tensor& matrices);

}  // namespace diptych::train
