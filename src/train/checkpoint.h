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

// The part of a checkpoint that is no tensor. Noise, times and data follow from (seed, step), so that no state of
// random numbers or of the data has to be kept.
struct Progress {
  int64_t step = 0;
  uint64_t seed = 0;
  int64_t samples = 0;  // scenes seen
  double seconds = 0;   // spent training
  balance::LossWeights weights;
};

// What a checkpoint holds.
struct RunState {
  const Network& network;
  const Optimizer& optimizer;
  const Progress& progress;
};

// Writes atomically (temporary file, fsync, rename); then removes all but the newest `keep`.
void SaveCheckpoint(const std::filesystem::path& run, const RunState& state, int keep);
// The newest complete checkpoint, or nothing.
std::optional<std::filesystem::path> NewestCheckpoint(const std::filesystem::path& run);
// Error names what is damaged or does not fit and, where there is one, the newest older checkpoint of the run that is
// sound.
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

// The entries beside a checkpoint's tensors.
class CheckpointEntries {
 public:
  // `file` is for messages.
  CheckpointEntries(std::filesystem::path file, std::map<std::string, std::string> entries)
      : file_(std::move(file)), entries_(std::move(entries)) {}
  // An int64_t, uint64_t or double. Error names the file, the entry and its value: it is absent, no number of that
  // type, negative, or not finite.
  template <typename Number>
  Number Get(const std::string& key) const;

 private:
  std::filesystem::path file_;
  std::map<std::string, std::string> entries_;
};

}  // namespace diptych::train
