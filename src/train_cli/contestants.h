// What the benchmark compares: the model, its variants and baselines, and the world's own answers.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/generate.h"
#include "eval/answerers.h"
#include "train_cli/evaluate.h"
#include "world/words.h"

namespace diptych::train_cli {

struct System {
  std::string name, description;
  eval::Answerer answerer;
};

// Owns the models that its systems answer with. Answers are kept in FOLDER/answers/NAME and read from there again.
class Contestants {
 public:
  // `options` and `words` must outlive it.
  Contestants(const EvalOptions& options, const world::Words& words, std::function<bool()> cancelled)
      : options_(options), words_(words), cancelled_(std::move(cancelled)) {}

  // All that the options ask for, the model itself first. To be called once. Error as Model::Load's.
  std::vector<System> Open();
  // After Open().
  System Truth() const;
  // The model that is measured.
  const engine::Model& model() const { return models_.front(); }
  model::GenerationConfig generation() const { return OptionsOf(models_.front()).generation; }

 private:
  struct Change {
    std::string name;
    int number;
    std::string what;
  };

  const engine::Model& Load(const std::filesystem::path& folder);
  eval::AnsweringOptions OptionsOf(const engine::Model& model) const;
  eval::Answerer Ask(const engine::Model& model, const std::filesystem::path& folder,
                     const eval::AnsweringOptions& options, const std::string& name) const;
  System Compared(const engine::Model& model, const eval::AnsweringOptions& options, const Change& change) const;
  System TwoModels();
  System WithoutPlan(const engine::Model& model, eval::AnsweringOptions options) const;
  System PictureUnseen(const engine::Model& model, eval::AnsweringOptions options, const eval::Answerer& itself) const;

  const EvalOptions& options_;
  const world::Words& words_;
  std::function<bool()> cancelled_;
  std::deque<engine::Model> models_;  // a deque, since systems keep pointers to them
};

}  // namespace diptych::train_cli
