#include "world/words.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <string_view>

#include "base/ascii.h"
#include "base/error.h"
#include "text/unicode.h"
#include "world/catalogue_rules.h"
#include "world/facts.h"
#include "world/layout.h"
#include "world/setting.h"
#include "world/tale_rules.h"

namespace diptych::world {
namespace {

// What of the box around a point is in the picture.
plan::Box VisibleAround(Point centre, int half_width, int half_height) {
  const plan::Box box = BoxAround(centre, half_width, half_height);
  return {.left = std::max(0, box.left),
          .top = std::max(0, box.top),
          .right = std::min(100, box.right),
          .bottom = std::min(100, box.bottom)};
}

// "left" or "right" of a row, "middle" of three; the others of a longer row have no name.
std::optional<int> WhichOf(size_t index, size_t count) {
  if (count == 1) return 0;
  if (index == 0) return 1;
  if (index + 1 == count) return 3;
  if (count == 3) return 2;
  return std::nullopt;
}

}  // namespace

// One language: its grammar and the rules that texts start from.
class LanguageRules {
 public:
  static constexpr std::array<const char*, 5> kFiles = {"lexicon.txt", "prompts.txt", "narratives.txt", "questions.txt",
                                                        "claims.txt"};

  LanguageRules(const std::filesystem::path& folder, text::Language language) : grammar_(Terms()) {
    grammar_.ReadText(CatalogueRules(language), "the catalogue");
    grammar_.ReadText(TaleRules(folder, language), "the tales");
    for (const char* file : kFiles) grammar_.Read(folder / file);
    grammar_.Link();
    prompt = grammar_.Find("prompt");
    narrative = grammar_.Find("narrative");
    claim_full = grammar_.Find("claim_full");
    yes = grammar_.Find("yes");
    no = grammar_.Find("no");
    where_sun = grammar_.Find("where_sun");
    where_moon = grammar_.Find("where_moon");
    where_cloud = grammar_.Find("where_cloud");
    where_subject = grammar_.Find("where_subject");
    for (size_t i = 0; i < kTopics; ++i) {
      const std::string topic = kTopicNames[i];
      claim[i] = grammar_.Find("claim_" + topic);
      ask[i] = grammar_.Find("ask_" + topic);
      question[i] = grammar_.Find("question_" + topic);
    }
    const auto by_topic = [this](auto& list, std::string_view prefix, const auto& topics) {
      for (const Topic topic : topics) list.push_back({topic, grammar_.Find(std::string(prefix) + kTopicNames[topic])});
    };
    by_topic(deny, "deny_", kDenied);
    by_topic(claim_tale, "claim_tale_", kTold);
    claim_told = grammar_.Find("claim_told");
    claim_absent = grammar_.Find("claim_absent");
    question_none = grammar_.Find("question_none");
    question_lack = grammar_.Find("question_lack");
  }

  const Grammar& grammar() const { return grammar_; }

  // A rule about one topic.
  struct OnTopic {
    Topic topic;
    int rule;
  };
  int prompt, narrative, claim_full, yes, no, where_sun, where_moon, where_cloud, where_subject;
  int claim_told, claim_absent, question_none, question_lack;
  std::array<int, kTopics> claim, ask, question;
  std::vector<OnTopic> deny, claim_tale;  // "the bus is not red"; sentences of tales that a picture shows

 private:
  static constexpr std::array kDenied = {kAboutKind,   kAboutKind, kAboutKind,    kAboutColour,  kAboutColour,
                                         kAboutAction, kAboutHeld, kAboutWorn,    kAboutFeeling, kAboutPlace,
                                         kAboutCount,  kAboutHour, kAboutWeather, kAboutGround,  kAboutSeason,
                                         kAboutStyle,  kAboutMood};
  static constexpr std::array kTold = {kAboutKind, kAboutAction,  kAboutHeld,   kAboutWorn,  kAboutRelation,
                                       kAboutHour, kAboutWeather, kAboutSeason, kAboutPhase, kAboutGround};

  Grammar grammar_;
};

struct Words::State {
  LanguageRules english, chinese;

