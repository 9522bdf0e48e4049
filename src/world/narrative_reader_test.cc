#include "world/narrative_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/temporary_folder.h"
#include "world/facts.h"
#include "world/grammar.h"
#include "world/held_out.h"
#include "world/words.h"

namespace diptych::world {
namespace {

using testing::UnorderedElementsAre;

constexpr text::Language kLanguages[] = {text::Language::kEnglish, text::Language::kChinese};

class NarrativeReaderTest : public testing::Test {
 protected:
  static std::filesystem::path Folder() { return std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/world/words"; }
  std::vector<Scene> Scenes(int count, Split split) const {
    std::vector<Scene> scenes;
    for (int seed = 0; seed < count; ++seed) {
      scenes.push_back(SampleScene(static_cast<uint64_t>(seed), split, held_out_));
    }
    return scenes;
  }
  std::string NarrativeOf(const Scene& scene, text::Language language) const {
    base::Random random(scene.seed, 5);
    return words_.MakeNarrative(scene, language, random);
  }
  bool IsGrammatical(const std::string& text, text::Language language = text::Language::kEnglish) const {
    const ReadText read = reader_.Read(text, language);
    return std::all_of(read.sentences.begin(), read.sentences.end(),
                       [](const ReadSentence& sentence) { return sentence.grammatical; });
  }
  // How many of the scenes' narratives are still grammatical with a change, in percent of those that it changes.
  double PercentGrammatical(text::Language language,
                            const std::function<std::string(const std::string&, base::Random&)>& change) const {
    int changed = 0, grammatical = 0;
    for (const Scene& scene : Scenes(200, Split::kTraining)) {
      base::Random random(scene.seed, 6);
      const std::string text = NarrativeOf(scene, language), other = change(text, random);
      if (other == text) continue;
      ++changed;
      grammatical += IsGrammatical(other, language);
    }
    EXPECT_GT(changed, 100);
    return 100.0 * grammatical / std::max(changed, 1);
  }

  HeldOut held_out_ = HeldOut::Load(Folder() / "held_out.txt");
  Words words_ = Words::Load(Folder());
  NarrativeReader reader_{words_};
};

void ExpectGoodReader(const ReaderError& error) {
  SCOPED_TRACE(WriteReaderError(error));
  EXPECT_EQ(error.whole, error.texts);
  EXPECT_EQ(error.ungrammatical, 0);
  for (size_t i = 0; i < error.topics.size(); ++i) {
    EXPECT_EQ(error.topics[i].untrue, 0) << kTopicNames[i];
    // "Two women" are two of a kind, or one thing of another.
    EXPECT_GE(error.topics[i].found, 0.97 * error.topics[i].stated - 2) << kTopicNames[i];
    // No narrative names these without saying more of them; a style is named in few texts.
    if (i == kAboutMoon || i == kAboutKind || i == kAboutCloudy || i == kAboutStyle) continue;
    EXPECT_GT(error.topics[i].stated, 0) << kTopicNames[i];
  }
}

TEST_F(NarrativeReaderTest, ReadsWhatTheWorldWrites) {
  ExpectGoodReader(MeasureReader(words_, Scenes(1200, Split::kTraining)));
  ExpectGoodReader(MeasureReader(words_, Scenes(400, Split::kHeldOut)));
}

TEST_F(NarrativeReaderTest, TheSceneIsAmongThoseThatItsTextLeavesOpen) {
  const auto is_open = [](const Derivation& derivation, const Setting& setting) {
    for (int i = 0; i < kMaxProperties; ++i) {
      const auto property = static_cast<size_t>(i);
      if (!derivation.open.scene(i).Has(setting.scene[property])) return false;
      for (int who = 0; who <= setting.scene[kSubjects]; ++who) {
        if (!derivation.open.subject(who, i).Has(setting.subjects[static_cast<size_t>(who)][property])) return false;
      }
    }
    return true;
  };
  for (const Scene& scene : Scenes(300, Split::kTraining)) {
    for (text::Language language : kLanguages) {
      const Grammar& grammar = words_.GrammarOf(language);
      const std::string text = NarrativeOf(scene, language), normal = Normalise(text);
      const int rule = grammar.Find("narrative");
      const size_t end = normal.size();
      const auto derivations =
          grammar.Parse({.text = normal, .rules = {&rule, 1}, .ends = {&end, 1}, .most_derivations = 10000});
      const Setting setting = SettingOf(scene);
      EXPECT_TRUE(std::any_of(derivations.begin(), derivations.end(), [&](const Derivation& one) {
        return is_open(one, setting);
      })) << text;
    }
  }
}

TEST_F(NarrativeReaderTest, ReadsSentenceBySentenceAroundOneThatNoRuleYields) {
  int texts = 0, same = 0;
  for (const Scene& scene : Scenes(300, Split::kTraining)) {
    for (text::Language language : kLanguages) {
      base::Random random(scene.seed, 5);
      const Narrative narrative = words_.MakeStatedNarrative(scene, language, random);
      const std::string alien =
          language == text::Language::kEnglish ? "Colourless ideas sleep furiously. " : "无色的想法在睡。";
      const ReadText read = reader_.Read(alien + narrative.text, language);
      EXPECT_FALSE(read.whole);
      ++texts;
      same += std::ranges::is_permutation(read.facts, narrative.facts);
      ASSERT_FALSE(read.sentences.empty());
      EXPECT_FALSE(read.sentences.front().grammatical);
      for (size_t i = 1; i < read.sentences.size(); ++i) {
        EXPECT_TRUE(read.sentences[i].grammatical) << read.sentences[i].text;
      }
    }
  }
  // Alone, a sentence may be about something else too.
  EXPECT_GE(same, texts * 95 / 100);
}

TEST_F(NarrativeReaderTest, TellsWhichSentenceStatesWhat) {
  const std::string text =
      "It is noon by the river. A blue bus, on the left, has seen it all before. The sun shines in a cloudless sky. "
      "Somebody "
      "ought to put the kettle on now.";
  const ReadText read = reader_.Read(text, text::Language::kEnglish);
  ASSERT_EQ(read.sentences.size(), 4u);
  EXPECT_THAT(read.sentences[0].facts, UnorderedElementsAre(plan::Fact{"hour", "noon"}, plan::Fact{"ground", "river"}));
  EXPECT_THAT(read.sentences[1].facts,
              UnorderedElementsAre(plan::Fact{"bus", "one"}, plan::Fact{"bus", "blue"}, plan::Fact{"bus", "left"}));
  EXPECT_THAT(read.sentences[2].facts, UnorderedElementsAre(plan::Fact{"sun", ""}, plan::Fact{"weather", "clear"}));
  EXPECT_THAT(read.sentences[3].facts, testing::IsEmpty());
  EXPECT_TRUE(IsGrammatical(text));
  EXPECT_FALSE(read.whole) << "no narrative puts these in a row";
}

// What no picture can show is read as stating nothing.
TEST_F(NarrativeReaderTest, TalesStateNothing) {
  for (const char* tale : {"Any moment now the needle will swing and point.",
                           "A detective would begin with the bus and end with the tree.",
                           "It smells of supper, mown grass and bath water.", "Nobody has introduced them yet."}) {
    const ReadText read = reader_.Read(tale, text::Language::kEnglish);
    EXPECT_THAT(read.facts, testing::IsEmpty()) << tale;
  }
  EXPECT_TRUE(IsGrammatical("A detective would begin with the bus and end with the tree."));
  EXPECT_TRUE(IsGrammatical("狮子的鬃毛抖一抖，半天才落平。", text::Language::kChinese));
}

TEST_F(NarrativeReaderTest, APronounMeansTheLastOneThatItFits) {
  const ReadText read = reader_.Read(
      "Two girls in red, in the middle, have seen it all before. A green cat, on the left, has seen it all before. "
      "A man in blue, on the right, has seen it all before. He is calm, "
      "and it shows. It is calm, and it shows. They are calm, and it shows. She is calm, and it shows.",
      text::Language::kEnglish);
  ASSERT_EQ(read.sentences.size(), 7u);
  EXPECT_THAT(read.sentences[3].facts, UnorderedElementsAre(plan::Fact{"man", "calm"}));
  EXPECT_THAT(read.sentences[4].facts, UnorderedElementsAre(plan::Fact{"cat", "calm"}));
  EXPECT_THAT(read.sentences[5].facts, UnorderedElementsAre(plan::Fact{"girl", "calm"}));
  EXPECT_THAT(read.sentences[6].facts, testing::IsEmpty()) << "no woman is there, and the girls are two";
}

TEST_F(NarrativeReaderTest, ASentenceThatContradictsAnotherIsStillRead) {
  const auto with_colour = [](const std::string& colour) {
    return "It is noon by the river, and raining so hard that nobody goes home for lunch. A red cat reads a book and "
           "looks sadly at a blue cat. The " +
           colour + " cat sleeps with a frown. In the dream there is a spelling test, and the pencil is made of butter.";
  };
  EXPECT_TRUE(reader_.Read(with_colour("blue"), text::Language::kEnglish).whole);
  const ReadText read = reader_.Read(with_colour("green"), text::Language::kEnglish);
  EXPECT_FALSE(read.whole);
  EXPECT_THAT(read.facts, testing::IsSupersetOf({plan::Fact{"hour", "noon"},
                                                 {"ground", "river"},
                                                 {"cat", "red"},
                                                 {"cat", "blue"},
                                                 {"cat", "green"},
                                                 {"cat", "sleeping"},
                                                 {"cat", "troubled"},
                                                 {"weather", "rain"}}));
  EXPECT_TRUE(IsGrammatical(with_colour("green"))) << "false, but good English";
}

// The words with lines of our own in the narratives.
class AmbiguousWordsTest : public testing::Test {
 protected:
  AmbiguousWordsTest() {
    std::filesystem::copy(std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/world/words", folder_.path(),
                          std::filesystem::copy_options::recursive);
    const std::filesystem::path file = folder_ / "en/narratives.txt";
    const std::string text = base::ReadFile(file), head = "narrative:\n";
    const size_t at = text.find(head) + head.size();
    base::WriteFileAtomically(
        file, text.substr(0, at) + "  {riddle}\n" + text.substr(at) +
                  "\nriddle:\n  The {noun} is {warm}.\n  The {noun} is {inside}, {as_ever}.\n"
                  "\nwarm states colour:\n  [colour=red] warm\n  [colour=orange] warm\n  [colour=blue] cold\n"
                  "\nas_ever:\n  as ever\n\ninside:\n  {inside_stated}\n  {inside_meant}\n"
                  "\ninside_stated states ground:\n  [ground=room] dry\n  [ground=desert] dusty\n"
                  "\ninside_meant:\n  [ground=room] dry\n");
  }
  std::vector<plan::Fact> FactsOf(const std::string& text) const {
    const Words words = Words::Load(folder_.path());
    return NarrativeReader(words).Read(text, text::Language::kEnglish).facts;
  }

