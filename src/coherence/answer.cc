#include "coherence/answer.h"

#include <chrono>
#include <string>
#include <utility>

#include "coherence/check.h"
#include "coherence/plan_repair.h"
#include "coherence/skills.h"
#include "coherence/story.h"

namespace diptych::coherence {
namespace {

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

using OnText = std::function<void(engine::Stage, std::string_view)>;

// Hears the narrative of a story's next scene, set apart from the one before.
OnText SetApart(const OnText& on_text) {
  if (!on_text) return {};
  return [&on_text, begun = false](engine::Stage stage, std::string_view text) mutable {
    if (stage == engine::Stage::kNarrative && !std::exchange(begun, true)) on_text(stage, "\n\n");
    on_text(stage, text);
  };
}

// What follows when an answer is drawn and told: its check, its repair, the places of its claims.
class Finisher {
 public:
  struct Parts {
    const engine::Model& model;
    const CheckData& data;
    const AnswerWish& wish;
    const engine::GenerateRequest& drawn;  // as the answer was drawn (AsDrawn)
    const std::function<bool()>& cancelled;
  };
  // Both must outlive it.
  Finisher(const Parts& parts, CheckedAnswer& made)
      : parts_(parts),
        made_(made),
        asked_(ReadAsked(parts.model, parts.data, Asking(parts.wish))),
        task_{.model = parts.model,
              .data = parts.data,
              .drawn = parts.drawn,
              .prompt = Asking(parts.wish).prompt,
              .asked = asked_,
              .check = {.cancelled = parts.cancelled}} {}

  bool IsRepairable() const { return coherence::IsRepairable(task_, made_.answer); }
  bool CanRepair() const { return coherence::CanRepair(task_, made_.answer, *made_.report); }

  void Check() {
    CheckOptions options = task_.check;
    options.boxes = HasBoxesWithCheck();
    options.on_claim = parts_.wish.on_claim;
    made_.report = CheckAnswer(parts_.model, parts_.data, asked_, task_.prompt, made_.answer, options);
    made_.check_s = SecondsSince(start_);
    if (parts_.wish.on_report) parts_.wish.on_report(*made_.report);
  }

  void Repair(const RepairOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    RepairedAnswer repaired = coherence::Repair(task_, std::move(made_.answer), std::move(*made_.report), options);
    made_.answer = std::move(repaired.answer);
    made_.report = std::move(repaired.report);
    made_.repair.insert(made_.repair.end(), repaired.steps.begin(), repaired.steps.end());
    made_.repair_s = SecondsSince(start);
  }

  void FindBoxes() {
    if (!parts_.wish.boxes || HasBoxesWithCheck() || made_.answer.picture.width == 0) return;
    engine::PictureLook look(parts_.model, made_.answer.picture);
    coherence::FindBoxes(look, parts_.data, task_.check, made_.report->claims);
  }

 private:
  // A prompt that was made of the plan asks for nothing more than the plan does.
  static engine::GenerateRequest Asking(const AnswerWish& wish) {
    engine::GenerateRequest asking = wish.request;
    if (!wish.prompt_given) asking.prompt.clear();
    return asking;
  }

  // Of a story the check itself looks at each picture in turn.
  bool HasBoxesWithCheck() const { return parts_.wish.boxes && !made_.answer.further.empty(); }

  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  const Parts parts_;
  CheckedAnswer& made_;
  const Asked asked_;
  RepairTask task_;
};

}  // namespace

CheckedAnswer MakeAnswer(const engine::Model& model, const CheckData& data, const AnswerWish& wish,
                         const engine::Listener& listener, const std::function<void(std::string_view)>& on_stage) {
  const bool story = wish.request.options.max_pictures > 1 && wish.request.pictures.empty();
  if (story && TellsByPlan(model.generation(), data)) {
    engine::Listener heard = listener;
    const SceneMaker make = [&](const AnswerWish& scene) {
      CheckedAnswer made = MakeAnswer(model, data, scene, heard, on_stage);
      heard.on_text = SetApart(listener.on_text);
      return made;
    };
    return MakeStory(model, data, wish, make, listener.cancelled);
  }
  const engine::GenerateRequest drawn = AsDrawn(model, data, wish.request, listener.cancelled);
  CheckedAnswer made{.answer = engine::Generate(model, drawn, listener)};
  if (made.answer.plan_replaced) made.repair.push_back({.action = RepairAction::kReplan, .kept = true});
  const int drawings = wish.request.options.repairs;
  if (!wish.check && drawings == 0) return made;
  if (on_stage) on_stage("checking");
  Finisher finisher({model, data, wish, drawn, listener.cancelled}, made);
  finisher.Check();
  if (drawings > 0 && finisher.CanRepair()) {
    if (on_stage) on_stage("repairing");
    finisher.Repair({.drawings = drawings, .listener = wish.on_repair});
  }
  if (wish.check)
    finisher.FindBoxes();
  else
    made.report.reset();
  return made;
}

CheckedAnswer RepairClaim(const engine::Model& model, const CheckData& data, const RepairWish& wish,
                          engine::Answer answer, const std::function<bool()>& cancelled) {
  const engine::GenerateRequest drawn = AsDrawn(model, data, wish.made_by.request, cancelled);
  CheckedAnswer made{.answer = std::move(answer)};
  Finisher finisher({model, data, wish.made_by, drawn, cancelled}, made);
  if (!finisher.IsRepairable())
    throw NothingToRepair("repair", "a story, an edit and an answer without a plan are not repaired.");
  finisher.Check();
  if (!FailsIn(*made.report, wish.claim))
    throw NothingToRepair("repair", "no claim of the answer that fails reads: " + wish.claim,
                          "the report's `failed` lists those that do.");
  finisher.Repair({.drawings = wish.attempts,
                   .tellings = wish.attempts,
                   .claim = wish.claim,
                   .earlier_attempts = wish.earlier_attempts,
                   .listener = wish.made_by.on_repair});
  finisher.FindBoxes();
  return made;
}

}  // namespace diptych::coherence
