// THE inference loop: a prompt in; a plan, pictures and a narrative out, in one shared context.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/image.h"
#include "engine/model.h"
#include "engine/read_observer.h"
#include "model/config.h"
#include "model/generation_config.h"
#include "text/answer_layout.h"

namespace diptych::engine {

using text::Scope;
using text::Stage;

// A part of a picture, in shares of its width and height, 0..1.
struct Region {
  double left = 0, top = 0, right = 1, bottom = 1;
};

// A finished picture that an answer is made around: it is drawn again inside the regions alone, or not at all where
// there are none.
struct KnownPicture {
  base::Image picture;  // of the options' size
  std::vector<Region> redrawn{};
};

struct GenerateRequest {
  std::string prompt;
  std::optional<std::string> plan;                     // given: the model follows it and writes none
  text::Language language = text::Language::kEnglish;  // of the narrative
  uint64_t seed = 0;
  model::GenerationConfig options;  // the model's defaults with the user's changes
  Scope scope = Scope::kWhole;
  std::vector<base::Image> pictures{};  // for an edit: those that the prompt speaks of, in its order
  std::string plan_start{};             // how the plan begins that the model writes; it goes on from there
  // Sees the plan that the model wrote, and may return another to be followed instead. Not asked about a given plan.
  std::function<std::optional<std::string>(const std::string& plan)> review_plan{};
  std::optional<KnownPicture> known{};  // not of a story
  std::string narrative_start{};        // how the narrative begins; the model goes on from there
};

// Callbacks, called on the caller's thread; every member may be empty.
struct Listener {
  std::function<void(Stage, std::string_view text)> on_text;  // plan and narrative as they come, whole characters
  std::function<void(int step, int steps, const base::Image& preview)>
      on_step;                      // after each denoising step: the predicted clean picture, the first candidate's
  std::function<bool()> cancelled;  // polled at each token and step; true: Cancelled is thrown
  ReadObserver on_read{};           // for every context: the answer's own, and those of classifier-free guidance
  std::function<void(Stage)> on_stage{};  // when a stage begins
};

struct Timings {  // of a story: sums
  double prompt_s = 0, plan_s = 0, picture_s = 0, narrative_s = 0;
  int prompt_tokens = 0, plan_tokens = 0, narrative_tokens = 0, steps = 0;
};

// A further picture of a story, and what is written after it.
struct Panel {
  base::Image picture;
  std::string text;
  std::string plan{};  // that it was drawn by; empty: the answer's, which is of the whole story
};

// Why an answer ended: the model ended it; or it began a picture beyond max_pictures; or one for which the model had no
// positions left.
enum class Ending { kModel, kPictureLimit, kPositionLimit };

struct Answer {
  std::string plan;
  std::string opening;         // of a story: what is written before its first picture
  base::Image picture;         // empty when a story has none
  std::string narrative;       // what is written after the picture
  std::vector<Panel> further;  // of a story
  Ending ending = Ending::kModel;
  bool plan_replaced = false;               // by the request's reviewer
  bool plan_cut = false, text_cut = false;  // the limit of tokens ended the plan, or a text after it
  Timings timings;
};

// A plan, one picture and its narrative; or, where the options allow several pictures, a story: text and pictures in
// the order that the model chooses, until it ends. With pictures in the request, an edit of them. Deterministic in
// (weights, request): the same bytes for any number of threads. Error: a prompt that is empty or too long for the
// model, a size that is no multiple of the token's pixels, options out of range, a story or an edit of a model that has
// not learned them.
Answer Generate(const Model& model, const GenerateRequest& request, const Listener& listener);

struct WrittenPlan {
  std::string text;
  bool cut = false;  // by the limit of tokens
};

// The first part of Generate alone: the plan it would write for the request. Error as there, and when the model writes
// no plans.
WrittenPlan MakePlan(const Model& model, const GenerateRequest& request, const Listener& listener);

// Error when a picture of this model cannot have the options' size; it says what sizes it can have.
void CheckSize(const model::ModelConfig& config, const model::GenerationConfig& options);

// The options with the size at which the model reads the picture: an edit of it keeps its shape. Error: an empty
// picture.
model::GenerationConfig WithSizeOf(const Model& model, const base::Image& picture, model::GenerationConfig options);

}  // namespace diptych::engine
