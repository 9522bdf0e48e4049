#include "train/flow.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace diptych::train {
namespace {

using torch::Tensor;

// Follows from (seed, step); the constants spread neighbouring pairs (Steele et al., SplitMix64).
uint64_t SeedOf(const StepOfRun& at) {
  return at.seed * 0x9E3779B97F4A7C15u + static_cast<uint64_t>(at.step) * 0xBF58476D1CE4E5B9u + 1;
}

// Normal numbers made where they are used: a GPU would wait for the CPU's. Each kind of device has its own.
Tensor Normal(at::IntArrayRef sizes, torch::Device device, torch::Generator cpu, uint64_t seed) {
  if (device.is_cpu()) return torch::randn(sizes, cpu, torch::kFloat32);
  torch::Generator generator = at::globalContext().defaultGenerator(device);
  generator.set_current_seed(seed);
  return torch::randn(sizes, generator, torch::TensorOptions(torch::kFloat32).device(device));
}

Tensor Rest(const Tensor& times, double smallest) { return (1 - times).clamp_min(smallest); }

}  // namespace

NoisyPictures AddNoise(const TrainingBatch& batch, const model::ModelConfig& config, const FlowTraining& options,
                       const StepOfRun& at) {
  const torch::Device device = batch.pictures.device();
  const int64_t n = batch.drawings;
  torch::Generator generator = at::detail::createCPUGenerator(SeedOf(at));
  const Tensor clean = (batch.pictures * 2 - 1).index_select(0, batch.drawing_index);
  const Tensor quantile =
      (torch::randperm(n, generator, torch::kFloat32) + torch::rand({n}, generator)) / static_cast<double>(n);
  const Tensor normal = torch::erfinv((quantile * 2 - 1).clamp(-0.99999, 0.99999)) * std::sqrt(2.0);
  const Tensor times = Send(torch::sigmoid(normal * options.time_deviation + options.time_mean), device);
  const double scale = model::NoiseScale(config, batch.drawn_tokens);
  const Tensor noise = Normal(clean.sizes(), device, generator, SeedOf(at)) * scale;
  const Tensor t = times.view({n, 1, 1, 1});
  return {clean, t * clean + (1 - t) * noise, times};
}

std::vector<float> TokenWeights(const std::vector<text::Box>& subjects, int side_tokens, double share) {
  const double tokens = side_tokens * side_tokens, side = 100.0 / side_tokens;  // of a token, in percent
  std::vector<float> weights(static_cast<size_t>(tokens), 1);
  // How much of [first, last] lies in the token at `index` along an axis.
  const auto covered = [&](int first, int last, int index) {
    return std::max(0.0, std::min<double>(last, (index + 1) * side) - std::max<double>(first, index * side)) / side;
  };
  for (const text::Box& box : subjects) {
    const double area = (box.right - box.left) * (box.bottom - box.top) / (side * side);
    const double weight = std::min(kMostWeight, share * tokens / std::max(1.0, area));
    for (int h = 0; h < side_tokens; ++h)
      for (int w = 0; w < side_tokens; ++w)
        weights[static_cast<size_t>(h * side_tokens + w)] +=
            static_cast<float>(weight * covered(box.left, box.right, w) * covered(box.top, box.bottom, h));
  }
  const float mean = std::accumulate(weights.begin(), weights.end(), 0.0f) / static_cast<float>(tokens);
  for (float& weight : weights) weight /= mean;
  return weights;
}

Tensor DrawnTokenWeights(const data::Batch& batch, const model::ModelConfig& config, double share) {
  std::vector<float> all;
  for (const data::PictureAt& drawing : batch.drawings) {
    const std::vector<float> weights =
        TokenWeights(batch.subjects[static_cast<size_t>(drawing.picture)], batch.side / config.token_pixels(), share);
    all.insert(all.end(), weights.begin(), weights.end());
  }
  return torch::tensor(all).view({static_cast<int64_t>(batch.drawings.size()), -1});
}

Tensor VelocityLosses(const NoisyPictures& pictures, const Tensor& predicted_tokens, const Tensor& token_weights,
                      const model::ModelConfig& config) {
  const int64_t n = pictures.clean.size(0);
  const Tensor squares =
      (predicted_tokens - ToTokens(pictures.clean, config.token_pixels())).square().mean(1).view({n, -1});
  const Tensor errors = (squares * token_weights).mean(1);
  return errors / Rest(pictures.times, config.t_epsilon).square();
}

Tensor UnitNoise(int64_t drawings, int side, uint64_t seed) {
  return torch::randn({drawings, 3, side, side}, at::detail::createCPUGenerator(SeedOf({seed, 0})), torch::kFloat32);
}

Tensor DrawPictures(const DrawRequest& request) {
  torch::NoGradGuard no_gradient;
  const model::ModelConfig& config = request.network.config();
  const torch::Device device = request.batch.pictures.device();
  const int side = static_cast<int>(request.noise.size(2));
  Tensor z = request.noise.to(device) * model::NoiseScale(config, request.batch.drawn_tokens);
  for (int i = 0; i < request.steps; ++i) {
    const double t = static_cast<double>(i) / request.steps;
    const Tensor times = torch::full({request.batch.drawings}, t, torch::kFloat32).to(device);
    const auto clean = [&](const TrainingBatch& batch) {
      return FromTokens(request.network.Forward(batch, z, times).predicted, config.token_pixels(), side);
    };
    Tensor x = clean(request.batch);
    if (request.guidance != 1) {
      const Tensor free = clean(request.undirected);
      x = free + request.guidance * (x - free);
    }
    z = z + (x - z) / (std::max(1 - t, config.t_epsilon) * request.steps);
  }
  return z;
}

}  // namespace diptych::train
