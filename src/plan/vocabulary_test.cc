#include "plan/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"

namespace diptych::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

enum { kHour, kMoon, kPhase, kKind, kColour, kHeld, kRelation };

Vocabulary Small() {
  return Vocabulary({"bus", "panda", "hot air balloon"},
                    {{.name = "hour", .line = "hour", .values = {"noon", "starry night"}},
                     {.name = "moon", .line = "moon"},
                     {.name = "phase", .line = "moon", .values = {"full", "half"}},
                     {.name = "kind"},
                     {.name = "colour", .values = {"red", "blue"}},
                     {.name = "held", .lead_in = "holding", .values = {"umbrella", "book"}},
                     {.name = "relation",
                      .values = {"left of", "right of", "next to"},
                      .inverse = {"right of", "left of", "next to"}}});
}

constexpr std::string_view kSmall =
    "subjects: bus, panda, hot air balloon\n"
    "property: hour\n"
    "line: hour\n"
    "values: noon, starry night\n"
    "property: moon\n"
    "line: moon\n"
    "property: phase\n"
    "line: moon\n"
    "values: full, half\n"
    "property: kind\n"
    "property: colour\n"
    "values: red, blue\n"
    "property: held\n"
    "lead in: holding\n"
    "values: umbrella, book\n"
    "property: relation\n"
    "values: left of, right of, next to\n"
    "inverse: right of, left of, next to";

TEST(Vocabulary, KnowsWhatAFactMeansAndSaysItAgain) {
  const Vocabulary vocabulary = Small();
  const std::pair<Fact, TypedFact> pairs[] = {
      {{"hour", "starry night"}, {.property = kHour, .subject = "", .value = "starry night"}},
      {{"moon", ""}, {.property = kMoon, .subject = ""}},
      {{"moon", "half"}, {.property = kPhase, .subject = "", .value = "half"}},
      {{"bus", ""}, {.property = kKind, .subject = "bus"}},
      {{"bus", "blue"}, {.property = kColour, .subject = "bus", .value = "blue"}},
      {{"panda", "holding book"}, {.property = kHeld, .subject = "panda", .value = "book"}},
      {{"panda", "next to hot air balloon"},
       {.property = kRelation, .subject = "panda", .value = "next to", .other = "hot air balloon"}},
  };
  for (const auto& [said, meant] : pairs) {
    EXPECT_EQ(vocabulary.Read(said), meant) << WriteFact(said);
    EXPECT_EQ(vocabulary.Say(meant), said) << WriteFact(said);
  }
}

TEST(Vocabulary, OthersWordsMeanNothing) {
  for (const Fact& fact : {Fact{"dragon", ""},
                           {"", ""},
                           {"", "red"},
                           {"dragon", "red"},
                           {"bus", "noon"},
                           {"hour", "red"},
                           {"bus", "umbrella"},
                           {"bus", "holding"},
                           {"bus", "left of"},
                           {"bus", "left offside"},
                           {"hour", "left of bus"},
                           {"bus", "aardvark"},
                           {"bus", "zebra"}})
    EXPECT_EQ(Small().Read(fact), std::nullopt) << WriteFact(fact);
}

TEST(Vocabulary, ALineWhosePropertiesAllHaveValuesMeansTheFirstOfThemByItsKeyAlone) {
  EXPECT_EQ(Small().Read(Fact{"hour", ""}), (TypedFact{.property = kHour, .subject = ""}));
}

TEST(Vocabulary, ARelationHasTwoSides) {
  const Vocabulary vocabulary = Small();
  const TypedFact bus = {.property = kRelation, .subject = "bus", .value = "left of", .other = "panda", .number = 2};
  const std::optional<TypedFact> panda = vocabulary.OtherSide(bus);
  ASSERT_TRUE(panda);
  EXPECT_EQ(WriteFact(vocabulary.Say(*panda)), "panda: right of bus");
  EXPECT_EQ(vocabulary.OtherSide({.property = kColour, .subject = "bus", .value = "red"}), std::nullopt);
  EXPECT_EQ(vocabulary.Converse({"bus", "left of panda"}), (Fact{"panda", "right of bus"}));
  EXPECT_EQ(vocabulary.Converse({"bus", "red"}), std::nullopt);
  EXPECT_EQ(vocabulary.Converse({"dragon", "left of panda"}), std::nullopt);
}

TEST(Vocabulary, APropertyIsFoundWithItsValues) {
  const Vocabulary vocabulary = Small();
  EXPECT_EQ(vocabulary.Find("colour", "red"), kColour);
  EXPECT_EQ(vocabulary.Find("kind", ""), vocabulary.presence());
  EXPECT_EQ(vocabulary.Find("colour", "noon"), std::nullopt);
  EXPECT_EQ(vocabulary.Find("colour", ""), std::nullopt);
  EXPECT_EQ(vocabulary.Find("kind", "red"), std::nullopt);
  EXPECT_EQ(vocabulary.Find("weight", "red"), std::nullopt);
}

