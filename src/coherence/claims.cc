#include "coherence/claims.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/ascii.h"

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

// The end of a sentence whose closing mark starts at `at`, or 0 when no sentence ends there.
size_t EndOfSentenceAt(std::string_view text, size_t at) {
  if (text[at] == '\n') return at + 1;
  if (const size_t wide = MarkAt(text, at, kWideEnds); wide > 0) return SkipClosers(text, at + wide);
  if (text[at] != '.' && text[at] != '!' && text[at] != '?') return 0;
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

bool SameIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return base::AsciiLower(x) == base::AsciiLower(y); });
}

// Whole words of `text` that are `phrase`, or its plural.
std::optional<TextSpan> FindPhrase(std::string_view text, std::string_view phrase) {
  if (phrase.empty()) return {};
  for (size_t i = 0; i + phrase.size() <= text.size(); ++i) {
    if ((i > 0 && base::IsAsciiLetter(text[i - 1])) || !SameIgnoringCase(text.substr(i, phrase.size()), phrase))
      continue;
    size_t end = i + phrase.size();
    for (const std::string_view ending : {"es", "s"}) {
      const size_t after = end + ending.size();
      if (SameIgnoringCase(text.substr(end, ending.size()), ending) &&
          (after >= text.size() || !base::IsAsciiLetter(text[after]))) {
        end = after;
        break;
      }
    }
    if (end >= text.size() || !base::IsAsciiLetter(text[end]) || !base::IsAsciiLetter(phrase.back()))
      return TextSpan{i, end};
  }
  return {};
}

// Adds a fact, or notes that a further source states one that is already there.
void AddFact(const plan::Fact& fact, ClaimSource source, std::string_view prompt, std::vector<CheckedClaim>& claims) {
  const std::string text = plan::WriteFact(fact);
  for (CheckedClaim& claim : claims) {
    if (claim.text != text) continue;
    if (std::find(claim.sources.begin(), claim.sources.end(), source) == claim.sources.end())
      claim.sources.push_back(source);
    return;
  }
  CheckedClaim claim{.text = text, .sources = {source}, .subject = fact.key};
  if (source == ClaimSource::kPrompt) claim.words = FindWords(prompt, fact);
  claims.push_back(std::move(claim));
}

}  // namespace

std::string_view NameOf(ClaimSource source) {
  switch (source) {
    case ClaimSource::kPrompt:
      return "prompt";
    case ClaimSource::kPlan:
      return "plan";
    case ClaimSource::kNarrative:
      return "narrative";
    case ClaimSource::kText:
      return "text";
  }
  return "text";
}

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

std::optional<TextSpan> FindWords(std::string_view prompt, const plan::Fact& fact) {
  if (const auto value = FindPhrase(prompt, fact.value)) return value;
  // "playing the ukulele" says "playing ukulele", "under an umbrella" says "holding umbrella".
  if (const size_t space = fact.value.rfind(' '); space != fact.value.npos) {
    if (const auto last = FindPhrase(prompt, std::string_view(fact.value).substr(space + 1))) return last;
  }
  return FindPhrase(prompt, fact.key);
}

std::vector<CheckedClaim> ClaimsOf(const AnswerTexts& texts) {
  std::vector<CheckedClaim> claims;
  for (const plan::Fact& fact : plan::FactsOfLines(texts.prompt_facts))
    AddFact(fact, ClaimSource::kPrompt, texts.prompt, claims);
  for (const plan::Fact& fact : plan::FactsOfLines(texts.plan)) AddFact(fact, ClaimSource::kPlan, texts.prompt, claims);
  for (CheckedClaim& claim : ClaimsOfSentences(texts.narrative, ClaimSource::kNarrative))
    claims.push_back(std::move(claim));
  return claims;
}

std::vector<CheckedClaim> ClaimsOfSentences(std::string_view text, ClaimSource source) {
  std::vector<CheckedClaim> claims;
  for (const TextSpan& span : SplitSentences(text)) {
    claims.push_back(
        {.text = std::string(text.substr(span.first, span.last - span.first)), .sources = {source}, .words = span});
  }
  return claims;
}

}  // namespace diptych::coherence
