#include "coherence/claims.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace diptych::coherence {
namespace {

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

ClaimFact ClaimFactOf(const plan::TypedFact& typed, const plan::Vocabulary& vocabulary) {
  return {.fact = vocabulary.Say(typed),
          .property = vocabulary.properties()[typed.property].name,
          .kind = typed.subject,
          .other = typed.other};
}

// Claims of one answer, each fact once.
class ClaimCollector {
 public:
  explicit ClaimCollector(const CheckData& data) : data_(data) {}

  void AddFact(const ClaimFact& fact, ClaimSource source, const AskedFact* asked = nullptr) {
    const std::string text = (fact.denied ? "no " : "") + plan::WriteFact(fact.fact);
    for (CheckedClaim& claim : claims_) {
      if (claim.text != text && !IsConverse(claim.facts.front(), fact)) continue;
      if (!claim.IsFrom(source)) claim.sources.push_back(source);
      return;
    }
    CheckedClaim claim{.text = text, .sources = {source}, .subject = fact.kind, .facts = {fact}};
    if (asked != nullptr) {
      claim.words = asked->words;
      claim.near = asked->near;
    }
    claims_.push_back(std::move(claim));
  }

  void AddAsked(const AskedFact& asked) {
    ClaimFact fact = FactOf(asked.fact);
    fact.denied = asked.denied;
    AddFact(fact, ClaimSource::kPrompt, &asked);
  }

  // Each line of a subject claims first that there is such a thing.
  void AddPlan(std::string_view plan) {
    for (const plan::Fact& fact : plan::FactsOfLines(plan)) {
      const ClaimFact claim = FactOf(fact);
      if (!claim.kind.empty() && !fact.value.empty()) AddFact(FactOf({fact.key, ""}), ClaimSource::kPlan);
      AddFact(claim, ClaimSource::kPlan);
    }
  }

  // What is asked for and not planned is not drawn, however the picture looks: where a thing stands by chance nobody
  // was heard.
  void MarkLeftOut() {
    for (CheckedClaim& claim : claims_)
      claim.left_out = !claim.IsFrom(ClaimSource::kPlan) && !claim.facts.front().denied;
  }

  std::vector<CheckedClaim> Take() { return std::move(claims_); }

 private:
  // "a: left of b" and "b: right of a".
  bool IsConverse(const ClaimFact& known, const ClaimFact& fact) const {
    if (known.other.empty() || known.denied != fact.denied) return false;
    return data_.vocabulary->Converse(known.fact) == fact.fact;
  }

  ClaimFact FactOf(const plan::Fact& fact) const {
    const auto typed = data_.vocabulary ? data_.vocabulary->Read(fact) : std::nullopt;
    return typed ? ClaimFactOf(*typed, *data_.vocabulary) : ClaimFact{.fact = fact};
  }

  const CheckData& data_;
  std::vector<CheckedClaim> claims_;
};

// What a sentence states, as far as it is clear of whom: a property of something that is not named belongs to the only
// kind of the plan that there is.
std::vector<ClaimFact> FactsOfSentence(const plan::TextFacts& read, const TextSpan& sentence, const CheckData& data,
                                       const std::string& only_kind) {
  std::vector<ClaimFact> facts;
  for (const plan::StatedFact& stated : read.facts) {
    if (stated.words.first < sentence.first || stated.words.last > sentence.last) continue;
    plan::TypedFact typed = stated.fact;
    const bool of_subject = data.vocabulary->properties()[typed.property].line.empty();
    if (of_subject && typed.subject.empty()) typed.subject = only_kind;
    if (of_subject && typed.subject.empty()) continue;
    facts.push_back(ClaimFactOf(typed, *data.vocabulary));
    facts.back().denied = stated.denied;
  }
  return facts;
}

// The kind of the plan's subjects, when they are all of one.
std::string OnlyKind(std::string_view plan, const CheckData& data) {
  std::string only;
  for (const plan::Fact& fact : plan::FactsOfLines(plan)) {
    const auto typed = data.vocabulary->Read(fact);
    if (!typed || typed->subject.empty() || typed->subject == only) continue;
    if (!only.empty()) return {};
    only = typed->subject;
  }
  return only;
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

bool CheckedClaim::IsFrom(ClaimSource source) const {
  return std::find(sources.begin(), sources.end(), source) != sources.end();
}

std::optional<TextSpan> FindWords(std::string_view prompt, const plan::Fact& fact) {
  if (const auto value = FindPhrase(prompt, fact.value)) return value;
  // "playing the ukulele" says "playing ukulele", "under an umbrella" says "holding umbrella".
  if (const size_t space = fact.value.rfind(' '); space != fact.value.npos) {
    if (const auto last = FindPhrase(prompt, std::string_view(fact.value).substr(space + 1))) return last;
  }
  return FindPhrase(prompt, fact.key);
}

std::vector<CheckedClaim> ClaimsOf(const Asked& asked, std::string_view plan, const CheckData& data) {
  ClaimCollector claims(data);
  for (const AskedFact& fact : asked.facts) claims.AddAsked(fact);
  claims.AddPlan(plan);
  if (data.vocabulary && !plan.empty()) claims.MarkLeftOut();
  return claims.Take();
}

std::vector<CheckedClaim> ClaimsOfSentences(std::string_view text, ClaimSource source, std::string_view plan,
                                            const CheckData& data) {
  const std::optional<plan::TextFacts> read =
      data.Read(text, source == ClaimSource::kNarrative ? plan::Spelling::kExact : plan::Spelling::kOfPeople);
  const std::string only_kind = read ? OnlyKind(plan, data) : "";
  std::vector<CheckedClaim> claims;
  for (const TextSpan& span : SplitSentences(text)) {
    CheckedClaim claim{
        .text = std::string(text.substr(span.first, span.last - span.first)), .sources = {source}, .words = span};
    if (read)
      claim.facts = FactsOfSentence(*read, span, data, only_kind);
    else
      claim.facts = {{.fact = {claim.text, ""}, .property = std::string(kWholeSentence)}};
    claims.push_back(std::move(claim));
  }
  return claims;
}

}  // namespace diptych::coherence
