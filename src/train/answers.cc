#include "train/answers.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/png.h"
#include "engine/generate.h"

namespace diptych {
namespace {

constexpr int kColumns = 4;
// Enough for a narrative; a model that has not learnt to end would go on.
constexpr int kMostTokens = 160;

const std::vector<std::string>& Prompts() {
  static const std::vector<std::string> prompts = {
      "a blue bus driving under a starry night",
      "a red car on a road at noon",
      "two green trees on snowy hills at dawn",
      "a small white cat to the left of a large orange house, sunset",
      "three sailing boats on the sea",
      "星空下的一只熊猫",
      "日落时分，沙漠里有一辆黄色的小汽车",
      "雪地上的两座紫色房子"};
  return prompts;
}

// The text as a block of quoted lines.
std::string Quoted(const std::string& text) {
  std::string quoted = "> ";
  for (char c : text) quoted += c == '\n' ? std::string("  \n> ") : std::string(1, c);
  return quoted + "\n";
}

std::string Describe(size_t number, const std::string& prompt, const Answer& answer) {
  char timings[96];
  std::snprintf(timings, sizeof(timings), "%.2f s: plan %.2f, picture %.2f, narrative %.2f",
                answer.timings.prompt_s + answer.timings.plan_s + answer.timings.picture_s + answer.timings.narrative_s,
                answer.timings.plan_s, answer.timings.picture_s, answer.timings.narrative_s);
  return "\n## " + std::to_string(number) + ". " + prompt + "\n\n```\n" + answer.plan + "\n```\n\n" +
         Quoted(answer.narrative) + "\n" + timings + "\n";
}

}  // namespace

void WriteAnswers(const AnswersRequest& request, const std::filesystem::path& folder) {
  const Model model = Model::Load(request.model);
  char name[48];
  std::snprintf(name, sizeof(name), "%09lld-answers", static_cast<long long>(request.step));
  std::string text = "# Step " + std::to_string(request.step) + "\n\n![the pictures, in rows](" + name + ".png)\n";
  std::vector<Image> pictures;
  for (const std::string& prompt : Prompts()) {
    GenerateRequest generate{.prompt = prompt, .plan = {}, .language = LanguageOf(prompt), .seed = request.seed,
                             .options = model.generation()};
    generate.options.max_new_tokens = std::min(generate.options.max_new_tokens, kMostTokens);
    Answer answer = Generate(model, generate, {});
    pictures.push_back(std::move(answer.picture));
    text += Describe(pictures.size(), prompt, answer);
  }
  std::filesystem::create_directories(folder);
  WritePng(folder / (std::string(name) + ".png"), Tile(pictures, kColumns), {});
  WriteFileAtomically(folder / (std::string(name) + ".md"), text);
}

}  // namespace diptych
