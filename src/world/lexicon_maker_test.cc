#include "world/lexicon_maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/text_facts.h"
#include "world/facts.h"

namespace diptych::world {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using testing::UnorderedElementsAreArray;

const std::filesystem::path kWords = DIPTYCH_SOURCE_DIR "/src/world/words";

const plan::Lexicon& TheLexicon() {
  static const plan::Lexicon lexicon = MakeLexicon(Words::Load(kWords), kWords, Repertoire::Everything());
  return lexicon;
}

// As claims write them, "not " before what is denied; what is unknown as "?word".
std::vector<std::string> FactsIn(std::string_view text) {
  const plan::TextFacts read = plan::ReadTextFacts(TheLexicon(), PlanVocabulary(), text);
  std::vector<std::string> facts;
  for (const plan::StatedFact& stated : read.facts)
    facts.push_back((stated.denied ? "not " : "") + plan::WriteFact(PlanVocabulary().Say(stated.fact)));
  for (const plan::TextSpan& span : read.unknown)
    facts.push_back("?" + std::string(text.substr(span.first, span.last - span.first)));
  return facts;
}

TEST(LexiconMaker, KnowsEveryKindInBothLanguages) {
  EXPECT_THAT(TheLexicon().kinds(), UnorderedElementsAreArray(PlanVocabulary().subjects()));
  for (const std::string& kind : PlanVocabulary().subjects()) {
    EXPECT_NE(TheLexicon().WordOf(kind, false, false), "") << kind;
    EXPECT_NE(TheLexicon().WordOf(kind, true, false), "") << kind;
    EXPECT_NE(TheLexicon().WordOf(kind, false, true), "") << kind;
  }
  EXPECT_EQ(TheLexicon().WordOf("bus", true, false), "buses");
}

// Of a model of an earlier world: what it cannot draw is not understood, and places, too, are named whole.
TEST(LexiconMaker, FollowsAModelsVocabulary) {
  const plan::Vocabulary& all = PlanVocabulary();
  std::vector<plan::Property> properties = all.properties();
  for (plan::Property& property : properties) {
    if (property.name == "ground") property.values = {"road", "beach"};
    if (property.name == "weather") property.values = {"clear", "rainbow"};
  }
  const plan::Vocabulary small({"bus", "cat", "man", "woman"}, properties);
  const plan::Lexicon lexicon = MakeLexicon(Words::Load(kWords), kWords, small);
  EXPECT_THAT(lexicon.kinds(), UnorderedElementsAreArray({"bus", "cat", "man", "woman"}));
  const auto unknown = [&](std::string_view text) {
    std::vector<std::string> words;
    for (const plan::TextSpan& span : plan::ReadTextFacts(lexicon, small, text).unknown)
      words.emplace_back(text.substr(span.first, span.last - span.first));
    return words;
  };
  EXPECT_THAT(unknown("a bus under a rainbow"), IsEmpty());
  EXPECT_THAT(unknown("a bus in a storm"), ElementsAre("storm"));
  EXPECT_THAT(unknown("my grandma wants a cat in the kitchen"), ElementsAre("kitchen"));
  EXPECT_THAT(unknown("猫在厨房里"), ElementsAre("厨房"));
}

TEST(LexiconMaker, KnowsEveryValueInBothLanguages) {
  for (const plan::Property& property : PlanVocabulary().properties()) {
    for (const std::string& value : property.values) {
      if (value == "one") continue;                                   // said by a noun that stands for one
      if (value == "looked at by" || value == "chased by") continue;  // said of the other one
      int english = 0, chinese = 0;
      for (const plan::LexiconEntry& entry : TheLexicon().entries()) {
        if (entry.meaning.property != property.name || entry.meaning.value != value) continue;
        ++(static_cast<unsigned char>(entry.phrase[0]) >= 0x80 ? chinese : english);
      }
      EXPECT_GT(english, 0) << property.name << " " << value;
      EXPECT_GT(chinese, 0) << property.name << " " << value;
    }
  }
}

TEST(LexiconMaker, ReadsTheShowcases) {
  EXPECT_THAT(FactsIn("a blue bus driving under a starry night"),
              UnorderedElementsAre("bus", "bus: blue", "hour: starry night"));
  EXPECT_THAT(FactsIn("a sad panda playing the ukulele at sunset, impressionist style, looking existentially troubled"),
              UnorderedElementsAre("panda", "panda: sad", "panda: playing ukulele", "hour: sunset",
                                   "style: impressionist", "panda: troubled"));
  EXPECT_THAT(FactsIn("一只悲伤的熊猫在落日余晖下弹奏尤克里里，风格为印象派，同时让熊猫看起来充满存在主义的困扰"),
              testing::IsSupersetOf({"panda", "panda: sad", "hour: sunset", "panda: playing ukulele",
                                     "style: impressionist", "panda: troubled"}));
}

TEST(LexiconMaker, ReadsPeoplesOwnWords) {
  EXPECT_THAT(FactsIn("PLEASE DRAW ME A RED BOAT, as the sun goes down"),
              UnorderedElementsAre("sailing boat", "sailing boat: red", "hour: sunset"));
  EXPECT_THAT(FactsIn("two lorries on the beach, no clouds"),
              testing::IsSupersetOf({"truck", "truck: two", "ground: beach"}));
  EXPECT_THAT(FactsIn("a dragon above a volcano"), UnorderedElementsAre("dragon", "volcano", "dragon: above volcano"));
  EXPECT_THAT(FactsIn("a flurbish above a house"), Contains("?flurbish"));
  EXPECT_THAT(FactsIn("湖边的小木桥"), Contains(testing::StartsWith("?")));
}

}  // namespace
}  // namespace diptych::world
