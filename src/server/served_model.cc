#include "server/served_model.h"

#include <chrono>

#include "base/error.h"
#include "base/memory.h"
#include "coherence/check.h"
#include "coherence/foreign.h"
#include "coherence/given_plan.h"
#include "coherence/plan_completion.h"
#include "coherence/plan_edit.h"
#include "coherence/plan_repair.h"
#include "coherence/sentences.h"
#include "engine/look.h"
#include "record/editable_answer.h"
#include "record/ending_warnings.h"
#include "server/api_error.h"
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

// "not understood: 'glacier', 'xyz'; CONSEQUENCE."; nothing where there are no words.
void WarnOfWords(const std::vector<std::string>& words, std::string_view consequence, const WorkListener& listener) {
  constexpr size_t kMostNamed = 10, kLongestNamed = 40;
  std::string names;
  for (size_t i = 0; i < words.size() && i < kMostNamed; ++i) {
    const std::string_view word = std::string_view(words[i]).substr(0, kLongestNamed);
    names += (i == 0 ? "'" : ", '") + std::string(word.substr(0, text::CompleteUtf8(word))) + "'";
  }
  if (words.size() > kMostNamed) names += " and " + std::to_string(words.size() - kMostNamed) + " more";
  if (!names.empty()) Warn(listener, "not understood: " + names + "; " + std::string(consequence) + ".");
}

// What the prompt is read as, told.
PromptReading TellPrompt(const ServedModel& served, std::string_view prompt, const WorkListener& listener) {
  PromptReading reading = ReadPrompt(served, prompt);
  WarnOfWords(reading.unknown_words, "the picture will not show it", listener);
  if (listener.on_prompt) listener.on_prompt(reading);
  return reading;
}

void WarnOfEnding(const engine::Answer& answer, const model::GenerationConfig& options, const WorkListener& listener) {
  for (const std::string& warning : record::EndingWarnings(answer, options, record::OptionNaming::kFields))
    Warn(listener, warning);
}

// The request that draws the changed answer; what the words ask for is told.
engine::GenerateRequest EditedRequest(const ServedModel& served, const DrawOrder& order, const WorkListener& listener,
                                      PromptReading* reading) {
  const EditOrder& edit = *order.edit;
  coherence::EditableAnswer answer{.request = order.request, .plan = {}};
  answer.request.prompt.clear();
  if (edit.record) {
    coherence::EditableAnswer recorded = record::EditableOf(*edit.record);
    answer.request.prompt = std::move(recorded.request.prompt);
    answer.plan = std::move(recorded.plan);
  }
  if (answer.plan.empty())
    answer = coherence::ReadEditable(*served.model, served.check_data, edit.picture, std::move(answer.request),
                                     listener.cancelled);
  coherence::AnswerEdit made =
      coherence::EditAnswer(*served.model, served.check_data, answer, order.request.prompt, listener.cancelled);
  if (edit.strict) coherence::RequireUnderstood(made.unknown, made.near);
  WarnOfWords(made.unknown, "the picture will not show it", listener);
  for (const coherence::NearThing& thing : made.near)
    Warn(listener, "not known: " + thing.words + ", drawn as: " + thing.kind + ".");
  Warn(listener, made.warning);
  *reading = ReadPrompt(served, made.request.prompt);
  reading->unknown_words = std::move(made.unknown);
  if (listener.on_prompt) listener.on_prompt(*reading);
  return std::move(made.request);
}

coherence::AnswerWish WishOf(const engine::GenerateRequest& request, bool check, bool boxes,
                             const WorkListener& listener) {
  return {.request = request,
          .check = check,
          .boxes = boxes,
          .on_claim = listener.on_claim,
          .on_report = listener.on_report,
          .on_repair = listener.on_repair};
}

struct Finishing {
  Clock::time_point start;
  const record::PictureStyle& style;
  const WorkListener& listener;
};

// The drawing, whose record has request and texts, with all that both ways to one have in common.
Drawing Finished(const ServedModel& served, Drawing drawing, coherence::CheckedAnswer made,
                 const Finishing& finishing) {
  record::AnswerRecord& record = drawing.record;
  record.model = served.name;
  record.version = served.version;
  record.adapters = served.adapters;
  record.precision = served.precision;
  record.processor = served.processor;
  record.report = std::move(made.report);
  if (finishing.listener.cancelled && finishing.listener.cancelled()) throw base::Cancelled();
  record.cost->check_s = made.check_s;
  record.cost->repair_s = made.repair_s;
  record.cost->total_s = SecondsSince(finishing.start);
  record.cost->peak_memory = base::PeakMemory();
  drawing.content = record::ContentOf(record, made.answer, finishing.style);
  drawing.first = std::move(made.answer.picture);
  return drawing;
}

bool TellForeign(const ServedModel& served, const LookOrder& order, engine::PictureLook& look,
                 const WorkListener& listener) {
  if (order.pictures.size() > 1) return false;
  const bool foreign =
      coherence::IsForeign(*served.model, served.check_data, look, order.pictures[0], listener.cancelled);
  if (foreign) Warn(listener, std::string(coherence::kForeignWarning));
  return foreign;
}

coherence::Report CheckTold(const ServedModel& served, const base::Image& picture, std::string_view text,
                            const WorkListener& listener) {
  return coherence::CheckText(*served.model, served.check_data, picture, text,
                              {.cancelled = listener.cancelled, .on_claim = listener.on_claim});
}

void Describe(const ServedModel& served, const LookOrder& order, engine::PictureLook& look,
              const WorkListener& listener, LookResult* result) {
  result->reply.text = look.Describe(order.language, EngineListener(listener));
  if (!order.check || coherence::SplitSentences(result->reply.text).empty()) return;
  Enter(listener, "check");
  result->report = CheckTold(served, order.pictures[0], result->reply.text, listener);
  result->report->not_understood.clear();  // of its own words
}

