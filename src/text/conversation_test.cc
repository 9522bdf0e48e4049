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

TEST(UserTurn, IsChatML) {
  EXPECT_EQ(UserTurn().before, "<|im_start|>user\n");
  EXPECT_EQ(UserTurn().after, "<|im_end|>\n<|im_start|>assistant\n");
}

TEST(Thinking, HasTheFamilysSpelling) {
  EXPECT_EQ(NoThinking(), "<think>\n\n</think>\n\n");
  EXPECT_EQ(OpenThinking(), "<think>\n");
  EXPECT_EQ(CloseThinking(), "\n</think>\n\n");
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

TEST(Instructions, AreInTheLanguage) {
  EXPECT_EQ(DescribeInstruction(Language::kEnglish), "Describe the picture.");
  EXPECT_EQ(DescribeInstruction(Language::kChinese), "描述这幅画。");
  EXPECT_EQ(ClaimInstruction("the bus is red", Language::kEnglish), "Is this true: the bus is red");
  EXPECT_EQ(ClaimInstruction("车是红的", Language::kChinese), "这句话对吗：车是红的");
  EXPECT_EQ(WhereInstruction("the bus", Language::kEnglish), "Where is the bus?");
  EXPECT_EQ(WhereInstruction("公共汽车", Language::kChinese), "公共汽车在哪里？");
  EXPECT_EQ(FactsInstruction("a red bus"), "List the facts: a red bus");
}

}  // namespace
}  // namespace diptych::text
