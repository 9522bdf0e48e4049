// A scene as the values that conditions and statements of the word files name, and what they say in the plan language.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "text/plan.h"
#include "world/grammar.h"
#include "world/scene.h"

namespace diptych::world {

enum SceneProperty { kHour, kWeather, kGround, kSun, kMoon, kClouds, kStyle, kMood, kSubjects, kSame };
enum SubjectProperty {
  kKind,
  kFamily,
  kColour,
  kCount,
  kSize,
  kPlace,
  kDepth,
  kPattern,
  kAction,
  kHeld,
  kFeeling,
  kFacing,
  kRelation,
  kAloft,
  kWhich
};
// What a sentence can be about: the order of GrammarTerms::statements and of kTopicNames.
enum Topic {
  kAboutHour,
  kAboutWeather,
  kAboutGround,
  kAboutSun,
  kAboutMoon,
  kAboutPhase,
  kAboutClouds,
  kAboutStyle,
  kAboutMood,
  kAboutColour,
  kAboutCount,
  kAboutKind,
  kAboutSize,
  kAboutPlace,
  kAboutDepth,
  kAboutPattern,
  kAboutAction,
  kAboutHeld,
  kAboutFeeling,
  kAboutFacing,
  kAboutRelation,
  kTopics,
  kAboutCloudy = kTopics  // clouds without their number; a statement only
};
inline constexpr std::array<const char*, kTopics + 1> kTopicNames = {
    "hour", "weather", "ground", "sun",   "moon",    "phase",  "clouds", "style",   "mood",   "colour",   "count",
    "kind", "size",    "place",  "depth", "pattern", "action", "held",   "feeling", "facing", "relation", "cloudy"};

// The words of the plan language, which conditions in the files use too.
const GrammarTerms& Terms();

Setting SettingOf(const Scene& scene);
// Keeps what follows from other values in step with them.
void Derive(Setting& setting);
bool IsCharacter(const Setting& setting, int subject);

// What statements say of a setting, in the plan language, each once.
std::vector<text::Fact> FactsOfStatements(const Setting& setting, const std::vector<Statement>& statements);
// A key alone says nothing more once a value of it is stated.
void DropBareKeys(std::vector<text::Fact>& facts);
// What a fact of the plan language is about; nothing when no picture can be told to be so.
std::optional<Topic> TopicOf(const text::Fact& fact);
// Is the fact among them? A key alone needs only a line of that key.
bool Contains(const std::vector<text::Fact>& facts, const text::Fact& fact);

// The setting with one fact changed to another that could be and is plainly false of the picture; nothing when the
// topic has no such fact here.
std::optional<Setting> Change(const Setting& setting, Topic topic, int subject, base::Random& random);

// Everything visible, with its layout.
text::Plan PlanOfScene(const Scene& scene);

}  // namespace diptych::world
