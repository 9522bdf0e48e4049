#include "plan/lexicon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "plan/lexicon_for_test.h"

namespace diptych::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Each mention as "words=value"; unknown ones as "words=?".
std::vector<std::string> Mentions(std::string_view text) {
  std::vector<std::string> result;
  const Lexicon lexicon = LexiconForTest();
  for (const Mention& mention : lexicon.Read(text)) {
    const std::string words(text.substr(mention.words.first, mention.words.last - mention.words.first));
    if (mention.meanings.empty())
      result.push_back(words + "=?");
    else if (const Meaning& meaning = mention.meanings.front(); meaning.use != WordUse::kPlain)
      result.push_back(words + "=" + meaning.value);
  }
  return result;
}

TEST(Lexicon, TakesTheLongestPhrase) {
  EXPECT_THAT(Mentions("a panda playing the ukulele as the sun goes down"),
              ElementsAre("panda=panda", "playing the ukulele=playing ukulele", "as the sun goes down=sunset"));
  EXPECT_THAT(Mentions("熊猫弹尤克里里"), ElementsAre("熊猫=panda", "弹尤克里里=playing ukulele"));
}

TEST(Lexicon, DoesNotReadAcrossPunctuation) {
  EXPECT_THAT(Mentions("the moon is full. Moon"), ElementsAre("moon=", "full=?", "Moon="));
  EXPECT_THAT(Mentions("next. to"), ElementsAre("next=?", "to=?"));
}

TEST(Lexicon, KnowsWordsWhateverTheirCase) {
  EXPECT_THAT(Mentions("A RED BUS At Sunset"), ElementsAre("RED=red", "BUS=bus", "Sunset=sunset"));
}

TEST(Lexicon, ADamagedFileIsNamedWithTheVerbThatWritesIt) {
  try {
    Lexicon::Parse("a line without tabs\n", "lexicon.tsv");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("lexicon.tsv, line 1"));
    EXPECT_THAT(error.what(), HasSubstr("`diptych-train lexicon MODEL`"));
  }
}

TEST(Lexicon, KnowsTraditionalCharacters) { EXPECT_THAT(Mentions("公交車"), ElementsAre("公交車=bus")); }

TEST(Lexicon, UnknownChineseIsOneMentionForEachRun) {
  EXPECT_THAT(Mentions("故宫的猫"), ElementsAre("故宫=?", "的=of", "猫=cat"));
}

TEST(Lexicon, NoNounEndsAsVerbsDo) { EXPECT_THAT(Mentions("housing, dogged"), ElementsAre("housing=?", "dogged=?")); }

TEST(Lexicon, WritesWhatItReads) {
  const std::string text = "下\trelation\tunder\n追着\trelation between\tchasing\nholding\tlead\theld\n";
  EXPECT_EQ(Lexicon::Parse(text, "lexicon.tsv").Text(), text);
  EXPECT_TRUE(Lexicon::Parse(text, "lexicon.tsv").entries()[1].meaning.between);
}

TEST(Lexicon, KnowsInflectionsAndPossessives) { EXPECT_THAT(Mentions("rides the bus's"), ElementsAre("bus=bus")); }

TEST(Lexicon, TakesAWordMisspeltByOneLetterForTheOneThatItIs) {
  for (const char* word : {"huose", "hous", "housee", "houze", "hoouse"})
    EXPECT_THAT(Mentions(word).front(), HasSubstr("=house")) << word;
  EXPECT_THAT(Mentions("mouse"), ElementsAre("mouse=?"));  // another first letter is another word
  EXPECT_THAT(Mentions("bis"), ElementsAre("bis=?"));      // too short to tell
}

TEST(Lexicon, NumbersThatItHasNotAreUnknown) { EXPECT_THAT(Mentions("12 cats"), ElementsAre("12=?", "cats=cat")); }

TEST(Lexicon, GivesTheModelWhatItReadsBest) {
  const Lexicon lexicon = LexiconForTest();
  EXPECT_EQ(lexicon.ForModel("a blue bus"), "a blue bus");
  EXPECT_EQ(lexicon.ForModel("A RED BUS. IT IS BIG, I THINK"), "A red bus. It is big, I think");
  EXPECT_EQ(lexicon.ForModel("an orange and a jeep; two jeeps"), "an orange and a car; two cars");
  EXPECT_EQ(lexicon.ForModel("a huose"), "a house");
  EXPECT_EQ(lexicon.ForModel("一辆公交車和一辆吉普车"), "一辆公交车和一辆汽车");
}

TEST(Lexicon, FitsTheArticleToTheNearestKind) {
  const Lexicon lexicon =
      Lexicon::Parse("owl\tkind\towl\npenguin\tkind\tpenguin\nhawk\tnear\towl\nostrich\tnear\tpenguin\n", "l");
  EXPECT_EQ(lexicon.ForModel("a hawk and an ostrich"), "an owl and a penguin");
}

TEST(Lexicon, IsWrittenAsItIsRead) {
  const std::string text = LexiconForTest().Text();
  EXPECT_EQ(Lexicon::Parse(text, "again").Text(), text);
  EXPECT_THAT(text, HasSubstr("jeeps\tnears\tcar\n"));
}

TEST(Lexicon, ListsItsKinds) {
  EXPECT_THAT(LexiconForTest().kinds(), ElementsAre("bus", "car", "cat", "dog", "house", "panda"));
}

TEST(Lexicon, NamesFileAndLineOfWhatItCannotRead) {
  for (const auto& [text, what] :
       {std::pair{"bus\tkind\tbus\nbus", "l.tsv, line 2: it must hold"},
        std::pair{"bus\tkind\t\n", "line 1: its value is empty"}, std::pair{"\tkind\tbus\n", "line 1: its phrase"},
        std::pair{"b\xff\tkind\tbus\n", "line 1: it is no UTF-8"}, std::pair{"a\tb\tc\td\n", "line 1: it must hold"}}) {
    try {
      Lexicon::Parse(text, "l.tsv");
      ADD_FAILURE() << text;
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(what));
    }
  }
}

}  // namespace
}  // namespace diptych::plan
