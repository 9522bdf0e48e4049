#include "coherence/plan_completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "coherence/check_data_for_test.h"
#include "coherence/given_plan.h"

namespace diptych::coherence {
namespace {

// Plans as a model would write them on: scenes of an hour and a ground, subjects with places.
std::string GoOn(const std::string& start, int) {
  const std::string line = start.substr(start.rfind('\n') + 1);
  if (start.empty()) return "hour: noon\nground: road, horizon 60\ndog: one, box 1 2 3 4";
  if (line.empty() && start.find("ground") == start.npos) return "ground: road, horizon 60\ndog: one, box 1 2 3 4";
  if (line == "dog:") return " one, box 1 2 3 4";
  if (start.find("dog:") != start.npos) return "";
  if (line.empty()) return "dog: one, box 1 2 3 4";
  if (line.ends_with("beach")) return ", horizon 71\ndog: one, box 1 2 3 4";
  if (line == "cat: two, red,") return " large, blue, left of dog, box 1 2 3 4, box 5 6 7 8\ndog: one, box 1 2 3 4";
  return "";
}

TEST(CompletePlan, KeepsWhatIsStatedAndAddsWhatIsOpen) {
  EXPECT_EQ(CompletePlan("cat: two, red", CheckDataForTest(), GoOn),
            "hour: noon\nground: road, horizon 60\ncat: two, red, large, box 1 2 3 4, box 5 6 7 8");
  EXPECT_EQ(CompletePlan("cat: two, red\nground: beach\nhour: night", CheckDataForTest(), GoOn),
            "hour: night\nground: beach, horizon 71\ncat: two, red, large, box 1 2 3 4, box 5 6 7 8");
  // What names no subject gets the model's.
  EXPECT_EQ(CompletePlan("hour: night", CheckDataForTest(), GoOn),
            "hour: night\nground: road, horizon 60\ndog: one, box 1 2 3 4");
}

TEST(CompletePlan, LeavesAPlanThatIsLaidOut) {
  const auto never = [](const std::string&, int) -> std::string { throw std::logic_error("asked"); };
  EXPECT_EQ(CompletePlan("ground: road, horizon 60\ncat: one, box 1 2 3 4", CheckDataForTest(), never),
            "ground: road, horizon 60\ncat: one, box 1 2 3 4");
}

TEST(CompletePlan, GivesUpAfterSomeAttempts) {
  int asked = 0;
  const auto nothing = [&asked](const std::string&, int attempt) -> std::string {
    asked = attempt;
    return "";
  };
  EXPECT_THROW(CompletePlan("cat: two", CheckDataForTest(), nothing), base::Error);
  EXPECT_EQ(asked, kCompletionsTried - 1);
}

std::optional<std::string> LaidOut(const std::string& plan, std::set<std::string> open) {
  return LayOut(MergedPlan{.plan = plan::ParsePlan(plan), .open = std::move(open)}, CheckDataForTest(), GoOn);
}

TEST(LayOut, WritesOnTheOpenLinesAlone) {
  EXPECT_EQ(LaidOut("ground: road, horizon 60\ncat: two, red", {"cat"}),
            "ground: road, horizon 60\ncat: two, red, large, box 1 2 3 4, box 5 6 7 8");
  EXPECT_EQ(LaidOut("ground: beach\ncat: two, red, box 1 2 3 4, box 5 6 7 8", {"ground"}),
            "ground: beach, horizon 71\ncat: two, red, box 1 2 3 4, box 5 6 7 8");
  MergedPlan with_dog{.plan = plan::ParsePlan("ground: road, horizon 60"), .open = {"dog"}};
  with_dog.plan.lines.push_back({.key = "dog", .values = {}});
  EXPECT_EQ(LayOut(with_dog, CheckDataForTest(), GoOn), "ground: road, horizon 60\ndog: one, box 1 2 3 4");
}

TEST(LayOut, MovesAsideWhatWouldHideSomething) {
  const auto dog = [](const std::string& asked) {
    MergedPlan merged{.plan = plan::ParsePlan("ground: road, horizon 60\ncat: one, box 10 40 30 80\ndog: one" + asked),
                      .open = {"dog"}};
    return LayOut(merged, CheckDataForTest(), [](const std::string& start, int) -> std::string {
      return start.ends_with(",") ? " red, left, right of cat, box 12 50 32 80" : "";
    });
  };
  const std::string before = "ground: road, horizon 60\ncat: one, box 10 40 30 80\ndog: one, ";
  EXPECT_EQ(dog(""), before + "red, box 23 50 43 80");
  // What is asked for stays.
  EXPECT_EQ(dog(", left"), before + "left, red, right of cat, box 12 50 32 80");
  EXPECT_EQ(dog(", under cat"), before + "under cat, red, left, right of cat, box 12 50 32 80");
}

TEST(LayOut, IsNothingWithoutPlacesForAll) {
  EXPECT_EQ(LaidOut("ground: road, horizon 60\nhouse: one", {"house"}), std::nullopt);
}

TEST(CheckGivenPlan, RefusesWhatIsNoPlan) {
  for (const char* plan : {"", "zzz", "zzz: one", "hour: noon\nhour: night"})
    EXPECT_THROW(CheckGivenPlan(plan, CheckDataForTest()), base::Error) << plan;
  EXPECT_NO_THROW(CheckGivenPlan("cat: two, red", CheckDataForTest()));
  EXPECT_NO_THROW(CheckGivenPlan("zzz: one", {}));  // a model without a vocabulary
  EXPECT_THROW(CheckGivenPlan("", {}), base::Error);
}

TEST(OddLines, AreWhatAPersonWouldHardlyMean) {
  using testing::ElementsAre;
  using testing::IsEmpty;
  EXPECT_THAT(OddLines("hour: starry night\nsun: box 1 2 3 4"),
              ElementsAre("the plan has a sun, and its hour is starry night."));
  EXPECT_THAT(OddLines("moon: full, box 1 2 3 4\nhour: noon"),
              ElementsAre("the plan has a moon, and its hour is noon."));
  EXPECT_THAT(OddLines("hour: night\nmoon: full\ncat: one, left, box 10 20 30 40\ndog: two, middle"), IsEmpty());
  EXPECT_THAT(OddLines("cat: one, left, box 70 20 90 40\ndog: one, middle, box 40 1 60 9"),
              ElementsAre("the place of cat in the plan is not where its box is."));
  EXPECT_THAT(OddLines("dog: two, right, box 10 1 20 9, box 30 1 40 9"),
              ElementsAre("the place of dog in the plan is not where its box is."));
  EXPECT_THAT(OddLines("sun: box 1 2 3 4"), IsEmpty());
}

}  // namespace
}  // namespace diptych::coherence
