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

// Nouns with their articles are things, until somebody holds or wears them.
TEST(LexiconMaker, ReadsWhatIsHeldAndWorn) {
  EXPECT_THAT(FactsIn("a mushroom on the left side"), UnorderedElementsAre("mushroom", "mushroom: left"));
  EXPECT_THAT(FactsIn("a lighthouse with a tulip behind it"),
              UnorderedElementsAre("lighthouse", "tulip", "tulip: behind lighthouse"));
  EXPECT_THAT(FactsIn("a mouse with a peach in its paws"), UnorderedElementsAre("mouse", "mouse: holding peach"));
  EXPECT_THAT(FactsIn("熊猫爪子里抱着一个花瓶"), UnorderedElementsAre("panda", "panda: holding vase"));
  EXPECT_THAT(FactsIn("沙发上躺着一把吉他"), UnorderedElementsAre("sofa", "guitar", "guitar: on sofa"));
  EXPECT_THAT(FactsIn("a cactus with a cowboy hat"), UnorderedElementsAre("cactus", "cactus: wearing hat"));
  EXPECT_THAT(FactsIn("戴红围巾的雪人"), UnorderedElementsAre("snowman", "snowman: wearing scarf"));
}

TEST(LexiconMaker, ReadsRelationsOfBothLanguages) {
  EXPECT_THAT(FactsIn("桃子在北极熊的左边"), UnorderedElementsAre("peach", "polar bear", "peach: left of polar bear"));
  EXPECT_THAT(FactsIn("荷花上面是青蛙"), testing::IsSupersetOf({"lotus", "frog", "frog: on lotus"}));
  EXPECT_THAT(FactsIn("a kite near the castle"), UnorderedElementsAre("kite", "castle", "kite: next to castle"));
  EXPECT_THAT(FactsIn("宇航员骑着马"), UnorderedElementsAre("astronaut", "horse", "astronaut: on horse"));
  EXPECT_THAT(FactsIn("a house on the right side of a garden"),
              UnorderedElementsAre("house", "house: right", "ground: garden"));
}

// Whole families of words, each by a word or two.
TEST(LexiconMaker, ReadsEverydayAndLiteraryWords) {
  EXPECT_THAT(FactsIn("a knackered panda"), UnorderedElementsAre("panda", "panda: tired"));
  EXPECT_THAT(FactsIn("a humongous lion, weeping"), UnorderedElementsAre("lion", "lion: large", "lion: sad"));
  EXPECT_THAT(FactsIn("a bear with stripes, the day is breaking"),
              UnorderedElementsAre("bear", "bear: striped", "hour: dawn"));
  EXPECT_THAT(FactsIn("bunny playing a ukulele, watercolor painting"),
              UnorderedElementsAre("rabbit", "rabbit: playing ukulele", "style: watercolour"));
  EXPECT_THAT(FactsIn("马，筋疲力尽，月牙儿，繁星点点的夜空"),
              UnorderedElementsAre("horse", "horse: tired", "moon: crescent", "hour: starry night"));
  EXPECT_THAT(FactsIn("绿色的大狮子"), UnorderedElementsAre("lion", "lion: green", "lion: large"));
}

// Names of kinds that a model has not: of the nearest one that it has, without what is a word of its own.
TEST(LexiconMaker, ReadsNamesByTheKindsThatAModelHas) {
  const plan::Vocabulary small({"cat", "lion", "man", "farmer", "mailbox"}, PlanVocabulary().properties());
  const plan::Lexicon lexicon = MakeLexicon(Words::Load(kWords), kWords, small);
  const auto facts = [&](std::string_view text) {
    std::vector<std::string> read;
    for (const plan::StatedFact& stated : plan::ReadTextFacts(lexicon, small, text).facts)
      read.push_back(plan::WriteFact(small.Say(stated.fact)));
    return read;
  };
  EXPECT_THAT(facts("a black cat"), UnorderedElementsAre("cat", "cat: black"));
  EXPECT_THAT(facts("黑猫和大狮子"), UnorderedElementsAre("cat", "cat: black", "lion", "lion: large"));
  EXPECT_THAT(facts("农夫和邮筒"), UnorderedElementsAre("farmer", "mailbox"));
  EXPECT_THAT(facts("a post box"), UnorderedElementsAre("mailbox"));
}

TEST(LexiconMaker, DoesNotReadWhatIsNotSaid) {
  EXPECT_THAT(FactsIn("the moon behind a tree"), testing::Not(Contains("ground: moon")));
  EXPECT_THAT(FactsIn("a house, no sun"), UnorderedElementsAre("house", "not sun"));
  EXPECT_THAT(FactsIn("a scary house"), UnorderedElementsAre("house", "?scary"));
  EXPECT_THAT(FactsIn("a kangaroo boxing"), UnorderedElementsAre("kangaroo", "?boxing"));
  EXPECT_THAT(FactsIn("on a rainy morning"), UnorderedElementsAre("weather: rain", "hour: dawn"));
  EXPECT_THAT(FactsIn("熊猫吃竹子"), UnorderedElementsAre("panda", "panda: eating", "bamboo"));
}

}  // namespace
}  // namespace diptych::world
