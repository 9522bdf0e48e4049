// The judge's two convolutional networks: a detector of the centres and boxes of things in a whole picture ("Objects as
// Points", arXiv 1904.07850), and a classifier of one thing in a crop. In files the names of their tensors begin with
// "finder." and "looker.".
#pragma once

#include <torch/types.h>

#include <map>
#include <string>
#include <vector>

#include "judge/classes.h"
#include "model/tensors.h"

namespace diptych::judge {

struct DetectorOutput {    // float32 logits
  torch::Tensor heatmaps;  // [n, kHeatmaps, kGrid, kGrid]
  torch::Tensor boxes;     // [n, kBoxed, kGrid, kGrid, 4], see JudgeBatch::boxes
  torch::Tensor phases;    // [n, kGrid, kGrid, 3] of the moon
  torch::Tensor scene;     // [n, sum of the numbers of JudgeClasses::scene]
};
struct ClassifierOutput {  // float32
  torch::Tensor things;    // [n, sum of the numbers of JudgeClasses::things], logits
  torch::Tensor edges;     // [n, 4], see JudgeBatch::edges
};

struct JudgeShape {
  int width = 16;  // channels are multiples of it
  int blocks = 2;  // residual blocks at each resolution, one more in the detector's middle; more see farther
  JudgeClasses classes = ClassesOf(world::Repertoire::Everything());
};

class JudgeNetwork {
 public:
  // Products are in `type`.
  JudgeNetwork(JudgeShape shape, torch::Dtype type);

  void Initialise(uint64_t seed);
  // pictures [n, kDetectorSide, kDetectorSide, 3] uint8.
  DetectorOutput Detect(const torch::Tensor& pictures) const;
  // crops [n, kCropSide, kCropSide, 3] uint8, frames [n, 4] float32: the frame of each crop, as
  // JudgeBatch::crop_frames.
  ClassifierOutput Classify(const torch::Tensor& crops, const torch::Tensor& frames) const;

  // In training batch normalisation uses the statistics of the batch and moves the running ones towards them by
  // `momentum`; otherwise it uses the running ones.
  void SetTraining(bool training, double momentum = 0.03) {
    training_ = training;
    momentum_ = momentum;
  }
  const JudgeShape& shape() const { return shape_; }
  // Learned tensors, in the order of specs().
  const std::vector<model::TensorSpec>& specs() const { return specs_; }
  std::vector<torch::Tensor>& parameters() { return parameters_; }
  const std::vector<torch::Tensor>& parameters() const { return parameters_; }
  // The running means and variances of batch normalisation, by name.
  const std::map<std::string, torch::Tensor>& statistics() const { return statistics_; }

 private:
  void Add(const std::string& name, std::vector<int64_t> shape);
  void AddConvolution(const std::string& name, int64_t in, int64_t out, int64_t side);
  void AddBlock(const std::string& name, int64_t channels);
  void AddDetector();
  void AddClassifier();
  const torch::Tensor& Get(const std::string& name) const { return parameters_[index_.at(name)]; }
  torch::Tensor Linear(const torch::Tensor& x, const std::string& name) const;
  // Kernels of 3 keep the size, kernels of 2 halve it.
  torch::Tensor Convolve(const torch::Tensor& x, const std::string& name, int64_t stride = 1) const;
  // relu(batch_norm(x) + residual).
  torch::Tensor Finish(const torch::Tensor& x, const std::string& name,
                       const c10::optional<torch::Tensor>& residual = c10::nullopt) const;
  torch::Tensor Layer(const torch::Tensor& x, const std::string& name, int64_t stride = 1) const {
    return Finish(Convolve(x, name, stride), name);
  }
  torch::Tensor Block(const torch::Tensor& x, const std::string& name) const;
  torch::Tensor Pixels(const torch::Tensor& pictures) const;

  JudgeShape shape_;
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
