// Training of the judge, which reads pictures for the benchmark and shares nothing with the model that is judged.
#pragma once

#include <filesystem>

#include "judge/pictures.h"
#include "train/loop.h"

namespace diptych::judge {

struct JudgeTraining {
  std::filesystem::path file = "models/judge/judge.safetensors";  // the weights, written at every save
  std::filesystem::path run = "runs/judge";                       // the checkpoint to resume from
  double minutes = 0;  // the rates fall to nothing over them, those before a resume included; 0: over `steps`
  int64_t steps = 0;
  int width = 16;  // of the network, see JudgeNetwork
  double muon_rate = 0.02, adam_rate = 2e-3;
  double save_minutes = 5;
  int threads = 0;  // 0: all cores
  int loader_threads = 1;
  JudgePictures pictures;
};

// Resumes the run's checkpoint if there is one. Stopping saves. Error: no end is given, a checkpoint of another width,
// a loss that is no number.
void TrainJudge(const JudgeTraining& options, const train::TrainingEvents& events);

}  // namespace diptych::judge
