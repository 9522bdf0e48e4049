#include "world/grammar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/files.h"

namespace diptych {
namespace {

class GrammarTest : public testing::Test {
 protected:
  GrammarTest()
      : grammar_({.scene = {{"moon", {"no", "full"}}},
                  .subject = {{"kind", {"cat", "owl"}}, {"count", {"one", "two"}}},
                  .statements = {"moon", "kind"}}) {
    setting_.subjects[1] = {1, 1};
    setting_.plural[1] = true;
  }
  void Read(std::string_view text) {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    const auto file =
        std::filesystem::temp_directory_path() / (std::string("diptych_grammar_") + test->name() + ".txt");
    WriteFileAtomically(file, text);
    grammar_.Read(file);
    std::filesystem::remove(file);
    grammar_.Link();
  }
  std::set<std::string> Texts(std::string_view rule, int focus = 0) {
    std::set<std::string> texts;
    Random random(1);
    for (int i = 0; i < 200; ++i)
      texts.insert(Tidy(grammar_.Expand(grammar_.Find(rule), setting_, focus, random).text, false));
    return texts;
  }

  Grammar grammar_;
  Setting setting_;
};

TEST_F(GrammarTest, ReachesEveryAlternativeThatHolds) {
  Read(
      "x:\n  one (a|b|)\n  [moon] moonlit\n  [!moon] dark {y:second}\n\ny:\n  [kind=cat] cat\n  [kind=owl, count=two] "
      "{sits/sit}\n");
  EXPECT_EQ(Texts("x"), (std::set<std::string>{"one a", "one b", "one", "dark sit"}));
  setting_.scene[0] = 1;
  EXPECT_EQ(Texts("x"), (std::set<std::string>{"one a", "one b", "one", "moonlit"}));
}

TEST_F(GrammarTest, ConditionsMayNameTheSubject) {
  Read("x:\n  [second.kind=owl, other.kind=cat] {y:other}\n  [other.kind=owl] no\n\ny:\n  [kind=cat] cat\n");
  EXPECT_EQ(Texts("x", 1), (std::set<std::string>{"cat"}));
  EXPECT_EQ(Texts("x", 0), (std::set<std::string>{"no"}));
}

TEST_F(GrammarTest, WeightsAreKept) {
  Read("x:\n  *9 often\n  seldom\n");
  Random random(3);
  int often = 0;
  for (int i = 0; i < 2000; ++i) often += grammar_.Expand(0, setting_, 0, random).text == "often";
  EXPECT_NEAR(often, 1800, 60);
}

TEST_F(GrammarTest, AVariedRuleDoesNotRepeatItself) {
  Read("x:\n  {y} {y}\n\ny varied:\n  1\n  2\n");
  EXPECT_EQ(Texts("x"), (std::set<std::string>{"1 2", "2 1"}));
}

TEST_F(GrammarTest, RecordsWhatIsStatedAndOfWhom) {
  Read("x:\n  {y:second} (here|there)\n\ny states kind:\n  thing\n");
  Random random(1);
  const Expansion expansion = grammar_.Expand(0, setting_, 0, random);
  ASSERT_EQ(expansion.statements.size(), 1u);
  EXPECT_EQ(expansion.statements[0].what, 1);
  EXPECT_EQ(expansion.statements[0].subject, 1);
}

TEST_F(GrammarTest, ErrorsNameTheLine) {
  for (std::string_view bad : {"x:\n  {", "x:\n  (a", "x:\n  a)", "x:\n  [moon a", "x:\n  [sun] a",
                               "x:\n  [moon=half] a", "x:\n  *0 a", "x:\n  {nowhere}", "x:\n  {y:fourth}", "x\n",
                               "x:\n  {}", "x states sky:\n", "x:\ny:\n", "  a\nb\n", "x:\n  a\nx:\n"}) {
    Grammar fresh = grammar_;
    std::swap(fresh, grammar_);
    try {
      Read(bad);
      ADD_FAILURE() << "accepted: " << bad;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::ContainsRegex("\\.txt:[123]: ")) << bad;
    }
    std::swap(fresh, grammar_);
  }
}

TEST_F(GrammarTest, BracketsWithinBracketsHaveALimit) {
  const auto nested = [](size_t depth) {
    std::string text = "x:\n  ";
    for (size_t i = 0; i < depth; ++i) text += "(";
    return text + "a" + std::string(depth, ')') + "\n";
  };
  EXPECT_THROW(Read(nested(100000)), Error);
  grammar_ = Grammar({});
  EXPECT_THROW(Read(nested(17)), Error);
  grammar_ = Grammar({});
  Read(nested(16));
  EXPECT_EQ(Texts("x"), std::set<std::string>{"a"});
}

TEST_F(GrammarTest, AGapOrAnEndlessRuleIsAnError) {
  Read("x:\n  [moon] a\n\ny:\n  {y}\n");
  Random random(1);
  EXPECT_THROW(grammar_.Expand(0, setting_, 0, random), Error);
  EXPECT_THROW(grammar_.Expand(1, setting_, 0, random), Error);
  EXPECT_FALSE(grammar_.Applies(0, setting_, 0));
}

TEST(Tidy, ResolvesArticlesSpacesAndCapitals) {
  EXPECT_EQ(Tidy(" \x01  orange cat ,  \x01 bus . the end", true), "An orange cat, a bus. The end");
  EXPECT_EQ(Tidy("\x01 orange", false), "an orange");
  EXPECT_EQ(Tidy("a cat, sad , . A dog, ", false), "a cat, sad. A dog");
}

}  // namespace
}  // namespace diptych
