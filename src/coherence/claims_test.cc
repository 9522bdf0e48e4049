#include "coherence/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coherence/check_data_for_test.h"

namespace diptych::coherence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> TextsOf(const std::vector<CheckedClaim>& claims) {
  std::vector<std::string> texts;
  for (const CheckedClaim& claim : claims) texts.push_back(claim.text);
  return texts;
}

TEST(FindWords, MatchesWholeWordsAndPlurals) {
  const auto words = [](std::string_view prompt, const plan::Fact& fact) -> std::string {
    const auto span = FindWords(prompt, fact);
    return span ? std::string(prompt.substr(span->first, span->last - span->first)) : "";
  };
  EXPECT_EQ(words("A Blue bus", {"bus", "blue"}), "Blue");
  EXPECT_EQ(words("two buses in the sun", {"bus", "three"}), "buses");
  EXPECT_EQ(words("a caravan", {"car", ""}), "");
  EXPECT_EQ(words("a scar and a car", {"car", ""}), "car");
  EXPECT_EQ(words("under a starry night", {"hour", "starry night"}), "starry night");
  EXPECT_EQ(words("a panda playing the ukulele", {"panda", "playing ukulele"}), "ukulele");
  EXPECT_EQ(words("a cat with an umbrella", {"cat", "holding umbrella"}), "umbrella");
  EXPECT_EQ(words("a cat", {"cat", "holding umbrella"}), "cat");
  EXPECT_EQ(words("一辆蓝色的公交车", {"bus", "blue"}), "");
}

TEST(ClaimsOf, JoinsFactsOfPromptAndPlan) {
  const std::vector<CheckedClaim> claims =
      ClaimsOf({.facts = {{.fact = {"bus", "blue"}, .words = TextSpan{2, 6}}, {.fact = {"cat", ""}, .denied = true}}},
               "bus: blue, large, box 1 2 3 4\nground: road", CheckDataForTest());
  EXPECT_THAT(TextsOf(claims), ElementsAre("bus: blue", "no cat", "bus", "bus: large", "ground: road"));
  EXPECT_THAT(claims[0].sources, ElementsAre(ClaimSource::kPrompt, ClaimSource::kPlan));
  EXPECT_EQ(claims[0].words, (TextSpan{2, 6}));
  EXPECT_EQ(claims[0].subject, "bus");
  EXPECT_EQ(claims[0].facts.front().property, "colour");
  EXPECT_TRUE(claims[1].facts.front().denied);
  EXPECT_EQ(claims[4].subject, "");  // of the whole scene
}

TEST(ClaimsOf, WhatThePlanHasNotIsLeftOut) {
  const Asked asked = {.facts = {{.fact = {"bus", "blue"}},
                                 {.fact = {"bus", "left of cat"}},
                                 {.fact = {"hour", "noon"}},
                                 {.fact = {"dog", ""}, .denied = true}}};
  const std::vector<CheckedClaim> claims = ClaimsOf(asked, "bus: blue\ncat: right of bus", CheckDataForTest());
  std::vector<std::string> left_out;
  for (const CheckedClaim& claim : claims)
    if (claim.left_out) left_out.push_back(claim.text);
  EXPECT_THAT(left_out, ElementsAre("hour: noon"));
  for (const CheckedClaim& claim : ClaimsOf(asked, "", CheckDataForTest())) EXPECT_FALSE(claim.left_out) << claim.text;
}

// The facts of each sentence, "no " before denied ones, joined by "+"; "-" for none.
std::vector<std::string> Told(std::string_view narrative, std::string_view plan) {
  std::vector<std::string> told;
  for (const CheckedClaim& claim : ClaimsOfSentences(narrative, ClaimSource::kNarrative, plan, CheckDataForTest())) {
    std::string facts;
    for (const ClaimFact& fact : claim.facts)
      facts += (facts.empty() ? "" : "+") + std::string(fact.denied ? "no " : "") + plan::WriteFact(fact.fact);
    told.push_back(facts.empty() ? "-" : facts);
  }
  return told;
}

TEST(ClaimsOfSentences, AreTheFactsThatTheyState) {
  EXPECT_THAT(Told("A blue bus. It is sunset. Silence. There is no cat.", ""),
              ElementsAre("bus: blue+bus", "hour: sunset", "-", "no cat"));
}

TEST(ClaimsOfSentences, WhatIsNotNamedIsTheOnlyKindOfThePlan) {
  EXPECT_THAT(Told("Sleeping, all day long.", "cat: one, sleeping"), ElementsAre("cat: sleeping"));
  // Said twice it is stated twice; what is no word is no misspelling, for nobody typed it.
  EXPECT_THAT(Told("A blue bus. The bus is blue. Houze.", ""), ElementsAre("bus: blue+bus", "bus+bus: blue", "-"));
  EXPECT_THAT(Told("Sleeping, all day long.", "cat: one\ndog: one"), ElementsAre("-"));
}

TEST(ClaimsOfSentences, KeepTheirBytes) {
  const std::string narrative = "A bus. 星夜。";
  const auto claims = ClaimsOfSentences(narrative, ClaimSource::kNarrative, "", CheckDataForTest());
  ASSERT_EQ(claims.size(), 2U);
  EXPECT_EQ(claims[1].words, (TextSpan{7, narrative.size()}));
  EXPECT_THAT(claims[1].facts, IsEmpty());
}

TEST(ClaimsOfSentences, WithoutALexiconAreJudgedWhole) {
  const auto claims = ClaimsOfSentences("Silence.", ClaimSource::kText, "", {});
  ASSERT_EQ(claims.size(), 1U);
  EXPECT_THAT(claims[0].facts, ElementsAre(ClaimFact{.fact = {"Silence.", ""}, .property = "sentence"}));
}

}  // namespace
}  // namespace diptych::coherence
