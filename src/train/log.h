// The logs of a run: log.jsonl and log.csv get a line every few steps, interference.csv one for each layer and probe.
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "balance/interference.h"
#include "data/batch.h"
#include "train/checkpoint.h"
#include "train/towers.h"

namespace diptych::train {

struct StepRecord {
  const data::Batch& batch;
  const torch::Tensor& each_text;  // [targets] nats
  double text = 0, picture = 0;    // losses
  double rate_factor = 0;          // of the learning rates
  TowerNorms norms;
  double seconds = 0;
};

// Floating-point operations of one step's matrix products and attention, forward and backward; of a frozen
// understanding tower forward alone.
double StepOperations(const data::Batch& batch, const model::ModelConfig& config, bool frozen);

// Which run's log it is, and from where it goes on.
struct LogPlace {
  const std::filesystem::path& run;
  int every = 1;     // steps between lines
  int64_t step = 0;  // done before; what stands in the files of later steps is dropped
};

class Log {
 public:
  Log(const LogPlace& place, const Network& network, std::function<void(const std::string&)> on_line);
  void Step(const StepRecord& record, const Progress& progress);
  // One row a layer, the last row all layers together.
  void Interference(int64_t step, const std::vector<balance::GradientProducts>& layers,
                    const balance::LossWeights& weights);

 private:
  void Write(const Progress& progress, double rate_factor, const TowerNorms& norms);

  int every_;
  model::ModelConfig config_;
  bool frozen_;  // the understanding tower
  std::function<void(const std::string&)> on_line_;
  double peak_;  // FLOP/s of a large bfloat16 product, measured when the run starts
  std::ofstream jsonl_, csv_, interference_;
  // Sums since the last line.
  int steps_ = 0;
  int64_t samples_ = 0, tokens_ = 0;
  double text_ = 0, picture_ = 0, seconds_ = 0, operations_ = 0;
  std::vector<double> task_sum_, task_count_;  // as data::kTasks
  double claims_right_ = 0, claims_ = 0;
};

}  // namespace diptych::train
