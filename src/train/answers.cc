#include "train/answers.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "coherence/check.h"
#include "engine/generate.h"
#include "record/answer_sheet.h"
#include "record/report.h"

namespace diptych::train {
namespace {

// Enough for a narrative; a model that has not learnt to end would go on.
constexpr int kMostTokens = 160;

std::string Describe(const engine::Answer& answer, const coherence::Report& report) {
  char timings[96];
  std::snprintf(timings, sizeof(timings), "%.2f s: plan %.2f, picture %.2f, narrative %.2f",
                answer.timings.prompt_s + answer.timings.plan_s + answer.timings.picture_s + answer.timings.narrative_s,
                answer.timings.plan_s, answer.timings.picture_s, answer.timings.narrative_s);
  std::string text = "```\n" + answer.plan + "\n```\n\n" + record::MarkdownQuote(answer.narrative) + "\n\n" + timings +
                     "\n\n" + record::FigureLines(report);
  for (const std::string& claim : report.failed())
    text += (claim == report.failed().front() ? "Fails: " : "; ") + claim;
  return text + "\n";
}

}  // namespace

const std::vector<std::string>& PromptsOfSamples() {
  static const std::vector<std::string> prompts = {
      "a blue bus driving under a starry night", "a red car on a road at noon",
      "two green trees on snowy hills at dawn",  "a small white cat to the left of a large orange house, sunset",
      "three sailing boats on the sea",          "星空下的一只熊猫",
      "日落时分，沙漠里有一辆黄色的小汽车",      "雪地上的两座紫色房子"};
  return prompts;
}

void WriteAnswers(const AnswersRequest& request, const std::filesystem::path& name) {
  const engine::Model model = engine::Model::Load(request.model);
  const coherence::CheckData data = coherence::CheckData::Load(request.model);
  record::AnswerSheet sheet;
  for (const std::string& prompt : request.prompts) {
    engine::GenerateRequest generate{.prompt = prompt,
                                     .plan = {},
                                     .language = text::LanguageOf(prompt),
                                     .seed = request.seed + sheet.size(),
                                     .options = model.generation()};
    generate.options.max_new_tokens = std::min(generate.options.max_new_tokens, kMostTokens);
    engine::GenerateRequest as_read = generate;
    as_read.prompt = data.ForModel(prompt);
    engine::Answer answer = engine::Generate(model, as_read, {});
    const std::string text = Describe(answer, coherence::CheckAnswer(model, data, generate, answer, {}));
    sheet.Add(std::move(answer.picture), prompt, text);
  }
  if (name.has_parent_path()) std::filesystem::create_directories(name.parent_path());
  sheet.Write(name, {.title = request.title, .note = {}, .picture_text = "the pictures, in rows"});
}

}  // namespace diptych::train
