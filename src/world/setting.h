// A scene as the values that conditions and statements of the word files name. What they say in the plan language:
// facts.h.
#pragma once

#include <array>
#include <optional>

#include "world/grammar.h"
#include "world/scene.h"

namespace diptych::world {

enum SceneProperty { kHour, kWeather, kGround, kSun, kMoon, kClouds, kStyle, kMood, kSubjects, kSame, kSeason };
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
  kWhich,
  kWorn,
  kForm,  // how English counts it here: catalogue_rules.h
  kHome   // 1 where the catalogue names the ground among its usual ones
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
  kAboutSeason,
  kAboutColour,
  kAboutCount,
  kAboutKind,
  kAboutSize,
  kAboutPlace,
  kAboutDepth,
  kAboutPattern,
  kAboutAction,
  kAboutHeld,
  kAboutWorn,
  kAboutFeeling,
  kAboutFacing,
  kAboutRelation,
  kTopics,
  kAboutCloudy = kTopics  // clouds without their number; a statement only
};
inline constexpr std::array<const char*, kTopics + 1> kTopicNames = {
    "hour",    "weather", "ground", "sun",   "moon",    "phase",  "clouds",   "style",
    "mood",    "season",  "colour", "count", "kind",    "size",   "place",    "depth",
    "pattern", "action",  "held",   "worn",  "feeling", "facing", "relation", "cloudy"};

// The words of the plan language, which conditions in the files use too.
const GrammarTerms& Terms();

// Of a scene with at least one subject.
Setting SettingOf(const Scene& scene);
// The values of a scene that a reader saw: weather and clouds may contradict each other, and there may be no subject.
// The values that only texts need are not set (Derive).
Setting ValuesOf(const Scene& scene);
// Sets the values that follow from others.
void Derive(Setting& setting);
// Is it a jointed figure, which has a pose?
bool IsJointed(const Setting& setting, int subject);

// Is the topic one of a subject, not of the whole scene?
constexpr bool IsOfSubject(Topic topic) { return topic >= kAboutColour && topic < kTopics; }
// The one that a subject's relation is to: the one before it, or of the first the second.
constexpr int NeighbourOf(int subject) { return subject == 0 ? 1 : subject - 1; }

// The setting with one fact changed to a possible one that is clearly false of the picture; nothing if the topic has
// none here.
std::optional<Setting> Change(const Setting& setting, Topic topic, int subject, base::Random& random);

}  // namespace diptych::world
