// What a training run can be told: every knob with its default, free of libtorch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "balance/interference.h"
#include "data/task_mix.h"

namespace diptych::train {

struct OptimizerOptions {
  bool muon = true;         // false: AdamW for all
  double muon_rate = 0.02;  // times sqrt(max(1, rows / columns)); Keller Jordan, "Muon", 2024
  double muon_momentum = 0.95;
  double adam_rate = 1e-3;
  double adam_beta1 = 0.9, adam_beta2 = 0.95, adam_epsilon = 1e-10;
  double weight_decay = 0.01;  // decoupled, on the blocks' matrices only
  double clip = 1.0;           // largest gradient norm of each tower; the generation tower sees the picture loss alone
  double average = 0.999;      // of the running average, reached as it warms up
};

struct FlowTraining {
  double time_mean = -0.6, time_deviation = 0.9;  // t = sigmoid(normal(mean, deviation))
  double subject_share = 0.25;                    // of a picture's loss that each subject's box adds: TokenWeights
};

struct TrainingOptions {
  std::filesystem::path run = "runs/default";      // checkpoints, logs, samples
  std::filesystem::path model = "models/default";  // config.json and tokenizer.json
  std::filesystem::path words = "src/world/words";
  std::filesystem::path start;  // a model folder whose weights a new run begins with; empty: fresh
  int64_t steps = 20000;
  int batch = 16;  // scenes a step
  int size = 128;  // pixels of a picture's side
  uint64_t seed = 1;
  int64_t warm_up = 100;    // steps
  double decay = 0.3;       // share of the steps at the end over which the rates fall
  double last_rate = 0.05;  // of the full rates, reached at the end
  OptimizerOptions optimizer;
  FlowTraining flow;
  data::TaskMix mix;
  balance::BalanceMode balance = balance::BalanceMode::kFixed;
  balance::LossWeights weights{.text = 0.3, .picture = 1};
  int probe_every = 100;  // steps between measurements of gradient interference; 0: never
  int log_every = 20;     // steps
  double save_minutes = 5;
  double sample_minutes = 10;  // 0: no samples
  int keep = 2;                // checkpoints
  int threads = 0;             // 0: all cores
  int loader_threads = 1;
  std::string device = "cpu";
  bool float32 = false;  // products in float32 instead of bfloat16
};

}  // namespace diptych::train
