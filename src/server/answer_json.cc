#include "server/answer_json.h"

#include <ctime>
#include <utility>

#include "base/base64.h"
#include "coherence/skills.h"
#include "record/report.h"
#include "server/orders.h"

namespace diptych::server {

std::vector<AnswerPart> PartsOf(const Drawing& drawing) {
  std::vector<AnswerPart> parts;
  const std::vector<std::string>& panels = drawing.record.panels;
  const auto add_text = [&parts](const std::string& text) {
    if (!text.empty()) parts.push_back({false, text});
  };
  if (!panels.empty()) add_text(panels[0]);
  for (size_t i = 0; i < drawing.content.pictures.size(); ++i) {
    parts.push_back({true, drawing.content.pictures[i]});
    if (panels.empty()) continue;
    if (i + 1 < panels.size()) add_text(panels[i + 1]);
  }
  if (panels.empty()) add_text(drawing.record.narrative);
  return parts;
}

std::string PictureUrl(std::string_view file, const DrawOrder& order) {
  return base::DataUrl(MediaTypeOf(order.style.format), file);
}

std::vector<std::string> SkillsOf(const ServedModel& served) {
  std::vector<std::string> skills;
  for (const model::Skill skill : served.generation.skills) skills.emplace_back(model::NameOf(skill));
  for (const model::Skill skill : coherence::SkillsByPlan(served.generation, served.check_data))
    skills.emplace_back(model::NameOf(skill));
  return skills;
}

record::JsonObject PromptJson(const PromptReading& reading) {
  record::JsonObject json;
  return std::move(json.Add("unknown_words", reading.unknown_words).Add("near", record::NearJson(reading.near)));
}

record::JsonObject OwnFields(const Drawing& drawing, const std::vector<std::string>& warnings) {
  const record::AnswerRecord& record = drawing.record;
  record::JsonObject json = {
      {"seed", record.request.seed}, {"narrative", record.narrative}, {"plan", record.plan}, {"report", nullptr}};
  if (record.report) json.Add("report", record::ReportJson(*record.report));
  json.Add("repair", record::RepairJson(record.repair)).AddAll(PromptJson(drawing.prompt));
  return std::move(json.Add("warnings", warnings));
}

record::JsonObject LookFields(const LookOrder& order, const LookResult& result) {
  record::JsonObject json = {{"foreign", result.foreign}};
  if (result.report) json.Add("report", record::ReportJson(*result.report));
  if (order.task != LookOrder::Task::kAsk) return json;
  const coherence::Reply& reply = result.reply;
  json.Add("known", reply.known).Add("guess", reply.guess);
  return std::move(json.Add("absent", reply.absent).Add("not_understood", reply.not_understood));
}

record::JsonObject LookJson(const LookOrder& order, const LookResult& result) {
  record::JsonObject json;
  if (order.task != LookOrder::Task::kCheck) json.Add("text", result.reply.text);
  return std::move(json.AddAll(LookFields(order, result)));
}

TokenCounts& TokenCounts::operator+=(const TokenCounts& other) {
  input += other.input;
  output += other.output;
  return *this;
}

TokenCounts CountsOf(const Drawing& drawing, const ServedModel& served) {
  if (!drawing.record.cost) return {};
  const engine::Timings& t = drawing.record.cost->timings;
  const model::GenerationConfig& options = drawing.record.request.options;
  const int side = served.config.token_pixels();
  const int patches = (options.width / side) * (options.height / side);
  return {.input = t.prompt_tokens,
          .output = t.plan_tokens + t.narrative_tokens + patches * static_cast<int>(drawing.content.pictures.size())};
}

int64_t UnixTime() { return std::time(nullptr); }

WorkListener Collecting(WorkListener listener, std::vector<std::string>* warnings) {
  listener.on_warning = [warnings](std::string_view message) { warnings->emplace_back(message); };
  return listener;
}

std::string PreviewFile(const base::Image& preview) {
  return base::EncodePicture(preview, {}, base::PictureFormat::kPng);
}

bool IsPartialStep(int step, int steps, int count) {
  for (int i = 1; i <= count; ++i)
    if (step == steps * i / (count + 1)) return step > 0 && step < steps;
  return false;
}

}  // namespace diptych::server
