#include "record/ending_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace diptych::record {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(EndingWarnings, NameOptionsAsTheReaderSetsThem) {
  model::GenerationConfig options;
  options.max_new_tokens = 9;
  options.max_pictures = 3;
  engine::Answer answer;
  answer.picture.width = 1;
  EXPECT_THAT(EndingWarnings(answer, options, OptionNaming::kFlags), IsEmpty());
  answer.plan_cut = true;
  answer.ending = engine::Ending::kPictureLimit;
  EXPECT_THAT(EndingWarnings(answer, options, OptionNaming::kFlags),
              ElementsAre("the plan was cut at --max-tokens 9.",
                          "the model began another picture; at most 3 were asked for (--pictures), and the answer ends "
                          "there."));
  EXPECT_THAT(EndingWarnings(answer, options, OptionNaming::kFields),
              ElementsAre("the plan was cut at max_new_tokens 9.",
                          "the model began another picture; at most 3 were asked for (pictures), and the answer ends "
                          "there."));
}

TEST(EndingWarnings, NameAllThatWasCut) {
  model::GenerationConfig options;
  options.max_new_tokens = 9;
  engine::Answer answer;
  answer.picture.width = 1;
  answer.text_cut = true;
  EXPECT_THAT(EndingWarnings(answer, options, OptionNaming::kFields),
              ElementsAre("the text was cut at max_new_tokens 9."));
  answer.plan_cut = true;
  EXPECT_THAT(EndingWarnings(answer, options, OptionNaming::kFields),
              ElementsAre("plan and text were cut at max_new_tokens 9."));
}

TEST(EndingWarnings, SayThatNothingWasDrawn) {
  EXPECT_THAT(EndingWarnings({}, {}, OptionNaming::kFields), ElementsAre("the model wrote a text and drew nothing."));
}

}  // namespace
}  // namespace diptych::record
