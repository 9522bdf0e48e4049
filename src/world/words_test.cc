#include "world/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "world/held_out.h"

namespace diptych {
namespace {

constexpr Language kLanguages[] = {Language::kEnglish, Language::kChinese};
constexpr int kScenes = 1000;

class WordsTest : public testing::Test {
 protected:
  static std::filesystem::path Folder() { return std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/world/words"; }
  Scene SceneOf(uint64_t seed) const { return SampleScene(seed, Split::kTraining, held_out_); }
  // Calls visit(scene, language, random) for many scenes in both languages.
  void ForEach(const std::function<void(const Scene&, Language, Random&)>& visit) const {
    for (int seed = 0; seed < kScenes; ++seed) {
      const Scene scene = SceneOf(static_cast<uint64_t>(seed));
      for (Language language : kLanguages) {
        SCOPED_TRACE(seed);
        Random random(static_cast<uint64_t>(seed), 7);
        visit(scene, language, random);
      }
    }
  }
  // What a reader may rely on: the plan's facts, that its keys exist.
  bool IsTrue(const Scene& scene, const Fact& fact) const {
    for (const Fact& other : FactsOf(words_.PlanOf(scene))) {
      if (other.key == fact.key && (fact.value.empty() || other.value == fact.value)) return true;
    }
    return false;
  }

  HeldOut held_out_ = HeldOut::Load(Folder() / "held_out.txt");
  Words words_ = Words::Load(Folder());
};

void ExpectCleanText(const std::string& text, Language language) {
  static const std::regex residue(
      R"([{}\[\]|*_\x01]|=>|  |^ | $| [,.;!?:]|[,.;:!?]{2}|\ba [aeiou]|\ban (?!hour\b)[^aeiou]|\b(\w+) \1\b)",
      std::regex::icase);
  EXPECT_FALSE(text.empty());
  EXPECT_FALSE(std::regex_search(text, residue)) << text;
  const bool has_han = LanguageOf(text) == Language::kChinese;
  EXPECT_EQ(has_han, language == Language::kChinese) << text;
  if (has_han) {
    EXPECT_EQ(text.find_first_of(" ,.abcdefgh"), text.npos) << text;
  }
}

void ExpectCleanSentences(const std::string& text, Language language) {
  ExpectCleanText(text, language);
  if (language == Language::kChinese) return;
  static const std::regex low(R"(^[a-z]|[.!?] [a-z])");
  EXPECT_FALSE(std::regex_search(text, low)) << text;
  EXPECT_NE(std::string(".!?").find(text.back()), std::string::npos) << text;
}

TEST_F(WordsTest, PlansReadBackAndBoxesAreTheScenes) {
  ForEach([&](const Scene& scene, Language, Random&) {
    const Plan plan = words_.PlanOf(scene);
    EXPECT_EQ(ParsePlan(WritePlan(plan)), plan);
    EXPECT_EQ(plan.lines.front().key, "hour");
    for (size_t i = 0; i < scene.subjects.size(); ++i) {
      const PlanLine& line = plan.lines[plan.lines.size() - scene.subjects.size() + i];
      EXPECT_EQ(BoxesOf(line), scene.subjects[i].boxes);
    }
  });
}

TEST_F(WordsTest, PromptsStateTrueFacts) {
  std::set<size_t> sizes;
  ForEach([&](const Scene& scene, Language language, Random& random) {
    const Prompt prompt = words_.MakePrompt(scene, language, random);
    ExpectCleanText(prompt.text, language);
    sizes.insert(prompt.facts.size());
    for (const Fact& fact : prompt.facts) EXPECT_TRUE(IsTrue(scene, fact)) << prompt.text << ": " << WriteFact(fact);
    const bool has_subject = std::any_of(prompt.facts.begin(), prompt.facts.end(), [&](const Fact& fact) {
      constexpr std::string_view kOfScene[] = {"hour", "weather", "ground", "sun", "moon", "clouds", "style", "mood"};
      return std::find(std::begin(kOfScene), std::end(kOfScene), fact.key) == std::end(kOfScene);
    });
    EXPECT_TRUE(has_subject) << prompt.text;
  });
  EXPECT_EQ(*sizes.begin(), 1u);
  EXPECT_GE(*sizes.rbegin(), 8u);
}

TEST_F(WordsTest, NarrativesAreCleanAndNeverTwiceTheSame) {
  std::set<std::string> seen;
  ForEach([&](const Scene& scene, Language language, Random& random) {
    const std::string text = words_.MakeNarrative(scene, language, random);
    ExpectCleanSentences(text, language);
    EXPECT_TRUE(seen.insert(text).second) << text;
  });
}

TEST_F(WordsTest, QuestionsHaveShortAnswersAndYesIsAsFrequentAsNo) {
  int yes = 0, no = 0;
  ForEach([&](const Scene& scene, Language language, Random& random) {
    const Question question = words_.MakeQuestion(scene, language, random);
    ExpectCleanText(question.text, language);
    ExpectCleanText(question.answer, language);
    EXPECT_LT(question.answer.size(), 90u);
    yes += question.answer == "yes" || question.answer == "是";
    no += question.answer == "no" || question.answer == "不是";
  });
  EXPECT_GT(yes, 300);
  EXPECT_NEAR(yes, no, 100);
}

TEST_F(WordsTest, FactClaimsAreTrueOrFalseAsTheySay) {
  int facts = 0;
  ForEach([&](const Scene& scene, Language language, Random& random) {
    for (bool holds : {true, false}) {
      const Claim claim = words_.MakeClaim(scene, language, holds, random);
      EXPECT_EQ(claim.holds, holds);
      const bool is_fact = claim.text.find_first_of(".。！!") == std::string::npos;
      if (!is_fact) {
        ExpectCleanSentences(claim.text, language);
        continue;
      }
      ++facts;
      const size_t colon = claim.text.find(": ");
      const Fact fact = {claim.text.substr(0, colon), colon == std::string::npos ? "" : claim.text.substr(colon + 2)};
      EXPECT_EQ(IsTrue(scene, fact), holds) << claim.text;
    }
  });
  EXPECT_NEAR(facts, 4 * kScenes * 3 / 10, 150);
}

// A key alone is claimed both rightly and wrongly, so that its form tells nothing.
TEST_F(WordsTest, BareFactsAreBothTrueAndFalse) {
  std::map<std::string, int> rightly, wrongly;
  ForEach([&](const Scene& scene, Language language, Random& random) {
    ++rightly[words_.MakeClaim(scene, language, true, random).text];
    ++wrongly[words_.MakeClaim(scene, language, false, random).text];
  });
  int kinds_rightly = 0, kinds_wrongly = 0;
  for (int kind = 0; kind < kKinds; ++kind) {
    const std::string key(RowOf(static_cast<Kind>(kind)).word);
    kinds_rightly += rightly[key];
    kinds_wrongly += wrongly[key];
  }
  EXPECT_GT(kinds_rightly, 20);
  EXPECT_NEAR(kinds_rightly, kinds_wrongly, 30);
  for (const char* key : {"sun", "moon"}) {
    EXPECT_GT(rightly[key], 0) << key;
    EXPECT_GT(wrongly[key], 0) << key;
  }
}

TEST_F(WordsTest, SpeaksOfHeldOutScenesToo) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Scene scene = SampleScene(seed, Split::kHeldOut, held_out_);
    for (Language language : kLanguages) {
      Random random(seed);
      ExpectCleanText(words_.MakePrompt(scene, language, random).text, language);
      ExpectCleanSentences(words_.MakeNarrative(scene, language, random), language);
    }
  }
}

TEST_F(WordsTest, TheSameRandomNumbersGiveTheSameTexts) {
  for (Language language : kLanguages) {
    const Scene scene = SceneOf(11);
    Random a(5), b(5);
    EXPECT_EQ(words_.MakeNarrative(scene, language, a), words_.MakeNarrative(scene, language, b));
    EXPECT_EQ(words_.MakePrompt(scene, language, a).text, words_.MakePrompt(scene, language, b).text);
    EXPECT_EQ(words_.MakeClaim(scene, language, false, a).text, words_.MakeClaim(scene, language, false, b).text);
  }
}

TEST_F(WordsTest, LocationsNameDifferentThingsDifferently) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Scene scene = SceneOf(seed);
    for (Language language : kLanguages) {
      std::map<std::string, Box> boxes;
      for (uint64_t draw = 0; draw < 60; ++draw) {
        Random random(seed, draw);
        const Location location = words_.MakeLocation(scene, language, random);
        ExpectCleanText(location.subject, language);
        EXPECT_TRUE(ParseBox(WriteBox(location.box))) << WriteBox(location.box);
        const auto [entry, fresh] = boxes.emplace(location.subject, location.box);
        EXPECT_EQ(entry->second, location.box) << location.subject;
      }
    }
  }
}

