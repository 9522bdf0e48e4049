// The one table of a model's tensors: names and shapes, walked by reader, writer, engine and trainer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/config.h"

namespace diptych::model {

struct TensorSpec {
  std::string name;
  std::vector<int64_t> shape;  // row-major, as PyTorch stores it: a matrix is [out, in]
};

// "" or "_mot_gen".
const char* TowerSuffix(Tower tower);

// Whether a tensor serves only drawing: the generation tower, its embedders and the picture head.
bool IsGeneration(const std::string& name);

// Every tensor of a model of this configuration, in file order.
std::vector<TensorSpec> TensorTable(const ModelConfig& config);

// Names of the parts of a layer; the tower's suffix stands on the module's name. `module` is "self_attn.q_proj",
// "mlp.gate_proj", "mlp.experts.3.up_proj", "input_layernorm", ...
std::string LayerTensor(int layer, const std::string& module, Tower tower);

}  // namespace diptych::model
