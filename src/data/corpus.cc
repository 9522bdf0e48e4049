#include "data/corpus.h"

#include "plan/plan.h"
#include "text/answer_layout.h"
#include "world/held_out.h"
#include "world/prompt_composer.h"
#include "world/words.h"

namespace diptych::data {

std::vector<std::string> SpecialTokens() {
  return {std::string(text::kTextEnd),    std::string(text::kTurnStart),   std::string(text::kTurnEnd),
          std::string(text::kThinkStart), std::string(text::kThinkEnd),    std::string(text::kPictureStart),
          std::string(text::kPictureEnd), std::string(text::kPictureToken)};
}

std::vector<std::string> WorldTexts(const std::filesystem::path& folder, int scenes) {
  const world::Words words = world::Words::Load(folder);
  const world::PromptComposer composer = world::PromptComposer::Load(folder);
  const world::HeldOut held_out = world::HeldOut::Load(folder / "held_out.txt");
  std::vector<std::string> texts;
  for (int i = 0; i < scenes; ++i) {
    base::Random random(0, static_cast<uint64_t>(i));
    const world::Scene scene = world::SampleScene(random.Next(), world::Split::kTraining, held_out);
    texts.push_back(plan::WritePlan(words.PlanOf(scene)));
    texts.push_back(text::Instruction({.task = text::Task::kSeenPlan}));
    for (text::Language language : {text::Language::kEnglish, text::Language::kChinese}) {
      texts.push_back(words.MakePrompt(scene, language, random).text);
      texts.push_back(composer.Make(scene, language, world::Split::kTraining, random).text);
      texts.push_back(words.MakeNarrative(scene, language, random));
      const world::Question question = words.MakeQuestion(scene, language, random);
      texts.push_back(question.text);
      texts.push_back(question.answer);
      const auto ask = [&](text::Task task, const std::string& about) {
        texts.push_back(text::Instruction({.task = task, .about = about, .language = language}));
      };
      ask(text::Task::kClaim, words.MakeClaim(scene, language, random.Percent(50), random).text);
      ask(text::Task::kWhere, words.MakeLocation(scene, language, random).subject);
      ask(text::Task::kDescribe, "");
    }
  }
  return texts;
}

}  // namespace diptych::data
