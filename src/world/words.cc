#include "world/words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>
#include <span>
#include <string_view>

#include "base/error.h"
#include "world/grammar.h"

namespace diptych {
namespace {

enum SceneProperty { kHour, kGround, kSun, kMoon, kClouds, kSubjects, kSame };
enum SubjectProperty { kKind, kColour, kCount, kSize, kPlace, kFacing, kWhich };
// What a sentence can be about: the order of GrammarTerms::statements and of kTopicNames.
enum Topic {
  kAboutHour,
  kAboutGround,
  kAboutSun,
  kAboutMoon,
  kAboutPhase,
  kAboutClouds,
  kAboutColour,
  kAboutCount,
  kAboutKind,
  kAboutSize,
  kAboutPlace,
  kAboutFacing,
  kAboutRelation,
  kTopics,
  kAboutCloudy = kTopics,  // clouds without their number; a statement only
};
constexpr std::array<const char*, kTopics + 1> kTopicNames = {"hour",   "ground", "sun",      "moon",  "phase",
                                                              "clouds", "colour", "count",    "kind",  "size",
                                                              "place",  "facing", "relation", "cloudy"};

// The words of the plan language, which conditions in the files use too.
const GrammarTerms& Terms() {
  static const GrammarTerms terms = {
      .scene = {{"hour", {"dawn", "noon", "sunset", "starry night"}},
                {"ground", {"road", "sea", "hills", "desert", "snow"}},
                {"sun", {"no", "yes"}},
                {"moon", {"no", "full", "crescent"}},
                {"clouds", {"no", "one", "two"}},
                {"subjects", {"one", "two"}},
                {"same", {"no", "yes"}}},
      .subject = {{"kind", {"bus", "car", "sailing boat", "house", "tree", "cat", "panda"}},
                  {"colour", {"red", "orange", "yellow", "green", "blue", "purple", "white", "black"}},
                  {"count", {"one", "two", "three"}},
                  {"size", {"small", "medium", "large"}},
                  {"place", {"left", "middle", "right"}},
                  {"facing", {"no", "left", "right"}},
                  {"which", {"no", "left", "middle", "right"}}},
      .statements = {kTopicNames.begin(), kTopicNames.end()}};
  return terms;
}

const std::string& SceneWord(SceneProperty property, int value) {
  return Terms().scene.at(property).values.at(static_cast<size_t>(value));
}
const std::string& SubjectWord(SubjectProperty property, int value) {
  return Terms().subject.at(property).values.at(static_cast<size_t>(value));
}

bool HasDirection(Kind kind) { return kind != Kind::kHouse && kind != Kind::kTree; }

// Keeps what follows from other values in step with them.
void Derive(Setting& setting) {
  const bool two = setting.scene[kSubjects] != 0;
  setting.scene[kSame] = two && setting.subjects[0][kKind] == setting.subjects[1][kKind];
  for (size_t i = 0; i < kMaxSubjects; ++i) setting.plural[i] = setting.subjects[i][kCount] != 0;
}

Setting SettingOf(const Scene& scene) {
  DIPTYCH_CHECK(!scene.subjects.empty() && scene.subjects.size() <= kMaxSubjects, "a scene has one or two subjects");
  Setting setting;
  setting.scene[kHour] = static_cast<uint8_t>(scene.hour);
  setting.scene[kGround] = static_cast<uint8_t>(scene.ground);
  setting.scene[kSun] = scene.sun.has_value();
  setting.scene[kMoon] = static_cast<uint8_t>(scene.moon ? 1 + static_cast<int>(scene.phase) : 0);
  setting.scene[kClouds] = static_cast<uint8_t>(scene.clouds.size());
  setting.scene[kSubjects] = scene.subjects.size() > 1;
  for (size_t i = 0; i < scene.subjects.size(); ++i) {
    const Subject& subject = scene.subjects[i];
    auto& values = setting.subjects[i];
    values[kKind] = static_cast<uint8_t>(subject.kind);
    values[kColour] = static_cast<uint8_t>(subject.colour);
    values[kCount] = static_cast<uint8_t>(subject.boxes.size() - 1);
    values[kSize] = static_cast<uint8_t>(subject.size);
    values[kPlace] = static_cast<uint8_t>(subject.place);
    values[kFacing] = static_cast<uint8_t>(!HasDirection(subject.kind) ? 0 : subject.faces_left ? 1 : 2);
  }
  Derive(setting);
  return setting;
}

// What a statement says of a setting, in the plan language; two facts for a relation.
std::vector<Fact> FactsOfStatement(const Setting& setting, const Statement& statement) {
  const auto& scene = setting.scene;
  const auto& subject = setting.subjects[static_cast<size_t>(statement.subject)];
  const std::string& kind = SubjectWord(kKind, subject[kKind]);
  switch (statement.what) {
    case kAboutHour:
      return {{"hour", SceneWord(kHour, scene[kHour])}};
    case kAboutGround:
      return {{"ground", SceneWord(kGround, scene[kGround])}};
    case kAboutSun:
      return {{"sun", ""}};
    case kAboutMoon:
      return {{"moon", ""}};
    case kAboutPhase:
      return {{"moon", SceneWord(kMoon, scene[kMoon])}};
    case kAboutCloudy:
      return {{"clouds", ""}};
    case kAboutClouds:
      return {{"clouds", SceneWord(kClouds, scene[kClouds])}};
    case kAboutColour:
      return {{kind, SubjectWord(kColour, subject[kColour])}};
    case kAboutCount:
      return {{kind, SubjectWord(kCount, subject[kCount])}};
    case kAboutKind:
      return {{kind, ""}};
    case kAboutSize:
      return {{kind, SubjectWord(kSize, subject[kSize])}};
    case kAboutPlace:
      return {{kind, SubjectWord(kPlace, subject[kPlace])}};
    case kAboutFacing:
      return {{kind, "facing " + SubjectWord(kFacing, subject[kFacing])}};
    default:
      break;
  }
  const bool first = statement.subject == 0;
  const std::string& other = SubjectWord(kKind, setting.subjects[first ? 1 : 0][kKind]);
  return {{kind, (first ? "left of " : "right of ") + other}, {other, (first ? "right of " : "left of ") + kind}};
}

bool Contains(const std::vector<Fact>& facts, const Fact& fact) {
  return std::any_of(facts.begin(), facts.end(), [&fact](const Fact& other) {
    return other.key == fact.key && (fact.value.empty() || other.value == fact.value);
  });
}

std::vector<Fact> FactsOfStatements(const Setting& setting, const std::vector<Statement>& statements) {
  std::vector<Fact> facts;
  for (const Statement& statement : statements) {
    for (Fact& fact : FactsOfStatement(setting, statement)) {
      if (std::find(facts.begin(), facts.end(), fact) == facts.end()) facts.push_back(std::move(fact));
    }
  }
  // A key alone says nothing more once a value of it is stated.
  std::erase_if(facts, [valued = facts](const Fact& fact) {
    return fact.value.empty() && std::any_of(valued.begin(), valued.end(), [&fact](const Fact& other) {
             return other.key == fact.key && !other.value.empty();
           });
  });
  return facts;
}

uint8_t OtherValue(int value, int count, Random& random) {
  return static_cast<uint8_t>((value + 1 + random.Below(count - 1)) % count);
}

bool ChangeColour(Setting& setting, size_t who, Random& random) {
  auto& colour = setting.subjects[who][kColour];
  const uint8_t before = colour;
  do {
    colour = OtherValue(before, kColours, random);
  } while (setting.scene[kSame] && colour == setting.subjects[1 - who][kColour]);
  return true;
}

// A kind that is nowhere in the picture.
bool ChangeKind(Setting& setting, size_t who, Random& random) {
  const auto before = setting.subjects;
  auto& values = setting.subjects[who];
  do {
    values[kKind] = static_cast<uint8_t>(random.Below(kKinds));
  } while (values[kKind] == before[0][kKind] || (setting.scene[kSubjects] && values[kKind] == before[1][kKind]));
  values[kFacing] = 0;
  return true;
}

bool ChangeSubject(Setting& setting, Topic topic, size_t who, Random& random) {
  auto& values = setting.subjects[who];
  const bool two = setting.scene[kSubjects] != 0, same = setting.scene[kSame] != 0;
  switch (topic) {
    case kAboutColour:
      return ChangeColour(setting, who, random);
    case kAboutKind:
      return ChangeKind(setting, who, random);
    case kAboutCount:
      values[kCount] = OtherValue(values[kCount], 3, random);
      return !same;
    case kAboutSize:
      values[kSize] = OtherValue(values[kSize], kSizes, random);
      return true;
    case kAboutPlace:
      values[kPlace] =
          two ? static_cast<uint8_t>(kPlaces - 1 - values[kPlace]) : OtherValue(values[kPlace], kPlaces, random);
      return true;
    case kAboutFacing:
      if (values[kFacing] == 0) return false;
      values[kFacing] = static_cast<uint8_t>(3 - values[kFacing]);
      return true;
    default:
      std::swap(setting.subjects[0], setting.subjects[1]);
      return two;
  }
}

bool ChangeSky(Setting& setting, Topic topic, Random& random) {
  auto& scene = setting.scene;
  switch (topic) {
    case kAboutHour:
      scene[kHour] = OtherValue(scene[kHour], kHours, random);
      return true;
    case kAboutGround:
      scene[kGround] = OtherValue(scene[kGround], kGrounds, random);
      return true;
    case kAboutSun:
      scene[kSun] = 1 - scene[kSun];
      return true;
    case kAboutMoon:
      scene[kMoon] = scene[kMoon] != 0 ? 0 : static_cast<uint8_t>(random.Between(1, 2));
      return true;
    case kAboutPhase:
      if (scene[kMoon] == 0) return false;
      scene[kMoon] = static_cast<uint8_t>(3 - scene[kMoon]);
      return true;
    default:
      scene[kClouds] = OtherValue(scene[kClouds], 3, random);
      return true;
  }
}

// The setting with one fact changed to another that could be; nothing when the topic has no such fact here.
std::optional<Setting> Change(const Setting& setting, Topic topic, int who, Random& random) {
  Setting changed = setting;
  const bool done = topic < kAboutColour ? ChangeSky(changed, topic, random)
                                         : ChangeSubject(changed, topic, static_cast<size_t>(who), random);
  if (!done) return std::nullopt;
  Derive(changed);
  return changed;
}

std::string At(Point point) { return "at " + std::to_string(point.x) + ' ' + std::to_string(point.y); }

PlanLine LineOf(const Scene& scene, const Setting& setting, size_t who) {
  const Subject& subject = scene.subjects[who];
  const auto& values = setting.subjects[who];
  PlanLine line{.key = SubjectWord(kKind, values[kKind]), .values = {}};
  for (SubjectProperty property : {kCount, kColour, kSize, kPlace})
    line.values.push_back(SubjectWord(property, values[property]));
  if (values[kFacing] != 0) line.values.push_back("facing " + SubjectWord(kFacing, values[kFacing]));
  if (scene.subjects.size() > 1) {
    const std::string& other = SubjectWord(kKind, setting.subjects[1 - who][kKind]);
    line.values.push_back((who == 0 ? "left of " : "right of ") + other);
  }
  for (const Box& box : subject.boxes) line.values.push_back("box " + WriteBox(box));
  return line;
}

Box Around(Point centre, int half_width, int half_height) {
  return {.left = std::max(0, centre.x - half_width),
          .top = std::max(0, centre.y - half_height),
          .right = std::min(100, centre.x + half_width),
          .bottom = std::min(100, centre.y + half_height)};
}

// Half sizes of what is drawn in the sky, in percent of the picture, rounded up (backdrop.cc).
constexpr int kSunRadius = 7, kMoonRadius = 7, kCloudHalfWidth = 13, kCloudHalfHeight = 6;

// "left" or "right" of two, "left", "middle" or "right" of three.
int WhichOf(size_t index, size_t count) { return count == 1 ? 0 : index == 0 ? 1 : index + 1 == count ? 3 : 2; }

bool IsWordByte(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

// Adds the words and Han characters of a text to the set.
void CollectWords(std::string_view text, std::set<std::string>& words) {
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    size_t length = 1;
    if (byte >= 0xF0)
      length = 4;
    else if (byte >= 0xE0)
      length = 3;
    else if (byte >= 0xC0)
      length = 2;
    else
      while (i + length < text.size() && IsWordByte(text[i]) && IsWordByte(text[i + length])) ++length;
    std::string word(text.substr(i, length));
    i += length;
    if (byte < 0x80 && !IsWordByte(word.front())) continue;
    // Han characters are E4 B8 80 to E9 BF BF in UTF-8; other wide characters are punctuation.
    if (byte >= 0x80 && (length != 3 || byte < 0xE4 || byte > 0xE9)) continue;
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::tolower(c) : c); });
    words.insert(std::move(word));
  }
}

}  // namespace

