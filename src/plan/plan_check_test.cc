#include "plan/plan_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "plan/lexicon_for_test.h"

namespace diptych::plan {
namespace {

using testing::AllOf, testing::HasSubstr;

std::string PlanErrorOf(std::string_view text) {
  try {
    CheckPlan(ParsePlan(text), VocabularyForTest(), "plan.txt");
  } catch (const base::Error& error) {
    return error.what();
  }
  return "";
}

TEST(CheckPlan, TakesWhatMakesSense) {
  EXPECT_EQ(PlanErrorOf("hour: night\nmoon: full, at 10 20\nground: road, horizon 60\n"
                        "bus: two, blue, large, left of panda, look 1, box 3 48 25 60, box 27 47 49 59\n"
                        "panda: one, sad, right of bus, box 70 50 87 85"),
            "");
  EXPECT_EQ(PlanErrorOf("cat: two, red\ncat: one, blue"), "");  // two lines of cats
}

TEST(CheckPlan, NamesTheLineThatDoesNot) {
  EXPECT_THAT(PlanErrorOf(""), HasSubstr("no line"));
  EXPECT_THAT(PlanErrorOf("hour: night\ndragon: one"), AllOf(HasSubstr("plan.txt"), HasSubstr("\"dragon: one\"")));
  EXPECT_THAT(PlanErrorOf("hour: night\nhour: noon"), AllOf(HasSubstr("twice"), HasSubstr("\"hour: noon\"")));
  EXPECT_THAT(PlanErrorOf("hour: night, noon"), HasSubstr("\"night\" and \"noon\" contradict"));
  EXPECT_THAT(PlanErrorOf("cat: forty"), HasSubstr("\"forty\" is not known"));
  EXPECT_THAT(PlanErrorOf("cat: two, box 1 2 3 4"), HasSubstr("it states 2 and has 1 box,"));
  EXPECT_THAT(PlanErrorOf("cat: red, blue"), HasSubstr("contradict"));
  EXPECT_THAT(PlanErrorOf("cat: left of dog"), HasSubstr("\"dog\" has no line"));
}

TEST(IsLaidOut, NeedsAHorizonAndTheBoxesOfSubjects) {
  const auto laid_out = [](std::string_view text) { return IsLaidOut(ParsePlan(text), VocabularyForTest()); };
  EXPECT_TRUE(laid_out("ground: road, horizon 60\ncat: one, box 1 2 3 4"));
  EXPECT_TRUE(laid_out("ground: road, horizon 60"));
  EXPECT_FALSE(laid_out("ground: road\ncat: one, box 1 2 3 4"));
  EXPECT_FALSE(laid_out("ground: road, horizon 60\ncat: one"));
}

}  // namespace
}  // namespace diptych::plan
