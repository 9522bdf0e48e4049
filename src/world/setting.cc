#include "world/setting.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"

namespace diptych::world {
namespace {

template <size_t N>
std::vector<std::string> Strings(const std::array<std::string_view, N>& words) {
  return {words.begin(), words.end()};
}

std::vector<std::string> KindWords() {
  std::vector<std::string> words;
  for (int kind = 0; kind < kKinds; ++kind) words.emplace_back(RowOf(static_cast<Kind>(kind)).word);
  return words;
}

template <size_t N>
std::vector<std::string> NoOr(const std::array<std::string_view, N>& words) {
  std::vector<std::string> all = {"no"};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

const std::string& SceneWord(SceneProperty property, int value) {
  return Terms().scene.at(property).values.at(static_cast<size_t>(value));
}
const std::string& SubjectWord(SubjectProperty property, int value) {
  return Terms().subject.at(property).values.at(static_cast<size_t>(value));
}

int NeighbourOf(int subject) { return subject == 0 ? 1 : subject - 1; }

// Where a subject is that does not stand on the ground: 1 in the air, 2 on or inside another.
uint8_t AloftOf(const Scene& scene, size_t subject) {
  if (subject == 0 && (scene.relation == Relation::kOn || scene.relation == Relation::kInside)) return 2;
  const bool above = subject == 0 && scene.relation == Relation::kAbove;
  return above || RowOf(scene.subjects[subject].kind).realm == Realm::kAir ? 1 : 0;
}

void SetSubject(const Scene& scene, size_t index, std::array<uint8_t, kMaxProperties>& values) {
  const Subject& subject = scene.subjects[index];
  const KindRow& row = RowOf(subject.kind);
  const auto set = [&values](SubjectProperty property, auto value) { values[property] = static_cast<uint8_t>(value); };
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
  set(kFacing, !row.directed ? 0 : subject.faces_left ? 1 : 2);
  set(kRelation, RelationOf(scene, index));
  set(kAloft, AloftOf(scene, index));
}

text::Fact RelationFact(const Setting& setting, int subject, int other, Relation relation) {
  const auto kind = [&setting](int who) {
    return SubjectWord(kKind, setting.subjects[static_cast<size_t>(who)][kKind]);
  };
  return {kind(subject), std::string(kRelationWords[static_cast<size_t>(relation)]) + ' ' + kind(other)};
}

std::vector<text::Fact> FactsOfScene(const Setting& setting, int what) {
  const auto& scene = setting.scene;
  switch (what) {
    case kAboutSun:
      return {{"sun", ""}};
    case kAboutMoon:
      return {{"moon", ""}};
    case kAboutPhase:
      return {{"moon", SceneWord(kMoon, scene[kMoon])}};
    case kAboutCloudy:
      return {{"clouds", ""}};
    case kAboutClouds:
      return {{"clouds", SceneWord(kClouds, scene[kClouds])}};
    case kAboutHour:
      return {{"hour", SceneWord(kHour, scene[kHour])}};
    case kAboutWeather:
      return {{"weather", SceneWord(kWeather, scene[kWeather])}};
    case kAboutGround:
      return {{"ground", SceneWord(kGround, scene[kGround])}};
    case kAboutStyle:
      return {{"style", SceneWord(kStyle, scene[kStyle])}};
    default:
      return {{"mood", SceneWord(kMood, scene[kMood])}};
  }
}

// Two facts for a relation: one for each side.
std::vector<text::Fact> FactsOfStatement(const Setting& setting, const Statement& statement) {
  if (statement.what < kAboutColour || statement.what == kAboutCloudy) return FactsOfScene(setting, statement.what);
  const auto& subject = setting.subjects[static_cast<size_t>(statement.subject)];
  const std::string& kind = SubjectWord(kKind, subject[kKind]);
  const auto word = [&subject](SubjectProperty property) { return SubjectWord(property, subject[property]); };
  switch (statement.what) {
    case kAboutColour:
      return {{kind, word(kColour)}};
    case kAboutCount:
      return {{kind, word(kCount)}};
    case kAboutKind:
      return {{kind, ""}};
    case kAboutSize:
      return {{kind, word(kSize)}};
    case kAboutPlace:
      return {{kind, word(kPlace)}};
    case kAboutDepth:
      return {{kind, word(kDepth)}};
    case kAboutPattern:
      return {{kind, word(kPattern)}};
    case kAboutAction:
      return {{kind, word(kAction)}};
    case kAboutHeld:
      return {{kind, "holding " + word(kHeld)}};
    case kAboutFeeling:
      return {{kind, word(kFeeling)}};
    case kAboutFacing:
      return {{kind, "facing " + word(kFacing)}};
    default:
      break;
  }
  const auto relation = static_cast<Relation>(subject[kRelation]);
  const int other = NeighbourOf(statement.subject);
  return {RelationFact(setting, statement.subject, other, relation),
          RelationFact(setting, other, statement.subject, Inverse(relation))};
}

bool IsOneOf(const std::vector<std::string>& words, std::string_view word) {
  return word != "no" && std::find(words.begin(), words.end(), word) != words.end();
}

struct SceneTopic {
  SceneProperty property;
  Topic topic;  // of a value
};
constexpr SceneTopic kSceneTopics[] = {{kHour, kAboutHour},   {kWeather, kAboutWeather}, {kGround, kAboutGround},
                                       {kSun, kAboutSun},     {kMoon, kAboutPhase},      {kClouds, kAboutClouds},
                                       {kStyle, kAboutStyle}, {kMood, kAboutMood}};

struct SubjectTopic {
  SubjectProperty property;
  Topic topic;
  std::string_view before;  // the value in a fact
};
constexpr SubjectTopic kSubjectTopics[] = {{kColour, kAboutColour, ""},   {kCount, kAboutCount, ""},
                                           {kSize, kAboutSize, ""},       {kPlace, kAboutPlace, ""},
                                           {kDepth, kAboutDepth, ""},     {kPattern, kAboutPattern, ""},
                                           {kAction, kAboutAction, ""},   {kHeld, kAboutHeld, "holding "},
                                           {kFeeling, kAboutFeeling, ""}, {kFacing, kAboutFacing, "facing "}};

// What follows from other values by what it means. What is merely so in every scene, such as that a drummer holds
// nothing, is no part of it: a text that says otherwise is false, but can be read.
std::vector<Dependency> Dependencies() {
  Dependency family{.from = kKind, .to = kFamily, .allowed = {}};
  for (int kind = 0; kind < kKinds; ++kind) {
    family.allowed.push_back(uint64_t{1} << static_cast<int>(RowOf(static_cast<Kind>(kind)).family));
  }
  Dependency number{.from = kCount, .to = kGrammaticalNumber, .allowed = {}};
  for (int count = 0; count < kMostOfAKind; ++count) number.allowed.push_back(count == 0 ? 0b01 : 0b10);
  return {std::move(family), std::move(number)};
}

std::string At(Point point) { return "at " + std::to_string(point.x) + ' ' + std::to_string(point.y); }

void AddRelations(const Scene& scene, const Setting& setting, int subject, text::PlanLine& line) {
  const int count = static_cast<int>(scene.subjects.size());
  if (count == 1) return;
  const auto add = [&](int other, Relation relation) {
    line.values.push_back(RelationFact(setting, subject, other, relation).value);
  };
  add(NeighbourOf(subject), RelationOf(scene, static_cast<size_t>(subject)));
  if (subject > 0 && subject + 1 < count) add(subject + 1, scene.relation);
}

text::PlanLine LineOf(const Scene& scene, const Setting& setting, size_t subject) {
  const auto& values = setting.subjects[subject];
  text::PlanLine line{.key = SubjectWord(kKind, values[kKind]), .values = {}};
  const auto add = [&](SubjectProperty property, const char* before) {
    line.values.push_back(before + SubjectWord(property, values[property]));
  };
  for (SubjectProperty property : {kCount, kColour, kSize, kPlace}) add(property, "");
  for (SubjectProperty property : {kDepth, kPattern, kAction})
    if (values[property] != 0) add(property, "");
  if (values[kHeld] != 0) add(kHeld, "holding ");
  if (values[kFeeling] != 0) add(kFeeling, "");
  if (values[kFacing] != 0) add(kFacing, "facing ");
  AddRelations(scene, setting, static_cast<int>(subject), line);
  line.values.push_back("look " + std::to_string(scene.subjects[subject].look + 1));
  for (const text::Box& box : scene.subjects[subject].boxes) line.values.push_back("box " + text::WriteBox(box));
  return line;
}

}  // namespace

const GrammarTerms& Terms() {
  static const GrammarTerms terms = {.scene = {{"hour", Strings(kHourWords)},
                                               {"weather", Strings(kWeatherWords)},
                                               {"ground", Strings(kGroundWords)},
                                               {"sun", {"no", "yes"}},
                                               {"moon", NoOr(kMoonWords)},
                                               {"clouds", {"no", "one", "two", "three", "four"}},
                                               {"style", Strings(kStyleWords)},
                                               {"mood", Strings(kMoodWords)},
                                               {"subjects", {"one", "two", "three"}},
                                               {"same", {"no", "yes"}}},
                                     .subject = {{"kind", KindWords()},
                                                 {"family", Strings(kFamilyWords)},
                                                 {"colour", Strings(kColourWords)},
                                                 {"count", Strings(kCountWords)},
                                                 {"size", Strings(kSizeWords)},
                                                 {"place", Strings(kPlaceWords)},
                                                 {"depth", Strings(kDepthWords)},
                                                 {"pattern", Strings(kPatternWords)},
                                                 {"action", Strings(kActionWords)},
                                                 {"held", Strings(kHeldWords)},
                                                 {"feeling", Strings(kFeelingWords)},
                                                 {"facing", {"no", "left", "right"}},
                                                 {"relation", Strings(kRelationWords)},
                                                 {"aloft", {"no", "flying", "carried"}},
                                                 {"which", {"no", "left", "middle", "right"}}},
                                     .statements = {kTopicNames.begin(), kTopicNames.end()},
                                     .dependencies = Dependencies()};
  return terms;
}

bool IsCharacter(const Setting& setting, int subject) {
  return IsCharacter(static_cast<Kind>(setting.subjects[static_cast<size_t>(subject)][kKind]));
}

void Derive(Setting& setting) {
  const bool two = setting.scene[kSubjects] == 1;
  setting.scene[kSame] = two && setting.subjects[0][kKind] == setting.subjects[1][kKind];
  if (setting.scene[kWeather] != static_cast<uint8_t>(Weather::kCloudy)) {
    setting.scene[kClouds] = 0;
  } else if (setting.scene[kClouds] == 0) {
    setting.scene[kClouds] = 2;
  }
  for (size_t i = 0; i < kMaxSubjects; ++i) setting.plural[i] = setting.subjects[i][kCount] != 0;
}

Setting SettingOf(const Scene& scene) {
  DIPTYCH_CHECK(!scene.subjects.empty() && scene.subjects.size() <= kMaxSubjects, "a scene has one to three subjects");
  Setting setting;
  const auto set = [&setting](SceneProperty property, auto value) {
    setting.scene[property] = static_cast<uint8_t>(value);
  };
  set(kHour, scene.hour);
  set(kWeather, scene.weather);
  set(kGround, scene.ground);
  set(kSun, scene.sun.has_value());
  set(kMoon, scene.moon ? 1 + static_cast<int>(scene.phase) : 0);
  set(kClouds, scene.clouds.size());
  set(kStyle, scene.style);
  set(kMood, scene.mood);
  set(kSubjects, scene.subjects.size() - 1);
  for (size_t i = 0; i < scene.subjects.size(); ++i) SetSubject(scene, i, setting.subjects[i]);
  Derive(setting);
  return setting;
}

bool Contains(const std::vector<text::Fact>& facts, const text::Fact& fact) {
  return std::any_of(facts.begin(), facts.end(), [&fact](const text::Fact& other) {
    return other.key == fact.key && (fact.value.empty() || other.value == fact.value);
  });
}

std::vector<text::Fact> FactsOfStatements(const Setting& setting, const std::vector<Statement>& statements) {
  std::vector<text::Fact> facts;
  for (const Statement& statement : statements) {
    for (text::Fact& fact : FactsOfStatement(setting, statement)) {
      if (std::find(facts.begin(), facts.end(), fact) == facts.end()) facts.push_back(std::move(fact));
    }
  }
  DropBareKeys(facts);
  return facts;
}

void DropBareKeys(std::vector<text::Fact>& facts) {
  std::erase_if(facts, [valued = facts](const text::Fact& fact) {
    return fact.value.empty() && std::any_of(valued.begin(), valued.end(), [&fact](const text::Fact& other) {
             return other.key == fact.key && !other.value.empty();
           });
  });
}

std::optional<Topic> TopicOf(const text::Fact& fact) {
  const auto is_value_of = [&fact](const Property& property, std::string_view before) {
    return fact.value.starts_with(before) && IsOneOf(property.values, fact.value.substr(before.size()));
  };
  for (const auto& [property, topic] : kSceneTopics) {
    const Property& row = Terms().scene.at(property);
    if (row.name != fact.key) continue;
    if (fact.value.empty()) return property == kMoon ? kAboutMoon : property == kClouds ? kAboutCloudy : topic;
    return is_value_of(row, "") ? std::optional(topic) : std::nullopt;
  }
  if (!IsOneOf(Terms().subject.at(kKind).values, fact.key)) return std::nullopt;
  if (fact.value.empty()) return kAboutKind;
  for (const auto& [property, topic, before] : kSubjectTopics) {
    if (is_value_of(Terms().subject.at(property), before)) return topic;
  }
  const auto is_relation = [&fact](std::string_view word) {
    return fact.value.starts_with(word) && fact.value.size() > word.size() && fact.value[word.size()] == ' ';
  };
  if (std::any_of(kRelationWords.begin() + 1, kRelationWords.end(), is_relation)) return kAboutRelation;
  return std::nullopt;
}

text::Plan PlanOfScene(const Scene& scene) {
  const Setting setting = SettingOf(scene);
  const auto word = [&setting](SceneProperty property) { return SceneWord(property, setting.scene[property]); };
  text::Plan plan;
  plan.lines.push_back({"hour", {word(kHour)}});
  plan.lines.push_back({"weather", {word(kWeather)}});
  plan.lines.push_back({"style", {word(kStyle)}});
  if (scene.mood != Mood::kNone) plan.lines.push_back({"mood", {word(kMood)}});
  if (scene.sun) plan.lines.push_back({"sun", {At(*scene.sun)}});
  if (scene.moon) plan.lines.push_back({"moon", {word(kMoon), At(*scene.moon)}});
  if (!scene.clouds.empty()) {
    plan.lines.push_back({"clouds", {word(kClouds)}});
    for (Point cloud : scene.clouds) plan.lines.back().values.push_back(At(cloud));
  }
  plan.lines.push_back({"ground", {word(kGround), "horizon " + std::to_string(scene.horizon)}});
  for (size_t i = 0; i < scene.subjects.size(); ++i) plan.lines.push_back(LineOf(scene, setting, i));
  return plan;
}

}  // namespace diptych::world
