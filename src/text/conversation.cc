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

namespace {

bool IsLatin(char32_t code) {
  return code < 0x80 ? base::IsAsciiLetter(static_cast<char>(code))
                     : code >= 0xC0 && code < 0x250 && code != 0xD7 && code != 0xF7;
}

// Signs between letters of any script: ASCII, Latin-1's, general punctuation and what follows it up to the scripts of
// East Asia, that script's punctuation and full-width signs, and pictographs.
bool IsSign(char32_t code) {
  return (code < 0xC0 && !IsLatin(code)) || code == 0xD7 || code == 0xF7 || (code >= 0x2000 && code < 0x2C00) ||
         (code >= 0x3000 && code < 0x3040 && !IsHan(code)) || (code >= 0xFE00 && code < 0xFF21) || code >= 0x1F000;
}

}  // namespace

Language LanguageWritten(std::string_view text) {
  int han = 0, latin = 0;
  for (const Character& character : CharactersOf(text)) {
    han += IsHan(character.code);
    latin += IsLatin(character.code);
  }
  return 2 * han > latin ? Language::kChinese : Language::kEnglish;
}

bool IsPlainly(Language language, std::string_view text) {
  bool any = false;
  for (const Character& character : CharactersOf(text)) {
    const bool of_language = language == Language::kChinese ? IsHan(character.code) : IsLatin(character.code);
    if (!of_language && !IsSign(character.code)) return false;
    any |= of_language;
  }
  return any;
}

bool MayStandIn(Language language, std::string_view bytes) {
  for (char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    if (language == Language::kChinese ? base::IsAsciiLetter(byte) : code >= 0xCA && code != 0xE2) return false;
  }
  return true;
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
