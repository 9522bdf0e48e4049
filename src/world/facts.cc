#include "world/facts.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace diptych::world {
namespace {

// How a topic follows from a property in Terms().
struct TopicRow {
  int property;  // a SceneProperty or SubjectProperty
  enum class Says {
    kValue,          // the value; every scene, or subject, has one
    kValueUnlessNo,  // the value, unless it is "no"
    kPresence,       // that the value is not "no"; which value it is, another topic says
    kAlways          // that there is a subject of this kind
  } says;
  std::string_view lead_in{};
};
using Says = TopicRow::Says;

constexpr std::array<TopicRow, kTopics + 1> kTopicRows = {{
    {kHour, Says::kValue},
    {kWeather, Says::kValue},
    {kGround, Says::kValue},
    {kSun, Says::kPresence},
    {kMoon, Says::kPresence},
    {kMoon, Says::kValueUnlessNo},  // its phase
    {kClouds, Says::kValueUnlessNo},
    {kStyle, Says::kValue},
    {kMood, Says::kValueUnlessNo},
    {kSeason, Says::kValueUnlessNo},
    {kColour, Says::kValueUnlessNo},
    {kCount, Says::kValue},
    {kKind, Says::kAlways},
    {kSize, Says::kValue},
    {kPlace, Says::kValue},
    {kDepth, Says::kValueUnlessNo},
    {kPattern, Says::kValueUnlessNo},
    {kAction, Says::kValueUnlessNo},
    {kHeld, Says::kValueUnlessNo, "holding"},
    {kWorn, Says::kValueUnlessNo, "wearing"},
    {kFeeling, Says::kValueUnlessNo},
    {kFacing, Says::kValueUnlessNo, "facing"},
    {kRelation, Says::kValueUnlessNo},
    {kClouds, Says::kPresence},  // clouds without their number
}};

// In the order in which a plan states them.
constexpr std::array kBackdropTopics = {kAboutHour, kAboutWeather, kAboutSeason, kAboutStyle, kAboutMood,
                                        kAboutSun,  kAboutPhase,   kAboutClouds, kAboutGround};
constexpr std::array kSubjectTopics = {kAboutCount, kAboutColour,  kAboutSize,   kAboutPlace,
                                       kAboutDepth, kAboutPattern, kAboutAction, kAboutHeld,
                                       kAboutWorn,  kAboutFeeling, kAboutFacing};

constexpr std::string_view kNo = "no";

const Property& TermOf(Topic topic) {
  const auto property = static_cast<size_t>(kTopicRows[topic].property);
  return IsOfSubject(topic) ? Terms().subject[property] : Terms().scene[property];
}

uint16_t ValueOf(const Setting& setting, Topic topic, int subject) {
  const auto property = static_cast<size_t>(kTopicRows[topic].property);
  return IsOfSubject(topic) ? setting.subjects[static_cast<size_t>(subject)][property] : setting.scene[property];
}

plan::Property PropertyOf(Topic topic) {
  const TopicRow& row = kTopicRows[topic];
  plan::Property property{.name = kTopicNames[topic], .lead_in = std::string(row.lead_in)};
  if (!IsOfSubject(topic)) property.line = TermOf(topic).name;
  if (row.says == Says::kPresence || row.says == Says::kAlways) return property;
  const std::vector<std::string>& values = TermOf(topic).values;
  property.values = values;
  if (row.says == Says::kValueUnlessNo) std::erase(property.values, kNo);
  if (topic != kAboutRelation) return property;
  for (size_t i = 1; i < kRelationWords.size(); ++i)
    property.inverse.emplace_back(kRelationWords[static_cast<size_t>(Inverse(static_cast<Relation>(i)))]);
  return property;
}

const std::string& KindWord(const Setting& setting, int subject) {
  return TermOf(kAboutKind).values.at(setting.subjects[static_cast<size_t>(subject)][kKind]);
}

// Which of the subjects of its kind it is, from 1.
int NumberOf(const Setting& setting, int subject) {
  const auto kind = [&setting](int who) { return setting.subjects[static_cast<size_t>(who)][kKind]; };
  int number = 1;
  for (int who = 0; who < subject; ++who) number += kind(who) == kind(subject);
  return number;
}

std::string At(Point point) { return "at " + std::to_string(point.x) + ' ' + std::to_string(point.y); }

void AddLayout(const Scene& scene, plan::PlanLine& line) {
  if (line.key == TermOf(kAboutSun).name) line.values.push_back(At(scene.sun.value()));
  if (line.key == TermOf(kAboutMoon).name) line.values.push_back(At(scene.moon.value()));
  if (line.key == TermOf(kAboutGround).name) line.values.push_back("horizon " + std::to_string(scene.horizon));
  if (line.key != TermOf(kAboutClouds).name) return;
  for (Point cloud : scene.clouds) line.values.push_back(At(cloud));
}

void AddLayout(const Subject& subject, plan::PlanLine& line) {
  line.values.push_back("look " + std::to_string(subject.look + 1));
  for (const plan::Box& box : subject.boxes) line.values.push_back("box " + plan::WriteBox(box));
}

}  // namespace

