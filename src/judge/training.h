// Training of the judge: detector and classifier together, on pictures of the world.
#pragma once

#include <filesystem>

#include "judge/pictures.h"
#include "train/loop.h"

namespace diptych::judge {

struct JudgeTraining {
  std::filesystem::path file = "models/judge/judge.safetensors";  // the weights, written at every save
  std::filesystem::path run = "runs/judge";                       // the checkpoint to resume from
  double minutes = 0;  // of training in all, those before a resume included; 0: `steps` decides
  int64_t steps = 0;
  int width = 16, blocks = 2;  // of the network, see JudgeShape; its classes are of what the pictures show
  double muon_learning_rate = 0.02, adam_learning_rate = 2e-3;
  double save_minutes = 5;
  int threads = 0;  // 0: all cores
  int loader_threads = 1;
  JudgePictures pictures;
};

// Resumes the run's checkpoint if there is one. Stopping saves. Error: no end is given, a run that another process
// trains, a checkpoint of another shape, of other classes or of other drawings, a gradient that is NaN or infinite.
void TrainJudge(const JudgeTraining& options, const train::TrainingEvents& events);

}  // namespace diptych::judge
