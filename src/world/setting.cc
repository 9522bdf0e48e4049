#include "world/setting.h"

#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "world/layout.h"

namespace diptych::world {
namespace {

template <size_t N>
std::vector<std::string> Strings(const std::array<std::string_view, N>& words) {
  return {words.begin(), words.end()};
}

std::vector<std::string> KindWords() {
  std::vector<std::string> words;
  for (const KindRow& row : Kinds()) words.push_back(row.word);
  return words;
}

std::vector<std::string> NoOr(std::span<const std::string_view> words) {
  std::vector<std::string> all = {"no"};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

// Where a subject is that does not stand on the ground: 1 in the air, 2 on or inside another.
uint8_t AloftOf(const Scene& scene, size_t subject) {
  if (subject == 0 && (scene.relation == Relation::kOn || scene.relation == Relation::kInside)) return 2;
  const bool above = subject == 0 && scene.relation == Relation::kAbove;
  const Subject& one = scene.subjects[subject];
  return above || one.action == Action::kFlying || RowOf(one.kind).realm == Realm::kAir ? 1 : 0;
}

void SetSubject(const Scene& scene, size_t index, std::array<uint16_t, kMaxProperties>& values) {
  const Subject& subject = scene.subjects[index];
  const KindRow& row = RowOf(subject.kind);
  const auto set = [&values](SubjectProperty property, auto value) { values[property] = static_cast<uint16_t>(value); };
  set(kKind, subject.kind);
  set(kFamily, row.family);
  set(kColour, subject.colour);
  set(kCount, subject.boxes.size() - 1);
  set(kSize, subject.size);
  set(kPlace, subject.place);
  set(kDepth, subject.depth);
  set(kPattern, subject.pattern);
  set(kAction, subject.action);
  set(kHeld, subject.held);
  set(kFeeling, subject.feeling);
  set(kWorn, subject.worn);
  set(kFacing, !IsDirected(subject) ? 0 : subject.faces_left ? 1 : 2);
  set(kRelation, RelationOf(scene, index));
  set(kAloft, AloftOf(scene, index));
}

// Properties that follow from others by definition. What merely holds in every scene, such as that a drummer holds
// nothing, is not listed: a text that states otherwise is false, but must still have a derivation.
std::vector<Dependency> Dependencies() {
  Dependency family{.from = kKind, .to = kFamily, .allowed = {}};
  for (const KindRow& row : Kinds()) family.allowed.push_back(ValueBits::Of(static_cast<size_t>(row.family)));
  Dependency number{.from = kCount, .to = kGrammaticalNumber, .allowed = {}};
  for (size_t count = 0; count < kMostOfAKind; ++count) number.allowed.push_back(ValueBits::Of(count == 0 ? 0 : 1));
  return {std::move(family), std::move(number)};
}

}  // namespace

const GrammarTerms& Terms() {
  static const GrammarTerms terms = {.scene = {{"hour", Strings(kHourWords)},
                                               {"weather", Strings(kWeatherWords)},
                                               {"ground", Strings(kGroundWords)},
                                               {"sun", {"no", "yes"}},
                                               {"moon", NoOr(kMoonWords)},
                                               {"clouds", NoOr(std::span(kCountWords).first<kCloudCounts.last>())},
                                               {"style", Strings(kStyleWords)},
                                               {"mood", Strings(kMoodWords)},
                                               {"subjects", {"one", "two", "three", "four", "five"}},
                                               {"same", {"no", "yes"}},
                                               {"season", Strings(kSeasonWords)}},
                                     .subject = {{"kind", KindWords()},
                                                 {"family", Strings(kFamilyWords)},
                                                 {"colour", Strings(kColourWords)},
                                                 {"count", Strings(kCountWords)},
                                                 {"size", Strings(kSizeWords)},
                                                 {"place", Strings(kPlaceWords)},
                                                 {"depth", Strings(kDepthWords)},
                                                 {"pattern", Strings(kPatternWords)},
                                                 {"action", Strings(kActionWords)},
                                                 {"held", HeldWords()},
                                                 {"feeling", Strings(kFeelingWords)},
                                                 {"facing", {"no", "left", "right"}},
                                                 {"relation", Strings(kRelationWords)},
                                                 {"aloft", {"no", "flying", "carried"}},
                                                 {"which", {"no", "left", "middle", "right"}},
                                                 {"worn", Strings(kWornWords)}},
                                     .statements = {kTopicNames.begin(), kTopicNames.end()},
                                     .dependencies = Dependencies()};
  return terms;
}

bool IsJointed(const Setting& setting, int subject) {
  return setting.subjects[static_cast<size_t>(subject)][kAction] != 0;
}

void Derive(Setting& setting) {
  const bool two = setting.scene[kSubjects] == 1;
  setting.scene[kSame] = two && setting.subjects[0][kKind] == setting.subjects[1][kKind];
  if (setting.scene[kWeather] != static_cast<uint16_t>(Weather::kCloudy)) {
    setting.scene[kClouds] = 0;
  } else if (setting.scene[kClouds] == 0) {
    setting.scene[kClouds] = 2;
  }
  for (size_t i = 0; i < kMaxSubjects; ++i) setting.plural[i] = setting.subjects[i][kCount] != 0;
}

Setting ValuesOf(const Scene& scene) {
  DIPTYCH_CHECK(scene.subjects.size() <= kMaxSubjects, "a scene has at most five subjects");
  Setting setting;
  const auto set = [&setting](SceneProperty property, auto value) {
    setting.scene[property] = static_cast<uint16_t>(value);
  };
  set(kHour, scene.hour);
  set(kWeather, scene.weather);
  set(kGround, scene.ground);
  set(kSun, scene.sun.has_value());
  set(kMoon, scene.moon ? 1 + static_cast<int>(scene.phase) : 0);
  set(kClouds, scene.clouds.size());
  set(kStyle, scene.style);
  set(kMood, scene.mood);
  set(kSeason, scene.season);
  set(kSubjects, scene.subjects.empty() ? 0 : scene.subjects.size() - 1);
  for (size_t i = 0; i < scene.subjects.size(); ++i) SetSubject(scene, i, setting.subjects[i]);
  return setting;
}

Setting SettingOf(const Scene& scene) {
  DIPTYCH_CHECK(!scene.subjects.empty(), "a scene has one to five subjects");
  Setting setting = ValuesOf(scene);
  Derive(setting);
  return setting;
}

}  // namespace diptych::world
