#include "coherence/answer.h"

#include <chrono>
#include <string>
#include <utility>

#include "coherence/check.h"
#include "coherence/plan_repair.h"
#include "coherence/repair.h"

namespace diptych::coherence {
namespace {

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

CheckedAnswer MakeAnswer(const engine::Model& model, const CheckData& data, const AnswerWish& wish,
                         const engine::Listener& listener, const std::function<void(std::string_view)>& on_stage) {
  const engine::GenerateRequest drawn = AsDrawn(model, data, wish.request, listener.cancelled);
  CheckedAnswer made{.answer = engine::Generate(model, drawn, listener)};
  if (made.answer.plan_replaced) made.repair.push_back({.action = RepairAction::kReplan, .kept = true});
  if (!wish.check && wish.request.options.repairs == 0) return made;
  if (on_stage) on_stage("checking");
  auto start = std::chrono::steady_clock::now();
  // A prompt that was made of the plan asks for nothing more than the plan does.
  const std::string prompt = wish.prompt_given ? wish.request.prompt : "";
  engine::GenerateRequest asking = wish.request;
  asking.prompt = prompt;
  const Asked asked = ReadAsked(model, data, asking);
  RepairTask task{.model = model,
                  .data = data,
                  .drawn = drawn,
                  .prompt = prompt,
                  .asked = asked,
                  .check = {.cancelled = listener.cancelled}};
  const int drawings = wish.request.options.repairs;
  CheckOptions first = task.check;
  first.boxes = wish.boxes && !made.answer.further.empty();
  first.on_claim = wish.on_claim;
  made.report = CheckAnswer(model, data, asked, prompt, made.answer, first);
  made.check_s = SecondsSince(start);
  start = std::chrono::steady_clock::now();
  if (drawings > 0 && CanRepair(task, made.answer, *made.report)) {
    if (on_stage) on_stage("repairing");
    RepairedAnswer repaired =
        Repair(task, std::move(made.answer), std::move(*made.report), RepairOptions{.drawings = drawings});
    made.answer = std::move(repaired.answer);
    made.report = std::move(repaired.report);
    made.repair.insert(made.repair.end(), repaired.steps.begin(), repaired.steps.end());
    made.repair_s = SecondsSince(start);
  }
  if (!wish.check) {
    made.report.reset();
  } else if (wish.boxes && !first.boxes && made.answer.picture.width > 0) {
    engine::PictureLook look(model, made.answer.picture);
    FindBoxes(look, data, task.check, made.report->claims);
  }
  return made;
}

void RequireUnderstood(std::string_view prompt, const CheckData& data) {
  std::string what;
  for (const std::string& word : data.UnknownWords(prompt)) what += (what.empty() ? "not understood: " : ", ") + word;
  std::string near;
  for (const NearThing& thing : AskedBy(prompt, "", data).near)
    near += (near.empty() ? "not known: " : ", ") + thing.words + " (nearest: " + thing.kind + ")";
  if (!near.empty()) what += (what.empty() ? "" : "; ") + near;
  if (!what.empty())
    throw NotUnderstood("prompt", what + ".",
                        "`diptych words` lists what this model can draw; without --strict the rest is drawn.");
}

}  // namespace diptych::coherence
