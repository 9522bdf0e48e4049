#include "coherence/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coherence/report_for_test.h"

namespace diptych::coherence {
namespace {

TEST(Report, CountsAndNamesWhatFailed) {
  EXPECT_EQ(ExampleReport().holding(), 1);
  EXPECT_THAT(ExampleReport().failed(), testing::ElementsAre("It rains."));
  EXPECT_DOUBLE_EQ(*ExampleReport().agreement(), 0.5);
  EXPECT_FALSE(Report{}.agreement());
}

}  // namespace
}  // namespace diptych::coherence
