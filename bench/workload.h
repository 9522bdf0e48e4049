// What both contestants are asked to do: one answer, in numbers that need no tokenizer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "model/config.h"
#include "model/generation_config.h"
#include "text/tokenizer.h"

namespace diptych::bench {

struct Workload {
  std::string prompt{};
  model::GenerationConfig options{};
  // Token ids, special tokens included.
  std::vector<int32_t> turn{};        // the prompt's turn up to where the plan begins
  std::vector<int32_t> after_plan{};  // the end of the plan and "<img>"
  std::vector<int32_t> nothing{};     // the unconditional context, up to "<img>"
  std::vector<int32_t> picture_end{};
  std::vector<int32_t> text{};                // ordinary ids for reading and as a fixed continuation
  int plan_tokens = 0, narrative_tokens = 0;  // written by the engine, set after its first answer
  std::vector<float> noise{};                 // unit normal, in the layout of PixelTokens

  // A context as long as the answer's when it begins to draw: the turn, a plan, "<img>".
  std::vector<int32_t> Conditioned() const;
};
// `options` are the model's; Euler steps without rescaling.
Workload MakeWorkload(const text::Tokenizer& tokenizer, const model::GenerationConfig& options,
                      const std::string& prompt);

// A model folder with random weights of the size of the one in `folder`, which has none yet: its configuration and
// tokenizer, answers of fixed length. Special tokens are never the likeliest.
void WriteRandomModel(const std::filesystem::path& folder, const std::filesystem::path& to);

// Numbers in all tensors of the model.
double ParameterCount(const model::ModelConfig& config);
// Floating-point operations of one denoising step over `contexts` contexts of these lengths: matrix products and
// attention.
double StepOperations(const Workload& load, const model::ModelConfig& config);

}  // namespace diptych::bench
