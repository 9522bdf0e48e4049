#include "world/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "world/catalogue_rules.h"
#include "world/facts.h"
#include "world/held_out.h"
#include "world/setting.h"

namespace diptych::world {
namespace {

constexpr text::Language kLanguages[] = {text::Language::kEnglish, text::Language::kChinese};
constexpr int kWordScenes = 1000;

class WordsTest : public testing::Test {
 protected:
  static std::filesystem::path Folder() { return std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/world/words"; }
  Scene SceneOf(uint64_t seed) const { return SampleScene(seed, Split::kTraining, held_out_); }
  // Calls visit(scene, language, random) for many scenes in both languages.
  void ForEach(const std::function<void(const Scene&, text::Language, base::Random&)>& visit) const {
    for (int seed = 0; seed < kWordScenes; ++seed) {
      const Scene scene = SceneOf(static_cast<uint64_t>(seed));
      for (text::Language language : kLanguages) {
        SCOPED_TRACE(seed);
        base::Random random(static_cast<uint64_t>(seed), 7);
        visit(scene, language, random);
      }
    }
  }
  // What a reader may rely on: the plan's facts, that its keys exist.
  bool IsTrue(const Scene& scene, const plan::Fact& fact) const {
    for (const plan::Fact& other : plan::FactsOf(words_.PlanOf(scene))) {
      if (other.key == fact.key && (fact.value.empty() || other.value == fact.value)) return true;
    }
    return false;
  }

  HeldOut held_out_ = HeldOut::Load(Folder() / "held_out.txt");
  Words words_ = Words::Load(Folder());
};

void ExpectCleanText(const std::string& text, text::Language language) {
  static const std::regex residue(
      R"([{}\[\]|*_\x01\x02]|=>|  |^ | $| [,.;!?:]|[,.;:!?]{2}|\ba (?!u[nkfs]|one|eu)[aeiou]|\ban (?!hour|x)[^aeiou]|\b(the|a|is|are|of|and|in|on) \1\b)",
      std::regex::icase);
  EXPECT_FALSE(text.empty());
  EXPECT_FALSE(std::regex_search(text, residue)) << text;
  const bool has_han = text::LanguageOf(text) == text::Language::kChinese;
  const bool is_chinese = has_han || text == "DNA";  // which is called so in either language
  EXPECT_TRUE(language == text::Language::kChinese ? is_chinese : !has_han) << text;
  if (has_han) {
    EXPECT_EQ(text.find_first_of(" ,."), text.npos) << text;
  }
}

void ExpectCleanSentences(const std::string& text, text::Language language) {
  ExpectCleanText(text, language);
  if (language == text::Language::kChinese) return;
  static const std::regex low(R"(^[a-z]|[^s][.!?] [a-z])");  // "Mrs. Claus"
  EXPECT_FALSE(std::regex_search(text, low)) << text;
  EXPECT_NE(std::string(".!?\"").find(text.back()), std::string::npos) << text;
}

TEST_F(WordsTest, PlansReadBackAndBoxesAreTheScenes) {
  ForEach([&](const Scene& scene, text::Language, base::Random&) {
    const plan::Plan plan = words_.PlanOf(scene);
    EXPECT_EQ(plan::ParsePlan(plan::WritePlan(plan)), plan);
    EXPECT_EQ(plan.lines.front().key, "hour");
    for (size_t i = 0; i < scene.subjects.size(); ++i) {
      const plan::PlanLine& line = plan.lines[plan.lines.size() - scene.subjects.size() + i];
      EXPECT_EQ(plan::BoxesOf(line), scene.subjects[i].boxes);
    }
  });
}

// Subjects of the scene that facts name.
std::ptrdiff_t SubjectsNamed(const Scene& scene, const std::vector<plan::Fact>& facts) {
  return std::ranges::count_if(scene.subjects, [&facts](const Subject& subject) {
    return std::ranges::any_of(facts, [&](const plan::Fact& fact) { return fact.key == RowOf(subject.kind).word; });
  });
}

TEST_F(WordsTest, PromptsStateTrueFacts) {
  std::set<size_t> sizes;
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
    const Prompt prompt = words_.MakePrompt(scene, language, random);
    ExpectCleanText(prompt.text, language);
    sizes.insert(prompt.facts.size());
    for (const plan::Fact& fact : prompt.facts)
      EXPECT_TRUE(IsTrue(scene, fact)) << prompt.text << ": " << plan::WriteFact(fact);
  });
  EXPECT_EQ(*sizes.begin(), 1u);
  EXPECT_GE(*sizes.rbegin(), 8u);
}

// A place or an hour alone may be asked for; where one subject is named, the others mostly are too.
TEST_F(WordsTest, PromptsNameEverySubjectOrNone) {
  int none = 0, all = 0, some = 0;
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
    const std::ptrdiff_t named = SubjectsNamed(scene, words_.MakePrompt(scene, language, random).facts);
    ++(named == 0 ? none : named == std::ssize(scene.subjects) ? all : some);
  });
  EXPECT_GT(none, kWordScenes / 100);
  EXPECT_LT(none, kWordScenes / 5);
  EXPECT_LT(some, all / 20);
}

