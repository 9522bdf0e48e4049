// A loaded model: configuration, weights and tokenizer. Const after loading and shared by any number of sessions.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "model/config.h"
#include "model/generation_config.h"
#include "text/tokenizer.h"

namespace diptych::engine {

struct Weights;  // engine/model.cc and the forward passes only

enum class Precision { kAuto, kFloat32, kBFloat16 };  // auto: bf16 products where the CPU has them

class Model {
 public:
  // FOLDER in Hugging Face layout, its weights in safetensors or GGUF; adapters are added to them. Error: anything
  // missing, superfluous, misshapen or truncated, named; a tokenizer whose ids do not fit the embedding; more memory
  // needed than there is (both numbers).
  static Model Load(const std::filesystem::path& folder, Precision precision = Precision::kAuto,
                    std::span<const std::filesystem::path> adapters = {});
  Model(Model&&) noexcept;
  ~Model();

  const model::ModelConfig& config() const;
  const model::GenerationConfig& generation() const;
  const text::Tokenizer& tokenizer() const;
  const Weights& weights() const;

 private:
  struct State;
  explicit Model(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Error when the model has not learned the skill, by its generation_config.json; its answer would be meaningless.
void RequireSkill(const Model& model, model::Skill skill);

}  // namespace diptych::engine