coherence::Reply ReplyTo(const ServedModel& served, const LookOrder& order, engine::PictureLook& look,
                         const WorkListener& listener) {
  // Several pictures are compared: no single one decides what is there.
  if (order.pictures.size() > 1)
    return {.text = look.Ask(served.check_data.ForModel(order.text), EngineListener(listener))};
  engine::Listener quiet;  // an answer is told when it has stood the check
  quiet.cancelled = listener.cancelled;
  coherence::Reply reply = coherence::ReplyTo(order.text, served.check_data, look, quiet);
  WarnOfWords(reply.not_understood, "the answer cannot be known", listener);
  if (listener.on_narrative) listener.on_narrative(reply.text);
  return reply;
}

}  // namespace

PromptReading ReadPrompt(const ServedModel& served, std::string_view prompt) {
  return {.unknown_words = served.check_data.UnknownWords(prompt),
          .near = coherence::AskedBy(prompt, "", served.check_data).near};
}

Drawing Draw(const ServedModel& served, const DrawOrder& order, int number, const WorkListener& listener) {
  const Clock::time_point start = Clock::now();
  PromptReading prompt;
  engine::GenerateRequest request = order.request;
  if (order.edit) {
    Enter(listener, "prompt");
    request = EditedRequest(served, order, listener, &prompt);
  } else {
    prompt = TellPrompt(served, request.prompt, listener);
    Enter(listener, "prompt");
  }
  request.seed += static_cast<uint64_t>(number);
  if (request.plan && !order.edit) {
    for (const std::string& odd : coherence::OddLines(*request.plan)) Warn(listener, odd);
    request.plan = coherence::CompletePlan(*served.model, served.check_data, request, listener.cancelled);
  }
  coherence::CheckedAnswer made =
      coherence::MakeAnswer(*served.model, served.check_data, WishOf(request, order.check, order.boxes, listener),
                            EngineListener(listener), [&listener](std::string_view stage) {
                              if (stage == "checking") Enter(listener, "check");  // repair belongs to it
                            });
  const engine::Answer& answer = made.answer;
  if (answer.plan_replaced) Warn(listener, "the first plan lacked what the prompt asks for; planned again.");
  WarnOfEnding(answer, request.options, listener);
  record::AnswerRecord record = record::RecordOf(request, answer);
  record.unknown_words = prompt.unknown_words;
  record.repair = made.repair;
  record.cost = record::AnswerCost{.timings = answer.timings};
  return Finished(served, {std::move(record), std::move(prompt), {}, {}}, std::move(made),
                  {start, order.style, listener});
}

Drawing Repair(const ServedModel& served, const RepairOrder& order, const WorkListener& listener) try {
  const Clock::time_point start = Clock::now();
  const record::AnswerRecord& given = order.record;
  Enter(listener, "check");
  coherence::AnswerWish made_by = WishOf(given.request, /*check=*/true, order.boxes, listener);
  made_by.prompt_given = given.prompt_given;
  engine::Answer answer;
  answer.plan = given.plan;
  answer.picture = order.picture;
  answer.narrative = given.narrative;
  coherence::CheckedAnswer made = coherence::RepairClaim(
      *served.model, served.check_data,
      {.made_by = made_by, .claim = order.claim, .attempts = order.attempts, .earlier_attempts = given.repair.size()},
      std::move(answer), listener.cancelled);
  record::AnswerRecord record = given;
  record.plan = made.answer.plan;
  record.narrative = made.answer.narrative;
  record.repair.insert(record.repair.end(), made.repair.begin(), made.repair.end());
  if (!record.cost) record.cost.emplace();
  PromptReading prompt = given.prompt_given ? ReadPrompt(served, given.request.prompt) : PromptReading{};
  return Finished(served, {std::move(record), std::move(prompt), {}, {}}, std::move(made),
                  {start, order.style, listener});
} catch (const coherence::NothingToRepair&) {
  ErrorContent content = CurrentFailure().error;
  content.param = "claim";
  content.code = "nothing_to_repair";
  throw ApiError(content);
}

std::string WritePlan(const ServedModel& served, const DrawOrder& order, const WorkListener& listener) {
  TellPrompt(served, order.request.prompt, listener);
  Enter(listener, "prompt");
  const engine::GenerateRequest drawn =
      coherence::AsDrawn(*served.model, served.check_data, order.request, listener.cancelled);
  engine::WrittenPlan plan = engine::MakePlan(*served.model, drawn, EngineListener(listener));
  if (plan.cut)
    Warn(listener, record::CutWarning(/*plan=*/true, /*text=*/false, drawn.options, record::OptionNaming::kFields));
  return std::move(plan.text);
}

LookResult Look(const ServedModel& served, const LookOrder& order, const WorkListener& listener) {
  const bool checks = order.task == LookOrder::Task::kCheck;
  Enter(listener, checks ? "check" : "prompt");
  engine::PictureLook look(*served.model, order.pictures);
  LookResult result{.foreign = TellForeign(served, order, look, listener)};
  if (checks) {
    result.report = CheckTold(served, order.pictures[0], order.text, listener);
    WarnOfWords(result.report->not_understood, "what they say is not checked", listener);
    return result;
  }
  Enter(listener, "narrative");
  if (order.task == LookOrder::Task::kDescribe)
    Describe(served, order, look, listener, &result);
  else
    result.reply = ReplyTo(served, order, look, listener);
  return result;
}

}  // namespace diptych::server