// One language: its grammar and the rules that texts start from.
class Tongue {
 public:
  static constexpr std::array<const char*, 5> kFiles = {"lexicon.txt", "prompts.txt", "narratives.txt", "questions.txt",
                                                        "claims.txt"};

  explicit Tongue(const std::filesystem::path& folder) : grammar_(Terms()) {
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
  }

  const Grammar& grammar() const { return grammar_; }

  int prompt, narrative, claim_full, yes, no, where_sun, where_moon, where_cloud, where_subject;
  std::array<int, kTopics> claim, ask, question;

 private:
  Grammar grammar_;
};

struct Words::State {
  Tongue english, chinese;

  const Tongue& Speak(Language language) const { return language == Language::kEnglish ? english : chinese; }
};

namespace {

// A topic at random and the subject it is about.
struct Theme {
  Topic topic;
  int who;
};

Theme PickTheme(const Setting& setting, Random& random) {
  // Facts about subjects come more often than those about the sky.
  constexpr std::array<int, kTopics> kWeights = {10, 10, 6, 6, 4, 6, 14, 11, 11, 6, 10, 6, 10};
  const int topic = random.Weighted(kWeights);
  return {static_cast<Topic>(topic), setting.scene[kSubjects] != 0 ? random.Below(2) : 0};
}

constexpr int kTries = 64;

// Is there anything in the setting that the topic could name?
bool IsThere(const Setting& setting, const Theme& theme) {
  switch (theme.topic) {
    case kAboutSun:
      return setting.scene[kSun] != 0;
    case kAboutMoon:
    case kAboutPhase:
      return setting.scene[kMoon] != 0;
    case kAboutClouds:
      return setting.scene[kClouds] != 0;
    case kAboutFacing:
      return setting.subjects[static_cast<size_t>(theme.who)][kFacing] != 0;
    case kAboutRelation:
      return setting.scene[kSubjects] != 0;
    default:
      return true;
  }
}

// True and false ones come from the same themes, so that the form alone tells nothing.
std::optional<std::string> TryFactClaim(const Setting& setting, const std::vector<Fact>& truth, bool holds,
                                        Random& random) {
  const Theme theme = PickTheme(setting, random);
  const auto about = holds ? setting : Change(setting, theme.topic, theme.who, random);
  if (!about || !IsThere(*about, theme)) return std::nullopt;
  const Fact fact = FactsOfStatement(*about, {.what = theme.topic, .subject = theme.who}).front();
  if (Contains(truth, fact) != holds) return std::nullopt;
  return WriteFact(fact);
}

// A sentence that is all about one topic, so that it is false where that topic is changed.
std::optional<std::string> TryTopicClaim(const Tongue& tongue, const Setting& setting, bool holds, Random& random) {
  const Theme theme = PickTheme(setting, random);
  const auto about = holds ? setting : Change(setting, theme.topic, theme.who, random);
  const int rule = tongue.claim[theme.topic];
  if (!about || !tongue.grammar().Applies(rule, *about, theme.who)) return std::nullopt;
  return tongue.grammar().Expand(rule, *about, theme.who, random).text;
}

// A fuller sentence; a false one must state something that is not so.
std::optional<std::string> TryFullClaim(const Tongue& tongue, const Setting& setting, const std::vector<Fact>& truth,
                                        bool holds, Random& random) {
  const Theme theme = PickTheme(setting, random);
  const auto about = holds ? setting : Change(setting, theme.topic, theme.who, random);
  if (!about) return std::nullopt;
  // "A red car stands on the road" is not quite false of two.
  const bool fewer = theme.topic == kAboutCount && about->subjects[static_cast<size_t>(theme.who)][kCount] == 0;
  if (!holds && fewer) return std::nullopt;
  Expansion expansion = tongue.grammar().Expand(tongue.claim_full, *about, theme.who, random);
  const std::vector<Fact> facts = FactsOfStatements(*about, expansion.statements);
  const bool all_true =
      std::all_of(facts.begin(), facts.end(), [&](const Fact& fact) { return Contains(truth, fact); });
  if (all_true != holds) return std::nullopt;
  return std::move(expansion.text);
}

struct Target {
  int rule;
  int subject = 0;
  int which = 0;
  Box box;
};

std::vector<Target> TargetsOf(const Scene& scene, const Tongue& tongue) {
  std::vector<Target> targets;
  if (scene.sun) targets.push_back({.rule = tongue.where_sun, .box = Around(*scene.sun, kSunRadius, kSunRadius)});
  if (scene.moon) targets.push_back({.rule = tongue.where_moon, .box = Around(*scene.moon, kMoonRadius, kMoonRadius)});
  std::vector<Point> clouds = scene.clouds;
  std::sort(clouds.begin(), clouds.end(), [](Point a, Point b) { return a.x < b.x; });
  for (size_t i = 0; i < clouds.size(); ++i) {
    targets.push_back({.rule = tongue.where_cloud,
                       .which = WhichOf(i, clouds.size()),
                       .box = Around(clouds[i], kCloudHalfWidth, kCloudHalfHeight)});
  }
  for (size_t who = 0; who < scene.subjects.size(); ++who) {
    const auto& boxes = scene.subjects[who].boxes;
    for (size_t i = 0; i < boxes.size(); ++i) {
      targets.push_back({.rule = tongue.where_subject,
                         .subject = static_cast<int>(who),
                         .which = WhichOf(i, boxes.size()),
                         .box = boxes[i]});
    }
  }
  return targets;
}

}  // namespace

