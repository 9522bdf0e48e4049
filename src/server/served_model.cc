#include "server/served_model.h"

#include <chrono>

#include "base/error.h"
#include "base/memory.h"
#include "coherence/answer.h"
#include "coherence/check.h"
#include "coherence/plan_repair.h"
#include "coherence/question.h"
#include "engine/look.h"
#include "record/ending_warnings.h"
#include "text/unicode.h"

namespace diptych::server {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::string_view NameOf(text::Stage stage) {
  switch (stage) {
    case text::Stage::kPrompt:
      return "prompt";
    case text::Stage::kPlan:
      return "plan";
    case text::Stage::kPicture:
      return "picture";
    case text::Stage::kNarrative:
      break;
  }
  return "narrative";
}

void Enter(const WorkListener& listener, std::string_view stage) {
  if (listener.on_stage) listener.on_stage(stage);
}

engine::Listener EngineListener(const WorkListener& listener) {
  engine::Listener inner;
  inner.cancelled = listener.cancelled;
  inner.on_step = listener.on_step;
  inner.on_stage = [&listener](text::Stage stage) {
    if (stage != text::Stage::kPrompt) Enter(listener, NameOf(stage));
  };
  inner.on_text = [&listener](text::Stage stage, std::string_view text) {
    const auto& heard = stage == text::Stage::kPlan ? listener.on_plan : listener.on_narrative;
    if (heard) heard(text);
  };
  return inner;
}

void Warn(const WorkListener& listener, std::string_view message) {
  if (listener.on_warning && !message.empty()) listener.on_warning(message);
}

}  // namespace

Drawing Draw(const ServedModel& served, const DrawOrder& order, int number, const WorkListener& listener) {
  const Clock::time_point start = Clock::now();
  engine::GenerateRequest request = order.request;
  request.seed += static_cast<uint64_t>(number);
  Warn(listener, WarningOf(served, request.prompt));
  Enter(listener, "prompt");
  coherence::CheckedAnswer made = coherence::MakeAnswer(
      served.model, served.check_data,
      {.request = request, .check = order.check, .boxes = order.boxes, .on_claim = listener.on_claim},
      EngineListener(listener), [&listener](std::string_view stage) {
        if (stage == "checking") Enter(listener, "check");  // repair belongs to it
      });
  const engine::Answer& answer = made.answer;
  if (answer.plan_replaced) Warn(listener, "the first plan lacked what the prompt asks for; planned again.");
  for (const std::string& warning : record::EndingWarnings(answer, request.options, record::OptionNaming::kFields))
    Warn(listener, warning);
  record::AnswerRecord record = record::RecordOf(request, answer);
  record.model = served.name;
  record.version = served.version;
  record.adapters = served.adapters;
  record.precision = served.precision;
  record.processor = served.processor;
  record.unknown_words = served.check_data.UnknownWords(request.prompt);
  record.repair = made.repair;
  record.report = made.report;
  record::AnswerCost cost{.timings = answer.timings, .check_s = made.check_s, .repair_s = made.repair_s};
  if (listener.cancelled && listener.cancelled()) throw base::Cancelled();
  cost.total_s = SecondsSince(start);
  cost.peak_memory = base::PeakMemory();
  record.cost = cost;
  record::AnswerContent content = record::ContentOf(record, answer, order.style);
  return {std::move(record), std::move(content), std::move(made.answer.picture)};
}

std::string WritePlan(const ServedModel& served, const DrawOrder& order, const WorkListener& listener) {
  Warn(listener, WarningOf(served, order.request.prompt));
  Enter(listener, "prompt");
  const engine::GenerateRequest drawn =
      coherence::AsDrawn(served.model, served.check_data, order.request, listener.cancelled);
  return engine::MakePlan(served.model, drawn, EngineListener(listener));
}

std::string Look(const ServedModel& served, const LookOrder& order, const WorkListener& listener) {
  Enter(listener, "prompt");
  engine::PictureLook look(served.model, order.pictures);
  Enter(listener, "narrative");
  const engine::Listener inner = EngineListener(listener);
  if (order.task == LookOrder::Task::kDescribe) return look.Describe(order.language, inner);
  // The check judges one picture; a question about several gets the model's own answer.
  if (order.pictures.size() > 1) return look.Ask(served.check_data.ForModel(order.text), inner);
  engine::Listener quiet;  // on_narrative hears the answer once the check agreed with it
  quiet.cancelled = listener.cancelled;
  const coherence::Reply reply = coherence::ReplyTo(order.text, served.check_data, look, quiet);
  if (listener.on_narrative) listener.on_narrative(reply.text);
  return reply.text;
}

coherence::Report Check(const ServedModel& served, const LookOrder& order, const WorkListener& listener) {
  Enter(listener, "check");
  return coherence::CheckText(served.model, served.check_data, order.pictures.at(0), order.text,
                              {.cancelled = listener.cancelled, .on_claim = listener.on_claim});
}

std::string WarningOf(const ServedModel& served, std::string_view prompt) {
  constexpr size_t kMostNamed = 10, kLongestNamed = 40;
  const std::vector<std::string> unknown = served.check_data.UnknownWords(prompt);
  std::string names;
  for (size_t i = 0; i < unknown.size() && i < kMostNamed; ++i) {
    const std::string_view word = std::string_view(unknown[i]).substr(0, kLongestNamed);
    names += (i == 0 ? "'" : ", '") + std::string(word.substr(0, text::CompleteUtf8(word))) + "'";
  }
  if (unknown.size() > kMostNamed) names += " and " + std::to_string(unknown.size() - kMostNamed) + " more";
  return names.empty() ? names : "not understood: " + names + "; the picture will not show it.";
}

}  // namespace diptych::server
