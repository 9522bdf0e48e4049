#include "world/setting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "world/catalogue_rules.h"
#include "world/facts.h"
#include "world/held_out.h"

namespace diptych::world {
namespace {

constexpr int kSettings = 400;

template <typename Visit>
void ForSettings(const Visit& visit) {
  for (uint64_t seed = 0; seed < kSettings; ++seed) {
    SCOPED_TRACE(seed);
    const Scene scene = SampleScene(seed, Split::kTraining, HeldOut());
    visit(scene, SettingOf(scene));
  }
}

// What a topic says of a setting; nothing where there is no such thing.
std::vector<plan::Fact> FactsOfTopic(const Setting& setting, int topic, int who) {
  if (topic == kAboutRelation && setting.scene[kSubjects] == 0) return {};
  if (topic == kAboutSun && setting.scene[kSun] == 0) return {};
  std::vector<plan::Fact> facts = FactsOfStatements(setting, {{.what = topic, .subject = who}});
  const auto is_no = [](const plan::Fact& fact) { return fact.value == "no" || fact.value.ends_with(" no"); };
  if (std::any_of(facts.begin(), facts.end(), is_no)) return {};
  if (topic == kAboutMoon && setting.scene[kMoon] == 0) return {};
  return facts;
}

TEST(Setting, EveryTopicStatesWhatThePlanSays) {
  std::set<int> seen;
  ForSettings([&seen](const Scene& scene, const Setting& setting) {
    const std::vector<plan::Fact> plan = plan::FactsOf(PlanOfScene(scene));
    for (int who = 0; who < static_cast<int>(scene.subjects.size()); ++who) {
      for (int topic = 0; topic < kTopics; ++topic) {
        for (const plan::Fact& fact : FactsOfTopic(setting, topic, who)) {
          EXPECT_TRUE(plan::Contains(plan, fact)) << plan::WriteFact(fact);
          seen.insert(topic);
        }
      }
    }
  });
  EXPECT_EQ(seen.size(), static_cast<size_t>(kTopics));
}

TEST(Setting, ThePlanSaysNothingThatNoTopicStates) {
  ForSettings([](const Scene& scene, const Setting& setting) {
    const int count = static_cast<int>(scene.subjects.size());
    std::vector<plan::Fact> stated;
    for (int who = 0; who < count; ++who) {
      for (int topic = 0; topic < kTopics; ++topic) {
        const std::vector<plan::Fact> facts = FactsOfTopic(setting, topic, who);
        stated.insert(stated.end(), facts.begin(), facts.end());
      }
    }
    for (const plan::Fact& fact : plan::FactsOf(PlanOfScene(scene)))
      EXPECT_TRUE(plan::Contains(stated, fact)) << plan::WriteFact(fact);
  });
}

// May another topic change along with the first? The number of clouds follows from the weather, the moon's phase from
// the moon.
bool Follows(int other, int topic) {
  constexpr std::pair<int, int> kPairs[] = {
      {kAboutClouds, kAboutWeather}, {kAboutPhase, kAboutMoon}, {kAboutMoon, kAboutPhase}};
  return other == topic || std::find(std::begin(kPairs), std::end(kPairs), std::pair(other, topic)) != std::end(kPairs);
}

TEST(Change, MakesOneTopicFalseAndLeavesTheOthers) {
  std::set<int> seen;
  ForSettings([&seen](const Scene& scene, const Setting& setting) {
    // Of two of a kind a fact does not say which one it is about.
    if (setting.scene[kSame] != 0) return;
    const std::vector<plan::Fact> plan = plan::FactsOf(PlanOfScene(scene));
    base::Random random(scene.seed, 3);
    for (int who = 0; who < static_cast<int>(scene.subjects.size()); ++who) {
      for (int topic = 0; topic < kTopics; ++topic) {
        const auto changed = Change(setting, static_cast<Topic>(topic), who, random);
        if (!changed) continue;
        for (const plan::Fact& fact : FactsOfTopic(*changed, topic, who)) {
          EXPECT_FALSE(plan::Contains(plan, fact)) << plan::WriteFact(fact);
          seen.insert(topic);
        }
        for (int other = 0; other < kTopics && topic != kAboutKind; ++other) {
          if (Follows(other, topic)) continue;
          EXPECT_EQ(FactsOfTopic(*changed, other, who), FactsOfTopic(setting, other, who))
              << kTopicNames[static_cast<size_t>(topic)] << " changed " << kTopicNames[static_cast<size_t>(other)];
        }
      }
    }
  });
  EXPECT_EQ(seen.size(), static_cast<size_t>(kTopics));
}

// A false claim must be plainly false.
TEST(Change, NeverTakesWhatCouldBeSeenThere) {
  ForSettings([](const Scene& scene, const Setting& setting) {
    base::Random random(scene.seed, 4);
    for (int i = 0; i < 20; ++i) {
      const auto hour = Change(setting, kAboutHour, 0, random);
      EXPECT_FALSE(hour && IsNight(scene.hour) && IsNight(static_cast<Hour>(hour->scene[kHour])));
      const auto kind = Change(setting, kAboutKind, 0, random);
      for (const Subject& subject : scene.subjects)
        EXPECT_NE(static_cast<Kind>(kind->subjects[0][kKind]), subject.kind);
      const auto action = Change(setting, kAboutAction, 0, random);
      const bool stands = scene.subjects[0].action == Action::kPainting;
      EXPECT_FALSE(action && stands && static_cast<Action>(action->subjects[0][kAction]) == Action::kStanding);
      const auto weather = Change(setting, kAboutWeather, 0, random);
      const bool rains = scene.weather == Weather::kRain;
      EXPECT_FALSE(weather && rains && static_cast<Weather>(weather->scene[kWeather]) == Weather::kCloudy);
    }
  });
}

// What English calls it decides whether verbs are plural.
TEST(Setting, NamesPairsAndMassesHaveTheirForm) {
  const auto form = [](std::string_view kind, size_t count) {
    Scene scene;
    Subject subject;
    subject.kind = KindOf(kind).value();
    subject.boxes.resize(count, {10, 60, 30, 80});
    scene.subjects = {subject};
    const Setting setting = SettingOf(scene);
    return std::pair(static_cast<EnglishForm>(setting.subjects[0][kForm]), setting.plural[0]);
  };
  EXPECT_EQ(form("bus", 1), std::pair(EnglishForm::kOne, false));
  EXPECT_EQ(form("bus", 3), std::pair(EnglishForm::kMany, true));
  EXPECT_EQ(form("scissors", 1), std::pair(EnglishForm::kPair, true));
  EXPECT_EQ(form("popcorn", 1), std::pair(EnglishForm::kMass, false));
  EXPECT_EQ(form("popcorn", 2), std::pair(EnglishForm::kMany, true));
  EXPECT_EQ(form("saturn", 1), std::pair(EnglishForm::kName, false));
}

TEST(Terms, GroupsHoldValuesOfTheirProperty) {
  for (const auto* properties : {&Terms().scene, &Terms().subject}) {
    for (const Property& property : *properties) {
      for (const Property::Group& group : property.groups) {
        // No kind's Chinese name begins with a number at present.
        EXPECT_TRUE(!group.values.empty() || group.name == "counted") << group.name;
        for (const std::string& value : group.values)
          EXPECT_NE(std::ranges::find(property.values, value), property.values.end()) << group.name << ": " << value;
      }
    }
  }
}

TEST(Setting, FactsKnowTheirTopic) {
  ForSettings([](const Scene& scene, const Setting& setting) {
    for (int who = 0; who < static_cast<int>(scene.subjects.size()); ++who) {
      for (int topic = 0; topic < kTopics; ++topic) {
        for (const plan::Fact& fact : FactsOfTopic(setting, topic, who))
          EXPECT_EQ(TopicOf(fact), topic) << plan::WriteFact(fact);
      }
    }
  });
  EXPECT_EQ(TopicOf({"clouds", ""}), kAboutCloudy);
  for (const plan::Fact& none :
       {plan::Fact{"bus", "merry"}, {"bus", "left of"}, {"bus", "no"}, {"cloud", "two"}, {"hour", "red"}}) {
    EXPECT_EQ(TopicOf(none), std::nullopt) << plan::WriteFact(none);
  }
}

TEST(Setting, KnowsWhereThingsAreAtHome) {
  const auto is_at_home = [](const char* kind, Ground ground) {
    Setting setting;
    setting.subjects[0][kKind] = static_cast<uint16_t>(KindOf(kind).value());
    setting.scene[kGround] = static_cast<uint16_t>(ground);
    Derive(setting);
    return setting.subjects[0][kHome] != 0;
  };
  EXPECT_TRUE(is_at_home("shark", Ground::kUnderwater));
  EXPECT_FALSE(is_at_home("shark", Ground::kDesert));
  EXPECT_TRUE(is_at_home("helicopter", Ground::kMountains)) << "there is a sky";
  EXPECT_FALSE(is_at_home("helicopter", Ground::kKitchen));
  EXPECT_TRUE(is_at_home("nurse", Ground::kDesert)) << "people are nowhere out of place";
}

}  // namespace
}  // namespace diptych::world
