#include "gallery/search_text.h"

#include <gtest/gtest.h>

namespace diptych::gallery {
namespace {

TEST(SearchText, HanCharactersAreWordsOfTheirOwn) {
  EXPECT_EQ(IndexedText("蓝色的 Bus, at NOON!"), "蓝 色 的 bus at noon");
  EXPECT_EQ(IndexedText("第3辆car"), "第 3 辆 car");
  EXPECT_EQ(IndexedText(" ,. "), "");
}

TEST(SearchText, WordsAreBegunAndCharactersFollowEachOther) {
  EXPECT_EQ(MatchOf("Red bu"), "\"red\"* \"bu\"*");
  EXPECT_EQ(MatchOf("蓝色 熊猫"), "\"蓝 色\" \"熊 猫\"");
  EXPECT_EQ(MatchOf("第3辆car"), "\"第\" \"3\"* \"辆\" \"car\"*");
  // What would mean something to the index stands for nothing here.
  EXPECT_EQ(MatchOf("\"a* OR NOT (b\" ^c:d\xff"), "\"a\"* \"or\"* \"not\"* \"b\"* \"c\"* \"d\"*");
  EXPECT_EQ(MatchOf("  \"* "), "");
}

}  // namespace
}  // namespace diptych::gallery
