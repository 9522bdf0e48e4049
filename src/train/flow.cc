#include "train/flow.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>

namespace diptych {
namespace {

using torch::Tensor;

// A generator whose numbers follow from (seed, step); the constant spreads neighbouring pairs (Steele et al., SplitMix64).
torch::Generator GeneratorOf(uint64_t seed, int64_t step) {
  return at::detail::createCPUGenerator(seed * 0x9E3779B97F4A7C15u + static_cast<uint64_t>(step) * 0xBF58476D1CE4E5B9u + 1);
}

Tensor Rest(const Tensor& times, double smallest) { return (1 - times).clamp_min(smallest); }

}  // namespace

NoisyPictures AddNoise(const TrainingBatch& batch, const ModelConfig& config, const FlowTraining& options, uint64_t seed,
                       int64_t step) {
  const torch::Device device = batch.pictures.device();
  const int64_t n = batch.drawings;
  torch::Generator generator = GeneratorOf(seed, step);
  const Tensor clean = (batch.pictures * 2 - 1).index_select(0, batch.drawing_index);
  const Tensor quantile = (torch::randperm(n, generator, torch::kFloat32) + torch::rand({n}, generator)) / static_cast<double>(n);
  const Tensor normal = torch::erfinv((quantile * 2 - 1).clamp(-0.99999, 0.99999)) * std::sqrt(2.0);
  const Tensor times = torch::sigmoid(normal * options.time_deviation + options.time_mean).to(device);
  const double scale = NoiseScale(config, batch.drawn_tokens);
  const Tensor noise = torch::randn(clean.sizes(), generator, torch::kFloat32).to(device) * scale;
  const Tensor t = times.view({n, 1, 1, 1});
  return {clean, t * clean + (1 - t) * noise, times};
}

Tensor VelocityLosses(const NoisyPictures& pictures, const Tensor& predicted_tokens, const ModelConfig& config,
                      const FlowTraining& options) {
  const int64_t n = pictures.clean.size(0);
  const Tensor errors = (predicted_tokens - ToTokens(pictures.clean, config.token_pixels())).square().view({n, -1}).mean(1);
  return errors / Rest(pictures.times, options.smallest_rest).square();
}

Tensor UnitNoise(int64_t drawings, int side, uint64_t seed) {
  return torch::randn({drawings, 3, side, side}, GeneratorOf(seed, 0), torch::kFloat32);
}

Tensor DrawPictures(const DrawRequest& request) {
  torch::NoGradGuard no_gradient;
  const ModelConfig& config = request.network.config();
  const torch::Device device = request.batch.pictures.device();
  const int side = static_cast<int>(request.noise.size(2));
  Tensor z = request.noise.to(device) * NoiseScale(config, request.batch.drawn_tokens);
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

}  // namespace diptych
