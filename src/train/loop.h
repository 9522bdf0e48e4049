// THE training loop: one model on all tasks at once.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "train/options.h"

namespace diptych::train {

struct TrainingEvents {
  std::function<void(const std::string& line)> on_line;  // a line for a person, now and then
  std::function<bool()> stop;                            // polled each step; true: save and return
  // Once a run has its folder to itself and its weights, before anything is written there; `step` steps are done.
  // Empty: nobody listens.
  std::function<void(int64_t step)> on_begun = nullptr;
};

// Resumes from the newest checkpoint of the run, if there is one. Error: bad options, a run that another process
// trains, a model folder or checkpoint that does not fit, a loss or gradient that is NaN or infinite (the last good
// checkpoint is kept and named).
void Train(const TrainingOptions& options, const TrainingEvents& events);

// What a run would need, without starting it: parameters, memory, time a step, tried on a few steps. Touches no file.
std::string DryRun(const TrainingOptions& options);

// What one training step took: forward, backward, optimiser.
struct StepCost {
  int samples = 0;
  int64_t tokens = 0;
  double operations = 0;  // floating-point, of matrix products and attention
  double seconds = 0;
};
// Times `steps` steps from fresh weights; reads and writes no run. Batches are made between the steps, untimed.
std::vector<StepCost> MeasureSteps(const TrainingOptions& options, int steps);

// Writes the EMA weights of the newest checkpoint as a model folder, see train/model_folder.h. Error: no checkpoint.
void ExportEma(const TrainingOptions& options, const std::filesystem::path& folder);

}  // namespace diptych::train
