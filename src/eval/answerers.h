// The systems that answer the benchmark's prompts: the model, baselines, and the world's own answers.
#pragma once

#include <functional>
#include <string>

#include "engine/model.h"
#include "eval/answer_store.h"

namespace diptych::eval {

// How a model answers. Models must outlive the answerers.
struct AnsweringOptions {
  model::GenerationConfig generation;
  engine::Scope scope = engine::Scope::kWhole;
  std::function<bool()> cancelled;
};
Answerer AnswererOf(const engine::Model& model, const AnsweringOptions& options);

// Plan and picture of one answerer with the narrative of another; neither sees what the other made.
Answerer Beside(Answerer drawer, Answerer writer);

// Ground truth: picture, plan and narrative of the prompt's scene. Errors measured on it are errors of the readers.
Answerer TruthOf(const world::Words& words, int picture_size);

// All that decides the model's answers but prompt and seed, in a line: the contents of its folder and the options.
std::string OriginOf(const std::filesystem::path& model, const AnsweringOptions& options);

}  // namespace diptych::eval
