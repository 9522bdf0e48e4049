#include "text/conversation.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"

namespace diptych::text {
namespace {

struct Range {
  char32_t first, last;
};
// Unicode 15's blocks of Han characters, their radicals and "〇".
constexpr std::array<Range, 7> kHan{{{0x2E80, 0x2FDF},
                                     {0x3005, 0x3007},
                                     {0x3400, 0x4DBF},
                                     {0x4E00, 0x9FFF},
                                     {0xF900, 0xFAFF},
                                     {0x20000, 0x2FA1F},
                                     {0x30000, 0x323AF}}};

// The character of three or four bytes that starts at `text[i]`; 0 when none does.
char32_t WideCharacterAt(std::string_view text, size_t i) {
  const auto lead = static_cast<uint8_t>(text[i]);
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 0;
  if (length == 0 || i + length > text.size()) return 0;
  char32_t character = lead & (length == 3 ? 0x0F : 0x07);
  for (size_t k = 1; k < length; ++k) {
    const auto byte = static_cast<uint8_t>(text[i + k]);
    if ((byte & 0xC0) != 0x80) return 0;
    character = character << 6 | (byte & 0x3F);
  }
  return character;
}

bool IsHan(char32_t character) {
  return std::any_of(kHan.begin(), kHan.end(),
                     [&](const Range& range) { return character >= range.first && character <= range.last; });
}

}  // namespace

Language LanguageOf(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsHan(WideCharacterAt(text, i))) return Language::kChinese;
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
