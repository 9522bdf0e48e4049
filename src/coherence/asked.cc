#include "coherence/asked.h"

#include <algorithm>
#include <set>
#include <utility>

#include "coherence/claims.h"

namespace diptych::coherence {
namespace {

using plan::StatedFact, plan::TypedFact;

class Joiner {
 public:
  Joiner(std::string_view prompt, const CheckData& data, plan::TextFacts by_words, const std::vector<plan::Fact>& model)
      : prompt_(prompt), vocabulary_(*data.vocabulary), by_words_(std::move(by_words)) {
    for (const plan::Fact& fact : model)
      if (const auto typed = vocabulary_.Read(fact)) by_model_.push_back(*typed);
    for (const StatedFact& stated : by_words_.facts) {
      if (IsKind(stated.fact) && !stated.denied) kinds_.insert(stated.fact.subject);
    }
  }

  Asked Join() {
    for (const StatedFact& stated : by_words_.facts) AddStated(stated);
    for (const TypedFact& fact : by_model_)
      if (IsNamed(fact)) Add(fact, {.fact = {}, .words = FindWords(prompt_, vocabulary_.Say(fact))});
    std::stable_partition(asked_.facts.begin(), asked_.facts.end(),
                          [](const AskedFact& asked) { return asked.fact.value.empty(); });
    asked_.unknown = by_words_.unknown;
    std::ranges::sort(asked_.unknown, {}, &plan::TextSpan::first);
    return std::move(asked_);
  }

 private:
  bool IsKind(const TypedFact& fact) const { return !fact.subject.empty() && fact.value.empty(); }
  bool IsOfSubject(const TypedFact& fact) const { return vocabulary_.properties()[fact.property].line.empty(); }
  bool IsRelation(const TypedFact& fact) const { return vocabulary_.properties()[fact.property].IsRelation(); }

  void AddStated(const StatedFact& stated) {
    TypedFact fact = stated.fact;
    if (IsOfSubject(fact) && !IsKind(fact) && !IsRelation(fact)) {
      fact.subject = SubjectOf(stated);
      if (fact.subject.empty()) {
        // "Something red": whose it is cannot be told. What is said of an unknown thing goes with that.
        if (!stated.certain && !stated.denied) by_words_.unknown.push_back(stated.words);
        return;
      }
    }
    Add(fact, {.fact = {}, .words = stated.words, .denied = stated.denied, .near = stated.near});
    if (stated.near && !stated.denied)
      asked_.near.push_back(
          {.words = std::string(prompt_.substr(stated.words.first, stated.words.last - stated.words.first)),
           .span = stated.words,
           .kind = fact.subject});
  }

  // The subject of a stated property. Where the words leave it open: the one that the model reads, else the likeliest
  // by the words, else the only thing that is asked for; empty where that does not decide either.
  std::string SubjectOf(const StatedFact& stated) const {
    if (stated.certain) return stated.fact.subject;
    for (const TypedFact& fact : by_model_)
      if (fact.property == stated.fact.property && fact.value == stated.fact.value && kinds_.contains(fact.subject))
        return fact.subject;
    if (!stated.fact.subject.empty()) return stated.fact.subject;
    return kinds_.size() == 1 && by_words_.unknown.empty() ? *kinds_.begin() : "";
  }

  // Whether the prompt's words name the fact that the model read in it, and its subjects.
  bool IsNamed(const TypedFact& fact) const {
    if (!fact.subject.empty() && !kinds_.contains(fact.subject)) return false;
    if (!fact.other.empty() && !kinds_.contains(fact.other)) return false;
    if (IsKind(fact)) return true;
    for (const StatedFact& stated : by_words_.facts)
      if (stated.certain && stated.fact.property == fact.property && stated.fact.value == fact.value) return false;
    return std::any_of(by_words_.named.begin(), by_words_.named.end(), [&](const auto& named) {
      return named.first == fact.property && (named.second == fact.value || IsRelation(fact));
    });
  }

  // "starry night" says more than "night", and a scene is not both.
  static bool Refines(std::string_view value, std::string_view other) {
    return value.size() > other.size() && value.ends_with(other) && value[value.size() - other.size() - 1] == ' ';
  }

  void Add(const TypedFact& fact, AskedFact asked) {
    asked.fact = vocabulary_.Say(fact);
    const auto other = vocabulary_.OtherSide(fact);
    for (const AskedFact& known : asked_.facts)
      if (known.fact == asked.fact || (other && known.fact == vocabulary_.Say(*other))) return;
    for (AskedFact& known : asked_.facts)
      if (!IsOfSubject(fact) && known.fact.key == asked.fact.key && !known.denied && !asked.denied) {
        if (Refines(known.fact.value, asked.fact.value)) return;
        if (Refines(asked.fact.value, known.fact.value)) {
          known = std::move(asked);
          return;
        }
      }
    asked_.facts.push_back(std::move(asked));
  }

  std::string_view prompt_;
  const plan::Vocabulary& vocabulary_;
  plan::TextFacts by_words_;
  std::vector<TypedFact> by_model_;
  std::set<std::string> kinds_;  // that are asked for
  Asked asked_;
};

}  // namespace

Asked AskedBy(std::string_view prompt, std::string_view model_facts, const CheckData& data) {
  const std::vector<plan::Fact> model = plan::FactsOfLines(model_facts);
  if (std::optional<plan::TextFacts> by_words = data.Read(prompt))
    return Joiner(prompt, data, std::move(*by_words), model).Join();
  Asked asked;
  for (const plan::Fact& fact : model) asked.facts.push_back({.fact = fact, .words = FindWords(prompt, fact)});
  return asked;
}

Asked AskedByPlan(std::string_view plan) {
  Asked asked;
  for (const plan::Fact& fact : plan::FactsOfLines(plan)) asked.facts.push_back({.fact = fact});
  return asked;
}

}  // namespace diptych::coherence
