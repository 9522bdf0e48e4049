// A network whose every weight says something.
#pragma once

#include <torch/torch.h>

#include <cmath>

#include "model/config.h"
#include "train/network.h"

namespace diptych::train {

// Random numbers everywhere, where fresh weights are zero too; the same on every device.
inline Network RandomNetwork(const model::ModelConfig& config, torch::Device device, torch::Dtype type) {
  Network network(config, device, type);
  network.Initialise(3);
  torch::NoGradGuard no_gradient;
  torch::manual_seed(4);
  for (torch::Tensor& weight : network.parameters()) {
    const double inputs = weight.dim() < 2 ? 1 : static_cast<double>(weight.numel() / weight.size(0));
    const torch::Tensor numbers = torch::randn(weight.sizes()) * (weight.dim() < 2 ? 0.1 : 0.7 / std::sqrt(inputs));
    weight.add_(numbers.to(device));
  }
  return network;
}

}  // namespace diptych::train
