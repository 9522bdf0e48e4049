#include "coherence/asked.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coherence/check_data_for_test.h"

namespace diptych::coherence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Each fact as a claim writes it, "no " before what is denied, "~" before a nearest kind; unknown words as "?word".
std::vector<std::string> Facts(std::string_view prompt, std::string_view model_facts) {
  const Asked asked = AskedBy(prompt, model_facts, CheckDataForTest());
  std::vector<std::string> facts;
  for (const AskedFact& one : asked.facts)
    facts.push_back((one.denied ? "no " : "") + std::string(one.near ? "~" : "") + plan::WriteFact(one.fact));
  for (const plan::TextSpan& span : asked.unknown)
    facts.push_back("?" + std::string(prompt.substr(span.first, span.last - span.first)));
  return facts;
}

TEST(Asked, JoinsWhatTheModelReadsAndWhatTheWordsSay) {
  EXPECT_THAT(Facts("a blue bus at sunset", "bus: blue"), ElementsAre("bus", "bus: blue", "hour: sunset"));
}

TEST(Asked, WhatNoWordNamesIsNotAsked) {
  // The model took a boat for a lighthouse.
  EXPECT_THAT(Facts("a red cat", "dog: red\nhour: noon"), ElementsAre("cat", "cat: red"));
  EXPECT_THAT(Facts("a cat", "cat: red"), ElementsAre("cat"));
}

TEST(Asked, WhoseAPropertyIsTheModelTellsWhereTheWordsDoNot) {
  EXPECT_THAT(Facts("a cat with a dog. sad", "cat: sad\ndog"), UnorderedElementsAre("cat", "dog", "cat: sad"));
  // Where they do, the model may err.
  EXPECT_THAT(Facts("a cat and a sad dog", "cat: sad\ndog"), UnorderedElementsAre("cat", "dog", "dog: sad"));
}

TEST(Asked, DenialsAreAskedAsDenials) {
  EXPECT_THAT(Facts("a house, no cats", "house\ncat"), UnorderedElementsAre("house", "no cat"));
}

TEST(Asked, UnknownWordsAndNearestKindsAreNamed) {
  EXPECT_THAT(Facts("a red jeep on a glacier", "car: red"), UnorderedElementsAre("~car", "car: red", "?glacier"));
  const Asked asked = AskedBy("a red jeep", "", CheckDataForTest());
  EXPECT_THAT(asked.near, ElementsAre(NearThing{.words = "jeep", .span = {6, 10}, .kind = "car"}));
}

TEST(Asked, WhatIsSaidOfAnUnknownThingIsAskedOfNothing) {
  EXPECT_THAT(Facts("a bus and a blue glacier", "bus: blue"), UnorderedElementsAre("bus", "?glacier"));
}

TEST(Asked, WhatNobodyCanHaveIsNotUnderstood) {
  EXPECT_THAT(Facts("sleeping on the beach", ""), UnorderedElementsAre("ground: beach", "?sleeping"));
}

TEST(Asked, OfTwoHoursTheMoreExactIsAsked) {
  for (const char* prompt : {"a bus at night, a starry night", "a bus on a starry night, at night"})
    EXPECT_THAT(Facts(prompt, ""), UnorderedElementsAre("bus", "hour: starry night")) << prompt;
}

TEST(Asked, ADeniedThingIsDrawnAsNothing) {
  EXPECT_THAT(Facts("a bus, no jeeps", "bus"), UnorderedElementsAre("bus", "no ~car"));
  EXPECT_THAT(AskedBy("a bus, no jeeps", "bus", CheckDataForTest()).near, IsEmpty());
}

TEST(Asked, WithoutALexiconTheModelIsBelieved) {
  const Asked asked = AskedBy("a blue bus", "bus: blue\ncat: one", {});
  ASSERT_EQ(asked.facts.size(), 2U);
  EXPECT_EQ(asked.facts[0].fact, (plan::Fact{"bus", "blue"}));
  EXPECT_EQ(asked.facts[0].words, (plan::TextSpan{2, 6}));
  EXPECT_THAT(asked.unknown, IsEmpty());
}

}  // namespace
}  // namespace diptych::coherence