TEST_F(WordsTest, TheVocabularyHoldsEveryWordOfTheTexts) {
  const std::vector<std::string> list = words_.Vocabulary();
  const std::set<std::string> vocabulary(list.begin(), list.end());
  static const std::regex word("[A-Za-z]+");
  ForEach([&](const Scene& scene, Language, Random& random) {
    std::string text = words_.MakeNarrative(scene, Language::kEnglish, random) + " " +
                       words_.MakePrompt(scene, Language::kEnglish, random).text + " " +
                       WritePlan(words_.PlanOf(scene));
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (std::sregex_iterator i(text.begin(), text.end(), word), end; i != end; ++i) {
      // Layout of the plan, no words of its reader.
      const bool layout = i->str() == "box" || i->str() == "look" || i->str() == "horizon";
      EXPECT_TRUE(layout || vocabulary.contains(i->str())) << i->str();
    }
    const std::string chinese = words_.MakeNarrative(scene, Language::kChinese, random);
    for (size_t i = 0; i + 2 < chinese.size(); i += 3) {
      const std::string character = chinese.substr(i, 3);
      const bool han = character >= "\xE4\xB8\x80" && character <= "\xE9\xBF\xBF";
      EXPECT_TRUE(!han || vocabulary.contains(character)) << character;
    }
  });
}

}  // namespace
}  // namespace diptych
