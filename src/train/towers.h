// The model's two towers as groups of the optimiser: their gradients are clipped separately, so that a large gradient
// of the picture loss does not slow the weights of the texts.
#pragma once

#include <torch/types.h>

#include <cstddef>
#include <vector>

#include "model/tensors.h"
#include "train/optimizer.h"

namespace diptych::train {

// Norms of the gradients of each tower, before clipping.
struct TowerNorms {
  double understanding = 0, generation = 0;
};

// The optimiser of a whole model, with a group for each tower. `specs` are in the order of `parameters`.
Optimizer OptimizerOfTowers(const std::vector<model::TensorSpec>& specs, const std::vector<torch::Tensor>& parameters,
                            const OptimizerOptions& options);
// What such an optimiser's step returned.
TowerNorms NormsOfTowers(const std::vector<double>& norms);

}  // namespace diptych::train
