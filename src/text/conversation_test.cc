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

TEST(LanguageWritten, IsThatOfMostOfTheText) {
  EXPECT_EQ(LanguageWritten("A red bus, 画."), Language::kEnglish);
  EXPECT_EQ(LanguageWritten("一辆红色的公交车，BUS。"), Language::kChinese);
  EXPECT_EQ(LanguageWritten("3 + 4"), Language::kEnglish);
}

TEST(IsPlainly, MeansLettersOfThatLanguagesScriptAlone) {
  for (const char* text : {"a red bus", "Café, 3 “naïve” cats… 🙂", "x"})
    EXPECT_TRUE(IsPlainly(Language::kEnglish, text)) << text;
  for (const char* text : {"красный дом", "a 红色的 cat", "", "🙂", "かな", "猫"})
    EXPECT_FALSE(IsPlainly(Language::kEnglish, text)) << text;
  EXPECT_TRUE(IsPlainly(Language::kChinese, "两只黑色的猫，在雪地上。3"));
  for (const char* text : {"a 红色的 cat", "a cat", "、。", ""})
    EXPECT_FALSE(IsPlainly(Language::kChinese, text)) << text;
}

TEST(MayStandIn, KeepsOtherScriptsOut) {
  for (const char* text : {"cat", " “é”", "3."}) EXPECT_TRUE(MayStandIn(Language::kEnglish, text)) << text;
  for (const char* text : {"猫", "д", "。", "\xE7"}) EXPECT_FALSE(MayStandIn(Language::kEnglish, text)) << text;
  EXPECT_TRUE(MayStandIn(Language::kChinese, "猫，3"));
  EXPECT_FALSE(MayStandIn(Language::kChinese, "猫a"));
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