  const base::TemporaryFolder folder_;
};

TEST_F(AmbiguousWordsTest, OnlyWhatAllDerivationsStateIsStated) {
  EXPECT_THAT(FactsOf("The bus is cold."), UnorderedElementsAre(plan::Fact{"bus", "blue"}));
  EXPECT_THAT(FactsOf("The bus is warm."), UnorderedElementsAre(plan::Fact{"bus", ""})) << "red or orange";
  EXPECT_THAT(FactsOf("The bus is dusty, as ever."),
              UnorderedElementsAre(plan::Fact{"bus", ""}, plan::Fact{"ground", "desert"}));
  EXPECT_THAT(FactsOf("The bus is dry, as ever."), UnorderedElementsAre(plan::Fact{"bus", ""}))
      << "one derivation does not state it";
}

// No scene has a drummer with a lantern.
TEST_F(NarrativeReaderTest, WhatCannotBeIsStillRead) {
  const ReadText read = reader_.Read("The boy is drumming, with a lantern, and looks sad.", text::Language::kEnglish);
  EXPECT_THAT(read.facts, UnorderedElementsAre(plan::Fact{"boy", "playing drum"}, plan::Fact{"boy", "holding lantern"},
                                               plan::Fact{"boy", "sad"}));
  EXPECT_TRUE(read.sentences.at(0).grammatical);
}

std::vector<std::string> WordsOf(const std::string& text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == ' ') words.emplace_back();
    if (c != ' ') words.back() += c;
  }
  return words;
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// The text with the first of the words replaced; the text itself where none of them is in it.
std::string Replace(std::string text, const std::string& word, const std::string& other) {
  const size_t at = text.find(word);
  return at == text.npos ? text : text.replace(at, word.size(), other);
}

TEST_F(NarrativeReaderTest, FindsBrokenEnglish) {
  const auto percent = [&](auto change) { return PercentGrammatical(text::Language::kEnglish, change); };
  EXPECT_EQ(percent([](const std::string& text, base::Random& random) {
              std::vector<std::string> words = WordsOf(text);
              const auto at = random.Below(static_cast<int>(words.size()));
              const std::string word = words[static_cast<size_t>(at)];
              // A sentence of one word may well stand there twice.
              if (std::string(".!?").find(word.back()) == std::string::npos) words.insert(words.begin() + at, word);
              return Join(words);
            }),
            0)
      << "a word twice";
  EXPECT_LT(percent([](const std::string& text, base::Random&) { return Replace(text, " the ", " "); }), 2)
      << "no article";
  EXPECT_EQ(percent([](const std::string& text, base::Random&) { return Replace(text, " is ", " "); }), 0) << "no verb";
  EXPECT_EQ(percent([](const std::string& text, base::Random&) { return Replace(text, " is ", " are "); }), 0)
      << "agreement";
  EXPECT_EQ(percent([](const std::string& text, base::Random&) { return Replace(text, " the ", " sits "); }), 0)
      << "a verb";
  EXPECT_EQ(percent([](const std::string& text, base::Random&) { return Replace(text, ". ", " "); }), 0)
      << "no full stop";
  EXPECT_EQ(percent([](const std::string& text, base::Random&) { return Replace(text, " the ", " teh "); }), 0)
      << "spelling";
  // Words that may be left out, such as "small", make a tenth of a text at most.
  EXPECT_LT(percent([](const std::string& text, base::Random& random) {
              std::vector<std::string> words = WordsOf(text);
              words.erase(words.begin() + random.Below(static_cast<int>(words.size())));
              return Join(words);
            }),
            10)
      << "a word left out";
}

TEST_F(NarrativeReaderTest, FindsBrokenChinese) {
  const auto percent = [&](auto change) { return PercentGrammatical(text::Language::kChinese, change); };
  // Characters here are three bytes long.
  const auto at_random = [](const std::string& text, base::Random& random) {
    return 3 * static_cast<size_t>(random.Below(static_cast<int>(text.size() / 3)));
  };
  EXPECT_LT(percent([&](const std::string& text, base::Random& random) {
              const size_t at = at_random(text, random);
              return text.substr(0, at) + text.substr(at, 3) + text.substr(at);
            }),
            5)
      << "a character twice; 狗狗 is a dog too";
  EXPECT_LT(percent([&](const std::string& text, base::Random& random) {
              return std::string(text).erase(at_random(text, random), 3);
            }),
            10)
      << "a character left out";
  EXPECT_EQ(percent([](const std::string& text, base::Random&) { return Replace(text, "的", "了"); }), 0);
  EXPECT_EQ(percent([](const std::string& text, base::Random&) { return Replace(text, "一", "衣"); }), 0);
}

TEST_F(NarrativeReaderTest, SpellingIsPartOfGrammar) {
  EXPECT_TRUE(
      IsGrammatical("Day is breaking at sea, and there is water on every side. In the middle are three stars."));
  for (const char* wrong : {"day is breaking at sea, and there is water on every side.",
                            "Day is breaking at sea, and there is water on every side .",
                            "Day is breaking at sea,  and there is water on every side.",
                            "Day is breaking at sea, and there is water on every side.In the middle are three stars.",
                            "Day is breaking at sea, and there is water on every side",
                            "Day is breaking at an sea, and there is water on every side.",
                            "Day is breaking at seas, and there is water on every side."}) {
    EXPECT_FALSE(IsGrammatical(wrong)) << wrong;
  }
  // Badly spaced text still states its facts.
  EXPECT_THAT(
      reader_.Read("day is breaking at sea , and there is water on every side .", text::Language::kEnglish).facts,
      UnorderedElementsAre(plan::Fact{"hour", "dawn"}, plan::Fact{"ground", "sea"}));
}

TEST_F(NarrativeReaderTest, ATextOfAnotherSceneIsFoundOut) {
  const std::vector<Scene> scenes = Scenes(300, Split::kTraining);
  int contradicted = 0, texts = 0;
  for (size_t i = 0; i + 1 < scenes.size(); ++i) {
    for (text::Language language : kLanguages) {
      const std::vector<plan::Fact> truth = FactsOf(words_.PlanOf(scenes[i + 1]));
      const ReadText read = reader_.Read(NarrativeOf(scenes[i], language), language);
      ++texts;
      contradicted += std::any_of(read.facts.begin(), read.facts.end(),
                                  [&truth](const plan::Fact& fact) { return !Contains(truth, fact); });
    }
  }
  // Few of the 44 kinds and the twelve colours are in both.
  EXPECT_EQ(contradicted, texts);
}

// Every false statement is caught: one fact of a scene is changed, and the texts that state it are found out.
TEST_F(NarrativeReaderTest, OneChangedFactIsFoundOut) {
  std::array<int, kTopics> caught{};
  int false_facts = 0, missed = 0;
  for (const Scene& scene : Scenes(400, Split::kTraining)) {
    const std::vector<plan::Fact> truth = FactsOf(words_.PlanOf(scene));
    for (int topic = 0; topic < kTopics; ++topic) {
      base::Random random(scene.seed, static_cast<uint64_t>(topic));
      auto changed = Change(SettingOf(scene), static_cast<Topic>(topic), /*subject=*/0, random);
      // A thing in a character's stead would need other properties too.
      if (!changed || topic == kAboutKind) continue;
      if (topic == kAboutHour) changed->scene[kSun] = changed->scene[kMoon] = 0;
      // There is nothing to say of a sun at night.
      if (IsNight(scene.hour) ? changed->scene[kSun] != 0 : changed->scene[kMoon] != 0) continue;
      const Grammar& grammar = words_.GrammarOf(text::Language::kEnglish);
      const Expansion expansion = grammar.Expand(grammar.Find("narrative"), *changed, 0, random);
      const ReadText read = reader_.Read(Tidy(expansion.text, /*capitalise=*/true), text::Language::kEnglish);
      for (const plan::Fact& fact : FactsOfStatements(*changed, expansion.statements)) {
        if (Contains(truth, fact)) continue;
        ++false_facts;
        missed += !Contains(read.facts, fact);
        ++caught[static_cast<size_t>(topic)];
      }
    }
  }
  for (int topic = 0; topic < kTopics; ++topic) {
    EXPECT_EQ(caught[static_cast<size_t>(topic)] == 0, topic == kAboutKind) << kTopicNames[static_cast<size_t>(topic)];
  }
  EXPECT_LE(missed, false_facts / 100) << "of " << false_facts;
}

TEST_F(NarrativeReaderTest, ReadsPromptsToo) {
  int prompts = 0, same = 0;
  for (const Scene& scene : Scenes(500, Split::kTraining)) {
    for (text::Language language : kLanguages) {
      base::Random random(scene.seed, 5);
      const Prompt prompt = words_.MakePrompt(scene, language, random);
      const ReadText read = reader_.ReadPrompt(prompt.text, language);
      EXPECT_TRUE(read.whole) << prompt.text;
      ++prompts;
      same += std::ranges::is_permutation(read.facts, prompt.facts);
    }
  }
  // "A brown bear" is a bear that is brown, or of that name.
  EXPECT_GE(same, prompts * 95 / 100);
  EXPECT_FALSE(reader_.ReadPrompt("the bus blue a road on", text::Language::kEnglish).whole);
}

TEST_F(NarrativeReaderTest, BearsAnyBytes) {
  const std::vector<Scene> scenes = Scenes(40, Split::kTraining);
  base::Random random(1);
  for (int i = 0; i < 500; ++i) {
    const text::Language language = kLanguages[random.Below(2)];
    std::string text = NarrativeOf(random.Pick(scenes), language);
    for (int changes = random.Below(20); changes > 0 && !text.empty(); --changes) {
      const auto at = static_cast<size_t>(random.Below(static_cast<int>(text.size())));
      if (random.Percent(50)) text[at] = static_cast<char>(random.Below(256));
      if (random.Percent(20)) text.erase(at, static_cast<size_t>(random.Below(60)));
      if (random.Percent(20)) text.insert(at, text.substr(0, at));
    }
    const ReadText read = reader_.Read(text, language);
    EXPECT_TRUE(!read.whole || !read.facts.empty());
  }
  EXPECT_TRUE(reader_.Read("", text::Language::kEnglish).sentences.empty());
  EXPECT_TRUE(reader_.Read(" \n ", text::Language::kChinese).sentences.empty());
}

TEST_F(NarrativeReaderTest, WritesItsErrorAsATable) {
  ReaderError error{.texts = 2, .whole = 1, .sentences = 9, .ungrammatical = 3, .topics = {}};
  error.topics[kAboutColour] = {.stated = 5, .found = 4, .untrue = 1};
  const std::string text = WriteReaderError(error);
  EXPECT_TRUE(text.starts_with("2 narratives, 1 read whole; 9 sentences, 3 not grammatical.\n\n| topic |")) << text;
  EXPECT_NE(text.find("\n| colour | 5 | 4 | 1 |\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace diptych::world
