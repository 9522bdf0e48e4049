#include "text/conversation.h"

#include "base/ascii.h"
#include "text/unicode.h"

namespace diptych::text {
Language LanguageOf(std::string_view text) {
  for (size_t size = 0; !text.empty(); text.remove_prefix(size)) {
    const Character first = FirstCharacter(text);
    if (IsHan(first.code)) return Language::kChinese;
    size = first.bytes.size();
  }
  return Language::kEnglish;
}

TurnParts UserTurn() {
  const std::string start(kTurnStart), end(kTurnEnd);
  return {.before = start + "user\n", .after = end + "\n" + start + "assistant\n"};
}

std::string NoThinking() { return OpenThinking() + CloseThinking(); }

std::string OpenThinking() { return std::string(kThinkStart) + "\n"; }

std::string CloseThinking() { return "\n" + std::string(kThinkEnd) + "\n\n"; }

std::string LanguageRequest(Language language) {
  return language == Language::kChinese ? "\n请用中文写。" : "\nWrite in English.";
}

std::string MidSentence(std::string_view prompt) {
  std::string spelt(prompt);
  if (spelt.empty() || !base::IsAsciiLetter(spelt[0])) return spelt;
  const char second = spelt.size() > 1 ? spelt[1] : ' ';
  const bool stays = base::IsAsciiCapital(second) || (spelt[0] == 'I' && !base::IsAsciiLetter(second));
  if (!stays) spelt[0] = base::AsciiLower(spelt[0]);
  return ' ' + spelt;
}

std::string DescribeInstruction(Language language) {
  return language == Language::kChinese ? "描述这幅画。" : "Describe the picture.";
}

std::string ClaimInstruction(std::string_view claim, Language language) {
  return (language == Language::kChinese ? "这句话对吗：" : "Is this true: ") + std::string(claim);
}

std::string WhereInstruction(std::string_view subject, Language language) {
  if (language == Language::kChinese) return std::string(subject) + "在哪里？";
  return "Where is " + std::string(subject) + "?";
}

std::string PlanInstruction() { return "Write the plan of the picture."; }

std::string FactsInstruction(std::string_view text) { return "List the facts: " + std::string(text); }

}  // namespace diptych::text
