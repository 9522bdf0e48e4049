#include "world/setting.h"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "world/catalogue_rules.h"
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

// Kinds that float on water, those whose English name does not take an article and a plural as others do, those whose
// Chinese name is a single character or begins with a number, body parts, and each family of the catalogue as "any
// fruit".
std::vector<Property::Group> KindGroups() {
  constexpr size_t kCharacter = 3;  // bytes
  Property::Group afloat{.name = "afloat", .values = {}}, unlike{.name = "uncountable", .values = {}},
      brief{.name = "brief", .values = {}}, parts{.name = "body part", .values = {}},
      counted{.name = "counted", .values = {}};
  std::map<std::string, std::vector<std::string>> families;
  for (size_t i = 0; i < Kinds().size(); ++i) {
    const KindRow& row = Kinds()[i];
    if (row.realm == Realm::kWater) afloat.values.push_back(row.word);
    if (FormOf(static_cast<Kind>(i), 1) != EnglishForm::kOne) unlike.values.push_back(row.word);
    const std::string& chinese = row.thing->chinese.front();
    for (const std::string_view number : {"一", "两", "几"})
      if (chinese.starts_with(number)) counted.values.push_back(row.word);
    if (IsBodyPart(row)) parts.values.push_back(row.word);
    families[row.thing->family].push_back(row.word);
    if (chinese.size() == kCharacter) brief.values.push_back(row.word);
  }
  std::vector<Property::Group> groups = {std::move(afloat), std::move(unlike), std::move(brief)};
  for (auto& [family, kinds] : families) groups.push_back({.name = "any " + family, .values = std::move(kinds)});
  groups.push_back(std::move(parts));
  groups.push_back(std::move(counted));
  return groups;
}

// Indoors and outdoors there is a sky with its weather ("weathered"), if only behind a window.
std::vector<Property::Group> GroundGroups() {
  std::vector<Property::Group> groups = {{"indoors", {}}, {"outdoors", {}}, {"enclosed", {}}, {"airless", {}}};
  Property::Group weathered{.name = "weathered", .values = {}};
  for (int i = 0; i < kGrounds; ++i) {
    const auto ground = static_cast<Ground>(i);
    const size_t group = IsRoom(ground) ? 0 : HasWeather(ground) ? 1 : IsEnclosed(ground) ? 2 : 3;
    groups[group].values.emplace_back(kGroundWords[static_cast<size_t>(i)]);
    if (group < 2) weathered.values.emplace_back(kGroundWords[static_cast<size_t>(i)]);
  }
  groups.push_back(std::move(weathered));
  return groups;
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

// Does the catalogue name the ground among those where the kind is usual? "Room" is any room, "sky" whatever lies under
// one; people are nowhere out of place.
bool IsAtHome(const KindRow& row, Ground ground) {
  if (row.family == Family::kPerson) return true;
  return std::ranges::any_of(row.thing->grounds, [ground](const std::string& usual) {
    return usual == kGroundWords[static_cast<size_t>(ground)] || (usual == "room" && IsRoom(ground)) ||
           (usual == "kitchen" && ground == Ground::kTable) ||
           (usual == "sky" && HasWeather(ground) && !IsRoom(ground));
  });
}

// Properties that follow from others by definition. What merely holds in every scene, such as that a drummer holds
// nothing, is not listed: a text that states otherwise is false, but must still have a derivation.
std::vector<Dependency> Dependencies() {
  Dependency family{.from = kKind, .to = kFamily, .allowed = {}};
  for (const KindRow& row : Kinds()) family.allowed.push_back(ValueBits::Of(static_cast<size_t>(row.family)));
  // A form says both how many there are and whether verbs are plural.
  Dependency form{.from = kKind, .to = kForm, .allowed = {}}, count{.from = kForm, .to = kCount, .allowed = {}},
      number{.from = kForm, .to = kGrammaticalNumber, .allowed = {}};
  for (int kind = 0; kind < KindCount(); ++kind) {
    ValueBits forms = ValueBits::Of(static_cast<size_t>(EnglishForm::kMany));
    forms.Add(static_cast<size_t>(FormOf(static_cast<Kind>(kind), 1)));
    form.allowed.push_back(std::move(forms));
  }
  const ValueBits one = ValueBits::Of(0), several = ValueBits::All(kMostOfAKind).Without(one);
  for (size_t i = 0; i < kFormWords.size(); ++i) {
    count.allowed.push_back(static_cast<EnglishForm>(i) == EnglishForm::kMany ? several : one);
    number.allowed.push_back(ValueBits::Of(IsPlural(static_cast<EnglishForm>(i))));
  }
  return {std::move(family), std::move(form), std::move(count), std::move(number)};
}

}  // namespace

const GrammarTerms& Terms() {
  static const GrammarTerms terms = {
      .scene = {{"hour",
                 Strings(kHourWords),
                 {{"day", {"dawn", "noon", "sunset"}}, {"dark", {"starry night", "night"}}}},
                {"weather", Strings(kWeatherWords)},
                {"ground", Strings(kGroundWords), GroundGroups()},
                {"sun", {"no", "yes"}},
                {"moon", NoOr(kMoonWords)},
                {"clouds", NoOr(std::span(kCountWords).first<kCloudCounts.last>())},
                {"style", Strings(kStyleWords)},
                {"mood", Strings(kMoodWords)},
                {"subjects", {"one", "two", "three", "four", "five"}},
                {"same", {"no", "yes"}},
                {"season", Strings(kSeasonWords)}},
      .subject = {{"kind", KindWords(), KindGroups()},
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
                  {"worn", Strings(kWornWords)},
                  {"form", Strings(kFormWords)},
                  {"home", {"no", "yes"}}},
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
  for (size_t i = 0; i < kMaxSubjects; ++i) {
    auto& values = setting.subjects[i];
    const EnglishForm form = FormOf(static_cast<Kind>(values[kKind]), 1 + values[kCount]);
    values[kForm] = static_cast<uint16_t>(form);
    setting.plural[i] = IsPlural(form);
    values[kHome] = IsAtHome(RowOf(static_cast<Kind>(values[kKind])), static_cast<Ground>(setting.scene[kGround]));
  }
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
