#include "record/answer_record.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "record/json_reader.h"
#include "record/options_json.h"
#include "record/report.h"

namespace diptych::record {
namespace {

constexpr int kMostTokens = 1 << 30, kMostEditedPictures = 1 << 20;

JsonObject CostJson(const AnswerCost& cost) {
  const auto rounded = [](double seconds) { return std::round(seconds * 1e4) / 1e4; };
  const engine::Timings& t = cost.timings;
  return {{"total_s", rounded(cost.total_s)},
          {"prompt_s", rounded(t.prompt_s)},
          {"plan_s", rounded(t.plan_s)},
          {"picture_s", rounded(t.picture_s)},
          {"narrative_s", rounded(t.narrative_s)},
          {"check_s", rounded(cost.check_s)},
          {"repair_s", rounded(cost.repair_s)},
          {"prompt_tokens", t.prompt_tokens},
          {"plan_tokens", t.plan_tokens},
          {"steps", t.steps},
          {"narrative_tokens", t.narrative_tokens},
          {"peak_memory", cost.peak_memory}};
}

AnswerCost ParseCost(const JsonReader& json) {
  AnswerCost cost;
  cost.timings = {.prompt_s = json.Number("prompt_s", {}),
                  .plan_s = json.Number("plan_s", {}),
                  .picture_s = json.Number("picture_s", {}),
                  .narrative_s = json.Number("narrative_s", {}),
                  .prompt_tokens = json.Int("prompt_tokens", 0, kMostTokens),
                  .plan_tokens = json.Int("plan_tokens", 0, kMostTokens),
                  .narrative_tokens = json.Int("narrative_tokens", 0, kMostTokens),
                  .steps = json.Int("steps", 0, kMostTokens)};
  cost.check_s = json.Number("check_s", {});
  if (json.Has("repair_s")) cost.repair_s = json.Number("repair_s", {});
  cost.total_s = json.Number("total_s", {});
  cost.peak_memory = json.Unsigned("peak_memory");
  return cost;
}

std::vector<JsonObject> PartsJson(const std::vector<std::string>& panels, const std::vector<std::string>& plans) {
  std::vector<JsonObject> parts;
  for (size_t i = 0; i < panels.size(); ++i) {
    if (i > 0) parts.push_back({{"picture", i}});
    if (i > 1 && i - 2 < plans.size()) parts.back().Add("plan", plans[i - 2]);
    if (!panels[i].empty()) parts.push_back({{"text", panels[i]}});
  }
  return parts;
}

void ParseParts(const JsonReader& json, AnswerRecord* record) {
  std::vector<std::string>& panels = record->panels;
  panels.assign(1, "");
  for (const JsonReader& part : json.Objects("parts")) {
    const int next = static_cast<int>(panels.size());
    if (!part.Has("picture")) {
      panels.back() += part.Text("text");
      continue;
    }
    part.Int("picture", next, next);
    if (part.Has("plan")) record->panel_plans.push_back(part.Text("plan"));
    panels.emplace_back();
  }
}

std::string NameOf(text::Language language) { return language == text::Language::kChinese ? "zh" : "en"; }

std::vector<coherence::RepairStep> ParseRepair(const JsonReader& json) {
  std::vector<coherence::RepairStep> steps;
  for (const JsonReader& step : json.Objects("repair")) {
    const std::string name = step.Text("action");
    const auto* const action = std::find_if(coherence::kAllRepairActions.begin(), coherence::kAllRepairActions.end(),
                                            [&](auto one) { return coherence::NameOf(one) == name; });
    if (action == coherence::kAllRepairActions.end()) step.Fail("action", "replan, draw region, draw whole or retell");
    steps.push_back({.action = *action,
                     .failed = step.Texts("failed"),
                     .kept = step.Bool("kept"),
                     .requested = step.Has("requested") && step.Bool("requested")});
  }
  return steps;
}

engine::GenerateRequest ParseRequest(const JsonReader& json) {
  engine::GenerateRequest request;
  request.prompt = json.Text("prompt");
  std::string language = json.Word("language", {"en", "zh"});
  if (json.Has("requested_language")) language = json.Word("requested_language", {"en", "zh"});
  request.language = language == "zh" ? text::Language::kChinese : text::Language::kEnglish;
  request.seed = json.Unsigned("seed");
  request.options = ParseOptions(json.Object("options"));
  if (json.Bool("plan_given")) request.plan = json.Text("plan");
  return request;
}

}  // namespace

JsonObject RepairStepJson(const coherence::RepairStep& step) {
  JsonObject json = {{"action", std::string(coherence::NameOf(step.action))}};
  json.Add("failed", step.failed).Add("kept", step.kept);
  if (step.requested) json.Add("requested", true);
  return json;
}

std::vector<JsonObject> RepairJson(const std::vector<coherence::RepairStep>& steps) {
  std::vector<JsonObject> list;
  for (const coherence::RepairStep& step : steps) list.push_back(RepairStepJson(step));
  return list;
}

AnswerRecord RecordOf(const engine::GenerateRequest& request, const engine::Answer& answer) {
  AnswerRecord record{.request = request,
                      .plan = answer.plan,
                      .narrative = answer.narrative,
                      .model = {},
                      .version = {},
                      .edited_pictures = static_cast<int>(request.pictures.size())};
  record.request.pictures.clear();
  if (request.options.max_pictures == 1) return record;
  record.panels = {answer.opening};
  if (answer.picture.width > 0) record.panels.push_back(answer.narrative);
  for (const engine::Panel& panel : answer.further) {
    record.panels.push_back(panel.text);
    if (!panel.plan.empty()) record.panel_plans.push_back(panel.plan);
  }
  record.narrative.clear();
  for (const std::string& text : record.panels)
    record.narrative += (record.narrative.empty() || text.empty() ? "" : "\n\n") + text;
  return record;
}

JsonObject RecordJson(const AnswerRecord& record) {
  const engine::GenerateRequest& request = record.request;
  const text::Language written = record.narrative.empty() ? request.language : text::LanguageWritten(record.narrative);
  JsonObject json = {{"prompt", request.prompt},
                     {"language", NameOf(written)},
                     {"seed", request.seed},
                     {"plan", record.plan},
                     {"plan_given", request.plan.has_value()},
                     {"narrative", record.narrative},
                     {"model", record.model},
                     {"version", record.version}};
  if (written != request.language) json.Add("requested_language", NameOf(request.language));
  if (!record.unknown_words.empty()) json.Add("unknown_words", record.unknown_words);
  if (!record.precision.empty()) json.Add("precision", record.precision);
  if (!record.processor.empty()) json.Add("processor", record.processor);
  if (!record.prompt_given) json.Add("prompt_given", false);
  json.Add("options", OptionsJson(request.options)).Add("report", nullptr);
  if (record.report) json.Add("report", ReportJson(*record.report));
  if (!record.repair.empty()) json.Add("repair", RepairJson(record.repair));
  if (!record.adapters.empty()) json.Add("adapters", record.adapters);
  if (record.edited_pictures > 0) json.Add("edited_pictures", record.edited_pictures);
  const std::vector<JsonObject> parts = PartsJson(record.panels, record.panel_plans);
  if (!parts.empty()) json.Add("parts", parts);
  return json;
}

JsonObject RecordJsonWithCost(const AnswerRecord& record) {
  JsonObject json = RecordJson(record);
  if (record.cost) json.Add("cost", CostJson(*record.cost));
  return json;
}

AnswerRecord ParseRecord(std::string_view json, const std::string& name) {
  const Json object = ParseJson(json, name);
  const JsonReader top(object, name);
  AnswerRecord record{.request = ParseRequest(top),
                      .plan = top.Text("plan"),
                      .narrative = top.Text("narrative"),
                      .model = top.Text("model"),
                      .version = top.Text("version")};
  if (top.Has("adapters")) record.adapters = top.Texts("adapters");
  if (top.Has("precision")) record.precision = top.Word("precision", {"float32", "bfloat16"});
  if (top.Has("processor")) record.processor = top.Text("processor");
  if (top.Has("prompt_given")) record.prompt_given = top.Bool("prompt_given");
  if (top.Has("parts")) ParseParts(top, &record);
  if (top.Has("edited_pictures")) record.edited_pictures = top.Int("edited_pictures", 1, kMostEditedPictures);
  if (top.Has("unknown_words")) record.unknown_words = top.Texts("unknown_words");
  if (top.Has("repair")) record.repair = ParseRepair(top);
  if (top.Has("report")) record.report = ParseReport(top.Object("report"));
  if (top.Has("cost")) record.cost = ParseCost(top.Object("cost"));
  return record;
}

engine::GenerateRequest RequestToRepeat(const AnswerRecord& record) {
  if (record.edited_pictures > 0)
    throw base::Error("metadata", "the picture is an edit of another, which it does not hold.",
                      "repeat it with `diptych edit`, the same instruction and --seed.");
  return record.request;
}

bool IsSameAnswer(std::string_view json, std::string_view other) {
  if (json == other) return true;
  try {
    JsonObject a = JsonObject::Parse(json, "a record"), b = JsonObject::Parse(other, "a record");
    a.Remove("cost");
    b.Remove("cost");
    return a == b;
  } catch (const base::Error&) {
    return false;
  }
}

}  // namespace diptych::record
