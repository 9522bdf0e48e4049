// THE training loop: one model on all tasks at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "balance/interference.h"
#include "data/world_source.h"
#include "train/flow.h"
#include "train/optimizer.h"

namespace diptych {

struct TrainingOptions {
  std::filesystem::path run = "runs/default";       // checkpoints, logs, samples
  std::filesystem::path model = "models/default";   // config.json and tokenizer.json
  std::filesystem::path words = "src/world/words";
  int64_t steps = 20000;
  int batch = 16;                // scenes a step
  int size = 128;                // pixels of a picture's side
  uint64_t seed = 1;
  int64_t warm_up = 100;         // steps
  double decay = 0.3;            // share of the steps at the end over which the rates fall
  double last_rate = 0.05;       // of the full rates, reached at the end
  OptimizerOptions optimizer;
  FlowOptions flow;
  TaskMix mix;
  BalanceMode balance = BalanceMode::kFixed;
  LossWeights weights{.text = 0.3, .picture = 1};
  int probe_every = 100;         // steps between measurements of gradient interference; 0: never
  int log_every = 20;            // steps
  double save_minutes = 5;
  double sample_minutes = 10;
  int keep = 2;                  // checkpoints
  int threads = 0;               // 0: all cores
  int loader_threads = 1;
  std::string device = "cpu";
  bool float32 = false;          // products in float32 instead of bfloat16
};

struct TrainingEvents {
  std::function<void(const std::string& line)> on_line;  // a line for a person, now and then
  std::function<bool()> stop;                            // polled each step; true: save and return
};

// Resumes from the newest checkpoint of the run, if there is one. Error: bad options, a model folder or checkpoint that
// does not fit, a loss that is no number (the last good checkpoint is kept and named).
void Train(const TrainingOptions& options, const TrainingEvents& events);

// What a run would need, without starting it: parameters, memory, time a step.
std::string DryRun(const TrainingOptions& options);

// Writes the run's averaged weights into FOLDER/model.safetensors as bfloat16.
void ExportAverage(const TrainingOptions& options, const std::filesystem::path& folder);

}  // namespace diptych
