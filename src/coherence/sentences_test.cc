#include "coherence/sentences.h"

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

TEST(SplitSentences, AbbreviationsEndNone) {
  EXPECT_THAT(Sentences("Mr. Smith's house is 3.5 m high, e.g. small..."),
              ElementsAre("Mr. Smith's house is 3.5 m high, e.g. small..."));
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

}  // namespace
}  // namespace diptych::coherence
