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

#include "world/held_out.h"

namespace diptych::world {
namespace {

constexpr text::Language kLanguages[] = {text::Language::kEnglish, text::Language::kChinese};
constexpr int kScenes = 1000;

class WordsTest : public testing::Test {
 protected:
  static std::filesystem::path Folder() { return std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/world/words"; }
  Scene SceneOf(uint64_t seed) const { return SampleScene(seed, Split::kTraining, held_out_); }
  // Calls visit(scene, language, random) for many scenes in both languages.
  void ForEach(const std::function<void(const Scene&, text::Language, base::Random&)>& visit) const {
    for (int seed = 0; seed < kScenes; ++seed) {
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
      R"([{}\[\]|*_\x01]|=>|  |^ | $| [,.;!?:]|[,.;:!?]{2}|\ba [aeiou]|\ban (?!hour\b)[^aeiou]|\b(\w+) \1\b)",
      std::regex::icase);
  EXPECT_FALSE(text.empty());
  EXPECT_FALSE(std::regex_search(text, residue)) << text;
  const bool has_han = text::LanguageOf(text) == text::Language::kChinese;
  EXPECT_EQ(has_han, language == text::Language::kChinese) << text;
  if (has_han) {
    EXPECT_EQ(text.find_first_of(" ,.abcdefgh"), text.npos) << text;
  }
}

void ExpectCleanSentences(const std::string& text, text::Language language) {
  ExpectCleanText(text, language);
  if (language == text::Language::kChinese) return;
  static const std::regex low(R"(^[a-z]|[.!?] [a-z])");
  EXPECT_FALSE(std::regex_search(text, low)) << text;
  EXPECT_NE(std::string(".!?").find(text.back()), std::string::npos) << text;
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
  EXPECT_GT(none, kScenes / 100);
  EXPECT_LT(none, kScenes / 5);
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
  EXPECT_GT(silent, kScenes / 4);
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

TEST_F(WordsTest, NarrativesHaveThreeToSevenSentences) {
  std::set<size_t> seen;
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
    const std::string text = words_.MakeNarrative(scene, language, random);
    const size_t sentences = SentencesOf(text);
    EXPECT_GE(sentences, 3u) << text;
    EXPECT_LE(sentences, 7u) << text;
    seen.insert(sentences);
  });
  EXPECT_EQ(seen.size(), 5u);
}

// Words that a text may hold only if something is so.
struct Tell {
  const char* words;
  bool (*may)(const Scene& scene);
};

template <typename Property>
bool Any(const Scene& scene, Property property) {
  return std::any_of(scene.subjects.begin(), scene.subjects.end(), property);
}

bool Shows(const Scene& scene, Kind kind) {
  return Any(scene, [kind](const Subject& subject) { return subject.kind == kind; });
}

template <Action action>
bool Does(const Scene& scene) {
  return Any(scene, [](const Subject& subject) { return subject.action == action; });
}

template <Feeling feeling>
bool Feels(const Scene& scene) {
  return Any(scene, [](const Subject& subject) { return subject.feeling == feeling; });
}

template <Held held>
bool Holds(const Scene& scene) {
  return Any(scene, [](const Subject& subject) { return subject.held == held; });
}

template <Colour colour>
bool Wears(const Scene& scene) {
  return Any(scene, [](const Subject& subject) { return subject.colour == colour; });
}

constexpr Tell kTells[] = {
    {R"(\brain|drop by drop|雨)",
     [](const Scene& s) { return s.weather == Weather::kRain || s.weather == Weather::kRainbow; }},
    {"snowing|flake|snow falls|下雪|雪花|飘着雪", [](const Scene& s) { return s.weather == Weather::kSnow; }},
    {R"(\bfog|\bmist|雾)", [](const Scene& s) { return s.weather == Weather::kFog; }},
    {"rainbow|彩虹", [](const Scene& s) { return s.weather == Weather::kRainbow; }},
    {"cloudless|晴", [](const Scene& s) { return s.weather == Weather::kClear; }},
    {R"(\bmoon\b(?! in)|圆月|满月|新月|月牙|半个月亮)",
     [](const Scene& s) { return s.moon.has_value() || IsNight(s.hour); }},
    {R"(\bnoon|midday|中午|正午)", [](const Scene& s) { return s.hour == Hour::kNoon; }},
    {"dawn|sunrise|daybreak|first light|黎明|清晨", [](const Scene& s) { return s.hour == Hour::kDawn; }},
    {"sunset|dusk|sundown|黄昏|日落|傍晚", [](const Scene& s) { return s.hour == Hour::kSunset; }},
    {"starry|繁星", [](const Scene& s) { return s.hour == Hour::kStarryNight; }},
    {"watercolour|水彩", [](const Scene& s) { return s.style == Style::kWatercolour; }},
    {"impressionis|印象", [](const Scene& s) { return s.style == Style::kImpressionist; }},
    {"pencil|铅笔|素描", [](const Scene& s) { return s.style == Style::kPencilSketch; }},
    {"pixel|像素", [](const Scene& s) { return s.style == Style::kPixelArt; }},
    {"paper|剪纸", [](const Scene& s) { return s.style == Style::kPaperCut; }},
    {"cheerful|merry|欢快|明快", [](const Scene& s) { return s.mood == Mood::kCheerful; }},
    {"melancholy|gloomy|忧郁|感伤", [](const Scene& s) { return s.mood == Mood::kMelancholy; }},
    {"dreamy|dreamlike|梦幻", [](const Scene& s) { return s.mood == Mood::kDreamy; }},
    {"tense|ominous|紧张|压抑", [](const Scene& s) { return s.mood == Mood::kTense; }},
    {R"(\bcity|城市)", [](const Scene& s) { return s.ground == Ground::kCity; }},
    {"meadow|草地", [](const Scene& s) { return s.ground == Ground::kMeadow; }},
    {"desert|沙漠", [](const Scene& s) { return s.ground == Ground::kDesert; }},
    {"forest|woods|森林|树林", [](const Scene& s) { return s.ground == Ground::kForest; }},
    {"mountain|雪山|高山", [](const Scene& s) { return s.ground == Ground::kMountains; }},
    {R"(\bbeach|沙滩)", [](const Scene& s) { return s.ground == Ground::kBeach; }},
    {"ukulele|尤克里里", Does<Action::kUkulele>},
    {"drum|鼓", Does<Action::kDrum>},
    {R"(\breading|\breads|看书|读书)", Does<Action::kReading>},
    {"easel|画架|画画", Does<Action::kPainting>},
    {"asleep|sleeping|sleeps|睡觉的|睡着", Does<Action::kSleeping>},
    {"jumping|jumps|leaping|跳", Does<Action::kJumping>},
    {"walking|walks|strolling|散步|走路", Does<Action::kWalking>},
    {R"(\bsitting|\bsits|坐着)", Does<Action::kSitting>},
    {R"(\bsad\b|unhappy|sorrow|伤心|难过|悲伤)", Feels<Feeling::kSad>},
    {R"((?!un)\bhappy|joyful|delighted|开心|高兴)", Feels<Feeling::kHappy>},
    {"angry|furious|生气|愤怒|怒气", Feels<Feeling::kAngry>},
    {"surprised|astonished|惊讶|吃惊", Feels<Feeling::kSurprised>},
    {"tired|weary|exhausted|疲惫|疲倦", Feels<Feeling::kTired>},
    {"troubled|worried|anxious|忧虑|烦恼|愁", Feels<Feeling::kTroubled>},
    {"umbrella|红伞|把伞", Holds<Held::kUmbrella>},
    {"lantern|灯笼", Holds<Held::kLantern>},
    {"purple|violet|紫", Wears<Colour::kPurple>},
    {"turquoise|teal|青绿|青色", Wears<Colour::kTurquoise>},
    {"black|黑色", Wears<Colour::kBlack>},
    {R"(\borange\b|橙|橘)", Wears<Colour::kOrange>},
    {R"(\bbus\b|coach|公共汽车|公交车|巴士)", [](const Scene& s) { return Shows(s, Kind::kBus); }},
    {R"(\bowl|猫头鹰)", [](const Scene& s) { return Shows(s, Kind::kOwl); }},
    {R"(\bfox|狐狸)", [](const Scene& s) { return Shows(s, Kind::kFox); }},
    {"elephant|大象", [](const Scene& s) { return Shows(s, Kind::kElephant); }},
    {"penguin|企鹅", [](const Scene& s) { return Shows(s, Kind::kPenguin); }},
    {"windmill|风车", [](const Scene& s) { return Shows(s, Kind::kWindmill); }},
    {"castle|fortress|城堡", [](const Scene& s) { return Shows(s, Kind::kCastle); }},
};

TEST_F(WordsTest, NarrativesNameNothingThatIsNotThere) {
  std::vector<std::regex> patterns;
  for (const Tell& tell : kTells) patterns.emplace_back(tell.words, std::regex::icase);
  std::vector<int> rightly(std::size(kTells));
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
    const std::string text = words_.MakeNarrative(scene, language, random);
    for (size_t i = 0; i < std::size(kTells); ++i) {
      if (!std::regex_search(text, patterns[i])) continue;
      EXPECT_TRUE(kTells[i].may(scene)) << kTells[i].words << " in: " << text << "\n"
                                        << plan::WritePlan(words_.PlanOf(scene));
      ++rightly[i];
    }
  });
  for (size_t i = 0; i < std::size(kTells); ++i) EXPECT_GT(rightly[i], 0) << kTells[i].words;
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
  EXPECT_NEAR(facts, 4 * kScenes * 3 / 10, 150);
}

// A key alone is claimed both rightly and wrongly, so that its form tells nothing.
TEST_F(WordsTest, BareFactsAreBothTrueAndFalse) {
  std::map<std::string, int> rightly, wrongly;
  ForEach([&](const Scene& scene, text::Language language, base::Random& random) {
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
