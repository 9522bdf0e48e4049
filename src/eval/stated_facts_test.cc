#include "eval/stated_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace diptych {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

StatedFact Stated(const char* key, const char* value, Topic topic) { return {{key, value}, topic}; }

TEST(CountFacts, AThingAndEachValueOfItIsOne) {
  EXPECT_THAT(CountFacts(std::vector<Fact>{{"circle", "one"}, {"circle", "red"}}),
              ElementsAre(Stated("circle", "one", kAboutKind), Stated("circle", "red", kAboutColour)));
  EXPECT_THAT(CountFacts(std::vector<Fact>{{"circle", "red"}}),
              ElementsAre(Stated("circle", "", kAboutKind), Stated("circle", "red", kAboutColour)));
  EXPECT_THAT(CountFacts(std::vector<Fact>{{"owl", "two"}}),
              ElementsAre(Stated("owl", "", kAboutKind), Stated("owl", "two", kAboutCount)));
  EXPECT_THAT(CountFacts(std::vector<Fact>{{"owl", ""}, {"owl", "one"}}),
              ElementsAre(Stated("owl", "one", kAboutKind)));
  EXPECT_THAT(CountFacts(std::vector<Fact>{{"tent", ""}}), ElementsAre(Stated("tent", "", kAboutKind)));
}

TEST(CountFacts, ARelationCountsOnce) {
  EXPECT_THAT(CountFacts(std::vector<Fact>{{"cat", "left of house"}, {"house", "right of cat"}, {"house", "one"}}),
              ElementsAre(Stated("cat", "", kAboutKind), Stated("cat", "left of house", kAboutRelation),
                          Stated("house", "one", kAboutKind)));
}

TEST(CountFacts, TheSkyCountsByItsFullestWord) {
  EXPECT_THAT(CountFacts(std::vector<Fact>{{"moon", ""}, {"moon", "full"}, {"clouds", ""}, {"sun", ""}}),
              ElementsAre(Stated("moon", "full", kAboutPhase), Stated("clouds", "", kAboutCloudy),
                          Stated("sun", "", kAboutSun)));
}

TEST(CountFacts, LeavesOutWhatTheWorldDoesNotKnow) {
  EXPECT_THAT(
      CountFacts(std::vector<Fact>{{"dragon", "red"}, {"bus", "shiny"}, {"hour", "teatime"}, {"clouds", "nine"}}),
      IsEmpty());
}

TEST(Without, TakesOutTopicsAndTheCountOfAThing) {
  const std::vector<StatedFact> facts = CountFacts(std::vector<Fact>{{"bus", "one"}, {"bus", "red"}, {"hour", "noon"}});
  EXPECT_EQ(Without({}, facts), facts);
  EXPECT_THAT(Without({kAboutCount, kAboutHour}, facts),
              ElementsAre(Stated("bus", "", kAboutKind), Stated("bus", "red", kAboutColour)));
  EXPECT_THAT(Without({kAboutKind, kAboutColour, kAboutHour}, facts), IsEmpty());
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
}  // namespace diptych
