#include "engine/model.h"

#include <future>

#include "base/error.h"
#include "engine/weights.h"
#include "text/conversation.h"

namespace diptych::engine {

struct Model::State {
  std::unique_ptr<const Weights> weights;
  model::GenerationConfig generation;
  text::Tokenizer tokenizer;
};

namespace {

void CheckTokenizer(const text::Tokenizer& tokenizer, const model::ModelConfig& config) {
  if (tokenizer.vocabulary_size() > config.vocabulary)
    throw base::Error("model",
                      "the tokenizer has " + std::to_string(tokenizer.vocabulary_size()) + " tokens, the embedding " +
                          std::to_string(config.vocabulary) + ".",
                      "tokenizer.json belongs to another checkpoint.");
  for (std::string_view token :
       {text::kTurnStart, text::kTurnEnd, text::kThinkStart, text::kThinkEnd, text::kPictureStart, text::kPictureEnd})
    if (!tokenizer.Find(token) || !tokenizer.IsSpecial(*tokenizer.Find(token)))
      throw base::Error("model", "the tokenizer has no special token " + std::string(token) + ".",
                        "this is no tokenizer of the NEO-unify family.");
}

}  // namespace

Model::Model(std::unique_ptr<State> state) : state_(std::move(state)) {}
Model::Model(Model&&) noexcept = default;
Model::~Model() = default;

Model Model::Load(const std::filesystem::path& folder, Precision precision,
                  std::span<const std::filesystem::path> adapters) {
  if (!std::filesystem::is_directory(folder))
    throw base::Error("model", folder.string() + " is not a folder.", "name a model folder with config.json in it.");
  // Read in a second thread, where one can be started: a vocabulary of 150,000 tokens takes as long as the weights.
  auto tokenizer =
      std::async(std::launch::async | std::launch::deferred, [&] { return text::Tokenizer::Load(folder); });
  auto weights = LoadWeights(folder, precision, adapters);
  auto state = std::make_unique<State>(State{std::move(weights), model::LoadGenerationConfig(folder), tokenizer.get()});
  CheckTokenizer(state->tokenizer, state->weights->config);
  return Model(std::move(state));
}

void RequireSkill(const Model& model, model::Skill skill) {
  if (model.generation().Knows(skill)) return;
  std::string known;
  for (model::Skill other : model.generation().skills)
    known += (known.empty() ? "" : ", ") + std::string(model::NameOf(other));
  throw base::Error(
      "model", "it has not learned \"" + std::string(model::NameOf(skill)) + "\"; it knows: " + known + ".",
      "name a model that has with --model; \"skills\" in generation_config.json states what one has learned.");
}

const model::ModelConfig& Model::config() const { return state_->weights->config; }
const model::GenerationConfig& Model::generation() const { return state_->generation; }
const text::Tokenizer& Model::tokenizer() const { return state_->tokenizer; }
const Weights& Model::weights() const { return *state_->weights; }

}  // namespace diptych::engine
