// A tiny random model in a folder, for tests: tokenizer, configuration, weights.
#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/random.h"
#include "model/config.h"
#include "model/generation_config.h"
#include "model/safetensors.h"
#include "model/small_config_for_test.h"
#include "model/tensors.h"
#include "text/conversation.h"
#include "text/tokenizer.h"
#include "text/tokenizer_training.h"

namespace diptych::engine {

inline model::ModelConfig TinyConfig() {
  model::ModelConfig c = model::SmallConfigForTest();
  c.embed_noise_scale = true;
  c.noise_scale_mode = model::NoiseScaleMode::kResolution;
  c.noise_scale_base_tokens = 16;
  c.head_hidden = 80;
  c.tie_embeddings = true;
  return c;
}

// Norms are ones, matrices random with rows of unit length.
inline void WriteTinyWeights(const std::filesystem::path& folder, const model::ModelConfig& config) {
  std::vector<std::vector<float>> numbers;
  std::vector<model::NamedTensor> tensors;
  const auto table = model::TensorTable(config);
  for (size_t i = 0; i < table.size(); ++i) {
    model::TensorView view{numbers::DType::kF32, table[i].shape, {}};
    std::vector<float> values(static_cast<size_t>(view.elements()), 1.0f);
    if (view.shape.size() > 1) {
      base::FillNormal(5, i, 0, values);
      const auto inner = static_cast<float>(view.elements() / view.shape[0]);
      for (float& value : values) value /= std::sqrt(inner);
    }
    numbers.push_back(std::move(values));
    tensors.push_back({table[i].name, std::move(view)});
  }
  for (size_t i = 0; i < tensors.size(); ++i) tensors[i].tensor.bytes = std::as_bytes(std::span(numbers[i]));
  model::WriteSafetensors(folder / "model.safetensors", tensors, {{"format", "pt"}});
}

// Makes the folder when it is not there.
inline void WriteTinyModel(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const std::vector<std::string> texts = {"A blue bus drives under a starry night.", "yes no",
                                          "sky: blue\nbus: red, large", "一辆蓝色的巴士在星空下行驶。",
                                          "Is this true: the bus is blue"};
  text::TokenizerTraining training;
  training.vocabulary_size = 320;
  for (std::string_view token : {text::kTextEnd, text::kTurnStart, text::kTurnEnd, text::kThinkStart, text::kThinkEnd,
                                 text::kPictureStart, text::kPictureEnd, text::kPictureToken})
    training.special_tokens.emplace_back(token);
  text::TrainTokenizer(texts, training, folder);
  model::ModelConfig config = TinyConfig();
  config.vocabulary = text::Tokenizer::Load(folder).vocabulary_size() + 3;
  base::WriteFileAtomically(folder / "config.json", model::WriteConfig(config));
  model::GenerationConfig generation;
  generation.steps = 4;
  generation.width = 32;
  generation.height = 24;
  generation.max_new_tokens = 12;
  generation.plan = true;
  base::WriteFileAtomically(folder / "generation_config.json", model::WriteGenerationConfig(generation));
  WriteTinyWeights(folder, config);
}

}  // namespace diptych::engine
