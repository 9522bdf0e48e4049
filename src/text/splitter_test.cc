#include "text/splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace diptych::text {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> Pieces(const SplitRule& rule, const std::string& text) {
  std::vector<std::string_view> pieces;
  Splitter(rule).Split(text, pieces);
  return {pieces.begin(), pieces.end()};
}

std::vector<std::string> QwenPieces(const std::string& text) {
  return Pieces({.pattern = std::string(kQwen2Pattern)}, text);
}

TEST(Splitter, CutsAsQwenDoes) {
  EXPECT_THAT(QwenPieces("I've 12 cats"), ElementsAre("I", "'ve", " ", "1", "2", " cats"));
  EXPECT_THAT(QwenPieces("a  b\n\n c"), ElementsAre("a", " ", " b", "\n\n", " c"));
  EXPECT_THAT(QwenPieces("路上有车。天黑"), ElementsAre("路上有车", "。天黑"));
  EXPECT_THAT(QwenPieces("x = y;  \r\nz "), ElementsAre("x", " =", " y", ";", "  \r\n", "z", " "));
  EXPECT_THAT(QwenPieces("<img>"), ElementsAre("<img", ">"));
  EXPECT_THAT(QwenPieces(""), ElementsAre());
}

TEST(Splitter, CutsAsGpt2Does) {
  EXPECT_THAT(Pieces({.pattern = std::string(kGpt2Pattern)}, "I've 12  cats!"),
              ElementsAre("I", "'ve", " 12", " ", " cats", "!"));
}

TEST(Splitter, CountsTheMongolianVowelSeparatorAsNoSpace) {
  EXPECT_THAT(QwenPieces("\u180E!"), ElementsAre("\u180E!"));
  EXPECT_THAT(QwenPieces("\u3000!"), ElementsAre("\u3000", "!"));
}

TEST(Splitter, KnowsEveryBehavior) {
  // Hugging Face's own example for the behaviours.
  const auto pieces = [](SplitBehavior behavior) {
    return Pieces({.pattern = "-", .literal = true, .behavior = behavior}, "the-final--countdown");
  };
  EXPECT_THAT(pieces(SplitBehavior::kRemoved), ElementsAre("the", "final", "countdown"));
  EXPECT_THAT(pieces(SplitBehavior::kIsolated), ElementsAre("the", "-", "final", "-", "-", "countdown"));
  EXPECT_THAT(pieces(SplitBehavior::kMergedWithPrevious), ElementsAre("the-", "final-", "-", "countdown"));
  EXPECT_THAT(pieces(SplitBehavior::kMergedWithNext), ElementsAre("the", "-final", "-", "-countdown"));
  EXPECT_THAT(pieces(SplitBehavior::kContiguous), ElementsAre("the", "-", "final", "--", "countdown"));
}

TEST(Splitter, InvertsAndTakesLiterals) {
  EXPECT_THAT(Pieces({.pattern = "[a-z]+", .behavior = SplitBehavior::kRemoved, .invert = true}, "ab, cd"),
              ElementsAre("ab", "cd"));
  EXPECT_THAT(Pieces({.pattern = ".", .literal = true}, "a.b"), ElementsAre("a", ".", "b"));
}

TEST(Splitter, SkipsEmptyMatchesByWholeCharacters) {
  EXPECT_THAT(Pieces({.pattern = "x*"}, "画xx🙂"), ElementsAre("画", "xx", "🙂"));
}

TEST(Splitter, NamesTheMistakeInAPattern) {
  try {
    Splitter({.pattern = "abc(def"});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("at byte 7"));
    EXPECT_THAT(error.what(), HasSubstr("abc(def"));
  }
  EXPECT_THROW(Splitter({.pattern = "\\p{Nonsense}"}), base::Error);
  EXPECT_THROW(Splitter({.pattern = "\xFF"}), base::Error);
}

TEST(Splitter, GivesUpOnAPatternThatNeverEnds) {
  const Splitter splitter({.pattern = "(a+)+[bc]"});
  std::vector<std::string_view> pieces;
  EXPECT_THROW(splitter.Split(std::string(100, 'a'), pieces), base::Error);
}

TEST(Splitter, TakesLongRunsInOneGo) {
  for (const char* unit : {"a", " ", "画", "<", "\n"}) {
    std::string text;
    while (text.size() < 3'000'000) text += unit;
    std::vector<std::string_view> pieces;
    Splitter({.pattern = std::string(kQwen2Pattern)}).Split(text, pieces);
    EXPECT_EQ(pieces.size(), 1u) << unit;
  }
}

}  // namespace
}  // namespace diptych::text
