// A network in which every weight affects the output, and how far two sets of gradients are apart.
#pragma once

#include <torch/types.h>

#include <cmath>
#include <vector>

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

// Of all their numbers together, as a share of `b`.
inline double Distance(const std::vector<torch::Tensor>& a, const std::vector<torch::Tensor>& b) {
  double apart = 0, all = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    apart += (a[i] - b[i]).square().sum().item<double>();
    all += b[i].square().sum().item<double>();
  }
  return std::sqrt(apart / all);
}

}  // namespace diptych::train
