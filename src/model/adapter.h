// Low-rank adapters (LoRA, arXiv 2106.09685) in safetensors: for a weight NAME.weight [out, in] the tensors
// NAME.lora_down.weight [r, in], NAME.lora_up.weight [out, r] and, unless it is r, NAME.alpha.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "model/safetensors.h"

namespace diptych::model {

class Adapter {
 public:
  // What is added to one weight: scale * up * down.
  struct Change {
    std::vector<float> down, up;  // [r, in], [out, r]
    int64_t rank = 0, in = 0, out = 0;
    float scale = 1;  // alpha / r
  };

  // Names may have the prefix "diffusion_model.". Error: as SafetensorsFile; a tensor of another name, one of down and
  // up without the other, ranks that differ, an alpha that is no single number.
  explicit Adapter(const std::filesystem::path& path);

  const std::string& path() const { return path_; }
  // By the weight's name, which ends in ".weight".
  const std::map<std::string, Change>& changes() const { return changes_; }
  // Adds to rows of the weight from `first`; rows.size() is a multiple of `in`. In float32.
  void AddTo(const std::string& name, int64_t first, std::span<float> rows) const;

 private:
  std::string path_;
  std::map<std::string, Change> changes_;
};

// Error unless `tensors` have the matrix that the adapter changes, in its shape.
void CheckFits(const Adapter& adapter, const std::string& name, const std::map<std::string, TensorView>& tensors);

}  // namespace diptych::model
