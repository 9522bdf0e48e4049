#include "data/corpus.h"

#include "base/files.h"
#include "text/conversation.h"
#include "world/held_out.h"

namespace diptych {

std::vector<std::string> SpecialTokens() {
  return {std::string(kTextEnd),  std::string(kTurnStart),    std::string(kTurnEnd),    std::string(kThinkStart),
          std::string(kThinkEnd), std::string(kPictureStart), std::string(kPictureEnd), std::string(kPictureToken)};
}

std::vector<std::string> WorldTexts(const std::filesystem::path& folder, int scenes) {
  const Words words = Words::Load(folder);
  const HeldOut held_out = HeldOut::Load(folder / "held_out.txt");
  std::vector<std::string> texts;
  for (int i = 0; i < scenes; ++i) {
    Random random(0, static_cast<uint64_t>(i));
    const Scene scene = SampleScene(random.Next(), Split::kTraining, held_out);
    texts.push_back(WritePlan(words.PlanOf(scene)));
    texts.push_back(PlanInstruction());
    for (Language language : {Language::kEnglish, Language::kChinese}) {
      texts.push_back(words.MakePrompt(scene, language, random).text);
      texts.push_back(words.MakeNarrative(scene, language, random));
      const Question question = words.MakeQuestion(scene, language, random);
      texts.push_back(question.text);
      texts.push_back(question.answer);
      texts.push_back(ClaimInstruction(words.MakeClaim(scene, language, random.Percent(50), random).text, language));
      texts.push_back(WhereInstruction(words.MakeLocation(scene, language, random).subject, language));
      texts.push_back(DescribeInstruction(language));
    }
  }
  return texts;
}

void WriteKnownWords(const Words& words, const std::filesystem::path& folder) {
  std::string text;
  for (const std::string& word : words.Vocabulary()) text += word + '\n';
  WriteFileAtomically(folder / "words.txt", text);
}

}  // namespace diptych
