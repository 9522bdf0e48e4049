#include "coherence/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coherence/report_for_test.h"

namespace diptych::coherence {
namespace {

using testing::ElementsAre;

TEST(Report, CountsEachSourceForItself) {
  const Report report = ExampleReport();
  EXPECT_EQ(report.followed(), (Figure{1, 2}));  // the blue bus, and the comet that nobody understood
  EXPECT_EQ(report.told(), (Figure{0, 1}));
  EXPECT_EQ(report.planned(), (Figure{1, 1}));
  EXPECT_THAT(report.failed(), ElementsAre("It rains."));
  EXPECT_THAT(report.not_planned(), ElementsAre("cat: sad"));
  EXPECT_FALSE(Report{}.followed().share());
}

TEST(Report, ANearestKindIsNotWhatWasAskedFor) {
  Report report = ExampleReport();
  report.claims[0].near = true;
  EXPECT_EQ(report.followed(), (Figure{0, 2}));
}

}  // namespace
}  // namespace diptych::coherence
