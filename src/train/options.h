// The options of a training run with their defaults. Free of libtorch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "balance/interference.h"
#include "data/task_mix.h"

namespace diptych::train {

struct OptimizerOptions {
  bool muon = true;                  // false: AdamW for all
  double muon_learning_rate = 0.02;  // times sqrt(max(1, rows / columns)); Keller Jordan, "Muon", 2024
  double muon_momentum = 0.95;
  double adam_learning_rate = 1e-3;
  double adam_beta1 = 0.9, adam_beta2 = 0.95, adam_epsilon = 1e-10;
  double weight_decay = 0.01;  // decoupled, on the blocks' matrices only
  double clip = 1.0;           // largest gradient norm of each tower; the generation tower sees the picture loss alone
  double ema_decay = 0.999;    // of the EMA of the weights; min(this, (1 + step) / (10 + step)) while it warms up
};

struct FlowTraining {
  double time_mean = -0.6, time_deviation = 0.9;  // logit-normal times: t = sigmoid(normal(mean, deviation))
  double subject_share = 0.25;                    // of a picture's loss that each subject's box adds: TokenWeights
};

struct TrainingOptions {
  std::filesystem::path run = "runs/default";      // checkpoints, logs, samples
  std::filesystem::path model = "models/default";  // config.json and tokenizer.json
  std::filesystem::path words = "src/world/words";
  std::filesystem::path kinds{};  // a file with the kinds of things to learn (world/repertoire.h); empty: all
  int artists = 0;                // how many artists' drawings of a kind to learn; 0: all
  std::filesystem::path start;    // a model folder whose weights a new run begins with; empty: fresh
  int64_t steps = 20000;
  int batch = 16;  // scenes a step
  int size = 128;  // pixels of a picture's side
  uint64_t seed = 1;
  int64_t warm_up = 100;            // steps of linear warm-up of the learning rates
  double decay = 0.3;               // share of the steps, at the end, over which the learning rates decay
  double final_rate_factor = 0.05;  // the learning rates at the end as a share of the full ones
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
