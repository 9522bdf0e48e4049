#include "train_cli/contestants.h"

#include <cstdio>

namespace diptych::train_cli {

std::vector<System> Contestants::Open() {
  const engine::Model& model = Load(options_.model);
  const eval::AnsweringOptions usual = OptionsOf(model);
  const eval::Answerer itself = Ask(model, options_.model, usual, "model");
  std::vector<System> systems = {{"model", "plan, picture, and a narrative with the picture in view", itself}};
  if (!options_.drawer.empty()) systems.push_back(TwoModels());
  if (options_.baselines) {
    systems.push_back(WithoutPlan(model, usual));
    systems.push_back(PictureUnseen(model, usual, itself));
  }
  for (int steps : options_.compare_steps) {
    eval::AnsweringOptions options = usual;
    options.generation.steps = steps;
    systems.push_back(Compared(model, options, {"steps", steps, "denoising steps"}));
  }
  for (int candidates : options_.compare_candidates) {
    eval::AnsweringOptions options = usual;
    options.generation.candidates = candidates;
    systems.push_back(Compared(model, options, {"candidates", candidates, "drawings to choose from"}));
  }
  return systems;
}

System Contestants::Truth() const {
  return {"truth", "the world's own picture and narrative of the prompt's scene: what the readers misread",
          eval::TruthOf(words_, models_.front().generation().width)};
}

const engine::Model& Contestants::Load(const std::filesystem::path& folder) {
  std::printf("loading %s\n", folder.filename().c_str());
  return models_.emplace_back(engine::Model::Load(folder));
}

eval::AnsweringOptions Contestants::OptionsOf(const engine::Model& model) const {
  return {.generation = model::WithOptions(model.generation(), options_.options),
          .scope = engine::Scope::kWhole,
          .cancelled = cancelled_};
}

eval::Answerer Contestants::Ask(const engine::Model& model, const std::filesystem::path& folder,
                                const eval::AnsweringOptions& options, const std::string& name) const {
  return eval::Stored(eval::AnswererOf(model, options), options_.folder / "answers" / name,
                      eval::OriginOf(folder, options));
}

System Contestants::Compared(const engine::Model& model, const eval::AnsweringOptions& options,
                             const Change& change) const {
  const std::string number = std::to_string(change.number), name = change.name + "-" + number;
  return {name, "the model with " + number + " " + change.what, Ask(model, options_.model, options, name)};
}

System Contestants::TwoModels() {
  const engine::Model &drawer = Load(options_.drawer), &writer = Load(options_.writer);
  eval::AnsweringOptions drawing = OptionsOf(drawer), writing = OptionsOf(writer);
  drawing.scope = engine::Scope::kWithoutNarrative;
  writing.scope = engine::Scope::kWithoutPicture;
  return {
      "two-models", "one model draws and another writes, each from the prompt alone",
      eval::Beside(Ask(drawer, options_.drawer, drawing, "drawer"), Ask(writer, options_.writer, writing, "writer"))};
}

System Contestants::WithoutPlan(const engine::Model& model, eval::AnsweringOptions options) const {
  options.generation.plan = false;
  options.generation.candidates = 1;  // candidates are ranked by the plan, and there is none
  return {"no-plan", "the model with an empty thinking block", Ask(model, options_.model, options, "no-plan")};
}

// Plan and picture are the model's own; only the narrative is written anew.
System Contestants::PictureUnseen(const engine::Model& model, eval::AnsweringOptions options,
                                  const eval::Answerer& itself) const {
  options.scope = engine::Scope::kWithoutPicture;
  return {"picture-unseen", "the model, its narrative written from prompt and plan without the picture in view",
          eval::Beside(itself, Ask(model, options_.model, options, "picture-unseen"))};
}

}  // namespace diptych::train_cli
