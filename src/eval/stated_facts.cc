#include "eval/stated_facts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace diptych::eval {
namespace {

// The same relation as the other's line states it: "cat: left of house" is "house: right of cat".
text::Fact OtherSide(const text::Fact& fact) {
  for (size_t i = 1; i < world::kRelationWords.size(); ++i) {
    const std::string_view words = world::kRelationWords[i];
    if (!fact.value.starts_with(words) || fact.value.substr(words.size(), 1) != " ") continue;
    const auto inverse = static_cast<size_t>(world::Inverse(static_cast<world::Relation>(i)));
    return {fact.value.substr(words.size() + 1), std::string(world::kRelationWords[inverse]) + ' ' + fact.key};
  }
  return {};
}

bool IsOfSubject(world::Topic topic) { return topic >= world::kAboutColour && topic != world::kAboutCloudy; }

bool Has(std::span<const StatedFact> facts, const text::Fact& fact) {
  return std::any_of(facts.begin(), facts.end(), [&fact](const StatedFact& one) { return one.fact == fact; });
}

bool Names(std::span<const text::Fact> facts, const text::Fact& fact) {
  return std::find(facts.begin(), facts.end(), fact) != facts.end();
}

// A key alone, where a value of it says more.
bool SaidBetter(std::span<const text::Fact> facts, const text::Fact& fact) {
  return fact.value.empty() && std::any_of(facts.begin(), facts.end(), [&fact](const text::Fact& other) {
           return other.key == fact.key && !other.value.empty();
         });
}

}  // namespace

std::vector<StatedFact> CountFacts(std::span<const text::Fact> facts) {
  std::vector<StatedFact> counted;
  const auto add = [&counted](const text::Fact& fact, world::Topic topic) {
    if (!Has(counted, fact)) counted.push_back({fact, topic});
  };
  for (const text::Fact& fact : facts) {
    const auto topic = world::TopicOf(fact);
    if (!topic) continue;
    if (*topic == world::kAboutRelation && Has(counted, OtherSide(fact))) continue;
    if (IsOfSubject(*topic)) {
      const text::Fact one = {fact.key, "one"};
      add(Names(facts, one) ? one : text::Fact{fact.key, ""}, world::kAboutKind);
    }
    if (!SaidBetter(facts, fact)) add(fact, *topic);
  }
  return counted;
}

std::vector<text::Fact> FactsOf(std::span<const StatedFact> stated) {
  std::vector<text::Fact> facts;
  for (const StatedFact& one : stated) facts.push_back(one.fact);
  return facts;
}

std::vector<StatedFact> Without(const std::set<world::Topic>& topics, std::span<const StatedFact> facts) {
  std::vector<StatedFact> left;
  for (StatedFact one : facts) {
    if (topics.contains(one.topic)) continue;
    if (one.topic == world::kAboutKind && topics.contains(world::kAboutCount)) one.fact.value.clear();
    left.push_back(std::move(one));
  }
  return left;
}

bool Keep(const std::vector<text::Fact>& facts, const text::Fact& stated) {
  if (world::Contains(facts, stated)) return true;
  const bool may_stand_bare = stated.value == "one" && world::TopicOf(stated) == world::kAboutCount;
  if (!may_stand_bare || !world::Contains(facts, {stated.key, ""})) return false;
  return std::none_of(facts.begin(), facts.end(), [&stated](const text::Fact& fact) {
    return fact.key == stated.key && world::TopicOf(fact) == world::kAboutCount;
  });
}

}  // namespace diptych::eval
