#include "coherence/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace diptych::coherence {
namespace {

Report Example() {
  Report report;
  report.claims = {{.text = "bus: blue",
                    .sources = {ClaimSource::kPrompt, ClaimSource::kPlan},
                    .subject = "bus",
                    .words = TextSpan{2, 6},
                    .probability = 0.98,
                    .holds = true,
                    .box = plan::Box{1, 2, 3, 4}},
                   {.text = "It rains.", .sources = {ClaimSource::kNarrative}, .probability = 0.251, .holds = false}};
  return report;
}

TEST(Report, CountsAndNamesWhatFailed) {
  EXPECT_EQ(Example().holding(), 1);
  EXPECT_THAT(Example().failed(), testing::ElementsAre("It rains."));
  EXPECT_DOUBLE_EQ(*Example().agreement(), 0.5);
  EXPECT_FALSE(Report{}.agreement());
}

}  // namespace
}  // namespace diptych::coherence
