// Rectified flow on pixels as it is trained: times, noise, the loss on velocity. NEO_UNIFY, "Drawing a picture".
#pragma once

#include <torch/torch.h>

#include <cstdint>

#include "train/network.h"
#include "train/options.h"

namespace diptych::train {

// Which step of which run: the whole state of its random numbers.
struct StepOfRun {
  uint64_t seed = 0;
  int64_t step = 0;
};
// The drawings of each size of the batch. Noise and times follow from `at` alone. Times are spread over the quantiles
// of their distribution.
std::vector<NoisyPictures> AddNoise(const TrainingBatch& batch, const model::ModelConfig& config,
                                    const FlowTraining& options, const StepOfRun& at);

// What a picture's tokens weigh in its loss, mean 1: subjects are small and carry most of what a prompt says, so each
// one's box adds `share` of the picture's weight, spread over the box, up to kMostWeight a token. A prediction of the
// clean picture has its optimum, the mean, whatever the weights are.
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
  const TrainingBatch& undirected;   // the same drawings without their condition; unused at guidance 1
  std::vector<torch::Tensor> noise;  // of each size: unit noise [drawings, 3, height, width]
  int steps = 25;
  double guidance = 2;
};
// Draws the drawings of a batch by Euler steps: of each size [drawings, 3, height, width], around [-1, 1]. The engine
// is the one to answer with; this serves samples during training and the parity test.
std::vector<torch::Tensor> DrawPictures(const DrawRequest& request);

}  // namespace diptych::train
