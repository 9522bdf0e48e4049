#include "eval/stated_facts.h"

#include <algorithm>
#include <string>

#include "world/facts.h"

namespace diptych::eval {
namespace {

bool Has(std::span<const StatedFact> facts, const plan::Fact& fact) {
  return std::any_of(facts.begin(), facts.end(), [&fact](const StatedFact& one) { return one.fact == fact; });
}

// Is the fact about this key, or about a person where the key stands for all of them?
bool IsOf(const plan::Fact& fact, std::string_view key) {
  if (key != kPeople) return fact.key == key;
  const auto kind = world::KindOf(fact.key);
  return kind && world::RowOf(*kind).family == world::Family::kPerson;
}

bool Names(std::span<const plan::Fact> facts, const plan::Fact& fact) {
  return std::find(facts.begin(), facts.end(), fact) != facts.end();
}

}  // namespace

std::vector<StatedFact> CountFacts(std::span<const plan::Fact> facts) {
  const plan::Vocabulary& vocabulary = world::PlanVocabulary();
  std::vector<StatedFact> counted;
  const auto add = [&counted](const plan::Fact& fact, world::Topic topic) {
    if (!Has(counted, fact)) counted.push_back({fact, topic});
  };
  for (const plan::Fact& fact : facts) {
    const auto typed = vocabulary.Read(fact);
    if (!typed) continue;
    const auto topic = static_cast<world::Topic>(typed->property);
    const auto other = vocabulary.OtherSide(*typed);
    if (other && Has(counted, vocabulary.Say(*other))) continue;
    if (world::IsOfSubject(topic)) {
      const plan::Fact one = {fact.key, "one"};
      add(Names(facts, one) ? one : plan::Fact{fact.key, ""}, world::kAboutKind);
    }
    if (!plan::IsSaidBetter(facts, fact)) add(fact, topic);
  }
  return counted;
}

std::vector<plan::Fact> FactsOf(std::span<const StatedFact> stated) {
  std::vector<plan::Fact> facts;
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

bool Keep(const std::vector<plan::Fact>& facts, const StatedFact& stated) {
  const plan::Fact& fact = stated.fact;
  if (stated.denied) return std::ranges::none_of(facts, [&fact](const plan::Fact& one) { return IsOf(one, fact.key); });
  if (plan::Contains(facts, fact)) return true;
  const auto topic = world::TopicOf(fact);
  if (topic == world::kAboutRelation) {
    const auto other = world::PlanVocabulary().Converse(fact);
    return other && plan::Contains(facts, *other);
  }
  const bool may_stand_bare = fact.value == "one" && topic == world::kAboutCount;
  if (!may_stand_bare || !plan::Contains(facts, {fact.key, ""})) return false;
  return std::none_of(facts.begin(), facts.end(), [&fact](const plan::Fact& one) {
    return one.key == fact.key && world::TopicOf(one) == world::kAboutCount;
  });
}

std::string Write(const StatedFact& stated) { return (stated.denied ? "no " : "") + plan::WriteFact(stated.fact); }

}  // namespace diptych::eval
