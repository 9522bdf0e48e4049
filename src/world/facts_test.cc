#include "world/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "world/held_out.h"

namespace diptych::world {
namespace {

constexpr uint64_t kScenes = 1000;

TEST(PlanVocabulary, HasAPropertyForEachTopicInTheirOrder) {
  const std::vector<plan::Property>& properties = PlanVocabulary().properties();
  ASSERT_EQ(properties.size(), kTopicNames.size());
  for (size_t i = 0; i < properties.size(); ++i) EXPECT_EQ(properties[i].name, kTopicNames[i]);
  EXPECT_EQ(PlanVocabulary().subjects().size(), static_cast<size_t>(KindCount()));
}

TEST(PlanVocabulary, CanBeWrittenAndReadAgain) {
  const std::string text = plan::WriteVocabulary(PlanVocabulary());
  EXPECT_THAT(text, testing::HasSubstr("\nproperty: held\nlead in: holding\nvalues: umbrella, balloon, "));
  EXPECT_THAT(text, testing::HasSubstr("\nproperty: phase\nline: moon\nvalues: full, crescent, half\n"));
  EXPECT_TRUE(plan::ReadVocabulary(text, "vocabulary") == PlanVocabulary());
}

// The value "no" says that a scene lacks something; it is no value of a fact.
TEST(PlanVocabulary, HasNoNo) {
  for (const plan::Property& property : PlanVocabulary().properties())
    EXPECT_THAT(property.values, testing::Not(testing::Contains("no"))) << property.name;
}

// From scene to facts, to a plan's text and back.
TEST(FactsOfScene, ThePlansTextHoldsThemAllAndNoMore) {
  std::map<size_t, int> seen;
  for (uint64_t seed = 0; seed < kScenes; ++seed) {
    const Scene scene = SampleScene(seed, Split::kTraining, HeldOut());
    const std::vector<plan::TypedFact> facts = FactsOfScene(scene);
    const std::string text = plan::WritePlan(PlanOfScene(scene));
    EXPECT_EQ(PlanVocabulary().Read(plan::ParsePlan(text)), facts) << text;
    for (const plan::TypedFact& fact : facts) ++seen[fact.property];
  }
  for (int topic = 0; topic < kTopics; ++topic) {
    // A plan names kinds and moons with what else it says of them.
    if (topic != kAboutKind && topic != kAboutMoon) {
      EXPECT_GT(seen[static_cast<size_t>(topic)], 0) << kTopicNames[static_cast<size_t>(topic)];
    }
  }
}

Scene TwoBuses() {
  Scene scene;
  scene.subjects.resize(2);
  scene.subjects[0].boxes = {{5, 60, 35, 80}};
  scene.subjects[1].boxes = {{60, 60, 90, 80}};
  scene.subjects[1].colour = Colour::kBlue;
  scene.relation = Relation::kLeftOf;
  return scene;
}

TEST(FactsOfScene, SubjectsOfOneKindAreNumbered) {
  std::map<int, std::string> colours;
  for (const plan::TypedFact& fact : FactsOfScene(TwoBuses()))
    if (fact.property == kAboutColour) colours[fact.number] = fact.value;
  EXPECT_EQ(colours, (std::map<int, std::string>{{1, "red"}, {2, "blue"}}));
  EXPECT_EQ(PlanOfScene(TwoBuses()).lines.size(), 6u);
}

// As somebody may have seen it.
TEST(FactsOfScene, ClearSkiesMayHaveCloudsAndNothingBelow) {
  Scene scene = TwoBuses();
  scene.weather = Weather::kClear;
  scene.clouds = {{20, 10}, {60, 12}};
  scene.subjects.clear();
  EXPECT_EQ(plan::WritePlan(PlanOfScene(scene)),
            "hour: noon\nweather: clear\nstyle: flat\nclouds: two, at 20 10, at 60 12\nground: road, horizon 60");
}

TEST(States, WhatASceneLacksIsNotStated) {
  Scene scene = TwoBuses();
  const Setting without = SettingOf(scene);
  for (Topic topic : {kAboutSun, kAboutMoon, kAboutPhase, kAboutClouds, kAboutCloudy, kAboutMood, kAboutPattern,
                      kAboutAction, kAboutHeld, kAboutFeeling, kAboutDepth})
    EXPECT_FALSE(States(without, topic, 0)) << kTopicNames[topic];
  for (Topic topic : {kAboutHour, kAboutColour, kAboutCount, kAboutKind, kAboutPlace, kAboutFacing, kAboutRelation})
    EXPECT_TRUE(States(without, topic, 0)) << kTopicNames[topic];
  scene.moon = Point{50, 20};
  EXPECT_TRUE(States(SettingOf(scene), kAboutMoon, 0));
  EXPECT_TRUE(States(SettingOf(scene), kAboutPhase, 0));
}

TEST(FactsOfStatements, ARelationIsStatedFromBothSides) {
  const std::vector<plan::Fact> facts =
      FactsOfStatements(SettingOf(TwoBuses()), {{.what = kAboutRelation, .subject = 1}});
  EXPECT_THAT(facts, testing::ElementsAre(plan::Fact{"bus", "right of bus"}, plan::Fact{"bus", "left of bus"}));
}

}  // namespace
}  // namespace diptych::world
