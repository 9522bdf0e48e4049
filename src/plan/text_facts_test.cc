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

TEST(TextFacts, WhatIsHeldOrWornIsNoThingOfItsOwn) {
  EXPECT_THAT(FactsIn("a cat holding a car and a dog"), UnorderedElementsAre("cat", "cat: holding car", "dog"));
  EXPECT_THAT(FactsIn("a cat with a car in its paws"), UnorderedElementsAre("cat", "cat: holding car"));
  EXPECT_THAT(FactsIn("一只猫拿着一辆公交车"), UnorderedElementsAre("cat", "bus"));
  EXPECT_THAT(FactsIn("拿着汽车的猫"), UnorderedElementsAre("cat", "cat: holding car"));
  EXPECT_THAT(FactsIn("猫，汽车在手里"), UnorderedElementsAre("cat", "cat: holding car"));
  EXPECT_THAT(FactsIn("a cat wearing a hat"), UnorderedElementsAre("cat", "cat: wearing hat"));
  // Of a held thing nothing can be said; what is worn and cannot be said is no thing to be drawn.
  EXPECT_THAT(FactsIn("a cat holding a big red car"), UnorderedElementsAre("cat", "cat: holding car", "?big", "?red"));
  EXPECT_THAT(FactsIn("a cat wearing a coat"), UnorderedElementsAre("cat", "?coat"));
  // Where it leads to nothing, such a word has its other meaning.
  EXPECT_THAT(FactsIn("猫抱着房子"), UnorderedElementsAre("cat", "cat: sleeping", "house"));
}

TEST(TextFacts, RelationsStandInManyPlaces) {
  EXPECT_THAT(FactsIn("next to the house is a cat"), UnorderedElementsAre("house", "cat", "cat: next to house"));
  EXPECT_THAT(FactsIn("a house with a cat next to it"), UnorderedElementsAre("house", "cat", "cat: next to house"));
  EXPECT_THAT(FactsIn("a house and, next to the house, a cat"),
              UnorderedElementsAre("house", "cat", "cat: next to house"));
  EXPECT_THAT(FactsIn("猫在房子的左边"), UnorderedElementsAre("cat", "house", "cat: left of house"));
  EXPECT_THAT(FactsIn("一只猫，在房子左边"), UnorderedElementsAre("cat", "house", "cat: left of house"));
  EXPECT_THAT(FactsIn("一只狗，它上面是一只猫"), UnorderedElementsAre("dog", "cat", "cat: on dog"));
  EXPECT_THAT(FactsIn("一只狗，上面有一只猫"), UnorderedElementsAre("dog", "cat", "cat: on dog"));
  EXPECT_THAT(FactsIn("猫追着狗"), UnorderedElementsAre("cat", "dog", "cat: chasing dog"));
  EXPECT_THAT(FactsIn("追着狗的猫"), UnorderedElementsAre("cat", "dog", "cat: chasing dog"));
}

TEST(TextFacts, AWordIsARelationOnlyBetweenTwoThings) {
  EXPECT_THAT(FactsIn("左边有一只猫"), UnorderedElementsAre("cat", "cat: left"));
  EXPECT_THAT(FactsIn("猫在左边"), UnorderedElementsAre("cat", "cat: left"));
  EXPECT_THAT(FactsIn("猫在天下"), UnorderedElementsAre("cat", "?天"));
}

TEST(TextFacts, APlaceThatLeadsASentenceIsThatOfTheThingBehindIt) {
  EXPECT_THAT(FactsIn("on the left, a cat, on the right, a dog"),
              UnorderedElementsAre("cat", "cat: left", "dog", "dog: right"));
  EXPECT_THAT(FactsIn("a cat on the left, a dog on the right"),
              UnorderedElementsAre("cat", "cat: left", "dog", "dog: right"));
}

TEST(TextFacts, AThingThatTellsWhereAnotherIsIsNotSpokenOf) {
  EXPECT_THAT(FactsIn("a cat under a bus, sad"), UnorderedElementsAre("cat", "bus", "cat: under bus", "cat: sad"));
  EXPECT_THAT(FactsIn("a cat under a bus sleeping"),
              UnorderedElementsAre("cat", "bus", "cat: under bus", "cat: sleeping"));
  EXPECT_THAT(FactsIn("a house with a cat sleeping"), UnorderedElementsAre("house", "cat", "cat: sleeping"));
  EXPECT_THAT(FactsIn("猫在汽车下睡觉"), UnorderedElementsAre("cat", "car", "cat: under car", "cat: sleeping"));
  EXPECT_THAT(FactsIn("a cat on a glacier, sad"), UnorderedElementsAre("cat", "cat: sad", "?glacier"));
}

TEST(TextFacts, AdjectivesOfUnknownNounsAndOfTheSceneAreNobodys) {
  EXPECT_THAT(FactsIn("a cat on a small zorple"), UnorderedElementsAre("cat", ": small", "?zorple"));
  EXPECT_THAT(FactsIn("a cat in a big night"), testing::Not(testing::Contains("cat: large")));
  EXPECT_THAT(FactsIn("a dog and a sad zorply cat"), UnorderedElementsAre("dog", "cat", "cat: sad", "?zorply"));
}

TEST(TextFacts, AChineseVerbBeforeANounHasItForAnObject) {
  EXPECT_THAT(FactsIn("狗睡觉猫"), UnorderedElementsAre("dog", "cat", "dog: sleeping"));
  EXPECT_THAT(FactsIn("睡觉的猫"), UnorderedElementsAre("cat", "cat: sleeping"));
}

TEST(TextFacts, ComparisonsAskForNothing) {
  EXPECT_THAT(FactsIn("a dog like a panda"), ElementsAre("dog"));
  EXPECT_THAT(FactsIn("像熊猫的狗"), ElementsAre("dog"));
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

TEST(TextFacts, WordsWithoutAFactAreNotUnderstood) {
  EXPECT_THAT(FactsIn("a rusty bus"), UnorderedElementsAre("bus", "?rusty"));
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
