#include "eval/stated_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace diptych::eval {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

StatedFact Stated(const char* key, const char* value, world::Topic topic) { return {{key, value}, topic}; }

TEST(CountFacts, AThingAndEachValueOfItIsOne) {
  EXPECT_THAT(CountFacts(std::vector<plan::Fact>{{"circle", "one"}, {"circle", "red"}}),
              ElementsAre(Stated("circle", "one", world::kAboutKind), Stated("circle", "red", world::kAboutColour)));
  EXPECT_THAT(CountFacts(std::vector<plan::Fact>{{"circle", "red"}}),
              ElementsAre(Stated("circle", "", world::kAboutKind), Stated("circle", "red", world::kAboutColour)));
  EXPECT_THAT(CountFacts(std::vector<plan::Fact>{{"owl", "two"}}),
              ElementsAre(Stated("owl", "", world::kAboutKind), Stated("owl", "two", world::kAboutCount)));
  EXPECT_THAT(CountFacts(std::vector<plan::Fact>{{"owl", ""}, {"owl", "one"}}),
              ElementsAre(Stated("owl", "one", world::kAboutKind)));
  EXPECT_THAT(CountFacts(std::vector<plan::Fact>{{"tent", ""}}), ElementsAre(Stated("tent", "", world::kAboutKind)));
}

TEST(CountFacts, ARelationCountsOnce) {
  EXPECT_THAT(
      CountFacts(std::vector<plan::Fact>{{"cat", "left of house"}, {"house", "right of cat"}, {"house", "one"}}),
      ElementsAre(Stated("cat", "", world::kAboutKind), Stated("cat", "left of house", world::kAboutRelation),
                  Stated("house", "one", world::kAboutKind)));
}

TEST(CountFacts, TheSkyCountsByItsFullestWord) {
  EXPECT_THAT(CountFacts(std::vector<plan::Fact>{{"moon", ""}, {"moon", "full"}, {"clouds", ""}, {"sun", ""}}),
              ElementsAre(Stated("moon", "full", world::kAboutPhase), Stated("clouds", "", world::kAboutCloudy),
                          Stated("sun", "", world::kAboutSun)));
}

TEST(CountFacts, LeavesOutWhatTheWorldDoesNotKnow) {
  EXPECT_THAT(
      CountFacts(std::vector<plan::Fact>{{"gizmo", "red"}, {"bus", "shiny"}, {"hour", "teatime"}, {"clouds", "nine"}}),
      IsEmpty());
}

TEST(Without, TakesOutTopicsAndTheCountOfAThing) {
  const std::vector<StatedFact> facts =
      CountFacts(std::vector<plan::Fact>{{"bus", "one"}, {"bus", "red"}, {"hour", "noon"}});
  EXPECT_EQ(Without({}, facts), facts);
  EXPECT_THAT(Without({world::kAboutCount, world::kAboutHour}, facts),
              ElementsAre(Stated("bus", "", world::kAboutKind), Stated("bus", "red", world::kAboutColour)));
  EXPECT_THAT(Without({world::kAboutKind, world::kAboutColour, world::kAboutHour}, facts), IsEmpty());
}

TEST(Keep, OneIsKeptWithoutANumberAndNotBesideAnother) {
  EXPECT_TRUE(Keep({{"bus", "red"}}, {"bus", "one"}));
  EXPECT_TRUE(Keep({{"bus", "one"}}, {"bus", "one"}));
  EXPECT_FALSE(Keep({{"bus", "two"}}, {"bus", "one"}));
  EXPECT_FALSE(Keep({{"car", "red"}}, {"bus", "one"}));
  EXPECT_TRUE(Keep({{"bus", "red"}}, {"bus", ""}));
  EXPECT_FALSE(Keep({{"bus", "red"}}, {"bus", "blue"}));
  EXPECT_FALSE(Keep({{"clouds", ""}}, {"clouds", "one"}));
}

}  // namespace
}  // namespace diptych::eval
