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
  int64_t batch = 0, size = 0;  // scenes a step, pixels of a side; 0: the checkpoint does not tell
};

// What a checkpoint holds.
struct RunState {
  const Network& network;
  const Optimizer& optimizer;
  const Progress& progress;
};

// Of RUN/checkpoints/ these functions see files named by a step as SaveCheckpoint names them ("000000012.safetensors")
// and nothing else: what a person keeps there under another name is neither resumed from nor removed.

// Writes atomically (temporary file, fsync, rename); then removes all but this one and the newest `keep`.
void SaveCheckpoint(const std::filesystem::path& run, const RunState& state, int keep);
// Removes what processes that were killed have left of checkpoints they were writing. Nobody else may write there.
void RemovePartsOfCheckpoints(const std::filesystem::path& run);
// The newest complete checkpoint, or nothing.
std::optional<std::filesystem::path> NewestCheckpoint(const std::filesystem::path& run);
// Error names what is damaged or does not fit, a name of another step than the one inside included, and, where there is
// one, the newest older checkpoint of the run that is sound.
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
  bool Has(const std::string& key) const { return entries_.contains(key); }

 private:
  std::filesystem::path file_;
  std::map<std::string, std::string> entries_;
};

}  // namespace diptych::train