TEST_F(WordsTest, OfAPlainSceneNothingUnusualCanBeSaid) {
  int plain = 0;
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
    if (!IsPlain(scene)) return;
    ++plain;
    EXPECT_EQ(scene.style, Style::kFlat);
    EXPECT_EQ(scene.mood, Mood::kNone);
    for (const Subject& subject : scene.subjects) EXPECT_EQ(subject.held, Held::kNone);
    for (const plan::Fact& fact : words_.MakePrompt(scene, language, random).facts) EXPECT_NE(fact.key, "mood");
  });
  EXPECT_GT(plain, 0);
}

// Of scenes whose prompt says nothing of the style, two in five are flat when prompts do not care what they leave open.
TEST_F(WordsTest, PromptsSilentAboutTheStyleAreMostlyOfFlatScenes) {
  int silent = 0, flat = 0;
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
    const Prompt prompt = words_.MakePrompt(scene, language, random);
    if (std::any_of(prompt.facts.begin(), prompt.facts.end(),
                    [](const plan::Fact& fact) { return fact.key == "style"; }))
      return;
    ++silent;
    flat += scene.style == Style::kFlat;
  });
  EXPECT_GT(silent, kWordScenes / 4);
  EXPECT_GT(flat, silent * 3 / 5) << silent;
}

TEST_F(WordsTest, NarrativesAreCleanAndNeverTwiceTheSame) {
  std::set<std::string> seen;
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
    const std::string text = words_.MakeNarrative(scene, language, random);
    ExpectCleanSentences(text, language);
    EXPECT_TRUE(seen.insert(text).second) << text;
  });
}

// Ends of sentences; three dots or a decimal point never occur.
size_t SentencesOf(const std::string& text) {
  static const std::regex end("[.!?]|。|！|？");
  return static_cast<size_t>(
      std::distance(std::sregex_iterator(text.begin(), text.end(), end), std::sregex_iterator()));
}

TEST_F(WordsTest, NarrativesHaveTwoToSevenSentences) {
  std::set<size_t> seen;
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
    const std::string text = words_.MakeNarrative(scene, language, random);
    const size_t sentences = SentencesOf(text);
    EXPECT_GE(sentences, 2u) << text;
    EXPECT_LE(sentences, 7u) << text;
    seen.insert(sentences);
  });
  for (size_t sentences = 2; sentences <= 6; ++sentences) EXPECT_TRUE(seen.contains(sentences)) << sentences;
}

// Facts of the plan that a text beside the picture leaves out at will: where exactly things are and how they are drawn.
bool IsDetail(Topic topic) {
  for (const Topic detail : {kAboutSun, kAboutMoon, kAboutPhase, kAboutClouds, kAboutCloudy, kAboutStyle, kAboutMood,
                             kAboutSize, kAboutPlace, kAboutDepth, kAboutFacing, kAboutKind, kAboutPattern})
    if (topic == detail) return true;
  return false;
}

// Of three to five what they do, hold and wear is said of one.
bool IsOfARow(const Scene& scene, Topic topic) {
  return scene.subjects.size() > 2 && (topic == kAboutRelation || topic == kAboutHeld || topic == kAboutWorn ||
                                       topic == kAboutAction || topic == kAboutFeeling);
}

