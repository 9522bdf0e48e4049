#include "coherence/plan_repair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coherence/check_data_for_test.h"

namespace diptych::coherence {
namespace {

std::vector<std::string> Missing(std::string_view prompt, std::string_view plan) {
  std::vector<std::string> texts;
  for (const AskedFact& one : MissingIn(plan, AskedBy(prompt, "", CheckDataForTest())))
    texts.push_back((one.denied ? "no " : "") + plan::WriteFact(one.fact));
  return texts;
}

TEST(PlanRepair, FindsWhatThePlanLacks) {
  EXPECT_THAT(Missing("a sad panda at sunset", "hour: noon\npanda: one, sad"), testing::ElementsAre("hour: sunset"));
  EXPECT_THAT(Missing("a panda", "panda: one"), testing::IsEmpty());
  EXPECT_THAT(Missing("a house, no cats", "house: one\ncat: one"), testing::ElementsAre("no cat"));
}

std::string Plain(std::string_view prompt) {
  return PlainPrompt(AskedBy(prompt, "", CheckDataForTest()), CheckDataForTest());
}

TEST(PlanRepair, SaysWhatIsAskedInPlainEnglish) {
  EXPECT_EQ(Plain("PANDA!! sad; playing the ukulele... as the sun goes down"),
            "a sad panda playing the ukulele, sunset");
  EXPECT_EQ(Plain("一只悲伤的熊猫"), "a sad panda");
  EXPECT_EQ(Plain("2 red cats next to a house"), "two red cats and a house, the cat next to the house");
  EXPECT_EQ(Plain("an orange bus without dogs"), "an orange bus");
  EXPECT_EQ(Plain("hello"), "");
}

}  // namespace
}  // namespace diptych::coherence
