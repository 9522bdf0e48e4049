#include "plan/fact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace diptych::plan {
namespace {

using testing::ElementsAre;

TEST(FactsOf, FactsAreTheWordsAndBareKeys) {
  const std::vector<Fact> facts =
      FactsOf(ParsePlan("hour: starry night\n"
                        "moon: crescent, at 78 20\n"
                        "ground: road, horizon 62\n"
                        "bus: two, blue, large, left, facing right, look 2, box 10 48 52 80, box 55 50 90 81\n"
                        "sun: at 0 100"));
  const std::vector<Fact> expected = {{"hour", "starry night"}, {"moon", "crescent"},    {"ground", "road"},
                                      {"bus", "two"},           {"bus", "blue"},         {"bus", "large"},
                                      {"bus", "left"},          {"bus", "facing right"}, {"sun", ""}};
  EXPECT_EQ(facts, expected);
  EXPECT_EQ(WriteFact(facts.front()), "hour: starry night");
  EXPECT_EQ(WriteFact(facts.back()), "sun");
}

TEST(FactsOfLines, DropsWhatDoesNotParseAndWhatIsRepeated) {
  const std::vector<Fact> facts =
      FactsOfLines("bus: blue\nnonsense here : : :\nbus: blue\nhour: starry night\nbus: blue, box 1 2");
  EXPECT_THAT(facts, testing::Contains(Fact{"bus", "blue"}));
  EXPECT_THAT(facts, testing::Contains(Fact{"hour", "starry night"}));
  EXPECT_EQ(std::count(facts.begin(), facts.end(), Fact{"bus", "blue"}), 1);
}

TEST(FactsOfLines, ReadsNoMoreThan64KiB) {
  std::string lines;
  while (lines.size() < 64 << 10) lines += "bus: long, blue\n";
  ASSERT_EQ(lines.size(), size_t{64 << 10});
  EXPECT_THAT(FactsOfLines(lines + "hour: noon"), ElementsAre(Fact{"bus", "long"}, Fact{"bus", "blue"}));
}

TEST(Fact, IsReadAsItIsWritten) {
  for (const Fact& fact : {Fact{"bus", "blue"}, {"sailing boat", "left of hot air balloon"}, {"sun", ""}})
    EXPECT_EQ(ParseFact(WriteFact(fact)), fact);
  EXPECT_EQ(ParseFact("  car :  two  "), (Fact{"car", "two"}));
  EXPECT_EQ(ParseFact("car:"), (Fact{"car", ""}));
  EXPECT_EQ(ParseFact(""), (Fact{"", ""}));
}

TEST(Fact, SeveralAreWrittenWithWhatStandsBetween) {
  const std::vector<Fact> facts = {{"bus", "blue"}, {"sun", ""}};
  EXPECT_EQ(WriteFacts(facts, "\n"), "bus: blue\nsun");
  EXPECT_EQ(WriteFacts(facts, "; "), "bus: blue; sun");
  EXPECT_EQ(WriteFacts({}, "; "), "");
}

TEST(Fact, AKeyAloneIsAmongFactsOfThatKey) {
  const std::vector<Fact> facts = {{"bus", "blue"}, {"sun", ""}};
  EXPECT_TRUE(Contains(facts, {"bus", "blue"}));
  EXPECT_TRUE(Contains(facts, {"bus", ""}));
  EXPECT_TRUE(Contains(facts, {"sun", ""}));
  EXPECT_FALSE(Contains(facts, {"bus", "red"}));
  EXPECT_FALSE(Contains(facts, {"car", ""}));
}

TEST(Fact, AKeyAloneIsDroppedWhereAValueIsStated) {
  std::vector<Fact> facts = {{"bus", ""}, {"sun", ""}, {"bus", "blue"}};
  EXPECT_TRUE(IsSaidBetter(facts, facts[0]));
  EXPECT_FALSE(IsSaidBetter(facts, facts[1]));
  EXPECT_FALSE(IsSaidBetter(facts, facts[2]));
  DropBareKeys(facts);
  EXPECT_THAT(facts, ElementsAre(Fact{"sun", ""}, Fact{"bus", "blue"}));
}

}  // namespace
}  // namespace diptych::plan
