#include "world/grammar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <set>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"

namespace diptych::world {
namespace {

ValueBits Bits(std::initializer_list<size_t> values) {
  ValueBits bits;
  for (const size_t value : values) bits.Add(value);
  return bits;
}

class GrammarTest : public testing::Test {
 protected:
  GrammarTest()
      : grammar_({.scene = {{"moon", {"no", "full"}}},
                  .subject = {{"kind", {"cat", "owl"}, {{"bird", {"owl"}}, {"animal", {"cat", "owl"}}}},
                              {"count", {"one", "two"}}},
                  .statements = {"moon", "kind"}}) {
    setting_.subjects[1] = {1, 1};
    setting_.plural[1] = true;
  }
  void Read(std::string_view text) {
    const base::TemporaryFolder folder;
    base::WriteFileAtomically(folder / "words.txt", text);
    grammar_.Read(folder / "words.txt");
    grammar_.Link();
  }
  std::set<std::string> Texts(std::string_view rule, int focus = 0) {
    std::set<std::string> texts;
    base::Random random(1);
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

TEST_F(GrammarTest, ConditionsMayNameAGroupOfValues) {
  Read("x:\n  [kind=bird] feathers\n  [!kind=bird] fur\n  [kind=animal] alive\n  [!kind=animal] never\n");
  EXPECT_EQ(Texts("x", 0), (std::set<std::string>{"fur", "alive"}));
  EXPECT_EQ(Texts("x", 1), (std::set<std::string>{"feathers", "alive"}));
}

TEST_F(GrammarTest, AFileMayNameAGroupOfItsOwn) {
  Read("kind=pet: cat\nkind=both: pet/bird\n\nx:\n  [kind=pet] purr\n  [!kind=pet] hoot\n  [kind=both] here\n");
  EXPECT_EQ(Texts("x", 0), (std::set<std::string>{"purr", "here"}));
  EXPECT_EQ(Texts("x", 1), (std::set<std::string>{"hoot", "here"}));
  for (const char* bad : {"kind=pet: cat\n", "kind=owl: cat\n", "kind=bird: cat\n", "kind=: cat\n", "kind=x: dragon\n",
                          "fur=x: cat\n", "!kind=x: cat\n", "second.kind=x: cat\n", "y:\nkind=x: cat\n"})
    EXPECT_THROW(Read(bad), base::Error) << bad;
}

// From 32 alternatives on only those of the value at hand are looked at.
TEST_F(GrammarTest, ALargeRuleChoosesAsASmallOneDoes) {
  std::string text = "x:\n  *40 always\n  [moon] moonlit\n";
  for (int i = 0; i < 40; ++i) {
    const std::string number = std::to_string(i);
    text += i % 2 == 0 ? "  [kind=cat] cat " + number + "\n" : "  [kind=owl, count=two] owl " + number + "\n";
  }
  Read(text);
  std::set<std::string> cats, owls;
  int always = 0;
  base::Random random(2);
  for (int i = 0; i < 4000; ++i) {
    cats.insert(grammar_.Expand(0, setting_, 0, random).text);
    const std::string owl = grammar_.Expand(0, setting_, 1, random).text;
    owls.insert(owl);
    always += owl == "always";
  }
  EXPECT_EQ(cats.size(), 21u);
  EXPECT_EQ(owls.size(), 21u);
  EXPECT_TRUE(cats.contains("cat 38") && !cats.contains("owl 1") && !cats.contains("moonlit"));
  EXPECT_TRUE(owls.contains("owl 39") && !owls.contains("cat 0"));
  EXPECT_NEAR(always, 4000 * 40 / 60, 200);
}

TEST_F(GrammarTest, WeightsAreKept) {
  Read("x:\n  *9 often\n  seldom\n");
  base::Random random(3);
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
  base::Random random(1);
  const Expansion expansion = grammar_.Expand(0, setting_, 0, random);
  ASSERT_EQ(expansion.statements.size(), 1u);
  EXPECT_EQ(expansion.statements[0].what, 1);
  EXPECT_EQ(expansion.statements[0].subject, 1);
}

TEST_F(GrammarTest, ErrorsNameTheLine) {
  for (std::string_view bad : {"x:\n  {", "x:\n  (a", "x:\n  a)", "x:\n  [moon a", "x:\n  [sun] a",
                               "x:\n  [moon=half] a", "x:\n  *0 a", "x:\n  {nowhere}", "x:\n  {y:sixth}", "x\n",
                               "x:\n  {}", "x states sky:\n", "x:\ny:\n", "  a\nb\n", "x:\n  a\nx:\n"}) {
    Grammar fresh = grammar_;
    std::swap(fresh, grammar_);
    try {
      Read(bad);
      ADD_FAILURE() << "accepted: " << bad;
    } catch (const base::Error& error) {
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
  EXPECT_THROW(Read(nested(100000)), base::Error);
  grammar_ = Grammar({});
  EXPECT_THROW(Read(nested(17)), base::Error);
  grammar_ = Grammar({});
  Read(nested(16));
  EXPECT_EQ(Texts("x"), std::set<std::string>{"a"});
}

TEST_F(GrammarTest, AGapOrAnEndlessRuleIsAnError) {
  Read("x:\n  [moon] a\n\ny:\n  {y}\n");
  base::Random random(1);
  EXPECT_THROW(grammar_.Expand(0, setting_, 0, random), base::Error);
  EXPECT_THROW(grammar_.Expand(1, setting_, 0, random), base::Error);
  EXPECT_FALSE(grammar_.Applies(0, setting_, 0));
}

class ParseTest : public GrammarTest {
 protected:
  std::vector<Derivation> Parse(std::string_view text, std::string_view rule = "x", int most_steps = 1000) const {
    const std::string normal = Normalise(text);
    const int index = grammar_.Find(rule);
    const size_t end = normal.size();
    return grammar_.Parse({.text = normal, .rules = {&index, 1}, .ends = {&end, 1}, .most_steps = most_steps});
  }
};

TEST_F(ParseTest, GivesWhatTheAlternativesAskFor) {
  Read(
      "x:\n  {y} and {y:second}\n  [moon] {y}, moonlit\n\ny states kind:\n  [kind=cat] {a} cat\n  [kind=owl] {a} owl\n "
      " "
      "{a} animal\n");
  const auto derivations = Parse("A cat and an owl");
  ASSERT_EQ(derivations.size(), 1u);
  EXPECT_EQ(derivations[0].open.scene(0), Bits({0, 1}));
  EXPECT_EQ(derivations[0].open.subject(0, 0), Bits({0}));
  EXPECT_EQ(derivations[0].open.subject(1, 0), Bits({1}));
  ASSERT_EQ(derivations[0].statements.size(), 2u);
  EXPECT_EQ(derivations[0].statements[1].statement.subject, 1);
  EXPECT_EQ(derivations[0].statements[1].position, std::string("a cat and ").size());
  EXPECT_EQ(Parse("an animal, moonlit").at(0).open.scene(0), Bits({1}));
  EXPECT_EQ(Parse("an animal, moonlit").at(0).open.subject(0, 0), Bits({0, 1}));
  for (const char* wrong :
       {"a owl, moonlit", "an cat, moonlit", "a cat moonlit", "a cat and", "acat and a cat", "a cat"}) {
    EXPECT_TRUE(Parse(wrong).empty()) << wrong;
  }
}

TEST_F(ParseTest, OneSceneMustDoForTheWholeText) {
  Read("x:\n  {y} {y} (|[!moon] darkly)\n\ny:\n  [kind=cat] cat\n  [kind=owl] owl\n  [moon] moon\n");
  EXPECT_EQ(Parse("cat cat").size(), 1u);
  EXPECT_EQ(Parse("cat cat darkly").size(), 1u);
  EXPECT_TRUE(Parse("cat owl").empty());
  EXPECT_EQ(Parse("cat moon").size(), 1u);
  EXPECT_TRUE(Parse("cat moon darkly").empty());
}

TEST_F(ParseTest, UndoesWhatTidyDoes) {
  Read("x:\n  {y} {y} cat, {y}. {a} {y} owl, {y}, asleep {y} , .\n\ny:\n  *1\n");
  base::Random random(1);
  const std::string text = Tidy(grammar_.Expand(0, setting_, 0, random).text, true);
  EXPECT_EQ(text, "Cat. An owl, asleep.");
  EXPECT_EQ(Parse(text).size(), 1u);
}

TEST_F(ParseTest, FollowsDependenciesBothWays) {
  // Cats come alone.
  grammar_ = Grammar({.scene = {{"moon", {"no", "full"}}},
                      .subject = {{"kind", {"cat", "owl"}}, {"count", {"one", "two"}}},
                      .statements = {},
                      .dependencies = {{.from = 0, .to = 1, .allowed = {Bits({0}), Bits({0, 1})}},
                                       {.from = 1, .to = kGrammaticalNumber, .allowed = {Bits({0}), Bits({1})}}}});
  Read("x:\n  {y} {sits/sit}\n\ny:\n  [kind=cat] {cat/cats}\n  {one/they}\n");
  EXPECT_EQ(Parse("cat sits").at(0).open.subject(0, 1), Bits({0}));
  EXPECT_TRUE(Parse("cats sit").empty());
  EXPECT_TRUE(Parse("they sits").empty());
  EXPECT_EQ(Parse("they sit").at(0).open.subject(0, 0), Bits({1}));
}

// Its alternatives are found by a part of their text, by how they begin, or tried each.
TEST_F(ParseTest, ALargeRuleIsReadAsASmallOneIs) {
  std::string text = "x:\n  {y}.\n\ny:\n  {z}, says {z}\n  An owl\n  [kind=owl] {owl/owls}\n  (never|always)\n";
  for (int i = 0; i < 40; ++i) {
    const std::string kind = i % 2 == 0 ? "cat" : "owl";
    text += "  [kind=" + kind + "] {z} lives in House number " + std::to_string(100 + i) + ", they say\n";
  }
  Read(text + "\nz:\n  it\n  he\n");
  EXPECT_EQ(Parse("It lives in house number 107, they say.").at(0).open.subject(0, 0), Bits({1}));
  EXPECT_EQ(Parse("He lives in house number 138, they say.").at(0).open.subject(0, 0), Bits({0}));
  EXPECT_TRUE(Parse("He lives in house number 140, they say.").empty());
  EXPECT_EQ(Parse("owls.").at(0).open.subject(0, kGrammaticalNumber), Bits({1}));
  for (const char* good : {"An owl.", "it, says he.", "never.", "owl."}) EXPECT_EQ(Parse(good).size(), 1u) << good;
  EXPECT_TRUE(Parse("an.").empty());
}

TEST_F(ParseTest, StopsAtItsLimits) {
  Read("x:\n  {y}\n  a {x}\n\ny:\n  ([kind=cat] |) ([moon] |)\n\nz:\n  b\n  {z} c\n");
  EXPECT_EQ(Parse("a a a").size(), 4u) << "with and without each condition";
  EXPECT_TRUE(Parse("a a a", "x", 5).empty());
  std::string deep;
  for (int i = 0; i < 20000; ++i) deep += "a ";
  EXPECT_TRUE(Parse(deep, "x", 1000000).empty()) << "too deep";
  EXPECT_TRUE(Parse("b c", "z").empty()) << "begins with itself";
}

TEST_F(ParseTest, KnowsThePartsOfAText) {
  Read(
      "x:\n  {y} {z:second}\n  {z} {v}\n\ny:\n  {z}\n  well, {w}\n\nz:\n  {w}\n  {w} {w}\n\nw:\n  word\n\n"
      "v states kind:\n  {u}\n\nu:\n  [kind=cat] cat\n");
  EXPECT_THAT(grammar_.PartsOf(grammar_.Find("x")),
              testing::UnorderedElementsAre(grammar_.Find("y"), grammar_.Find("w"), grammar_.Find("v")));
}

TEST(Tidy, ResolvesArticlesSpacesAndCapitals) {
  EXPECT_EQ(Tidy(" \x01  orange cat ,  \x01 bus . the end", true), "An orange cat, a bus. The end");
  EXPECT_EQ(Tidy("\x01 orange", false), "an orange");
  EXPECT_EQ(Tidy("a cat, sad , . A dog, ", false), "a cat, sad. A dog");
}

TEST(Tidy, KnowsWhichWordsTakeAn) {
  for (const char* an : {"an apple", "an hour", "an X-ray", "an umbrella", "an OK hand", "an unhappy cat"})
    EXPECT_EQ(Tidy("\x01 " + std::string(an).substr(3), false), an);
  for (const char* a : {"a unicorn", "a UFO", "a cat", "a hedgehog", "a ukulele", "a one-eyed cat"})
    EXPECT_EQ(Tidy("\x01 " + std::string(a).substr(2), false), a);
}

TEST(Tidy, AQuotationThatEndsBeginsNoSentence) {
  EXPECT_EQ(Tidy("\"which bell?\" he asks. \"that one!\" \x02the cat runs. \x02\x01 bus", true),
            "\"Which bell?\" he asks. \"That one!\" The cat runs. A bus");
  EXPECT_EQ(Tidy("\x02\x01 bus", false), "a bus");
}

TEST(Normalise, IsTheSameForWhatLooksTheSame) {
  EXPECT_EQ(Normalise(" A  cat ,\nAn owl .The end"), "a cat,an owl.the end");
  EXPECT_EQ(Normalise("一只猫。"), "一只猫。");
}

}  // namespace
}  // namespace diptych::world