  const LanguageRules& RulesOf(text::Language language) const {
    return language == text::Language::kEnglish ? english : chinese;
  }
};

namespace {

// A topic at random and the subject it is about.
struct Theme {
  Topic topic;
  int who;
};

Theme PickTheme(const Setting& setting, base::Random& random) {
  // In the order of Topic. Facts about subjects come more often than those about the sky.
  constexpr std::array<int, kTopics> kWeights = {8,  10, 9, 6, 5, 4,  5,  8, 6,  4, 12, 10,
                                                 14, 6,  9, 5, 7, 14, 10, 6, 14, 5, 12};
  const int topic = random.Weighted(kWeights);
  return {static_cast<Topic>(topic), random.Below(1 + setting.scene[kSubjects])};
}

constexpr int kTries = 96;

// A scene's values and all facts about it.
struct Picture {
  Setting setting;
  std::vector<plan::Fact> truth;
};

int SentencesOf(std::string_view text) {
  int sentences = 0;
  for (size_t at = 0; at < text.size(); ++at)
    for (const std::string_view mark : {".", "!", "?", "。", "！", "？"})
      sentences += text.substr(at).starts_with(mark);
  return sentences;
}

// True and false claims are drawn from the same topics, so that the form of a claim does not reveal which it is.
std::optional<std::string> TryFactClaim(const Setting& setting, const std::vector<plan::Fact>& truth, bool holds,
                                        base::Random& random) {
  const Theme theme = PickTheme(setting, random);
  const auto about = holds ? setting : Change(setting, theme.topic, theme.who, random);
  if (!about || !States(*about, theme.topic, theme.who)) return std::nullopt;
  const plan::Fact fact = PlanVocabulary().Say(FactOf(*about, theme.topic, theme.who));
  if (plan::Contains(truth, fact) != holds) return std::nullopt;
  return plan::WriteFact(fact);
}

// A sentence about one topic alone, so that it is false if that topic is changed.
std::optional<std::string> TryTopicClaim(const LanguageRules& rules, const Setting& setting, bool holds,
                                         base::Random& random) {
  const Theme theme = PickTheme(setting, random);
  const auto about = holds ? setting : Change(setting, theme.topic, theme.who, random);
  const int rule = rules.claim[theme.topic];
  if (!about || !rules.grammar().Applies(rule, *about, theme.who)) return std::nullopt;
  return rules.grammar().Expand(rule, *about, theme.who, random).text;
}

// A sentence by one of these rules about what the picture shows, or about what it does not.
std::optional<std::string> TryClaimOf(const LanguageRules& rules, const std::vector<LanguageRules::OnTopic>& list,
                                      const Setting& setting, bool shown, base::Random& random) {
  const LanguageRules::OnTopic& one = random.Pick(list);
  const int who = random.Below(1 + setting.scene[kSubjects]);
  const auto about = shown ? setting : Change(setting, one.topic, who, random);
  if (!about || !rules.grammar().Applies(one.rule, *about, who)) return std::nullopt;
  return rules.grammar().Expand(one.rule, *about, who, random).text;
}

// A claim about something that is nowhere in the picture; always false.
std::optional<std::string> TryAbsentClaim(const LanguageRules& rules, const Setting& setting, base::Random& random) {
  const int who = random.Below(1 + setting.scene[kSubjects]);
  const auto about = Change(setting, kAboutKind, who, random);
  if (!about || !rules.grammar().Applies(rules.claim_absent, *about, who)) return std::nullopt;
  return rules.grammar().Expand(rules.claim_absent, *about, who, random).text;
}

// A sentence about several topics; a false one must state at least one false fact.
std::optional<std::string> TryFullClaim(const LanguageRules& rules, int rule, const Picture& picture, bool holds,
                                        base::Random& random) {
  const Setting& setting = picture.setting;
  const Theme theme = PickTheme(setting, random);
  const auto about = holds ? setting : Change(setting, theme.topic, theme.who, random);
  if (!about || !rules.grammar().Applies(rule, *about, theme.who)) return std::nullopt;
  // "A red car stands on the road" is not quite false of two.
  const auto count = [&theme](const Setting& one) { return one.subjects[static_cast<size_t>(theme.who)][kCount]; };
  const bool fewer = count(*about) < count(setting);
  if (!holds && fewer) return std::nullopt;
  // With a thing in place of a character more than one fact would be false.
  if (IsJointed(*about, theme.who) != IsJointed(setting, theme.who)) return std::nullopt;
  Expansion expansion = rules.grammar().Expand(rule, *about, theme.who, random);
  const std::vector<plan::Fact> facts = FactsOfStatements(*about, expansion.statements);
  const bool all_true = std::all_of(facts.begin(), facts.end(),
                                    [&](const plan::Fact& fact) { return plan::Contains(picture.truth, fact); });
  if (all_true != holds) return std::nullopt;
  return std::move(expansion.text);
}

struct Target {
  int rule;
  int subject = 0;
  int which = 0;
  plan::Box box;
};

std::vector<Target> TargetsOf(const Scene& scene, const LanguageRules& rules) {
  std::vector<Target> targets;
  if (scene.sun)
    targets.push_back({.rule = rules.where_sun, .box = VisibleAround(*scene.sun, kLightReach, kLightReach)});
  if (scene.moon)
    targets.push_back({.rule = rules.where_moon, .box = VisibleAround(*scene.moon, kLightReach, kLightReach)});
  std::vector<Point> clouds = scene.clouds;
  std::sort(clouds.begin(), clouds.end(), [](Point a, Point b) { return a.x < b.x; });
  for (size_t i = 0; i < clouds.size(); ++i) {
    const auto which = WhichOf(i, clouds.size());
    if (which)
      targets.push_back({.rule = rules.where_cloud,
                         .which = *which,
                         .box = VisibleAround(clouds[i], kCloudReachAcross, kCloudReachDown)});
  }
  for (size_t who = 0; who < scene.subjects.size(); ++who) {
    const auto& boxes = scene.subjects[who].boxes;
    for (size_t i = 0; i < boxes.size(); ++i) {
      const auto which = WhichOf(i, boxes.size());
      if (which)
        targets.push_back(
            {.rule = rules.where_subject, .subject = static_cast<int>(who), .which = *which, .box = boxes[i]});
    }
  }
  return targets;
}

// Of kPromptDraws prompts for a scene the one is taken that leaves the fewest unusual facts unstated, so that a model
// learns to draw plain pictures where a prompt says nothing. kSilentPercent of the prompts are taken as they are drawn
// first.
constexpr int kPromptDraws = 12, kSilentPercent = 8;

// A fact that pictures should show only on request: a style, a weather, a season, a mood, an action, a held object,
// what somebody wears, a pattern.
bool Unusual(const plan::Fact& fact) {
  const auto topic = TopicOf(fact);
  if (!topic) return false;
  switch (*topic) {
    case kAboutStyle:
      return fact.value != kStyleWords[static_cast<size_t>(Style::kFlat)];
    case kAboutWeather:
      return fact.value != kWeatherWords[static_cast<size_t>(Weather::kClear)] &&
             fact.value != kWeatherWords[static_cast<size_t>(Weather::kCloudy)];
    case kAboutAction:
      return fact.value != kActionWords[static_cast<size_t>(Action::kStanding)] &&
             fact.value != kActionWords[static_cast<size_t>(Action::kSitting)] &&
             fact.value != kActionWords[static_cast<size_t>(Action::kWalking)];
    case kAboutMood:
    case kAboutSeason:
    case kAboutHeld:
    case kAboutWorn:
    case kAboutPattern:
      return true;
    default:
      return false;
  }
}

// The number of subjects that the facts do not name; 0 if they name none at all, which leaves the choice open.
std::ptrdiff_t SubjectsLeftOpen(const Scene& scene, const std::vector<plan::Fact>& stated) {
  const auto named = [&stated](const Subject& subject) {
    const std::string_view kind = RowOf(subject.kind).word;
    return std::any_of(stated.begin(), stated.end(), [kind](const plan::Fact& fact) { return fact.key == kind; });
  };
  const std::ptrdiff_t open =
      std::ranges::count_if(scene.subjects, [&named](const Subject& subject) { return !named(subject); });
  return open == std::ssize(scene.subjects) ? 0 : open;
}

// "text => answer". Some are as people type them, without capitals and mark.
Question QuestionOf(std::string_view text, base::Random& random) {
  constexpr int kCarelessPercent = 15;
  const size_t arrow = text.find("=>");
  if (arrow == text.npos)
    throw base::Error("words", "a question has no \"=>\" and answer: \"" + std::string(text) + "\".");
  const bool careless = random.Percent(kCarelessPercent);
  Question question = {.text = Tidy(text.substr(0, arrow), /*capitalise=*/!careless),
                       .answer = Tidy(text.substr(arrow + 2), false)};
  if (!careless) return question;
  std::ranges::transform(question.text, question.text.begin(), base::AsciiLower);
  for (const std::string_view mark : {"?", "？"})
    if (question.text.ends_with(mark)) question.text.resize(question.text.size() - mark.size());
  return question;
}

}  // namespace

bool IsPlain(const Scene& scene) { return std::ranges::none_of(plan::FactsOf(PlanOfScene(scene)), Unusual); }

Words::Words(std::unique_ptr<State> state) : state_(std::move(state)) {}
Words::Words(Words&&) noexcept = default;
Words::~Words() = default;

Words Words::Load(const std::filesystem::path& folder) {
  return Words(std::unique_ptr<State>(new State{.english = LanguageRules(folder / "en", text::Language::kEnglish),
                                                .chinese = LanguageRules(folder / "zh", text::Language::kChinese)}));
}

plan::Plan Words::PlanOf(const Scene& scene) const { return PlanOfScene(scene); }

Prompt Words::MakePrompt(const Scene& scene, text::Language language, base::Random& random) const {
  const LanguageRules& rules = state_->RulesOf(language);
  const Setting setting = SettingOf(scene);
  const auto draw = [&] {
    const int focus = random.Below(1 + setting.scene[kSubjects]);
    const Expansion expansion = rules.grammar().Expand(rules.prompt, setting, focus, random);
    std::string text = Tidy(expansion.text, /*capitalise=*/random.Percent(50));
    return Prompt{.text = std::move(text), .facts = FactsOfStatements(setting, expansion.statements)};
  };
  Prompt best = draw();
  if (random.Percent(kSilentPercent)) return best;
  std::vector<plan::Fact> unusual = plan::FactsOf(PlanOfScene(scene));
  std::erase_if(unusual, [](const plan::Fact& fact) { return !Unusual(fact); });
  const auto left_open = [&unusual, &scene](const Prompt& prompt) {
    const auto facts = std::count_if(unusual.begin(), unusual.end(), [&prompt](const plan::Fact& fact) {
      return std::find(prompt.facts.begin(), prompt.facts.end(), fact) == prompt.facts.end();
    });
    return facts + SubjectsLeftOpen(scene, prompt.facts);
  };
  auto fewest = left_open(best);
  for (int i = 1; i < kPromptDraws && fewest > 0; ++i) {
    Prompt prompt = draw();
    const auto count = left_open(prompt);
    if (count >= fewest) continue;
    best = std::move(prompt);
    fewest = count;
  }
  return best;
}

std::string Words::MakeNarrative(const Scene& scene, text::Language language, base::Random& random) const {
  return MakeStatedNarrative(scene, language, random).text;
}

Narrative Words::MakeStatedNarrative(const Scene& scene, text::Language language, base::Random& random) const {
  constexpr int kFewest = 2, kMost = 7, kDraws = 60;  // sentences; a line of the files may have two
  const LanguageRules& rules = state_->RulesOf(language);
  const Setting setting = SettingOf(scene);
  Narrative narrative;
  for (int i = 0; i < kDraws; ++i) {
    const Expansion expansion = rules.grammar().Expand(rules.narrative, setting, 0, random);
    narrative = {.text = Tidy(expansion.text, /*capitalise=*/true),
                 .facts = FactsOfStatements(setting, expansion.statements)};
    if (const int sentences = SentencesOf(narrative.text); sentences >= kFewest && sentences <= kMost) break;
  }
  return narrative;
}

const Grammar& Words::GrammarOf(text::Language language) const { return state_->RulesOf(language).grammar(); }

Question Words::MakeQuestion(const Scene& scene, text::Language language, base::Random& random) const {
  enum Form { kYesOrNo, kOpen, kNone, kLack };
  constexpr std::array<int, 4> kForms = {38, 50, 7, 5};
  const LanguageRules& rules = state_->RulesOf(language);
  const Setting setting = SettingOf(scene);
  int form = random.Weighted(kForms);
  const bool holds = random.Percent(50);
  for (int i = 0; i < kTries; ++i) {
    if (i == kTries / 2) form = kOpen;  // the scene has nothing for the form that was drawn
    const Theme theme = PickTheme(setting, random);
    const bool other = form == kNone || (form == kYesOrNo && !holds);
    const auto about = other ? Change(setting, form == kNone ? kAboutKind : theme.topic, theme.who, random) : setting;
    const int rule = form == kYesOrNo ? rules.ask[theme.topic]
                     : form == kOpen  ? rules.question[theme.topic]
                     : form == kNone  ? rules.question_none
                                      : rules.question_lack;
    if (!about || !rules.grammar().Applies(rule, *about, theme.who)) continue;
    std::string text = rules.grammar().Expand(rule, *about, theme.who, random).text;
    if (form == kYesOrNo) text += "=>" + rules.grammar().Expand(holds ? rules.yes : rules.no, setting, 0, random).text;
    return QuestionOf(text, random);
  }
  throw base::Error("words", "no question can be asked of a scene.", "the files must ask for the hour of any scene.");
}

Claim Words::MakeClaim(const Scene& scene, text::Language language, bool holds, base::Random& random) const {
  enum Form { kFact, kTopic, kFull, kTold, kDenial, kAbsent, kTale };
  constexpr std::array<int, 7> kForms = {26, 24, 22, 8, 10, 4, 6};
  const LanguageRules& rules = state_->RulesOf(language);
  const Picture picture = {.setting = SettingOf(scene), .truth = plan::FactsOf(PlanOfScene(scene))};
  int form = random.Weighted(kForms);
  const auto draw = [&]() -> std::optional<std::string> {
    switch (form) {
      case kTopic:
        return TryTopicClaim(rules, picture.setting, holds, random);
      case kTold:
        return TryFullClaim(rules, rules.claim_told, picture, holds, random);
      case kDenial:
        return TryClaimOf(rules, rules.deny, picture.setting, /*shown=*/!holds, random);
      case kAbsent:
        // No true claim has this form; in its place comes one of the full form.
        if (!holds) return TryAbsentClaim(rules, picture.setting, random);
        return TryFullClaim(rules, rules.claim_full, picture, holds, random);
      case kTale:
        return TryClaimOf(rules, rules.claim_tale, picture.setting, /*shown=*/holds, random);
      default:
        return TryFullClaim(rules, rules.claim_full, picture, holds, random);
    }
  };
  for (int i = 0; i < kTries; ++i) {
    if (i == kTries / 2) form = kTopic;  // the scene has nothing for the form that was drawn
    if (form == kFact) {
      if (const auto text = TryFactClaim(picture.setting, picture.truth, holds, random))
        return {.text = *text, .holds = holds};
    } else if (const auto text = draw()) {
      return {.text = Tidy(*text, /*capitalise=*/true), .holds = holds};
    }
  }
  throw base::Error("words", "no claim can be made of a scene.", "the files must state the hour of any scene.");
}

Location Words::MakeLocation(const Scene& scene, text::Language language, base::Random& random) const {
  const LanguageRules& rules = state_->RulesOf(language);
  const std::vector<Target> targets = TargetsOf(scene, rules);
  const Target& target = random.Pick(targets);
  Setting setting = SettingOf(scene);
  for (auto& subject : setting.subjects) subject[kWhich] = static_cast<uint16_t>(target.which);
  // The phrase names one thing, also out of a group.
  std::fill(std::begin(setting.plural), std::end(setting.plural), false);
  const Expansion expansion = rules.grammar().Expand(target.rule, setting, target.subject, random);
  return {.subject = Tidy(expansion.text, /*capitalise=*/false), .box = target.box};
}

}  // namespace diptych::world
