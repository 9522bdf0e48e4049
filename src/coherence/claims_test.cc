#include "coherence/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace diptych::coherence {
namespace {

std::vector<std::string> Sentences(std::string_view text) {
  std::vector<std::string> sentences;
  for (const TextSpan& span : SplitSentences(text))
    sentences.emplace_back(text.substr(span.first, span.last - span.first));
  return sentences;
}

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SplitSentences, English) {
  EXPECT_THAT(Sentences("The bus is blue. Stars shine!  Is it late?"),
              ElementsAre("The bus is blue.", "Stars shine!", "Is it late?"));
  EXPECT_THAT(Sentences("It says \"go.\" Then it goes (slowly.) End"),
              ElementsAre("It says \"go.\"", "Then it goes (slowly.)", "End"));
  EXPECT_THAT(Sentences("It is 3.5 m long. Good."), ElementsAre("It is 3.5 m long.", "Good."));
}

TEST(SplitSentences, Chinese) {
  EXPECT_THAT(Sentences("一辆蓝色的公交车。星星在闪！是夜晚吗？"),
              ElementsAre("一辆蓝色的公交车。", "星星在闪！", "是夜晚吗？"));
  EXPECT_THAT(Sentences("他说：“走吧。”车开了。"), ElementsAre("他说：“走吧。”", "车开了。"));
}

TEST(SplitSentences, LinesEndSentencesAndEmptyPartsAreNone) {
  EXPECT_THAT(Sentences("one\n\n two \r\n..."), ElementsAre("one", "two"));
  EXPECT_THAT(Sentences(""), IsEmpty());
  EXPECT_THAT(Sentences(" . ! 。\n "), IsEmpty());
}

TEST(SplitSentences, NeverLeavesTheTextOnAnyBytes) {
  for (int a = 0; a < 256; ++a) {
    for (const char* rest : {"", ".", "\xe3\x80", " \xff"}) {
      const std::string text = std::string(1, static_cast<char>(a)) + rest;
      for (const TextSpan& span : SplitSentences(text)) {
        EXPECT_LT(span.first, span.last);
        EXPECT_LE(span.last, text.size());
      }
    }
  }
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

TEST(ClaimsOf, JoinsFactsOfPromptAndPlanAndGivesSentencesTheirBytes) {
  const std::string narrative = "A bus. 星夜。";
  const std::vector<CheckedClaim> claims = ClaimsOf({.prompt = "a blue bus",
                                                     .prompt_facts = "bus: blue",
                                                     .plan = "bus: blue, large, box 1 2 3 4\nground: road",
                                                     .narrative = narrative});
  ASSERT_EQ(claims.size(), 5u);
  EXPECT_EQ(claims[0].text, "bus: blue");
  EXPECT_THAT(claims[0].sources, ElementsAre(ClaimSource::kPrompt, ClaimSource::kPlan));
  EXPECT_EQ(claims[0].words, (TextSpan{2, 6}));
  EXPECT_EQ(claims[1].text, "bus: large");
  EXPECT_THAT(claims[1].sources, ElementsAre(ClaimSource::kPlan));
  EXPECT_EQ(claims[2].subject, "ground");
  EXPECT_EQ(claims[3].text, "A bus.");
  EXPECT_EQ(claims[4].words, (TextSpan{7, narrative.size()}));
}

}  // namespace
}  // namespace diptych::coherence
