// A model folder in another number type: tensor by tensor, so that memory does not grow with the model.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "numbers/number_types.h"

namespace diptych::model {

struct ConvertOptions {
  numbers::DType type = numbers::DType::kQ4_K;  // a real type
  bool gguf = true;                             // model.gguf; otherwise model.safetensors, for plain types only
  std::vector<std::filesystem::path> adapters;  // merged into the weights
  int threads = 1;
  // Called after each piece; may throw to stop. May be empty.
  std::function<void(uint64_t bytes_done, uint64_t bytes_in_all)> on_progress;
};

// The type that a tensor gets when a model is converted to `wanted`. Plain types apply to every tensor. Quantised types
// apply to the transformer's matrices alone; norms, routers, the embedders of patches, time and noise, and the picture
// head keep their own. Rows whose length is no multiple of the block get Q8_0 instead of a type with blocks of 256, or
// keep their own type. The embedding and output matrix, on which all text depends, get Q6_K instead of 4 bits.
numbers::DType TypeFor(const std::string& name, numbers::DType own, const std::vector<int64_t>& shape,
                       numbers::DType wanted);

// Writes the folder `to`, complete with configuration and tokenizer, or nothing at all. Error: `to` exists; as
// LoadConfig and WeightFiles; numbers that are not finite or that F16 cannot hold.
void ConvertModel(const std::filesystem::path& from, const std::filesystem::path& to, const ConvertOptions& options);

}  // namespace diptych::model
