// Low-rank adapters (LoRA, arXiv 2106.09685) in safetensors: for a weight NAME.weight [out, in] two halves, down [r,
// in] and up [out, r], and, unless it is r, alpha. The names of the public trainers are read:
//
//   halves    NAME.lora_down.weight, NAME.lora_up.weight (kohya's scripts, the published adapters)
//             NAME.lora_A.weight, NAME.lora_B.weight (PEFT, diffusers); an adapter's own name ".default" before
//             ".weight"
//   alpha     NAME.alpha, a number; else "lora_alpha" of an adapter_config.json beside a file of PEFT's halves
//   prefixes  "base_model.model.", "diffusion_model.", "transformer.", "unet.", any of them or none
//   kohya     "lora_unet_", "lora_transformer_", "lora_te_", "lora_te1_", "lora_te2_" or "lycoris_" and NAME with _ for
//             each dot, which is held against the model's names
//
// NAME may leave out "language_model." where the model has no weight of the shorter name.
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
    float scale = 1;  // alpha / r, alpha / sqrt(r) where adapter_config.json has use_rslora; 1 without an alpha
  };

  // `model` holds the tensors that it will change. Error: as SafetensorsFile; a tensor of another name, a half without
  // the other or given twice, ranks that differ, an alpha that is no number, numbers that are not finite; an
  // adapter_config.json that asks for more than a low-rank sum (DoRA, transposed weights, alphas of single modules).
  Adapter(const std::filesystem::path& path, const std::map<std::string, TensorView>& model);

  const std::string& path() const { return path_; }
  // By the weight's name, "….weight".
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
