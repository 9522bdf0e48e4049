// Cues: words of English that count whole, or characters of Chinese, at some place of a text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/ascii.h"

namespace diptych::coherence {

// In small letters; of the same length.
inline std::string Lowered(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), base::AsciiLower);
  return lower;
}

inline bool IsWordByte(char c) { return base::IsAsciiLetter(c) || (c >= '0' && c <= '9') || c == '\''; }

// Whether the cue stands at that byte of a text in small letters.
inline bool StandsAt(std::string_view text, size_t at, std::string_view cue) {
  if (text.substr(at, cue.size()) != cue) return false;
  if (!IsWordByte(cue[0])) return true;
  const size_t end = at + cue.size();
  return (at == 0 || !IsWordByte(text[at - 1])) && (end == text.size() || !IsWordByte(text[end]));
}

inline size_t SkipSpaces(std::string_view text, size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  return at;
}

}  // namespace diptych::coherence
