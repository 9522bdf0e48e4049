#include "train/flow.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace diptych::train {
namespace {

using torch::Tensor;

// A seed for (seed, step). The constants are those of SplitMix64 (Steele et al., OOPSLA 2014): nearby pairs differ
// much.
uint64_t SeedOf(const StepOfRun& at) {
  return at.seed * 0x9E3779B97F4A7C15u + static_cast<uint64_t>(at.step) * 0xBF58476D1CE4E5B9u + 1;
}

// Standard normal numbers, generated on the device: sending the CPU's would stall a GPU. They differ between kinds of
// device.
Tensor Normal(at::IntArrayRef sizes, torch::Device device, torch::Generator cpu, uint64_t seed) {
  if (device.is_cpu()) return torch::randn(sizes, cpu, torch::kFloat32);
  torch::Generator generator = at::globalContext().defaultGenerator(device);
  generator.set_current_seed(seed);
  return torch::randn(sizes, generator, torch::TensorOptions(torch::kFloat32).device(device));
}

Tensor TimeLeft(const Tensor& times, double smallest) { return (1 - times).clamp_min(smallest); }

}  // namespace

std::vector<NoisyPictures> AddNoise(const TrainingBatch& batch, const model::ModelConfig& config,
                                    const FlowTraining& options, const StepOfRun& at) {
  const torch::Device device = batch.ids.device();
  const int64_t n = batch.drawings;
  torch::Generator generator = at::detail::createCPUGenerator(SeedOf(at));
  const Tensor quantile =
      (torch::randperm(n, generator, torch::kFloat32) + torch::rand({n}, generator)) / static_cast<double>(n);
  const Tensor normal = torch::erfinv((quantile * 2 - 1).clamp(-0.99999, 0.99999)) * std::sqrt(2.0);
  const Tensor all_times = Send(torch::sigmoid(normal * options.time_deviation + options.time_mean), device);
  std::vector<NoisyPictures> noisy;
  int64_t first = 0;  // of this size's times
  for (const PicturesOfSize& size : batch.sizes) {
    const Tensor clean = (size.pictures * 2 - 1).index_select(0, size.drawing_index);
    const Tensor times = all_times.slice(0, first, first + size.drawings());
    const double scale = model::NoiseScale(config, size.grid.count());
    const Tensor noise = Normal(clean.sizes(), device, generator, SeedOf(at) + noisy.size()) * scale;
    const Tensor t = times.view({-1, 1, 1, 1});
    noisy.push_back({.clean = clean, .noisy = t * clean + (1 - t) * noise, .times = times});
    first += size.drawings();
  }
  return noisy;
}

std::vector<float> TokenWeights(const std::vector<plan::Box>& subjects, const data::TokenGrid& grid, double share) {
  const double tokens = grid.count(), high = 100.0 / grid.high, wide = 100.0 / grid.wide;  // of a token, in percent
  std::vector<float> weights(static_cast<size_t>(grid.count()), 1);
  // How much of [first, last] lies in the token at `index` along an axis on which a token is `side` long.
  const auto covered = [](int first, int last, int index, double side) {
    return std::max(0.0, std::min<double>(last, (index + 1) * side) - std::max<double>(first, index * side)) / side;
  };
  for (const plan::Box& box : subjects) {
    const double area = (box.right - box.left) * (box.bottom - box.top) / (wide * high);
    const double weight = std::min(kMostWeight, share * tokens / std::max(1.0, area));
    for (int h = 0; h < grid.high; ++h)
      for (int w = 0; w < grid.wide; ++w)
        weights[static_cast<size_t>(h * grid.wide + w)] +=
            static_cast<float>(weight * covered(box.left, box.right, w, wide) * covered(box.top, box.bottom, h, high));
  }
  const float mean = std::accumulate(weights.begin(), weights.end(), 0.0f) / static_cast<float>(tokens);
  for (float& weight : weights) weight /= mean;
  return weights;
}

std::vector<Tensor> DrawnTokenWeights(const data::Batch& batch, const model::ModelConfig& config, double share) {
  std::vector<Tensor> by_size;
  for (const data::SizeGroup& group : data::GroupBySize(batch, config)) {
    std::vector<float> all;
    for (int drawing : group.drawings) {
      const int picture = batch.drawings[static_cast<size_t>(drawing)].picture;
      const std::vector<float> weights = TokenWeights(batch.subjects[static_cast<size_t>(picture)], group.grid, share);
      all.insert(all.end(), weights.begin(), weights.end());
    }
    by_size.push_back(torch::tensor(all).view({static_cast<int64_t>(group.drawings.size()), group.grid.count()}));
  }
  return by_size;
}

Tensor VelocityLosses(const NoisyPictures& pictures, const Tensor& predicted_tokens, const Tensor& token_weights,
                      const model::ModelConfig& config) {
  const Tensor clean = ToTokens(pictures.clean, config.token_pixels());
  const Tensor squares = (predicted_tokens - clean).square().mean(1).view_as(token_weights);
  const Tensor errors = (squares * token_weights).mean(1);
  return errors / TimeLeft(pictures.times, config.t_epsilon).square();
}

Tensor UnitNoise(at::IntArrayRef shape, uint64_t seed) {
  return torch::randn(shape, at::detail::createCPUGenerator(SeedOf({seed, 0})), torch::kFloat32);
}

std::vector<Tensor> DrawPictures(const DrawRequest& request) {
  torch::NoGradGuard no_gradient;
  const model::ModelConfig& config = request.network.config();
  const std::vector<PicturesOfSize>& sizes = request.batch.sizes;
  const torch::Device device = request.batch.ids.device();
  std::vector<NoisyPictures> z;
  for (size_t i = 0; i < sizes.size(); ++i)
    z.push_back({.clean = {},
                 .noisy = request.noise[i].to(device) * model::NoiseScale(config, sizes[i].grid.count()),
                 .times = {}});
  for (int step = 0; step < request.steps; ++step) {
    const double t = static_cast<double>(step) / request.steps;
    for (NoisyPictures& each : z) each.times = torch::full({each.noisy.size(0)}, t, torch::kFloat32).to(device);
    const auto clean = [&](const TrainingBatch& batch) { return request.network.Forward(batch, z).predicted; };
    const std::vector<Tensor> conditional = clean(request.batch);
    const std::vector<Tensor> unconditional = request.guidance != 1 ? clean(request.unconditional) : conditional;
    for (size_t i = 0; i < z.size(); ++i) {
      const auto picture = [&](const Tensor& tokens) {
        return FromTokens(tokens, config.token_pixels(), sizes[i].grid);
      };
      Tensor x = picture(conditional[i]);
      if (request.guidance != 1) x = picture(unconditional[i]) + request.guidance * (x - picture(unconditional[i]));
      z[i].noisy = z[i].noisy + (x - z[i].noisy) / (std::max(1 - t, config.t_epsilon) * request.steps);
    }
  }
  std::vector<Tensor> drawn;
  for (const NoisyPictures& each : z) drawn.push_back(each.noisy);
  return drawn;
}

}  // namespace diptych::train
