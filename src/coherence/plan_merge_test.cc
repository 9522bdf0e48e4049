#include "coherence/plan_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coherence/check_data_for_test.h"

namespace diptych::coherence {
namespace {

using testing::ElementsAre, testing::IsEmpty;

MergedPlan Merge(std::string_view prompt, std::string_view plan) {
  const CheckData data = CheckDataForTest();
  return MergePlan(plan, AskedBy(prompt, "", data), *data.vocabulary);
}
std::string Merged(std::string_view prompt, std::string_view plan) { return plan::WritePlan(Merge(prompt, plan).plan); }

TEST(MergePlan, LeavesAPlanThatLacksNothing) {
  const MergedPlan merged = Merge("a sad panda", "hour: noon\npanda: one, sad, box 1 2 3 4");
  EXPECT_EQ(plan::WritePlan(merged.plan), "hour: noon\npanda: one, sad, box 1 2 3 4");
  EXPECT_THAT(merged.open, IsEmpty());
}

TEST(MergePlan, PutsFactsInTheirPlaces) {
  // In place of another value, and after the properties before it; places stay.
  EXPECT_EQ(Merged("a sad red panda painting", "panda: one, blue, happy, look 2, box 1 2 3 4"),
            "panda: one, red, painting, sad, look 2, box 1 2 3 4");
  EXPECT_EQ(Merged("a panda at sunset", "hour: noon\nground: road, horizon 60\npanda: one, box 1 2 3 4"),
            "hour: sunset\nground: road, horizon 60\npanda: one, box 1 2 3 4");
  EXPECT_THAT(Merge("a sad red panda", "panda: one, box 1 2 3 4").open, IsEmpty());
}

TEST(MergePlan, AddsLinesWhereTheyStand) {
  const MergedPlan merged = Merge("a panda on the beach, full moon", "hour: night\npanda: one, box 1 2 3 4");
  EXPECT_EQ(plan::WritePlan(merged.plan), "hour: night\nground: beach\nmoon: full\npanda: one, box 1 2 3 4");
  EXPECT_THAT(merged.open, ElementsAre("ground", "moon"));
}

TEST(MergePlan, LaysOutAnewWhatMoves) {
  const MergedPlan merged = Merge("two red cats", "cat: one, red, large, look 1, box 1 2 3 4");
  EXPECT_EQ(plan::WritePlan(merged.plan), "cat: two, red, large, look 1");
  EXPECT_THAT(merged.open, ElementsAre("cat"));
}

TEST(MergePlan, PutsAMissingThingForOneThatNobodyAskedFor) {
  const MergedPlan merged = Merge(
      "a cat and a house", "dog: one, red, left of house, look 3, box 1 2 3 4\nhouse: one, right of dog, box 5 6 7 8");
  EXPECT_EQ(plan::WritePlan(merged.plan), "cat: one, red, left of house\nhouse: one, right of cat, box 5 6 7 8");
  EXPECT_THAT(merged.open, ElementsAre("cat"));
  EXPECT_EQ(Merged("a cat and a house", "house: one, box 5 6 7 8"), "house: one, box 5 6 7 8\ncat: one");
}

TEST(MergePlan, StatesRelationsOnBothSides) {
  const MergedPlan merged =
      Merge("a cat left of a house", "cat: one, right of house, box 1 2 3 4\nhouse: one, left of cat, box 5 6 7 8");
  EXPECT_EQ(plan::WritePlan(merged.plan), "cat: one, left of house\nhouse: one, right of cat");
  EXPECT_THAT(merged.open, ElementsAre("cat", "house"));
}

TEST(MergePlan, TakesOutWhatIsDenied) {
  EXPECT_EQ(
      Merged("a house without cats", "house: one, left of cat, box 1 2 3 4\ncat: one, right of house, box 5 6 7 8"),
      "house: one, box 1 2 3 4");
  EXPECT_EQ(Merged("a house, no moon", "moon: half, at 20 30\nhouse: one, box 1 2 3 4"), "house: one, box 1 2 3 4");
}

std::string WithoutUnasked(std::string_view prompt, std::string_view plan) {
  const CheckData data = CheckDataForTest();
  plan::Plan fitted = plan::ParsePlan(plan);
  TakeOutUnasked(AskedBy(prompt, "", data), *data.vocabulary, fitted);
  return plan::WritePlan(fitted);
}

TEST(TakeOutUnasked, TakesOutWhatNoWordAsksFor) {
  const std::string plan = "panda: one, left of car, box 1 2 3 4\ncar: one, right of panda, box 5 6 7 8";
  EXPECT_EQ(WithoutUnasked("a sad panda", plan), "panda: one, box 1 2 3 4");
  EXPECT_EQ(WithoutUnasked("a sad panda and a car", plan), plan);
  // A word that nobody understands may stand for it; who asks for no thing leaves the things to the model.
  EXPECT_EQ(WithoutUnasked("a sad panda and a zorple", plan), plan);
  EXPECT_EQ(WithoutUnasked("a beach at sunset", plan), plan);
}

TEST(MergePlan, DropsMalformedLines) {
  EXPECT_EQ(Merged("a red cat", "cat: one, box 1 2 3 4\n:: 1 2"), "cat: one, red, box 1 2 3 4");
}

}  // namespace
}  // namespace diptych::coherence