TEST_F(WordsTest, NarrativesTellTheFactsAndNoFalseOnes) {
  std::map<Topic, int> all, left_out;
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
    const Narrative narrative = words_.MakeStatedNarrative(scene, language, random);
    for (const plan::Fact& fact : narrative.facts)
      EXPECT_TRUE(IsTrue(scene, fact)) << narrative.text << ": " << plan::WriteFact(fact);
    for (const plan::Fact& fact : plan::FactsOf(words_.PlanOf(scene))) {
      const auto topic = TopicOf(fact);
      if (!topic || IsDetail(*topic) || IsOfARow(scene, *topic)) continue;
      if (topic == kAboutWeather && (!HasWeather(scene.ground) || fact.value == "clear" || fact.value == "cloudy"))
        continue;
      ++all[*topic];
      left_out[*topic] += !plan::Contains(narrative.facts, fact);
    }
  });
  // A text may tell of one and its neighbours, or of one out of two; the others are left out.
  const std::set<Topic> of_others = {kAboutColour, kAboutCount, kAboutHeld, kAboutRelation};
  for (const auto& [topic, count] : all)
    EXPECT_LT(left_out[topic], count / (of_others.contains(topic) ? 8 : 20) + 1)
        << kTopicNames[topic] << ": " << left_out[topic] << " of " << count;
}

// Runs of six words, or of eight Chinese characters.
std::set<std::string> RunsOf(const std::string& text, text::Language language) {
  std::set<std::string> runs;
  static const std::regex english("[A-Za-z'-]+"), chinese("(?:[\xe4-\xe9][\x80-\xbf]{2})+");
  std::vector<std::string> words;
  if (language == text::Language::kEnglish) {
    for (std::sregex_iterator word(text.begin(), text.end(), english), end; word != end; ++word)
      words.push_back(word->str() + " ");
  } else {
    for (std::sregex_iterator part(text.begin(), text.end(), chinese), end; part != end; ++part) {
      for (size_t i = 0; i < part->str().size(); i += 3) words.push_back(part->str().substr(i, 3));
      words.emplace_back();
    }
  }
  const size_t length = language == text::Language::kEnglish ? 6 : 8;
  for (size_t i = 0; i + length <= words.size(); ++i) {
    std::string run;
    for (size_t k = i; k < i + length; ++k) run += words[k].empty() ? "|" : words[k];
    if (run.find('|') == run.npos) runs.insert(std::move(run));
  }
  return runs;
}

TEST_F(WordsTest, NoPatternIsInMoreThanOneNarrativeOfFifty) {
  constexpr int kNarratives = 4000;
  for (text::Language language : kLanguages) {
    std::map<std::string, int> texts_with;
    for (int seed = 0; seed < kNarratives; ++seed) {
      base::Random random(static_cast<uint64_t>(seed), 8);
      const Scene scene = SceneOf(static_cast<uint64_t>(seed));
      for (const std::string& run : RunsOf(words_.MakeNarrative(scene, language, random), language)) ++texts_with[run];
    }
    for (const auto& [run, count] : texts_with) EXPECT_LE(count, kNarratives / 50 + kNarratives / 200) << run;
  }
}

// The Chinese name says it of most: 男 is male, 女 female.
TEST_F(WordsTest, CallsMenAndWomenByTheirPronouns) {
  int men = 0, women = 0;
  for (const KindRow& row : Kinds()) {
    if (row.thing == nullptr || row.family != Family::kPerson) continue;
    const std::string& name = row.thing->chinese.front();
    const bool man = name.find("男") != name.npos, woman = name.find("女") != name.npos;
    if (man == woman || IsBodyPart(row)) continue;
    EXPECT_EQ(GenderOf(row), man ? Gender::kMale : Gender::kFemale) << row.word;
    ++(man ? men : women);
  }
  EXPECT_GT(men, 30);
  EXPECT_GT(women, 30);
}

// English of every noun of the catalogue.
TEST_F(WordsTest, KnowsTheNumberAndTheArticleOfEveryKind) {
  static const std::regex bad(R"(\ba (some|[a-z]+ (scissors|glasses|gloves|jeans|socks|fireworks))\b|\ban? [0-9])",
                              std::regex::icase);
  for (int i = 0; i < KindCount(); ++i) {
    for (const size_t count : {size_t{1}, size_t{4}}) {
      Scene scene;
      Subject subject;
      subject.kind = static_cast<Kind>(i);
      subject.colour = Colour::kNone;
      subject.boxes.resize(count, {10, 60, 30, 80});
      scene.subjects = {subject};
      base::Random random(static_cast<uint64_t>(i), count);
      for (text::Language language : kLanguages) {
        const std::string text = words_.MakeNarrative(scene, language, random);
        ExpectCleanSentences(text, language);
        EXPECT_FALSE(std::regex_search(text, bad)) << text;
        ExpectCleanText(words_.MakePrompt(scene, language, random).text, language);
        ExpectCleanText(words_.MakeQuestion(scene, language, random).text, language);
        for (const bool holds : {true, false})
          EXPECT_FALSE(words_.MakeClaim(scene, language, holds, random).text.empty());
      }
    }
  }
}

