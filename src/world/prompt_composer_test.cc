#include "world/prompt_composer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "world/facts.h"
#include "world/held_out.h"
#include "world/sayings.h"

namespace diptych::world {
namespace {

using text::Language;

const PromptComposer& Composer() {
  static const PromptComposer composer = PromptComposer::Load(DataFolder() / "words");
  return composer;
}

const std::vector<Scene>& Scenes() {
  static const std::vector<Scene> scenes = [] {
    const HeldOut held_out = HeldOut::Load(DataFolder() / "words/held_out.txt");
    std::vector<Scene> all;
    constexpr uint64_t kScenes = 2500;
    for (uint64_t seed = 0; seed < kScenes; ++seed)
      all.push_back(SampleScene(seed + 70000, Split::kTraining, held_out));
    return all;
  }();
  return scenes;
}

struct Made {
  const Scene* scene;
  ComposedPrompt composed;
};

std::vector<Made> MadeIn(Language language, Split split = Split::kTraining) {
  std::vector<Made> all;
  for (const Scene& scene : Scenes()) {
    base::Random random(scene.seed, 5);
    all.push_back({&scene, Composer().Compose(scene, language, split, random)});
  }
  return all;
}

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), base::AsciiLower);
  return text;
}

// The names of a kind, small. Chinese prompts mix English ones in.
std::vector<std::string> NamesOf(std::string_view kind, Language language) {
  std::vector<std::string> names;
  const Thing& thing = *RowOf(KindOf(kind).value()).thing;
  if (language == Language::kChinese)
    for (const std::string& name : thing.chinese) names.push_back(Lower(name));
  for (const EnglishNoun& noun : thing.english) {
    names.push_back(Lower(noun.singular));
    names.push_back(Lower(noun.plural));
  }
  return names;
}

class EachLanguage : public testing::TestWithParam<Language> {};
INSTANTIATE_TEST_SUITE_P(PromptComposer, EachLanguage, testing::Values(Language::kEnglish, Language::kChinese));

TEST_P(EachLanguage, StatesOnlyWhatIsInThePicture) {
  for (const Split split : {Split::kTraining, Split::kHeldOut})
    for (const Made& made : MadeIn(GetParam(), split)) {
      const std::vector<plan::Fact> truth = plan::FactsOf(PlanOfScene(*made.scene));
      EXPECT_FALSE(made.composed.prompt.text.empty());
      EXPECT_FALSE(made.composed.prompt.facts.empty()) << made.composed.clean;
      for (const plan::Fact& fact : made.composed.prompt.facts)
        EXPECT_TRUE(plan::Contains(truth, fact)) << made.composed.clean << ": " << plan::WriteFact(fact);
    }
}

TEST_P(EachLanguage, NamesWhatItStates) {
  for (const Made& made : MadeIn(GetParam()))
    for (const plan::Fact& fact : made.composed.prompt.facts) {
      if (!KindOf(fact.key) || fact.key == "moon" || fact.key == "sun") continue;
      const auto names = NamesOf(fact.key, GetParam());
      const std::string text = Lower(made.composed.clean);
      EXPECT_TRUE(std::ranges::any_of(names, [&](const std::string& name) { return text.find(name) != text.npos; }))
          << made.composed.clean << ": " << fact.key;
    }
}

bool HasAnyOf(const std::string& text, const std::vector<std::string>& words) {
  return std::ranges::any_of(words, [&text](const std::string& word) { return text.find(word) != text.npos; });
}

// What a fact's value is said with: its own word, the words that patterns are filled with, and numbers in digits.
std::vector<std::string> WordsFor(const plan::Fact& fact, const Sayings& sayings) {
  std::vector<std::string> words = {fact.value};
  for (const char* section : {"colour_word", "pattern_word"})
    for (const Saying& saying : sayings.Of(section, fact.value)) words.push_back(saying.text);
  const auto count = std::ranges::find(kCountWords, fact.value);
  if (count == kCountWords.end()) return words;
  constexpr std::array<const char*, 10> kChinese = {"一", "两", "三", "四", "五", "六", "七", "八", "九", "十"};
  const auto index = static_cast<size_t>(count - kCountWords.begin());
  words.push_back(std::to_string(index + 1));
  words.emplace_back(kChinese[index]);
  if (index == 1) words.insert(words.end(), {"pair", "couple", "一对", "俩"});
  return words;
}

TEST_P(EachLanguage, SaysTheColoursAndNumbersThatItStates) {
  const Sayings sayings =
      Sayings::Load(DataFolder() / "words" / (GetParam() == Language::kEnglish ? "en" : "zh") / "sayings");
  size_t checked = 0;
  for (const Made& made : MadeIn(GetParam()))
    for (const plan::Fact& fact : made.composed.prompt.facts) {
      const bool colour = std::ranges::find(kColourWords, fact.value) != kColourWords.end();
      const bool count = std::ranges::find(kCountWords, fact.value) != kCountWords.end() && fact.value != "one";
      if ((!colour && !count) || !KindOf(fact.key)) continue;
      ++checked;
      EXPECT_TRUE(HasAnyOf(Lower(made.composed.clean), WordsFor(fact, sayings)))
          << made.composed.clean << ": " << plan::WriteFact(fact);
    }
  EXPECT_GT(checked, 500u);
}

