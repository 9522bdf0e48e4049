// The model of docs/model-family.md as a differentiable function of its float32 master weights.
#pragma once

#include <torch/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "data/batch.h"
#include "model/config.h"
#include "model/tensors.h"
#include "train/ops.h"

namespace diptych::train {

// Pictures of one size, and the inputs and drawings of them, on the network's device.
struct PicturesOfSize {
  data::TokenGrid grid;
  torch::Tensor pictures;       // [pictures, 3, height, width] float32 in [0, 1]
  torch::Tensor input_index;    // [inputs] int64: the index of the picture that each input reads
  torch::Tensor input_rows;     // [inputs * tokens] int64: their rows of the understanding tower
  torch::Tensor drawing_index;  // [drawings] int64: the index of the picture that each draws
  torch::Tensor drawn_rows;     // [drawings * tokens] int64: their rows of the generation tower; undefined: all

  int64_t drawings() const { return drawing_index.size(0); }
};

// A batch on the network's device.
struct TrainingBatch {
  torch::Tensor ids;                  // [rows] int64, 0 in the rows of a picture
  std::vector<PicturesOfSize> sizes;  // as data::GroupBySize orders them
  torch::Tensor target_rows;          // int64
  torch::Tensor targets;              // int32
  Angles angles, drawn_angles;
  Visibility visibility;
  int64_t drawings = 0, drawn_rows = 0;  // of all sizes
};
TrainingBatch Upload(const data::Batch& batch, const model::ModelConfig& config, torch::Device device);

// Pictures [n, 3, height, width] as tokens [n * tokens, 3*Q*Q] and back, values ordered (row, column, channel).
torch::Tensor ToTokens(const torch::Tensor& pictures, int token_pixels);
torch::Tensor FromTokens(const torch::Tensor& tokens, int token_pixels, const data::TokenGrid& grid);

// Noised pictures of one size.
struct NoisyPictures {
  torch::Tensor clean;  // [drawings, 3, height, width] float32 in [-1, 1]; undefined when sampling
  torch::Tensor noisy;  // the same shape, in [-1, 1] and beyond
  torch::Tensor times;  // [drawings] float32
};

// Returns the configuration. Error: it is a variant of the family that the network cannot train: mixture of experts, or
// the convolutional picture head.
const model::ModelConfig& Trainable(const model::ModelConfig& config);

class Network {
 public:
  // Error: as Trainable.
  Network(const model::ModelConfig& config, torch::Device device, torch::Dtype type);

  // Fresh weights: normal with standard deviation 1/sqrt(inputs); zero for the matrices that write into the residual
  // stream and for the last one of the picture head; one for norms.
  void Initialise(uint64_t seed);

  // From now on the parameters of the understanding tower have no gradients.
  void FreezeUnderstanding();
  bool understanding_frozen() const { return understanding_frozen_; }

  const model::ModelConfig& config() const { return config_; }
  const std::vector<model::TensorSpec>& specs() const { return specs_; }
  std::vector<torch::Tensor>& parameters() { return parameters_; }
  const std::vector<torch::Tensor>& parameters() const { return parameters_; }

  struct Output {
    torch::Tensor hidden;  // [rows, D] of the understanding tower, after the final norm
    std::vector<torch::Tensor>
        predicted;  // of each size [drawings * tokens, 3*Q*Q] float32: the clean pictures' tokens
  };
  // `noisy`: for each size of the batch; may be empty if nothing is drawn.
  Output Forward(const TrainingBatch& batch, const std::vector<NoisyPictures>& noisy) const;
  // The output matrix [V, D] in the type of products.
  torch::Tensor OutputMatrix() const;

 private:
  torch::Tensor Weight(const std::string& name) const { return parameters_[index_.at(name)]; }
  // The same in the type of products.
  torch::Tensor Cast(const std::string& name) const { return JoinWeights({Weight(name)}, type_); }
  torch::Tensor ApplyLinear(const torch::Tensor& x, const std::string& module) const;
  // `patches` as CutIntoPatches gives them, of pictures of `grid` tokens.
  torch::Tensor ReadPatches(const torch::Tensor& patches, const data::TokenGrid& grid, const std::string& module) const;
  torch::Tensor EmbedTimes(const torch::Tensor& values, const std::string& module) const;
  torch::Tensor Embed(const TrainingBatch& batch) const;
  torch::Tensor EmbedDrawn(const NoisyPictures& noisy, const data::TokenGrid& grid) const;
  // Joins the rows that `of(size)` gives for each size with drawings, in the order of the generation tower: [drawn
  // rows, width].
  torch::Tensor JoinDrawn(const TrainingBatch& batch, int64_t width,
                          const std::function<torch::Tensor(size_t size)>& of) const;
  // The residual stream of one tower, and the last block's output, which the next norm adds to it (undefined at first).
  struct Stream {
    torch::Tensor x, delta;
  };
  struct Streams {
    Stream understanding, generation;
  };
  torch::Tensor Norm(Stream& stream, const std::string& name) const;
  torch::Tensor Project(Stream& stream, int layer, model::Tower tower, const Angles& angles) const;
  torch::Tensor FeedForward(const torch::Tensor& normed, int layer, model::Tower tower) const;
  void Layer(int layer, const TrainingBatch& batch, Streams& streams) const;
  // Each token's pixels of the best linear guess at the clean pictures (WienerGain): [drawings * tokens, 3*Q*Q].
  torch::Tensor WienerEstimate(const NoisyPictures& noisy, const data::TokenGrid& grid) const;
  torch::Tensor PredictPatches(const torch::Tensor& x) const;
  HeadSplit Layout() const;

  model::ModelConfig config_;
  torch::Device device_;
  torch::Dtype type_;
  bool understanding_frozen_ = false;
  std::vector<model::TensorSpec> specs_;
  std::vector<torch::Tensor> parameters_;
  std::map<std::string, size_t> index_;
};

}  // namespace diptych::train
