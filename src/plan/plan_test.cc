#include "plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"

namespace diptych::plan {
namespace {

constexpr std::string_view kNight =
    "hour: starry night\n"
    "moon: crescent, at 78 20\n"
    "ground: road, horizon 62\n"
    "bus: two, blue, large, left, facing right, look 2, box 10 48 52 80, box 55 50 90 81\n"
    "sun: at 0 100";

TEST(Plan, WritesWhatItReads) {
  const Plan plan = ParsePlan(kNight);
  EXPECT_EQ(WritePlan(plan), kNight);
  EXPECT_EQ(ParsePlan(WritePlan(plan)), plan);
  EXPECT_EQ(WritePlan(ParsePlan("")), "");
}

TEST(Plan, AcceptsAFinalNewline) { EXPECT_EQ(ParsePlan("sun: at 1 2\n"), ParsePlan("sun: at 1 2")); }

TEST(Plan, BoxesComeInOrder) {
  const Plan plan = ParsePlan(kNight);
  EXPECT_EQ(BoxesOf(plan.lines[3]), (std::vector<Box>{{10, 48, 52, 80}, {55, 50, 90, 81}}));
  EXPECT_TRUE(BoxesOf(plan.lines[0]).empty());
}

TEST(Plan, RefusesWhatIsNotOfTheFormAndNamesTheLine) {
  for (std::string_view bad : {"bus",
                               "bus:",
                               "bus: ",
                               "bus: red,",
                               "bus: red,blue",
                               "bus:red",
                               "bus:  red",
                               "bus: red , blue",
                               ": red",
                               "Bus: red",
                               "bus: Red",
                               "bus2: red",
                               "bus: box 1 2 3",
                               "bus: box 1 2 3 4 5",
                               "bus: box 10 48 5 80",
                               "bus: box 10 48 52 48",
                               "bus: box 10 48 52 101",
                               "bus: box 10 48 52 -80",
                               "sun: at 1",
                               "sun: at 1 2 3",
                               "sun: at 01 2",
                               "sun: at 1  2",
                               "ground: horizon 101",
                               "bus: look 1 2",
                               "bus: 3 red",
                               "sun: at 1 2 ",
                               "sun: at 9999999999 2",
                               "",
                               "bus: red: blue"}) {
    const std::string text = "hour: noon\n" + std::string(bad) + "\nsun: at 1 2";
    try {
      ParsePlan(text);
      ADD_FAILURE() << "accepted: " << bad;
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("line 2")) << bad;
    }
  }
}

// Whatever the bytes: an Error, or a plan that is written as it was read.
TEST(Plan, AnyBytesAreReadExactlyOrRefused) {
  constexpr std::string_view kBytes = ":, \n0159azA\xff-.";
  base::Random random(1);
  int read = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text(kNight);
    for (int change = random.Between(1, 2); change > 0; --change) {
      const auto at = static_cast<size_t>(random.Below(static_cast<int>(text.size())));
      if (random.Percent(30))
        text.erase(at, 1);
      else
        text[at] = random.Pick(kBytes);
    }
    try {
      const std::string written = WritePlan(ParsePlan(text));
      EXPECT_TRUE(text == written || text == written + "\n") << text;
      ++read;
    } catch (const base::Error&) {
    }
  }
  EXPECT_GT(read, 1000);
}

TEST(Box, ReadsAndWrites) {
  EXPECT_EQ(WriteBox({0, 1, 99, 100}), "0 1 99 100");
  EXPECT_EQ(ParseBox("0 1 99 100"), (Box{0, 1, 99, 100}));
  for (std::string_view bad :
       {"", "1", "1 2 3", "1 2 3 4 ", " 1 2 3 4", "3 2 1 4", "1 4 3 2", "1 2 3 400", "a b c d", "1,2,3,4"}) {
    EXPECT_FALSE(ParseBox(bad)) << bad;
  }
}

}  // namespace
}  // namespace diptych::plan