TEST_F(WordsTest, AsksForWhatIsNotThere) {
  int none = 0, careless = 0;
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
    const Question question = words_.MakeQuestion(scene, language, random);
    none += question.answer == "none" || question.answer.find("没有") != std::string::npos;
    careless += question.text.find('?') == std::string::npos && question.text.find("？") == std::string::npos;
  });
  EXPECT_GT(none, kWordScenes / 50);
  EXPECT_GT(careless, 2 * kWordScenes / 10);
}

// Denials are as often true as false, and say what they deny.
TEST_F(WordsTest, DenialsAreTrueOfWhatIsNotSo) {
  static const std::regex there_is_no("^(?:There is not a single|No) (.+?) (?:in the picture|can be seen)\\.$");
  int rightly = 0, wrongly = 0;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    const Scene scene = SceneOf(seed);
    for (const bool holds : {true, false}) {
      base::Random random(seed, holds);
      const Claim claim = words_.MakeClaim(scene, text::Language::kEnglish, holds, random);
      std::smatch match;
      if (!std::regex_match(claim.text, match, there_is_no)) continue;
      const bool shown = std::ranges::any_of(scene.subjects, [&](const Subject& subject) {
        return RowOf(subject.kind).thing->english.front().singular == match[1].str();
      });
      EXPECT_EQ(shown, !holds) << claim.text;
      ++(holds ? rightly : wrongly);
    }
  }
  EXPECT_GT(rightly, 5);
  EXPECT_GT(wrongly, 5);
}

TEST_F(WordsTest, QuestionsHaveShortAnswersAndYesIsAsFrequentAsNo) {
  int yes = 0, no = 0;
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
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
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
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
      const plan::Fact fact = {claim.text.substr(0, colon),
                               colon == std::string::npos ? "" : claim.text.substr(colon + 2)};
      EXPECT_EQ(IsTrue(scene, fact), holds) << claim.text;
    }
  });
  EXPECT_NEAR(facts, 4 * kWordScenes * 26 / 100, 100);
}

// A key alone is claimed both rightly and wrongly, so that its form tells nothing.
TEST_F(WordsTest, BareFactsAreBothTrueAndFalse) {
  std::map<std::string, int> rightly, wrongly;
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
    ++rightly[words_.MakeClaim(scene, language, true, random).text];
    ++wrongly[words_.MakeClaim(scene, language, false, random).text];
  });
  int kinds_rightly = 0, kinds_wrongly = 0;
  for (int kind = 0; kind < KindCount(); ++kind) {
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
    for (text::Language language : kLanguages) {
      base::Random random(seed);
      ExpectCleanText(words_.MakePrompt(scene, language, random).text, language);
      ExpectCleanSentences(words_.MakeNarrative(scene, language, random), language);
    }
  }
}

TEST_F(WordsTest, TheSameRandomNumbersGiveTheSameTexts) {
  for (text::Language language : kLanguages) {
    const Scene scene = SceneOf(11);
    base::Random a(5), b(5);
    EXPECT_EQ(words_.MakeNarrative(scene, language, a), words_.MakeNarrative(scene, language, b));
    EXPECT_EQ(words_.MakePrompt(scene, language, a).text, words_.MakePrompt(scene, language, b).text);
    EXPECT_EQ(words_.MakeClaim(scene, language, false, a).text, words_.MakeClaim(scene, language, false, b).text);
  }
}

TEST_F(WordsTest, LocationsNameDifferentThingsDifferently) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Scene scene = SceneOf(seed);
    for (text::Language language : kLanguages) {
      std::map<std::string, plan::Box> boxes;
      for (uint64_t draw = 0; draw < 60; ++draw) {
        base::Random random(seed, draw);
        const Location location = words_.MakeLocation(scene, language, random);
        ExpectCleanText(location.subject, language);
        EXPECT_TRUE(plan::ParseBox(plan::WriteBox(location.box))) << plan::WriteBox(location.box);
        const auto [entry, fresh] = boxes.emplace(location.subject, location.box);
        EXPECT_EQ(entry->second, location.box) << location.subject;
      }
    }
  }
}

}  // namespace
}  // namespace diptych::world
