// The judge's two convolutional networks: the finder, which reads a whole picture and finds the middles of things
// ("Objects as Points", arXiv 1904.07850), and the looker, which reads one thing that is cut out of it.
#pragma once

#include <torch/torch.h>

#include <map>
#include <string>
#include <vector>

#include "model/tensors.h"

namespace diptych::judge {

struct FinderOutput {     // float32 logits
  torch::Tensor middles;  // [n, kMiddles, kGrid, kGrid]
  torch::Tensor boxes;    // [n, kBoxed, kGrid, kGrid, 4], see JudgeBatch::boxes
  torch::Tensor phases;   // [n, kGrid, kGrid, 3] of the moon
  torch::Tensor scene;    // [n, sum of kSceneReadingValues]
};
struct LookerOutput {    // float32
  torch::Tensor things;  // [n, sum of kThingReadingValues], logits
  torch::Tensor edges;   // [n, 4], see JudgeBatch::edges
};

class JudgeNetwork {
 public:
  // Channels are multiples of `width`; products are in `type`.
  JudgeNetwork(int width, torch::Dtype type);

  void Initialise(uint64_t seed);
  // pictures [n, kFinderSide, kFinderSide, 3] uint8.
  FinderOutput Find(const torch::Tensor& pictures) const;
  // crops [n, kCropSide, kCropSide, 3] uint8, frames [n, 4] float32: where in the picture each is.
  LookerOutput LookAt(const torch::Tensor& crops, const torch::Tensor& frames) const;

  // Normalise by the batch at hand, and let the stored means and variances follow by `momentum`; else by the stored.
  void SetTraining(bool training, double momentum = 0.03) {
    training_ = training;
    momentum_ = momentum;
  }
  int width() const { return width_; }
  // Learned tensors, in the order of specs().
  const std::vector<model::TensorSpec>& specs() const { return specs_; }
  std::vector<torch::Tensor>& parameters() { return parameters_; }
  const std::vector<torch::Tensor>& parameters() const { return parameters_; }
  // The means and variances, by name.
  const std::map<std::string, torch::Tensor>& statistics() const { return statistics_; }

 private:
  void Add(const std::string& name, std::vector<int64_t> shape);
  void AddConvolution(const std::string& name, int64_t in, int64_t out, int64_t side);
  void AddBlock(const std::string& name, int64_t channels);
  void AddFinder();
  void AddLooker();
  const torch::Tensor& Get(const std::string& name) const { return parameters_[index_.at(name)]; }
  torch::Tensor Linear(const torch::Tensor& x, const std::string& name) const;
  // Kernels of 3 keep the size, kernels of 2 halve it.
  torch::Tensor Convolve(const torch::Tensor& x, const std::string& name, int64_t stride = 1) const;
  // Normalised by channel, plus the residual if there is one, cut at zero.
  torch::Tensor Finish(const torch::Tensor& x, const std::string& name,
                       const c10::optional<torch::Tensor>& residual = c10::nullopt) const;
  torch::Tensor Layer(const torch::Tensor& x, const std::string& name, int64_t stride = 1) const {
    return Finish(Convolve(x, name, stride), name);
  }
  torch::Tensor Block(const torch::Tensor& x, const std::string& name) const;
  torch::Tensor Pixels(const torch::Tensor& pictures) const;

  int width_;
  torch::Dtype type_;
  bool training_ = false;
  double momentum_ = 0;
  std::vector<model::TensorSpec> specs_;
  std::vector<torch::Tensor> parameters_;
  std::map<std::string, size_t> index_;
  std::map<std::string, torch::Tensor> statistics_;
};

// bfloat16 where the processor multiplies it, else float32.
torch::Dtype FastestJudgeType();

}  // namespace diptych::judge