Words::Words(std::unique_ptr<State> state) : state_(std::move(state)) {}
Words::Words(Words&&) noexcept = default;
Words::~Words() = default;

Words Words::Load(const std::filesystem::path& folder) {
  return Words(std::unique_ptr<State>(new State{.english = Tongue(folder / "en"), .chinese = Tongue(folder / "zh")}));
}

Plan Words::PlanOf(const Scene& scene) const {
  const Setting setting = SettingOf(scene);
  Plan plan;
  plan.lines.push_back({"hour", {SceneWord(kHour, setting.scene[kHour])}});
  if (scene.sun) plan.lines.push_back({"sun", {At(*scene.sun)}});
  if (scene.moon) plan.lines.push_back({"moon", {SceneWord(kMoon, setting.scene[kMoon]), At(*scene.moon)}});
  if (!scene.clouds.empty()) {
    plan.lines.push_back({"clouds", {SceneWord(kClouds, setting.scene[kClouds])}});
    for (Point cloud : scene.clouds) plan.lines.back().values.push_back(At(cloud));
  }
  plan.lines.push_back(
      {"ground", {SceneWord(kGround, setting.scene[kGround]), "horizon " + std::to_string(scene.horizon)}});
  for (size_t who = 0; who < scene.subjects.size(); ++who) plan.lines.push_back(LineOf(scene, setting, who));
  return plan;
}

