// Checkpoints of a training run: RUN/checkpoints/STEP.safetensors with everything that the next step depends on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "balance/interference.h"
#include "train/network.h"
#include "train/optimizer.h"

namespace diptych::train {

// What is not a tensor. Noise, times and data follow from (seed, step), so the step is the random state and the data
// position as well.
struct Progress {
  int64_t step = 0;
  uint64_t seed = 0;
  int64_t samples = 0;  // scenes seen
  double seconds = 0;   // spent training
  balance::LossWeights weights;
};

// Writes atomically (temporary file, fsync, rename); then removes all but the newest `keep`.
void SaveCheckpoint(const std::filesystem::path& run, const Network& network, const Optimizer& optimizer,
                    const Progress& progress, int keep);
// The newest complete checkpoint, or nothing.
std::optional<std::filesystem::path> NewestCheckpoint(const std::filesystem::path& run);
// Error names what does not fit.
Progress LoadCheckpoint(const std::filesystem::path& checkpoint, Network& network, Optimizer& optimizer);
// Writes weights as model.safetensors in bfloat16 or float32.
void ExportWeights(const std::filesystem::path& folder, const std::vector<model::TensorSpec>& specs,
                   const std::vector<torch::Tensor>& weights, torch::Dtype type);

// Tensors by name as a safetensors file, written atomically.
void WriteTensors(const std::filesystem::path& path, const std::vector<std::pair<std::string, torch::Tensor>>& tensors,
                  const std::map<std::string, std::string>& metadata);
// Fills the tensors from such a file and returns its metadata. Error: one is absent or has another shape.
std::map<std::string, std::string> ReadTensors(const std::filesystem::path& path,
                                               const std::vector<std::pair<std::string, torch::Tensor>>& tensors);

}  // namespace diptych::train
