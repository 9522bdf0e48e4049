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

std::string MidSentence(std::string_view prompt) {
  std::string spelt(prompt);
  if (spelt.empty() || !base::IsAsciiLetter(spelt[0])) return spelt;
  const char second = spelt.size() > 1 ? spelt[1] : ' ';
  const bool stays = base::IsAsciiCapital(second) || (spelt[0] == 'I' && !base::IsAsciiLetter(second));
  if (!stays) spelt[0] = base::AsciiLower(spelt[0]);
  return ' ' + spelt;
}

}  // namespace diptych::text