TEST(Vocabulary, FactsMakeAPlanAndAPlanFacts) {
  constexpr std::string_view kLines =
      "hour: noon\nmoon: full\nbus: red, left of bus\nbus: blue, holding book\npanda: red";
  const Vocabulary vocabulary = Small();
  const std::vector<TypedFact> facts = vocabulary.Read(ParsePlan(kLines));
  ASSERT_EQ(facts.size(), 7u);
  EXPECT_EQ(facts[0].number, 0);
  EXPECT_THAT((std::vector{facts[2].number, facts[3].number, facts[4].number, facts[5].number, facts[6].number}),
              ElementsAre(1, 1, 2, 2, 1));
  EXPECT_EQ(WritePlan(vocabulary.PlanOf(facts)), kLines);
  EXPECT_EQ(vocabulary.Read(ParsePlan("dragon: red\nbus: shiny, blue, look 1, box 1 2 3 4")),
            (std::vector<TypedFact>{{.property = kColour, .subject = "bus", .value = "blue", .number = 1}}));
}

TEST(Vocabulary, IsReadAsItIsWritten) {
  EXPECT_EQ(WriteVocabulary(Small()), kSmall);
  EXPECT_TRUE(ReadVocabulary(kSmall, "v.txt") == Small());
  EXPECT_TRUE(ReadVocabulary(std::string(kSmall) + "\n", "v.txt") == Small());
}

std::string ErrorOf(const std::string& text) {
  try {
    ReadVocabulary(text, "v.txt");
  } catch (const base::Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Vocabulary, ADamagedFileIsRefusedWithFileAndLine) {
  const std::string start = "subjects: bus, panda\nproperty: colour\nvalues: red, blue\n";
  EXPECT_EQ(ErrorOf(start), "no error");
  EXPECT_THAT(ErrorOf(start + "Hour: noon"), HasSubstr("v.txt, line 4: "));
  EXPECT_THAT(ErrorOf(start + "colour: red"), HasSubstr("v.txt, line 4: \"colour\" is none of"));
  EXPECT_THAT(ErrorOf(start + "values: green"), HasSubstr("v.txt, line 4: \"values\" comes a second time"));
  EXPECT_THAT(ErrorOf(start + "subjects: car"), HasSubstr("v.txt, line 4: \"subjects\" comes a second time"));
  EXPECT_THAT(ErrorOf(start + "line: sky, sea"), HasSubstr("v.txt, line 4: \"line\" must have one value"));
  EXPECT_THAT(ErrorOf("values: red\n" + start),
              HasSubstr("v.txt, line 1: \"values\" stands before the first property"));
  EXPECT_THAT(ErrorOf("property: kind"), HasSubstr("v.txt: it has no line \"subjects\""));
  EXPECT_THAT(ErrorOf(""), HasSubstr("v.txt: it has no line \"subjects\""));
}

TEST(Vocabulary, WhatWouldMeanTwoThingsIsRefused) {
  const std::string start = "subjects: bus, panda\nproperty: kind\nproperty: colour\nvalues: red, blue\n";
  EXPECT_EQ(ErrorOf(start), "no error");
  for (const auto& [more, why] :
       {std::pair{"property: colour", "the property \"colour\" comes twice"},
        {"property: feeling\nvalues: blue", "\"blue\" states both \"colour\" and \"feeling\""},
        {"property: there", "a key alone states both \"kind\" and \"there\""},
        {"property: sky\nline: bus", "\"bus\" is a subject and a line of the scene"},
        {"property: size\nvalues: box 1 2 3 4", "is not in lower-case words"},
        {"property: look 1", "is not in lower-case words"},
        {"property: held\nlead in: holding", "leads to no value"},
        {"property: by\nvalues: on\ninverse: under", "\"on\" is not the inverse of its inverse"},
        {"property: by\nvalues: on, under\ninverse: under, under", "is not the inverse"},
        {"property: by\nvalues: on\ninverse: on, under", "has 1 values and 2 inverses"},
        {"property: by\ninverse: on", "has 0 values and 1 inverses"},
        {"property: by\nvalues: on, on\ninverse: on, on", "another relation begins as"},
        {"property: by\nvalues: on, on top of\ninverse: on, on top of", "begins as"},
        {"property: by\nvalues: on top of, on\ninverse: on top of, on", "begins as"},
        {"property: by\nline: sky\nvalues: on\ninverse: on", "the whole scene has the relation"}})
    EXPECT_THAT(ErrorOf(start + more), HasSubstr(why)) << more;
  EXPECT_THAT(ErrorOf("subjects: bus, bus"), HasSubstr("the subject \"bus\" comes twice"));
  EXPECT_THROW(Vocabulary({"Bus"}, {}), base::Error);
}

// Whatever the bytes: an Error, or a vocabulary that is written as it was read.
TEST(Vocabulary, AnyBytesAreReadExactlyOrRefused) {
  constexpr std::string_view kBytes = ":, \nab1A\xff";
  base::Random random(1);
  int read = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text(kSmall);
    for (int change = random.Between(1, 2); change > 0; --change) {
      const auto at = static_cast<size_t>(random.Below(static_cast<int>(text.size())));
      if (random.Percent(30))
        text.erase(at, 1);
      else
        text[at] = random.Pick(kBytes);
    }
    try {
      const Vocabulary vocabulary = ReadVocabulary(text, "v.txt");
      EXPECT_TRUE(ReadVocabulary(WriteVocabulary(vocabulary), "again") == vocabulary) << text;
      ++read;
    } catch (const base::Error&) {
    }
  }
  EXPECT_GT(read, 1000);
}

}  // namespace
}  // namespace diptych::plan