Prompt Words::MakePrompt(const Scene& scene, Language language, Random& random) const {
  const Tongue& tongue = state_->Speak(language);
  const Setting setting = SettingOf(scene);
  const int focus = setting.scene[kSubjects] != 0 ? random.Below(2) : 0;
  const Expansion expansion = tongue.grammar().Expand(tongue.prompt, setting, focus, random);
  std::string text = Tidy(expansion.text, /*capitalise=*/random.Percent(50));
  return {.text = std::move(text), .facts = FactsOfStatements(setting, expansion.statements)};
}

std::string Words::MakeNarrative(const Scene& scene, Language language, Random& random) const {
  const Tongue& tongue = state_->Speak(language);
  return Tidy(tongue.grammar().Expand(tongue.narrative, SettingOf(scene), 0, random).text, /*capitalise=*/true);
}

Question Words::MakeQuestion(const Scene& scene, Language language, Random& random) const {
  constexpr int kYesOrNoPercent = 40;
  const Tongue& tongue = state_->Speak(language);
  const Grammar& grammar = tongue.grammar();
  const Setting setting = SettingOf(scene);
  const bool yes_or_no = random.Percent(kYesOrNoPercent), holds = random.Percent(50);
  for (int i = 0; i < kTries; ++i) {
    const Theme theme = PickTheme(setting, random);
    const auto about = yes_or_no && !holds ? Change(setting, theme.topic, theme.who, random) : setting;
    const int rule = yes_or_no ? tongue.ask[theme.topic] : tongue.question[theme.topic];
    if (!about || !grammar.Applies(rule, *about, theme.who)) continue;
    const std::string text = grammar.Expand(rule, *about, theme.who, random).text;
    if (yes_or_no) {
      const std::string answer = grammar.Expand(holds ? tongue.yes : tongue.no, setting, 0, random).text;
      return {.text = Tidy(text, true), .answer = Tidy(answer, false)};
    }
    const size_t arrow = text.find("=>");
    if (arrow == text.npos) throw Error("words", "a question has no \"=>\" and answer: \"" + text + "\".");
    return {.text = Tidy(std::string_view(text).substr(0, arrow), true),
            .answer = Tidy(std::string_view(text).substr(arrow + 2), false)};
  }
  throw Error("words", "no question can be asked of a scene.", "the files must ask for the hour of any scene.");
}

