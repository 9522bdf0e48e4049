#include "text/conversation.h"

#include <gtest/gtest.h>

namespace diptych::text {
namespace {

TEST(LanguageOf, IsChineseFromOneHanCharacterOn) {
  EXPECT_EQ(LanguageOf("a red bus 画"), Language::kChinese);
  EXPECT_EQ(LanguageOf("\xF0\xA0\x80\x80"), Language::kChinese);  // U+20000
  EXPECT_EQ(LanguageOf("〇"), Language::kChinese);
  for (const char* text : {"⺀", "⿕", "々", "㐀", "䶿", "一", "鿿", "豈", "𪛟", "𰀀"})
    EXPECT_EQ(LanguageOf(text), Language::kChinese) << text;
}

TEST(LanguageOf, IsEnglishForAllElse) {
  EXPECT_EQ(LanguageOf(""), Language::kEnglish);
  EXPECT_EQ(LanguageOf("Café, ночь, 🙂, かな, “…”、。"), Language::kEnglish);
  EXPECT_EQ(LanguageOf("䷀ ⿰ 〈 ｱ"), Language::kEnglish);  // beside the blocks of Han characters
}

TEST(LanguageOf, SurvivesBrokenBytes) {
  EXPECT_EQ(LanguageOf("\xE7\x94"), Language::kEnglish);
  EXPECT_EQ(LanguageOf("\xE7\x94xx"), Language::kEnglish);
  EXPECT_EQ(LanguageOf("\xFF\xF0\xE7\x94\xBB"), Language::kChinese);
}

TEST(MidSentence, HasASpaceAndASmallLetter) {
  EXPECT_EQ(MidSentence("City"), " city");
  EXPECT_EQ(MidSentence("city"), " city");
  EXPECT_EQ(MidSentence("A red bus. A Cat"), " a red bus. A Cat");
  EXPECT_EQ(MidSentence("A"), " a");
}

TEST(MidSentence, LeavesOtherCapitalsAndOtherLetters) {
  EXPECT_EQ(MidSentence("UFO"), " UFO");
  EXPECT_EQ(MidSentence("I want a bus"), " I want a bus");
  EXPECT_EQ(MidSentence("In the rain"), " in the rain");
  for (const char* same : {"", " city", "3 cats", "\"A bus\"", "城市", "\xFF"}) EXPECT_EQ(MidSentence(same), same);
}

}  // namespace
}  // namespace diptych::text
