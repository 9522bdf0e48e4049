// Model folders at the sizes of the public checkpoints, with random weights, written piece by piece.
#pragma once

#include <filesystem>
#include <string>

#include "model/config.h"
#include "numbers/number_types.h"

namespace diptych::bench {

// "8b": the public dense model; "a3b": its sibling with 128 experts that read and 32 that draw
// (configuration and training settings of OpenSenseNova/SenseNova-U1). `layers` other than 0 replaces their number, for
// machines with less memory. Error: another name.
model::ModelConfig LargeConfig(const std::string& name, int layers);

// Bytes of all weights, their matrices in the types that `diptych convert --type` gives them.
uint64_t WeightBytes(const model::ModelConfig& config, numbers::DType type);

// Writes configuration, tokenizer (of the folder `tokenizer`) and FOLDER/model.gguf, WeightBytes in all. One megabyte
// of random blocks is repeated: the speed of products does not depend on the numbers.
void WriteLargeModel(const model::ModelConfig& config, numbers::DType type, const std::filesystem::path& tokenizer,
                     const std::filesystem::path& folder);

// The same sizes as a dense Qwen3 for llama.cpp, the understanding tower alone and without a tokenizer, in one GGUF
// file. Error: a shape with experts.
void WriteQwen3(const model::ModelConfig& config, numbers::DType type, const std::filesystem::path& path);

}  // namespace diptych::bench