Claim Words::MakeClaim(const Scene& scene, Language language, bool holds, Random& random) const {
  constexpr std::array<int, 3> kForms = {30, 35, 35};
  const Tongue& tongue = state_->Speak(language);
  const Setting setting = SettingOf(scene);
  const std::vector<Fact> truth = FactsOf(PlanOf(scene));
  const int form = random.Weighted(kForms);
  for (int i = 0; i < kTries; ++i) {
    if (form == 0) {
      if (const auto text = TryFactClaim(setting, truth, holds, random)) return {.text = *text, .holds = holds};
      continue;
    }
    const auto text =
        form == 1 ? TryTopicClaim(tongue, setting, holds, random) : TryFullClaim(tongue, setting, truth, holds, random);
    if (text) return {.text = Tidy(*text, /*capitalise=*/true), .holds = holds};
  }
  throw Error("words", "no claim can be made of a scene.", "the files must state the hour of any scene.");
}

Location Words::MakeLocation(const Scene& scene, Language language, Random& random) const {
  const Tongue& tongue = state_->Speak(language);
  const std::vector<Target> targets = TargetsOf(scene, tongue);
  const Target& target = random.Pick(targets);
  Setting setting = SettingOf(scene);
  for (auto& subject : setting.subjects) subject[kWhich] = static_cast<uint8_t>(target.which);
  // The phrase names one thing, also out of a group.
  setting.plural[0] = setting.plural[1] = false;
  const Expansion expansion = tongue.grammar().Expand(target.rule, setting, target.subject, random);
  return {.subject = Tidy(expansion.text, /*capitalise=*/false), .box = target.box};
}

std::vector<std::string> Words::Vocabulary() const {
  std::set<std::string> words;
  for (const Tongue* tongue : {&state_->english, &state_->chinese}) {
    for (std::string_view literal : tongue->grammar().Literals()) CollectWords(literal, words);
  }
  words.insert({"a", "an"});
  for (const auto* list : {&Terms().scene, &Terms().subject}) {
    for (const Property& property : *list) {
      CollectWords(property.name, words);
      for (const std::string& value : property.values) CollectWords(value, words);
    }
  }
  return {words.begin(), words.end()};
}

}  // namespace diptych
