#include "coherence/sentences.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace diptych::coherence {
namespace {

constexpr std::array<std::string_view, 3> kWideEnds = {"。", "！", "？"};
constexpr std::array<std::string_view, 9> kClosers = {"\"", "'", ")", "]", "”", "’", "」", "』", "）"};

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

// The length of whichever of `marks` stands at `at`, or 0.
template <typename Marks>
size_t MarkAt(std::string_view text, size_t at, const Marks& marks) {
  for (const std::string_view mark : marks) {
    if (text.substr(at, mark.size()) == mark) return mark.size();
  }
  return 0;
}

size_t SkipClosers(std::string_view text, size_t at) {
  for (size_t n; at < text.size() && (n = MarkAt(text, at, kClosers)) > 0;) at += n;
  return at;
}

// Abbreviations that are followed by more of their sentence.
bool EndsAbbreviation(std::string_view text) {
  constexpr std::array<std::string_view, 12> kAbbreviations = {"Mr.",  "Mrs.", "Ms.", "Dr.",  "St.",     "Prof.",
                                                               "e.g.", "i.e.", "vs.", "etc.", "approx.", "No."};
  return std::any_of(kAbbreviations.begin(), kAbbreviations.end(), [text](std::string_view word) {
    return text.ends_with(word) && (text.size() == word.size() || IsSpace(text[text.size() - word.size() - 1]) ||
                                    text[text.size() - word.size() - 1] == '(');
  });
}

// The end of a sentence whose closing mark starts at `at`, or 0 when no sentence ends there.
size_t EndOfSentenceAt(std::string_view text, size_t at) {
  if (text[at] == '\n') return at + 1;
  if (const size_t wide = MarkAt(text, at, kWideEnds); wide > 0) return SkipClosers(text, at + wide);
  if (text[at] != '.' && text[at] != '!' && text[at] != '?') return 0;
  if (EndsAbbreviation(text.substr(0, at + 1))) return 0;
  const size_t end = SkipClosers(text, at + 1);
  return end == text.size() || IsSpace(text[end]) ? end : 0;
}

// Anything beyond ASCII but the marks above counts as a letter.
bool StatesSomething(std::string_view part) {
  for (size_t i = 0; i < part.size();) {
    const size_t mark = std::max(MarkAt(part, i, kWideEnds), MarkAt(part, i, kClosers));
    if (mark == 0 &&
        (static_cast<unsigned char>(part[i]) >= 0x80 || std::isalnum(static_cast<unsigned char>(part[i])))) {
      return true;
    }
    i += std::max<size_t>(mark, 1);
  }
  return false;
}

void AddSentence(std::string_view text, TextSpan span, std::vector<TextSpan>& out) {
  while (span.first < span.last && IsSpace(text[span.first])) ++span.first;
  while (span.last > span.first && IsSpace(text[span.last - 1])) --span.last;
  if (StatesSomething(text.substr(span.first, span.last - span.first))) out.push_back(span);
}

}  // namespace

std::vector<TextSpan> SplitSentences(std::string_view text) {
  std::vector<TextSpan> sentences;
  size_t first = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = EndOfSentenceAt(text, at);
    if (end > 0) {
      AddSentence(text, {first, end}, sentences);
      first = end;
    }
    at = std::max(at + 1, end);
  }
  AddSentence(text, {first, text.size()}, sentences);
  return sentences;
}

}  // namespace diptych::coherence
