#include "cli/plan_file.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "cli/text_input.h"
#include "plan/fact.h"
#include "plan/plan.h"
#include "text/unicode.h"

namespace diptych::cli {
namespace {

constexpr std::string_view kPromptMark = "# prompt:";

// Lines of a plan that describe the whole scene. All others are things in it.
constexpr std::array<std::string_view, 9> kSceneKeys = {"hour",   "weather", "style", "mood",  "season",
                                                        "ground", "sun",     "moon",  "clouds"};

bool IsOfScene(const std::string& key) {
  return std::find(kSceneKeys.begin(), kSceneKeys.end(), key) != kSceneKeys.end();
}

std::string PromptIn(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with(kPromptMark)) {
      const size_t start = line.find_first_not_of(' ', kPromptMark.size());
      return start == line.npos ? "" : text::RepairUtf8(line.substr(start));
    }
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return "";
}

}  // namespace

std::string WritePlanFile(const PlanFile& file) {
  std::string prompt = file.prompt;
  std::replace_if(
      prompt.begin(), prompt.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return std::string(kPromptMark) + " " + prompt + "\n" + file.plan;
}

PlanFile ReadPlanFile(const std::string& name) {
  const std::string text = CleanText(ReadInput(name), InputName(name));
  const plan::Plan plan = plan::ParsePlan(text, InputName(name));
  if (plan.lines.empty())
    throw base::Error("plan", InputName(name) + " holds no plan.", "`diptych plan \"a prompt\"` writes one.");
  return {plan::WritePlan(plan), PromptIn(text)};
}

std::string PromptOfPlan(std::string_view plan) {
  std::string prompt;
  for (const plan::PlanLine& line : plan::ParsePlan(plan).lines) {
    std::string words;
    for (const plan::Fact& fact : plan::FactsOf(plan::Plan{{line}}))
      words += (words.empty() || fact.value.empty() ? "" : " ") + fact.value;
    // "night" and "road" say enough without their keys; of other lines the key is a part: "cloudy sky", "blue bus".
    if (line.key != "hour" && line.key != "ground") words += (words.empty() ? "" : " ") + line.key;
    if (!words.empty()) prompt += (prompt.empty() ? "" : ", ") + words;
  }
  return prompt;
}

std::string SubjectsOfPlan(std::string_view plan) {
  std::string subjects;
  for (const plan::PlanLine& line : plan::ParsePlan(plan).lines)
    if (!IsOfScene(line.key)) subjects += (subjects.empty() ? "" : ", ") + line.key;
  return subjects;
}

}  // namespace diptych::cli
