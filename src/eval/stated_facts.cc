#include "eval/stated_facts.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace diptych {
namespace {

template <size_t N>
bool IsAmong(const std::array<std::string_view, N>& words, std::string_view text) {
  return text != "no" && std::find(words.begin(), words.end(), text) != words.end();
}

bool IsKind(std::string_view key) {
  for (int kind = 0; kind < kKinds; ++kind) {
    if (RowOf(static_cast<Kind>(kind)).word == key) return true;
  }
  return false;
}

// "left of panda" as the relation and the other's kind.
struct Related {
  Relation relation;
  std::string_view other;
};
std::optional<Related> ParseRelation(std::string_view value) {
  for (size_t i = 1; i < kRelationWords.size(); ++i) {
    const std::string_view words = kRelationWords[i];
    if (value.size() <= words.size() || !value.starts_with(words) || value[words.size()] != ' ') continue;
    const std::string_view other = value.substr(words.size() + 1);
    if (IsKind(other)) return Related{static_cast<Relation>(i), other};
  }
  return std::nullopt;
}

std::optional<Topic> If(bool applies, Topic topic) { return applies ? std::optional(topic) : std::nullopt; }

std::optional<Topic> TopicOfScene(const Fact& fact) {
  const std::string_view value = fact.value;
  if (fact.key == "hour") return If(IsAmong(kHourWords, value), kAboutHour);
  if (fact.key == "weather") return If(IsAmong(kWeatherWords, value), kAboutWeather);
  if (fact.key == "ground") return If(IsAmong(kGroundWords, value), kAboutGround);
  if (fact.key == "style") return If(IsAmong(kStyleWords, value), kAboutStyle);
  if (fact.key == "mood") return If(IsAmong(kMoodWords, value), kAboutMood);
  if (fact.key == "sun") return If(value.empty(), kAboutSun);
  if (fact.key == "moon") return value.empty() ? kAboutMoon : If(IsAmong(kMoonWords, value), kAboutPhase);
  if (fact.key == "clouds") return value.empty() ? kAboutCloudy : If(IsAmong(kCountWords, value), kAboutClouds);
  return std::nullopt;
}

std::optional<Topic> TopicOfSubject(std::string_view value) {
  constexpr std::string_view kHolding = "holding ";
  if (value.empty()) return kAboutKind;
  if (IsAmong(kColourWords, value)) return kAboutColour;
  if (IsAmong(kCountWords, value)) return kAboutCount;
  if (IsAmong(kSizeWords, value)) return kAboutSize;
  if (IsAmong(kPlaceWords, value)) return kAboutPlace;
  if (IsAmong(kDepthWords, value)) return kAboutDepth;
  if (IsAmong(kPatternWords, value)) return kAboutPattern;
  if (IsAmong(kActionWords, value)) return kAboutAction;
  if (IsAmong(kFeelingWords, value)) return kAboutFeeling;
  if (value.starts_with(kHolding)) return If(IsAmong(kHeldWords, value.substr(kHolding.size())), kAboutHeld);
  if (value == "facing left" || value == "facing right") return kAboutFacing;
  return If(ParseRelation(value).has_value(), kAboutRelation);
}

// The same relation as the other's line states it.
Fact OtherSide(const Fact& fact) {
  const Related related = *ParseRelation(fact.value);
  const auto inverse = static_cast<size_t>(Inverse(related.relation));
  return {std::string(related.other), std::string(kRelationWords[inverse]) + ' ' + fact.key};
}

bool Has(std::span<const StatedFact> facts, const Fact& fact) {
  return std::any_of(facts.begin(), facts.end(), [&fact](const StatedFact& one) { return one.fact == fact; });
}

bool Names(std::span<const Fact> facts, const Fact& fact) {
  return std::find(facts.begin(), facts.end(), fact) != facts.end();
}

// A key alone, where a value of it says more: of the scene; a subject's being there is a fact of its own.
bool SaidBetter(std::span<const Fact> facts, const Fact& fact) {
  return fact.value.empty() && !IsKind(fact.key) && std::any_of(facts.begin(), facts.end(), [&fact](const Fact& other) {
           return other.key == fact.key && !other.value.empty();
         });
}

}  // namespace

std::optional<Topic> TopicOf(const Fact& fact) {
  return IsKind(fact.key) ? TopicOfSubject(fact.value) : TopicOfScene(fact);
}

std::vector<StatedFact> CountFacts(std::span<const Fact> facts) {
  std::vector<StatedFact> counted;
  const auto add = [&counted](const Fact& fact, Topic topic) {
    if (!Has(counted, fact)) counted.push_back({fact, topic});
  };
  for (const Fact& fact : facts) {
    const auto topic = TopicOf(fact);
    if (!topic || SaidBetter(facts, fact)) continue;
    if (*topic == kAboutRelation && Has(counted, OtherSide(fact))) continue;
    if (*topic >= kAboutColour && *topic != kAboutCloudy) {
      const Fact one = {fact.key, "one"};
      add(Names(facts, one) ? one : Fact{fact.key, ""}, kAboutKind);
    }
    add(fact, *topic);
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
  if (stated.value != "one" || !IsKind(stated.key) || !Contains(facts, {stated.key, ""})) return false;
  return std::none_of(facts.begin(), facts.end(), [&stated](const Fact& fact) {
    return fact.key == stated.key && IsAmong(kCountWords, fact.value);
  });
}

}  // namespace diptych
