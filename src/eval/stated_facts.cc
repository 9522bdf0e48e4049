#include "eval/stated_facts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace diptych {
namespace {

// The same relation as the other's line states it: "cat: left of house" is "house: right of cat".
Fact OtherSide(const Fact& fact) {
  for (size_t i = 1; i < kRelationWords.size(); ++i) {
    const std::string_view words = kRelationWords[i];
    if (!fact.value.starts_with(words) || fact.value.substr(words.size(), 1) != " ") continue;
    const auto inverse = static_cast<size_t>(Inverse(static_cast<Relation>(i)));
    return {fact.value.substr(words.size() + 1), std::string(kRelationWords[inverse]) + ' ' + fact.key};
  }
  return {};
}

bool IsOfSubject(Topic topic) { return topic >= kAboutColour && topic != kAboutCloudy; }

bool Has(std::span<const StatedFact> facts, const Fact& fact) {
  return std::any_of(facts.begin(), facts.end(), [&fact](const StatedFact& one) { return one.fact == fact; });
}

bool Names(std::span<const Fact> facts, const Fact& fact) {
  return std::find(facts.begin(), facts.end(), fact) != facts.end();
}

// A key alone, where a value of it says more.
bool SaidBetter(std::span<const Fact> facts, const Fact& fact) {
  return fact.value.empty() && std::any_of(facts.begin(), facts.end(), [&fact](const Fact& other) {
           return other.key == fact.key && !other.value.empty();
         });
}

}  // namespace

std::vector<StatedFact> CountFacts(std::span<const Fact> facts) {
  std::vector<StatedFact> counted;
  const auto add = [&counted](const Fact& fact, Topic topic) {
    if (!Has(counted, fact)) counted.push_back({fact, topic});
  };
  for (const Fact& fact : facts) {
    const auto topic = TopicOf(fact);
    if (!topic) continue;
    if (*topic == kAboutRelation && Has(counted, OtherSide(fact))) continue;
    if (IsOfSubject(*topic)) {
      const Fact one = {fact.key, "one"};
      add(Names(facts, one) ? one : Fact{fact.key, ""}, kAboutKind);
    }
    if (!SaidBetter(facts, fact)) add(fact, *topic);
  }
  return counted;
}

std::vector<Fact> FactsOf(std::span<const StatedFact> stated) {
  std::vector<Fact> facts;
  for (const StatedFact& one : stated) facts.push_back(one.fact);
  return facts;
}

std::vector<StatedFact> Without(const std::set<Topic>& topics, std::span<const StatedFact> facts) {
  std::vector<StatedFact> left;
  for (StatedFact one : facts) {
    if (topics.contains(one.topic)) continue;
    if (one.topic == kAboutKind && topics.contains(kAboutCount)) one.fact.value.clear();
    left.push_back(std::move(one));
  }
  return left;
}

bool Keep(const std::vector<Fact>& facts, const Fact& stated) {
  if (Contains(facts, stated)) return true;
  const bool may_stand_bare = stated.value == "one" && TopicOf(stated) == kAboutCount;
  if (!may_stand_bare || !Contains(facts, {stated.key, ""})) return false;
  return std::none_of(facts.begin(), facts.end(),
                      [&stated](const Fact& fact) { return fact.key == stated.key && TopicOf(fact) == kAboutCount; });
}

}  // namespace diptych