const plan::Vocabulary& PlanVocabulary() {
  static const plan::Vocabulary vocabulary = [] {
    std::vector<plan::Property> properties;
    for (int topic = 0; topic <= kTopics; ++topic) properties.push_back(PropertyOf(static_cast<Topic>(topic)));
    return plan::Vocabulary(TermOf(kAboutKind).values, std::move(properties), "the world's vocabulary");
  }();
  return vocabulary;
}

std::optional<Topic> TopicOf(const plan::Fact& fact) {
  const auto typed = PlanVocabulary().Read(fact);
  return typed ? std::optional(static_cast<Topic>(typed->property)) : std::nullopt;
}

bool States(const Setting& setting, Topic topic, int subject) {
  const Says says = kTopicRows[topic].says;
  return says == Says::kValue || says == Says::kAlways ||
         TermOf(topic).values.at(ValueOf(setting, topic, subject)) != kNo;
}

plan::TypedFact FactOf(const Setting& setting, Topic topic, int subject) {
  const uint16_t value = ValueOf(setting, topic, subject);
  if (topic == kAboutRelation)
    return RelationFact(setting, subject, static_cast<Relation>(value), NeighbourOf(subject));
  plan::TypedFact fact{.property = topic, .subject = {}};
  if (IsOfSubject(topic)) {
    fact.subject = KindWord(setting, subject);
    fact.number = NumberOf(setting, subject);
  }
  const Says says = kTopicRows[topic].says;
  if (says == Says::kValue || says == Says::kValueUnlessNo) fact.value = TermOf(topic).values.at(value);
  return fact;
}

plan::TypedFact RelationFact(const Setting& setting, int subject, Relation relation, int other) {
  return {.property = kAboutRelation,
          .subject = KindWord(setting, subject),
          .value = std::string(kRelationWords[static_cast<size_t>(relation)]),
          .other = KindWord(setting, other),
          .number = NumberOf(setting, subject)};
}

std::vector<plan::TypedFact> FactsOfBackdrop(const Setting& setting) {
  std::vector<plan::TypedFact> facts;
  for (Topic topic : kBackdropTopics) {
    if (States(setting, topic, 0)) facts.push_back(FactOf(setting, topic, 0));
  }
  return facts;
}

std::vector<plan::TypedFact> FactsOfSubject(const Setting& setting, int subject) {
  std::vector<plan::TypedFact> facts;
  for (Topic topic : kSubjectTopics) {
    if (States(setting, topic, subject)) facts.push_back(FactOf(setting, topic, subject));
  }
  return facts;
}

std::vector<plan::TypedFact> FactsOfScene(const Scene& scene) {
  const Setting setting = ValuesOf(scene);
  const int count = static_cast<int>(scene.subjects.size());
  std::vector<plan::TypedFact> facts = FactsOfBackdrop(setting);
  for (int who = 0; who < count; ++who) {
    const std::vector<plan::TypedFact> own = FactsOfSubject(setting, who);
    facts.insert(facts.end(), own.begin(), own.end());
    if (count > 1) facts.push_back(FactOf(setting, kAboutRelation, who));
    if (who > 0 && who + 1 < count) facts.push_back(RelationFact(setting, who, scene.relation, who + 1));
  }
  return facts;
}

std::vector<plan::Fact> FactsOfStatements(const Setting& setting, const std::vector<Statement>& statements) {
  std::vector<plan::Fact> facts;
  const auto add = [&facts](const plan::TypedFact& typed) {
    plan::Fact fact = PlanVocabulary().Say(typed);
    if (std::find(facts.begin(), facts.end(), fact) == facts.end()) facts.push_back(std::move(fact));
  };
  for (const Statement& statement : statements) {
    const plan::TypedFact fact = FactOf(setting, static_cast<Topic>(statement.what), statement.subject);
    add(fact);
    if (const auto other = PlanVocabulary().OtherSide(fact)) add(*other);
  }
  plan::DropBareKeys(facts);
  return facts;
}

plan::Plan PlanOfScene(const Scene& scene) {
  plan::Plan plan = PlanVocabulary().PlanOf(FactsOfScene(scene));
  const size_t backdrop = plan.lines.size() - scene.subjects.size();
  for (size_t i = 0; i < backdrop; ++i) AddLayout(scene, plan.lines[i]);
  for (size_t i = 0; i < scene.subjects.size(); ++i) AddLayout(scene.subjects[i], plan.lines[backdrop + i]);
  return plan;
}

}  // namespace diptych::world
