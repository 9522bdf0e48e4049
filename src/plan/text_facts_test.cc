#include "plan/text_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/fact.h"
#include "plan/lexicon_for_test.h"

namespace diptych::plan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Each fact as a claim writes it, "not " before what is denied, "~" before a near kind; what is unknown as "?word".
std::vector<std::string> FactsIn(std::string_view text) {
  const Vocabulary vocabulary = VocabularyForTest();
  const TextFacts read = ReadTextFacts(LexiconForTest(), vocabulary, text);
  std::vector<std::string> facts;
  for (const StatedFact& stated : read.facts)
    facts.push_back((stated.denied ? "not " : "") + std::string(stated.near ? "~" : "") +
                    WriteFact(vocabulary.Say(stated.fact)));
  for (const TextSpan& span : read.unknown)
    facts.push_back("?" + std::string(text.substr(span.first, span.last - span.first)));
  return facts;
}

TEST(TextFacts, AttributesBelongToTheNounAfterThem) {
  EXPECT_THAT(FactsIn("a small, blue and very sad panda at sunset"),
              UnorderedElementsAre("panda: small", "panda: blue", "panda: sad", "panda", "hour: sunset"));
  EXPECT_THAT(FactsIn("a red cat next to a blue dog"),
              UnorderedElementsAre("cat: red", "cat", "dog: blue", "dog", "cat: next to dog"));
}

TEST(TextFacts, StatementsBelongToTheNounBeforeThem) {
  EXPECT_THAT(FactsIn("a bus. It is blue."), UnorderedElementsAre("bus", "bus: blue"));
  EXPECT_THAT(FactsIn("the bus is blue, the car is red"), UnorderedElementsAre("bus", "bus: blue", "car", "car: red"));
  EXPECT_THAT(FactsIn("a cat painting houses"), UnorderedElementsAre("cat", "cat: painting", "house"));
  EXPECT_THAT(FactsIn("a cat sleeping and dogs"), UnorderedElementsAre("cat", "cat: sleeping", "dog"));
  EXPECT_THAT(FactsIn("a sleeping cat"), UnorderedElementsAre("cat", "cat: sleeping"));
}

TEST(TextFacts, ReadsChinese) {
  EXPECT_THAT(FactsIn("一只悲伤的熊猫在夕阳弹尤克里里"),
              UnorderedElementsAre("panda", "panda: sad", "hour: sunset", "panda: playing ukulele"));
  EXPECT_THAT(FactsIn("公交车是蓝色的，房子是红色的"), UnorderedElementsAre("bus", "bus: blue", "house", "house: red"));
  EXPECT_THAT(FactsIn("猫在房子左边"), UnorderedElementsAre("cat", "house", "cat: left of house"));
  EXPECT_THAT(FactsIn("房子左边有一只猫"), UnorderedElementsAre("cat", "house", "cat: left of house"));
}

TEST(TextFacts, DenialsAreNotStatements) {
  EXPECT_THAT(FactsIn("a house without cats or dogs"), UnorderedElementsAre("house", "not cat", "not dog"));
  EXPECT_THAT(FactsIn("a house, no cats, and a dog"), UnorderedElementsAre("house", "not cat", "dog"));
  EXPECT_THAT(FactsIn("the bus is not red but blue"), UnorderedElementsAre("bus", "not bus: red", "bus: blue"));
  EXPECT_THAT(FactsIn("no red bus"), ElementsAre("not bus: red"));
  EXPECT_THAT(FactsIn("没有猫的房子"), UnorderedElementsAre("not cat", "house"));
  EXPECT_THAT(FactsIn("a house without cats next to a bus"),
              UnorderedElementsAre("house", "not cat", "cat: next to bus", "bus"));
}

TEST(TextFacts, UnknownWordsAreNamed) {
  EXPECT_THAT(FactsIn("12 cats on a comet"), UnorderedElementsAre("cat", "?12", "?comet"));
  // The lexicon has the word, the vocabulary not what it means.
  EXPECT_THAT(FactsIn("a kitchen"), ElementsAre("?kitchen"));
}

TEST(TextFacts, WhatIsSaidOfAnUnknownThingIsNotSaidOfAnother) {
  EXPECT_THAT(FactsIn("a bus and a blue glacier"), UnorderedElementsAre("bus", ": blue", "?glacier"));
}

TEST(TextFacts, ChineseDeniesBehindTheThingToo) {
  EXPECT_THAT(FactsIn("一辆公交车，猫都不要"), UnorderedElementsAre("bus", "not cat"));
}

TEST(TextFacts, NearThingsAreMarked) { EXPECT_THAT(FactsIn("a red jeep"), UnorderedElementsAre("~car", "car: red")); }

TEST(TextFacts, AWordOfTwoMeaningsIsAnAttributeBeforeANoun) {
  EXPECT_THAT(FactsIn("an orange bus"), UnorderedElementsAre("bus", "bus: orange"));
  EXPECT_THAT(FactsIn("an orange on the beach"), UnorderedElementsAre("~car", "ground: beach"));
}

TEST(TextFacts, KeepsTheWordsOfEachFact) {
  const std::string_view text = "a blue bus";
  const TextFacts read = ReadTextFacts(LexiconForTest(), VocabularyForTest(), text);
  ASSERT_EQ(read.facts.size(), 2U);
  EXPECT_EQ(read.facts[0].words, (TextSpan{2, 6}));
  EXPECT_TRUE(read.facts[0].certain);
  EXPECT_EQ(read.facts[1].words, (TextSpan{7, 10}));
}

TEST(TextFacts, AnyBytesAreRead) {
  for (std::string_view text : {"", " ", "\xff\xfe", "🚀", "...", "no", "and", "next to", "左边", "'s"})
    EXPECT_NO_THROW(FactsIn(text)) << text;
  EXPECT_THAT(FactsIn("🚀"), ElementsAre("?🚀"));
}

}  // namespace
}  // namespace diptych::plan