// Words of colour that are part of no name and no saying are stated as facts.
TEST_P(EachLanguage, SaysNoColourThatItDoesNotState) {
  const bool english = GetParam() == Language::kEnglish;
  const std::vector<std::pair<std::string, std::string>> words =
      english
          ? std::vector<std::pair<std::string, std::string>>{{"red", "red"},       {"blue", "blue"},
                                                             {"green", "green"},   {"yellow", "yellow"},
                                                             {"purple", "purple"}, {"pink", "pink"}}
          : std::vector<std::pair<std::string, std::string>>{{"红色", "red"},    {"蓝色", "blue"},   {"绿色", "green"},
                                                             {"黄色", "yellow"}, {"紫色", "purple"}, {"粉色", "pink"}};
  for (const Made& made : MadeIn(GetParam())) {
    std::string text = " " + Lower(made.composed.clean) + " ";
    const auto erase = [&text](const std::string& part) {
      for (size_t at = text.find(part); at != text.npos; at = text.find(part)) text.erase(at, part.size());
    };
    for (const Subject& subject : made.scene->subjects) {
      for (const std::string& name : NamesOf(RowOf(subject.kind).word, GetParam())) erase(name);
      if (subject.held != Held::kNone)
        for (const std::string& name : NamesOf(RowOf(KindOf(subject.held)).word, GetParam())) erase(name);
    }
    for (const char* other : {"粉红色", "青绿色", "蓝绿色", "橘黄色", "绿松石色"}) erase(other);
    for (const auto& [word, colour] : words) {
      if (text.find(english ? " " + word + " " : word) == text.npos) continue;
      const auto& facts = made.composed.prompt.facts;
      const bool stated = std::ranges::any_of(facts, [&](const plan::Fact& fact) { return fact.value == colour; });
      const bool in_saying = std::ranges::any_of(
          made.composed.sayings, [&](const std::string& saying) { return saying.find(word) != saying.npos; });
      EXPECT_TRUE(stated || in_saying) << made.composed.clean << ": " << word;
    }
  }
}

TEST_P(EachLanguage, TrainingNeverMeetsWhatIsHeldOut) {
  size_t held_out = 0, all = 0;
  for (const Made& made : MadeIn(GetParam()))
    for (const std::string& saying : made.composed.sayings) EXPECT_FALSE(IsHeldOutSaying(saying)) << saying;
  for (const Made& made : MadeIn(GetParam(), Split::kHeldOut))
    for (const std::string& saying : made.composed.sayings) {
      held_out += IsHeldOutSaying(saying);
      ++all;
    }
  EXPECT_GT(held_out * 100, all * 75);
}

TEST_P(EachLanguage, ManyWaysAndManyLengths) {
  std::set<std::string> sayings, texts;
  std::vector<int> lengths(40);
  const auto all = MadeIn(GetParam());
  for (const Made& made : all) {
    sayings.insert(made.composed.sayings.begin(), made.composed.sayings.end());
    texts.insert(made.composed.prompt.text);
    ++lengths[std::min<size_t>(made.composed.prompt.facts.size(), lengths.size() - 1)];
  }
  EXPECT_GT(sayings.size(), 2300u);
  EXPECT_GT(texts.size(), all.size() * 98 / 100);
  for (size_t i = 1; i <= 12; ++i) EXPECT_GT(lengths[i], 10) << i;
}

TEST_P(EachLanguage, MostlySaysWhatIsUnusual) {
  int unusual = 0, stated = 0;
  for (const Made& made : MadeIn(GetParam())) {
    const auto says = [&made](std::string_view key) {
      return std::ranges::any_of(made.composed.prompt.facts, [&](const plan::Fact& fact) { return fact.key == key; });
    };
    if (made.scene->style != Style::kFlat) ++unusual, stated += says("style");
    if (made.scene->mood != Mood::kNone) ++unusual, stated += says("mood");
  }
  EXPECT_GT(stated * 100, unusual * 82);
  EXPECT_LT(stated * 100, unusual * 97);
}

TEST_P(EachLanguage, SkipsOnlyWhatTheWorldHasNot) {
  const std::set<std::string> expected = {"long sea storm between", "long rainbow hills two things"};
  for (const std::string& skipped : Composer().Skipped(GetParam()))
    EXPECT_TRUE(skipped.find("driving") != skipped.npos || expected.contains(skipped)) << skipped;
}

TEST_P(EachLanguage, TheSameNumbersGiveTheSamePrompt) {
  for (size_t i = 0; i < 50; ++i) {
    base::Random first(i), second(i);
    const Scene& scene = Scenes()[i];
    EXPECT_EQ(Composer().Make(scene, GetParam(), Split::kTraining, first).text,
              Composer().Make(scene, GetParam(), Split::kTraining, second).text);
  }
}

}  // namespace
}  // namespace diptych::world
