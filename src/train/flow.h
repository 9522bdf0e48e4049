// Training of rectified flow on pixels: times, noise, velocity loss (docs/model-family.md, "Drawing a picture:
// rectified flow on pixels").
#pragma once

#include <torch/types.h>

#include <cstdint>

#include "train/network.h"
#include "train/options.h"

namespace diptych::train {

// A step of a run; random numbers follow from it alone.
struct StepOfRun {
  uint64_t seed = 0;
  int64_t step = 0;
};
// The noised drawings of each size of the batch. Noise and times follow from `at` alone. Times are logit-normal (arXiv
// 2403.03206), stratified: each drawing of the batch has a quantile range of its own.
std::vector<NoisyPictures> AddNoise(const TrainingBatch& batch, const model::ModelConfig& config,
                                    const FlowTraining& options, const StepOfRun& at);

// The weight of each token of a picture in its loss, mean 1. Subjects are small and carry most of what a prompt says,
// so the box of each adds `share` of the picture's weight, spread over the box, up to kMostWeight a token. The optimal
// prediction, the conditional mean of the clean picture, does not depend on the weights.
inline constexpr double kMostWeight = 8;
std::vector<float> TokenWeights(const std::vector<plan::Box>& subjects, const data::TokenGrid& grid, double share);
// The weights of each drawing's tokens: of each size [drawings, tokens].
std::vector<torch::Tensor> DrawnTokenWeights(const data::Batch& batch, const model::ModelConfig& config, double share);

// Of pictures of one size: weighted mean |v_predicted - v|^2 with v = (clean - noisy) / max(1 - t, t_epsilon):
// [drawings]. token_weights [drawings, tokens].
torch::Tensor VelocityLosses(const NoisyPictures& pictures, const torch::Tensor& predicted_tokens,
                             const torch::Tensor& token_weights, const model::ModelConfig& config);

// Standard normal numbers of this shape that follow from the seed alone, on the CPU.
torch::Tensor UnitNoise(at::IntArrayRef shape, uint64_t seed);

struct DrawRequest {
  const Network& network;
  const TrainingBatch& batch;
  const TrainingBatch& unconditional;  // the same drawings without condition; unused at guidance 1
  std::vector<torch::Tensor> noise;    // of each size: unit noise [drawings, 3, height, width]
  int steps = 25;
  double guidance = 2;  // classifier-free guidance scale
};
// Samples the drawings of a batch by Euler steps: for each size [drawings, 3, height, width], in about [-1, 1]. For
// samples during training and the parity test; answers come from the engine.
std::vector<torch::Tensor> DrawPictures(const DrawRequest& request);

}  // namespace diptych::train
