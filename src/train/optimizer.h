// Muon for the blocks' matrices, AdamW for everything else, and the running average of the weights.
#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "model/tensors.h"
#include "train/options.h"

namespace diptych {

class Optimizer {
 public:
  Optimizer(const std::vector<TensorSpec>& specs, const std::vector<torch::Tensor>& parameters,
            const OptimizerOptions& options);

  struct Norms {
    double understanding = 0, generation = 0;  // of the gradients, before clipping
  };
  // One step with learning rates times `rate`; `step` counts from 0. Gradients are left as they are.
  Norms Step(std::vector<torch::Tensor>& parameters, std::vector<torch::Tensor> gradients, double rate, int64_t step);

  // State by name, for checkpoints: "momentum.NAME" (Muon), "first.NAME" and "second.NAME" (AdamW), "average.NAME".
  std::vector<std::pair<std::string, torch::Tensor>> State() const;
  const std::vector<torch::Tensor>& average() const { return average_; }

 private:
  void MuonStep(std::vector<torch::Tensor>& parameters, const std::vector<torch::Tensor>& gradients, double rate);
  void AdamStep(torch::Tensor& parameter, const torch::Tensor& gradient, size_t index, double rate, int64_t step);

  OptimizerOptions options_;
  std::vector<std::string> names_;
  std::vector<std::vector<size_t>> muon_groups_;  // indices of matrices of one shape
  std::vector<size_t> adam_;
  std::vector<bool> generation_;
  std::vector<torch::Tensor> first_, second_, average_;  // first: Muon's momentum too
};

// The orthogonal polar factor of each matrix of [n, rows, columns], roughly: five quintic Newton-Schulz steps.
torch::Tensor Orthogonalise(const torch::Tensor& matrices);

}  // namespace diptych
