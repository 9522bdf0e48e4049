// Muon for the blocks' matrices, AdamW for everything else, and the running average of the weights.
#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "model/tensors.h"
#include "train/options.h"

namespace diptych::train {

// What is optimised. `group` gives each parameter's group, 0 to groups - 1: the gradients of a group are clipped
// together, by their common norm. Empty: all parameters are one group.
struct OptimizedParameters {
  const std::vector<model::TensorSpec>& specs;
  const std::vector<torch::Tensor>& parameters;  // in the order of specs
  std::vector<size_t> group{};
  size_t groups = 1;
};

class Optimizer {
 public:
  Optimizer(OptimizedParameters optimized, const OptimizerOptions& options);

  // One step with learning rates times `rate`; `step` counts from 0. Gradients are left as they are. A parameter whose
  // gradient is undefined stays what it is, and so does its average. Returns the norm of each group's gradients before
  // clipping.
  std::vector<double> Step(std::vector<torch::Tensor>& parameters, std::vector<torch::Tensor> gradients, double rate,
                           int64_t step);

  // State by name, for checkpoints: "momentum.NAME" (Muon), "first.NAME" and "second.NAME" (AdamW), "average.NAME".
  std::vector<std::pair<std::string, torch::Tensor>> State() const;
  const std::vector<torch::Tensor>& average() const { return average_; }

 private:
  // What a step multiplies with.
  struct Pace {
    double rate = 0;            // of the schedule
    std::vector<double> clips;  // the factor of each group's gradients
    double average_step = 0;    // how far the running average goes towards the weights
    int64_t count = 1;          // steps with this one
  };
  struct Tensors {
    std::vector<torch::Tensor>& parameters;
    const std::vector<torch::Tensor>& gradients;
  };
  double ClipOf(const Pace& pace, size_t index) const { return pace.clips[group_[index]]; }
  std::vector<double> Squares(const std::vector<torch::Tensor>& gradients) const;
  // How far a Muon matrix of this shape moves along its direction.
  double MuonRate(const torch::Tensor& like, const Pace& pace) const;
  // On the CPU: whole passes of train_kernels/update.h.
  void FusedMuon(const Tensors& tensors, const Pace& pace);
  void FusedAdam(const Tensors& tensors, const Pace& pace);
  // Elsewhere: the same of libtorch's operations on many tensors at once, and the average apart.
  std::vector<torch::Tensor> Clipped(const Tensors& tensors, const Pace& pace,
                                     const std::vector<size_t>& indices) const;
  void ComposedMuon(const Tensors& tensors, const Pace& pace);
  void ComposedAdam(const Tensors& tensors, const Pace& pace);
  void MoveAverage(const Tensors& tensors, const Pace& pace);

  OptimizerOptions options_;
  std::vector<std::string> names_;
  std::vector<std::vector<size_t>> muon_groups_;  // indices of matrices of one shape
  std::vector<size_t> adam_;
  std::vector<size_t> group_;  // of each parameter
  size_t groups_;
  std::vector<torch::Tensor> first_, second_, average_;  // first: Muon's momentum too
  bool fused_ = false;
};

// The orthogonal polar factor of each matrix of [n, rows, columns], roughly: five quintic Newton-Schulz steps. In
// bfloat16.
torch::Tensor Orthogonalise(const torch::Tensor& matrices);

}  // namespace diptych::train
