#include "world/prompt_composer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "base/ascii.h"
#include "world/catalogue_rules.h"
#include "world/facts.h"
#include "world/prompt_names.h"
#include "world/prompt_noise.h"
#include "world/prompt_ways.h"

namespace diptych::world {
namespace {

using Form = Way::Form;
using Slot = SayingSlot;
using text::Language;

struct Tongue {
  Tongue(const std::filesystem::path& folder, Language its) : language(its), ways(folder, its), names(its) {}
  Language language;
  PromptWays ways;
  PromptNames names;
};

// Words for a subject, with what they state.
struct Phrase {
  std::string text;               // "a red cat reading"
  std::string bare{};             // "red cat"; empty when there is no such form
  std::string bare_one{};         // of several the name of one of them
  bool plural = false;            // chooses in (is|are)
  std::vector<Statement> says{};  // with `text` and with `bare`
  int counted = -1;               // the subject whose number `text` tells; of `bare` an article before it
  bool whole = false;             // a clause of its own, which no frame takes
  bool comma = false;             // has a comma within
  bool loose = false;             // Chinese, a clause that nothing may follow: "一只猫在唱歌"
};

// What the slots of a saying stand for.
struct Slots {
  const Phrase* a = nullptr;
  const Phrase* b = nullptr;
  const Phrase* c = nullptr;
  int who = 0;  // the subject of a, for its pronoun
  std::string colour{}, b_colour{}, count{}, size{}, style{}, scene{}, held{}, denied_one{}, denied{};
};

struct Theme {
  Topic topic;
  int who;
};

// A part of a prompt besides its core.
struct Part {
  std::string text;
  Form form = Form::kTag;
  bool of_scene = false;
};

constexpr int kSilentPercent = 13;  // prompts that leave open what they like, also what is unusual

// Does a comma or nothing follow wherever the saying has its first thing?
bool TakesLoose(const Saying& saying) {
  const auto& pieces = saying.pieces;
  for (size_t i = 0; i + 1 < pieces.size(); ++i) {
    if (pieces[i].form != SayingPiece::Form::kSlot || pieces[i].slot != Slot::kAThing) continue;
    const std::string next = pieces[i + 1].form == SayingPiece::Form::kWords ? pieces[i + 1].words.front() : "";
    const auto stops = {"，", ",", "。", "！", "；", "）", " ", "、", "…"};
    if (std::ranges::none_of(stops, [&next](const char* stop) { return next.starts_with(stop); })) return false;
  }
  return true;
}

bool EndsInSlot(const Saying& saying) { return saying.pieces.back().form == SayingPiece::Form::kSlot; }

bool IsNightly(const Scene& scene) { return IsNight(scene.hour); }

class Draft {
 public:
  Draft(const Tongue& tongue, const Scene& scene, Split split, base::Random& random)
      : tongue_(tongue),
        ways_(tongue.ways),
        scene_(scene),
        setting_(SettingOf(scene)),
        split_(split),
        random_(random),
        english_(tongue.language == Language::kEnglish) {}

  std::string Text();
  std::vector<plan::Fact> Facts() const { return FactsOfStatements(setting_, said_); }
  const std::vector<const Saying*>& used() const { return used_; }

 private:
  // ---- what is said ----
  void Choose();
  void Consider(std::vector<std::pair<Theme, int>>& list) const;
  bool IsForced(const Theme& theme);
  bool Wants(Topic topic, int who = 0) const { return wanted_[topic][static_cast<size_t>(who)]; }
  void Want(Topic topic, int who, bool wanted = true) { wanted_[topic][static_cast<size_t>(who)] = wanted; }
  const Subject& At(int who) const { return scene_.subjects[static_cast<size_t>(who)]; }
  int Value(Topic topic, int who) const;
  bool IsPerson(int who) const { return RowOf(At(who).kind).family == Family::kPerson; }
  bool Several(int who) const { return At(who).boxes.size() > 1; }
  bool HasTwin(int who) const;
  void Tell(const std::vector<Statement>& says) { said_.insert(said_.end(), says.begin(), says.end()); }

  // ---- words ----
  const Way* Pick(const Ways& ways, const std::function<bool(const Way&)>& suits);
  std::string Word(const std::vector<std::string>& words);
  const PromptName& Name(int who);
  std::string CountWord(int who, bool as_adjective);
  std::string Measure(int who);
  std::string ColourOf(int who);
  std::string HeldPhrase(int who);
  std::string Article(const PromptName& name) const;
  Phrase Noun(int who);
  void AddEnglish(int who, Phrase& phrase);
  void AddChinese(int who, Phrase& phrase);
  bool Adds(const std::string& word, const std::string& noun) const;
  std::string The(int who);
  std::optional<SayingFill> Pronoun(int who) const;
  Phrase Render(const Way& way, const Slots& slots);
  SayingFill FillOne(Slot slot, std::string_view before, const Slots& slots, Phrase& made);

  // ---- parts ----
  bool FitsAction(const Way& way, Topic topic, int who) const;
  enum class Use { kAny, kNoun, kFollowing };
  const Way* WayOf(Topic topic, int who, Use use);
  std::optional<Phrase> Wrap(const Phrase& inner, Topic topic, int who, bool noun_only);
  std::optional<Phrase> ThingWrap(Topic topic, int who);
  Phrase Described(int who, int most);
  std::optional<Phrase> Many(const std::vector<WayOfMany>& list);
  bool Meets(const WayOfMany& many) const;
  Phrase Core();
  Phrase CoreOfOne(int who);
  Phrase CoreOfTwo(int first, int second);
  Phrase CoreOfMore();
  std::optional<Phrase> Related(int first, int second, Phrase& a, Phrase& b);
  std::optional<Phrase> TwoColours(int first, int second);
  Phrase List(std::span<Phrase> phrases);
  Phrase Framed(Phrase inner, const Ways& frames, int who);
  bool FrameInScene(Phrase& core);
  std::string ScenePhrase();
  const Way* SceneWay(Topic topic, bool phrase_only);
  bool FitsWeather(const Way& way) const;
  void Rest(std::vector<Part>& parts);
  std::optional<Part> FollowUp(Topic topic, int who);
  std::optional<Part> Plainly(Topic topic, int who);
  void Deny(std::vector<Part>& parts);
  bool ChooseDenied();
  std::string Join(const Phrase& core, std::vector<Part> parts);

  const Tongue& tongue_;
  const PromptWays& ways_;
  const Scene& scene_;
  const Setting setting_;
  const Split split_;
  base::Random& random_;
  const bool english_;

  std::array<std::array<bool, kMaxSubjects>, kTopics> wanted_{};
  std::array<const PromptName*, kMaxSubjects> names_{};
  std::vector<int> named_;  // the subjects that are spoken of
  std::vector<Statement> said_;
  std::vector<const Saying*> used_;
  bool sparse_ = false;  // without articles
  std::string denied_one_, denied_;
};

// ---- What is said ----

int Draft::Value(Topic topic, int who) const {
  const Subject& one = At(who);
  switch (topic) {
    case kAboutHour:
      return static_cast<int>(scene_.hour);
    case kAboutWeather:
      return static_cast<int>(scene_.weather);
    case kAboutGround:
      return static_cast<int>(scene_.ground);
    case kAboutSun:
      return scene_.sun.has_value();
    case kAboutPhase:
      return scene_.moon ? static_cast<int>(scene_.phase) : -1;
    case kAboutClouds:
      return static_cast<int>(scene_.clouds.size());
    case kAboutStyle:
      return static_cast<int>(scene_.style);
    case kAboutMood:
      return static_cast<int>(scene_.mood);
    case kAboutSeason:
      return static_cast<int>(scene_.season);
    case kAboutColour:
      return static_cast<int>(one.colour);
    case kAboutCount:
      return static_cast<int>(one.boxes.size());
    case kAboutSize:
      return static_cast<int>(one.size);
    case kAboutPlace:
      return static_cast<int>(one.place);
    case kAboutDepth:
      return static_cast<int>(one.depth);
    case kAboutPattern:
      return static_cast<int>(one.pattern);
    case kAboutAction:
      return static_cast<int>(one.action);
    case kAboutHeld:
      return static_cast<int>(one.held);
    case kAboutWorn:
      return static_cast<int>(one.worn);
    case kAboutFeeling:
      return static_cast<int>(one.feeling);
    case kAboutFacing:
      return !IsDirected(one) ? 0 : one.faces_left ? 1 : 2;
    default:
      return 0;
  }
}

bool Draft::HasTwin(int who) const { return std::ranges::count(scene_.subjects, At(who).kind, &Subject::kind) > 1; }

// What pictures should show only on request.
bool Draft::IsForced(const Theme& theme) {
  const Subject& one = At(theme.who);
  switch (theme.topic) {
    case kAboutStyle:
      return scene_.style != Style::kFlat;
    case kAboutWeather:
      return scene_.weather != Weather::kClear && scene_.weather != Weather::kCloudy;
    case kAboutAction:
      return one.action != Action::kStanding && one.action != Action::kSitting && one.action != Action::kWalking;
    case kAboutMood:
    case kAboutHeld:
    case kAboutPattern:
    case kAboutWorn:
      return true;
    case kAboutSeason:
      return random_.Percent(80);
    case kAboutCount:
      return random_.Percent(85);
    case kAboutRelation:
      return scene_.subjects.size() == 2 && scene_.relation != Relation::kLeftOf && random_.Percent(90);
    default:
      return false;
  }
}

// The themes that there are, with how often they are spoken of when nothing asks for it.
void Draft::Consider(std::vector<std::pair<Theme, int>>& list) const {
  const auto add = [&](Topic topic, int who, int weight) { list.push_back({{topic, who}, weight}); };
  const bool dim = IsEnclosed(scene_.ground) || IsAirless(scene_.ground);
  add(kAboutHour, 0, dim ? 2 : 14);
  add(kAboutGround, 0, 16);
  if (HasWeather(scene_.ground)) add(kAboutWeather, 0, 5);
  if (scene_.sun) add(kAboutSun, 0, 2);
  if (scene_.moon) add(kAboutPhase, 0, 8);
  if (scene_.clouds.size() > 1) add(kAboutClouds, 0, 2);
  add(kAboutStyle, 0, 4);
  if (scene_.mood != Mood::kNone) add(kAboutMood, 0, 8);
  if (scene_.season != Season::kNone) add(kAboutSeason, 0, 8);
  for (const int who : named_) {
    const Subject& one = At(who);
    if (one.colour != Colour::kNone) add(kAboutColour, who, 15);
    if (one.boxes.size() > 1) add(kAboutCount, who, 14);
    add(kAboutSize, who, one.size == Size::kMedium ? 2 : 12);
    if (scene_.subjects.size() == 1 || scene_.relation != Relation::kLeftOf) add(kAboutPlace, who, 9);
    if (one.depth != Depth::kNone) add(kAboutDepth, who, 9);
    if (one.pattern != Pattern::kPlain) add(kAboutPattern, who, 9);
    if (one.action != Action::kNone) add(kAboutAction, who, 9);
    if (one.held != Held::kNone) add(kAboutHeld, who, 9);
    if (one.worn != Worn::kNone) add(kAboutWorn, who, 9);
    if (one.feeling != Feeling::kNone) add(kAboutFeeling, who, 10);
    if (IsDirected(one)) add(kAboutFacing, who, 3);
  }
  if (named_.size() > 1) add(kAboutRelation, 1, named_.size() == 2 ? 18 : 10);
}

void Draft::Choose() {
  for (size_t i = 0; i < scene_.subjects.size(); ++i) named_.push_back(static_cast<int>(i));
  constexpr int kOpenPercent = 6;
  if (named_.size() > 1 && random_.Percent(kOpenPercent)) {
    if (named_.size() == 2 && random_.Percent(50)) std::swap(named_[0], named_[1]);
    named_.pop_back();
  }
  sparse_ = english_ && random_.Percent(9);
  std::vector<std::pair<Theme, int>> themes;
  Consider(themes);
  const bool silent = random_.Percent(kSilentPercent);
  constexpr std::array<int, 14> kHowMany = {7, 10, 12, 12, 12, 11, 9, 8, 7, 5, 4, 3, 3, 2};
  int more = random_.Weighted(kHowMany) / (silent ? 2 : 1);
  const auto take = [&](size_t i) {
    Want(themes[i].first.topic, themes[i].first.who);
    themes[i].second = 0;
    --more;
  };
  for (size_t i = 0; !silent && i < themes.size(); ++i)
    if (IsForced(themes[i].first)) take(i);
  // Of two of one kind only their colours tell which is meant.
  for (size_t i = 0; i < themes.size(); ++i)
    if (themes[i].first.topic == kAboutColour && HasTwin(themes[i].first.who) && themes[i].second > 0) take(i);
  while (more > 0) {
    std::vector<int> weights;
    for (const auto& [theme, weight] : themes) weights.push_back(weight);
    if (std::ranges::all_of(weights, [](int weight) { return weight == 0; })) break;
    take(static_cast<size_t>(random_.Weighted(weights)));
  }
}

// ---- Words ----

const Way* Draft::Pick(const Ways& ways, const std::function<bool(const Way&)>& suits) {
  constexpr int kTries = 12;
  const auto from = [&](const std::vector<Way>& list) -> const Way* {
    for (int i = 0; !list.empty() && i < kTries; ++i) {
      const Way& way = random_.Pick(list);
      if (suits(way)) return &way;
    }
    return nullptr;
  };
  if (split_ == Split::kHeldOut)
    if (const Way* way = from(ways.held_out)) return way;
  return from(ways.training);
}

// The first of the words more often than the others.
std::string Draft::Word(const std::vector<std::string>& words) {
  return random_.Percent(45) ? words.front() : random_.Pick(words);
}

const PromptName& Draft::Name(int who) {
  const PromptName*& name = names_[static_cast<size_t>(who)];
  if (name == nullptr) {
    const auto& all = tongue_.names.Of(At(who).kind);
    name = random_.Percent(60) ? &all.front() : &random_.Pick(all);
  }
  return *name;
}

std::string Draft::CountWord(int who, bool as_adjective) {
  constexpr std::array<std::string_view, 11> kChinese = {"零", "一", "两", "三", "四", "五",
                                                         "六", "七", "八", "九", "十"};
  const auto count = At(who).boxes.size();
  if (random_.Percent(22)) return std::to_string(count);
  if (!english_) return std::string(kChinese[count]);
  if (count == 2 && as_adjective && random_.Percent(25)) return random_.Percent(50) ? "a pair of" : "a couple of";
  return std::string(kCountWords[count - 1]);
}

std::string Draft::Measure(int who) {
  const auto& all = RowOf(At(who).kind).thing->measure_words;
  return random_.Percent(75) ? all.front() : random_.Pick(all);
}

std::string Draft::ColourOf(int who) { return Word(ways_.colour_word[static_cast<size_t>(At(who).colour)]); }

std::string Draft::Article(const PromptName& name) const {
  if (sparse_ || name.proper) return "";
  return name.counted ? "a " : "some ";
}

std::string Draft::HeldPhrase(int who) {
  const Subject& one = At(who);
  const Kind kind = KindOf(one.held);
  const auto& names = tongue_.names.Of(kind);
  const PromptName& name = random_.Percent(65) ? names.front() : random_.Pick(names);
  if (english_) return Article(name) + name.one;
  return random_.Percent(70) ? "一" + RowOf(kind).thing->measure_words.front() + name.one : name.one;
}

// May the word stand before the noun? Not where both together are a name.
bool Draft::Adds(const std::string& word, const std::string& noun) const {
  std::string joined = english_ ? word + " " + noun : word + noun;
  if (tongue_.names.IsName(joined) || joined == "小熊猫") return false;  // the last is another animal
  for (const std::string_view of : {"色的", "色"}) {
    const size_t at = joined.find(of);
    if (!english_ && at != joined.npos && tongue_.names.IsName(std::string(joined).erase(at, of.size()))) return false;
  }
  return noun.find(word) == noun.npos;
}

void Draft::AddEnglish(int who, Phrase& phrase) {
  const bool several = Several(who);
  const PromptName& name = Name(who);
  const std::string noun = several ? name.several : name.one;
  std::vector<std::string> words;
  std::string behind;
  const auto add = [&](Topic topic, int percent, const std::vector<std::string>& choices) {
    if (!Wants(topic, who) || choices.empty() || !random_.Percent(percent)) return;
    const std::string word = Word(choices);
    if (!Adds(word, noun)) return;
    words.push_back(word);
    phrase.says.push_back({topic, who});
    Want(topic, who, false);
  };
  const Subject& one = At(who);
  const bool crowd = named_.size() > 1;
  add(kAboutSize, one.size == Size::kMedium ? 60 : 85, ways_.size_word[static_cast<size_t>(one.size)]);
  add(kAboutFeeling, crowd ? 50 : 33, ways_.feeling_word[static_cast<size_t>(one.feeling)]);
  add(kAboutPattern, crowd ? 90 : 65, ways_.pattern_word[static_cast<size_t>(one.pattern)]);
  if (Wants(kAboutColour, who) && IsPerson(who)) {
    const std::string colour = ColourOf(who);
    const int form = random_.Below(10);
    if (form < 3) {
      words.push_back(colour);
    } else {
      behind = (form < 7 ? " in " : form < 9 ? " dressed in " : " with ") + colour + (form == 9 ? " clothes" : "");
    }
    phrase.says.push_back({kAboutColour, who});
    Want(kAboutColour, who, false);
  } else {
    add(kAboutColour, crowd ? 90 : 72, ways_.colour_word[static_cast<size_t>(one.colour)]);
  }
  std::string front;
  for (const std::string& word : words) front += word + (words.size() > 2 && random_.Percent(15) ? ", " : " ");
  phrase.bare = front + noun + behind;
  phrase.bare_one = front + name.one + behind;
  phrase.plural = several || name.several_always;
  if (several && name.counted && Wants(kAboutCount, who) && random_.Percent(84)) {
    const std::string count = CountWord(who, true);
    phrase.text = count + " " + phrase.bare;
    phrase.counted = who;
    Want(kAboutCount, who, false);
  } else if (several) {
    phrase.text = phrase.bare;
    if (!sparse_ && random_.Percent(40)) phrase.text = "some " + phrase.text;
  } else {
    phrase.text = Article(name) + phrase.bare;
    if (name.counted && !sparse_ && !name.proper) phrase.counted = who;
  }
}

void Draft::AddChinese(int who, Phrase& phrase) {
  const std::string& noun = Name(who).one;
  std::string front, last;
  const auto add = [&](Topic topic, int percent, const std::vector<std::string>& choices) {
    if (!Wants(topic, who) || choices.empty() || !random_.Percent(percent)) return;
    const std::string word = Word(choices);
    if (!Adds(word, noun)) return;
    // A word without 的 goes right before the noun alone.
    if (!word.ends_with("的") && !front.empty() && !front.ends_with("的")) return;
    front += word;
    last = word;
    phrase.says.push_back({topic, who});
    Want(topic, who, false);
  };
  const Subject& one = At(who);
  const bool crowd = named_.size() > 1;
  add(kAboutFeeling, crowd ? 50 : 33, ways_.feeling_word[static_cast<size_t>(one.feeling)]);
  add(kAboutPattern, crowd ? 90 : 65, ways_.pattern_word[static_cast<size_t>(one.pattern)]);
  const size_t colour = static_cast<size_t>(one.colour);
  if (Wants(kAboutColour, who) && IsPerson(who) && random_.Percent(70)) {
    front += "穿" + ColourOf(who) + (random_.Percent(70) ? "衣服的" : "的");
    phrase.says.push_back({kAboutColour, who});
    Want(kAboutColour, who, false);
  } else if (!ways_.colour_word[colour].empty()) {
    std::vector<std::string> words = ways_.colour_word[colour];
    for (std::string& word : words)
      if (random_.Percent(70)) word += "的";
    add(kAboutColour, crowd ? 90 : 75, words);
  }
  add(kAboutSize, one.size == Size::kMedium ? 60 : 85, ways_.size_word[static_cast<size_t>(one.size)]);
  phrase.bare = phrase.bare_one = front + noun;
  phrase.plural = false;
  if (!Name(who).counted) {
    phrase.text = phrase.bare;
  } else if (Several(who) ? Wants(kAboutCount, who) && random_.Percent(86) : random_.Percent(70)) {
    const std::string count = Several(who) ? CountWord(who, true) : "一";
    const bool pair = At(who).boxes.size() == 2 && random_.Percent(6);
    phrase.text = pair ? "一对" + phrase.bare : count + Measure(who) + phrase.bare;
    phrase.counted = who;
    Want(kAboutCount, who, false);
  } else {
    phrase.text = phrase.bare;
  }
}

// The name with adjectives, and what it states.
Phrase Draft::Noun(int who) {
  Phrase phrase;
  phrase.says.push_back({kAboutKind, who});
  english_ ? AddEnglish(who, phrase) : AddChinese(who, phrase);
  return phrase;
}

// What was named before: "the cat", of two cats "the red cat".
std::string Draft::The(int who) {
  const PromptName& name = Name(who);
  std::string noun = english_ && Several(who) ? name.several : name.one;
  if (HasTwin(who) && At(who).colour != Colour::kNone) {
    const std::string& colour = ways_.colour_word[static_cast<size_t>(At(who).colour)].front();
    noun = english_ ? colour + " " + noun : colour + "的" + noun;
    if (IsPerson(who)) noun = english_ ? name.one + " in " + colour : "穿" + colour + "衣服的" + name.one;
  }
  return english_ && !sparse_ ? "the " + noun : noun;
}

std::optional<SayingFill> Draft::Pronoun(int who) const {
  const KindRow& row = RowOf(At(who).kind);
  const bool person = row.family == Family::kPerson || row.family == Family::kFantasy;
  const Gender gender = GenderOf(row);
  const PromptName* name = names_[static_cast<size_t>(who)];
  const bool several = Several(who) || (name != nullptr && name->several_always);
  if (english_) {
    if (several) return SayingFill{"they", true};
    if (!person) return SayingFill{"it", false};
    if (gender == Gender::kOpen) return SayingFill{"they", true};
    return SayingFill{gender == Gender::kMale ? "he" : "she", false};
  }
  std::string word = !person ? "它" : gender == Gender::kFemale ? "她" : "他";
  return SayingFill{several ? word + "们" : word, false};
}

bool EndsWithOne(std::string_view before, bool english) {
  if (!english) return before.ends_with("一个") || before.ends_with("画个") || before.ends_with("来个");
  for (const std::string_view word : {"a ", "A ", "an ", "An ", "one ", "One "}) {
    if (!before.ends_with(word)) continue;
    const size_t rest = before.size() - word.size();
    if (rest == 0 || !base::IsAsciiLetter(before[rest - 1])) return true;
  }
  return false;
}

SayingFill Draft::FillOne(Slot slot, std::string_view before, const Slots& slots, Phrase& made) {
  const auto phrase = [&](const Phrase* one, bool bare) -> SayingFill {
    made.says.insert(made.says.end(), one->says.begin(), one->says.end());
    const int counted = bare ? -1 : one->counted;
    if (counted >= 0) made.says.push_back({kAboutCount, counted});
    return {bare ? one->bare : one->text, one->plural};
  };
  const auto bare = [&](const Phrase* one, int who) {
    if (EndsWithOne(before, english_) && who >= 0 && !Several(who)) made.says.push_back({kAboutCount, who});
    return phrase(one, true);
  };
  const auto subject = [](const Phrase* one) { return one->says.empty() ? -1 : one->says.front().subject; };
  switch (slot) {
    case Slot::kAThing:
    case Slot::kWho:
      return phrase(slots.a, false);
    case Slot::kBThing:
      if (!slots.denied_one.empty()) return {english_ ? "a " + slots.denied_one : slots.denied_one};
      return phrase(slots.b, false);
    case Slot::kCThing:
      return phrase(slots.c, false);
    case Slot::kThing:
      return bare(slots.a, subject(slots.a));
    case Slot::kThings:
      if (!slots.denied.empty()) return {slots.denied, true};
      return phrase(slots.a, true);
    case Slot::kB:
      if (!slots.denied_one.empty()) return {slots.denied_one};
      return bare(slots.b, subject(slots.b));
    case Slot::kColour:
      made.says.push_back({kAboutColour, slots.who});
      return {english_ ? slots.colour : slots.colour + "的"};
    case Slot::kColourBare:
      made.says.push_back({kAboutColour, slots.who});
      return {slots.colour};
    case Slot::kBColour:
      made.says.push_back({kAboutColour, subject(slots.b)});
      return {english_ ? slots.b_colour : slots.b_colour + "的"};
    case Slot::kCount:
      made.says.push_back({kAboutCount, slots.who});
      return {slots.count};
    case Slot::kSize:
      made.says.push_back({kAboutSize, slots.who});
      return {slots.size};
    case Slot::kStyle:
      return {slots.style};
    case Slot::kScene:
      return {slots.scene};
    case Slot::kHe:
      return *Pronoun(slots.who);
    case Slot::kHeld:
      return {slots.held};
  }
  return {};
}

Phrase Draft::Render(const Way& way, const Slots& slots) {
  used_.push_back(way.saying);
  Phrase made;
  made.plural = slots.a != nullptr && slots.a->plural;
  made.text =
      Say(*way.saying, random_, [&](Slot slot, std::string_view before) { return FillOne(slot, before, slots, made); });
  made.whole = way.form == Form::kClause || way.form == Form::kSentence;
  made.comma = made.text.find(',') != made.text.npos || made.text.find("，") != made.text.npos;
  made.loose = !english_ && (!EndsInSlot(*way.saying) || (slots.a != nullptr && slots.a->loose));
  return made;
}

// ---- Parts ----

// Ways to state a topic of a subject with a slot for it.
const Way* Draft::WayOf(Topic topic, int who, Use use) {
  const Subject& one = At(who);
  const Ways* ways = nullptr;
  switch (topic) {
    case kAboutAction:
      ways = &ways_.action[static_cast<size_t>(one.action)];
      break;
    case kAboutFeeling:
      ways = &ways_.feeling[static_cast<size_t>(one.feeling)];
      break;
    case kAboutHeld:
      ways = &ways_.holding;
      break;
    case kAboutWorn:
      ways = &ways_.wearing;
      break;
    case kAboutFacing:
      ways = &ways_.facing[static_cast<size_t>(Value(topic, who))];
      break;
    case kAboutDepth:
      ways = &ways_.depth[static_cast<size_t>(one.depth)];
      break;
    case kAboutPlace:
      ways = &ways_.located[static_cast<size_t>(one.place)];
      break;
    default:
      return nullptr;
  }
  return Pick(*ways, [&](const Way& way) {
    if (use == Use::kNoun && way.form != Form::kNoun) return false;
    if (Several(who) && (way.one_only || (use == Use::kNoun && way.saying->Has(Slot::kThing)))) return false;
    const bool of = !english_ && EndsInSlot(*way.saying) && way.saying->pieces.back().slot != Slot::kHeld;
    if (use == Use::kNoun && !english_ && named_.size() > 1 && !of) return false;
    if (use == Use::kFollowing && (of || way.saying->Has(Slot::kThing))) return false;
    return FitsAction(way, topic, who);
  });
}

// Words that fit only some of what is held, worn or done.
bool Draft::FitsAction(const Way& way, Topic topic, int who) const {
  const std::string_view text = way.saying->text;
  const auto has = [text](std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [text](std::string_view word) { return text.find(word) != text.npos; });
  };
  const bool held = way.saying->Has(Slot::kHeld);
  if (way.saying->Has(Slot::kBThing)) return false;
  if (topic == kAboutHeld) {
    if (!held || has({"撑", "打着", "头顶", "下面", "mbrella", "beneath", "upholding"}))
      return At(who).held == Held::kUmbrella;
    return !has({"背着", "扛", "夹", "paw", "腰"});
  }
  if (topic != kAboutWorn) return !held;
  const Worn worn = At(who).worn;
  if (has({"围", "裹", "wrapped", "bundled", "脖子", "颈"})) return worn == Worn::kScarf;
  if (has({"鼻梁", "脸上", "架着"})) return worn == Worn::kGlasses;
  if (has({"头上", "头戴", "头顶", "顶着"})) return worn == Worn::kHat || worn == Worn::kCap || worn == Worn::kCrown;
  if (has({"系着"})) return worn == Worn::kScarf || worn == Worn::kBow;
  if (has({"(戴|穿)", "(穿|戴)"})) return true;
  return !has({"穿", "披", "套", "身着", "on the body", "clothing", "换上", "带着"});
}

// Hats and glasses are 戴, not 穿.
void PutOn(std::string& text, std::string_view worn) {
  constexpr std::string_view kDress = "穿", kPut = "戴";
  for (const std::string_view between : {"", "着", "上", "了", "过", "好了"}) {
    const std::string all = std::string(kDress) + std::string(between) + std::string(worn);
    if (const size_t at = text.find(all); at != text.npos) text.replace(at, kDress.size(), kPut);
  }
  for (const std::string_view between : {"", "是", "得", "要", "把", "是{", "是身上"}) {
    const std::string all = std::string(worn) + std::string(between) + std::string(kDress);
    if (const size_t at = text.find(all); at != text.npos)
      text.replace(at + all.size() - kDress.size(), kDress.size(), kPut);
  }
}

std::optional<Phrase> Draft::Wrap(const Phrase& inner, Topic topic, int who, bool noun_only) {
  const Way* way = WayOf(topic, who, noun_only ? Use::kNoun : Use::kAny);
  if (way == nullptr) return std::nullopt;
  if (inner.bare.empty() && way->saying->Has(Slot::kThing)) return std::nullopt;
  Slots slots{.a = &inner, .who = who};
  if (topic == kAboutHeld) slots.held = HeldPhrase(who);
  if (topic == kAboutWorn) slots.held = Word(ways_.worn_word[static_cast<size_t>(At(who).worn)]);
  Phrase made = Render(*way, slots);
  if (topic == kAboutWorn) PutOn(made.text, slots.held);
  made.says.push_back({topic, who});
  Want(topic, who, false);
  return made;
}

// "a {thing} with stripes", "{thing}, make it red": around the name.
std::optional<Phrase> Draft::ThingWrap(Topic topic, int who) {
  const Subject& one = At(who);
  const Ways* ways = topic == kAboutColour    ? &ways_.colour
                     : topic == kAboutPattern ? &ways_.pattern[static_cast<size_t>(one.pattern)]
                     : topic == kAboutSize    ? &ways_.size[static_cast<size_t>(one.size)]
                                              : &ways_.count;
  if (topic == kAboutColour && IsPerson(who)) return std::nullopt;
  if (topic == kAboutCount && !Name(who).counted) return std::nullopt;
  const Way* way = Pick(*ways, [&](const Way& each) {
    if (topic == kAboutCount) return true;
    return !each.definite && !(Several(who) && (each.one_only || english_ || EndsWithOne(each.saying->Start(), false)));
  });
  if (way == nullptr) return std::nullopt;
  Want(topic, who, false);
  Phrase inner = Noun(who);
  if (topic == kAboutCount) {
    inner.bare = english_ && way->saying->text.find("{thing}") != std::string::npos ? inner.bare_one : inner.bare;
  }
  // What the name could not take stays to be said.
  Slots slots{.a = &inner, .who = who};
  if (topic == kAboutColour) slots.colour = ColourOf(who);
  if (topic == kAboutCount) slots.count = CountWord(who, false);
  Phrase made = Render(*way, slots);
  made.says.insert(made.says.begin(), {kAboutKind, who});
  made.says.push_back({topic, who});
  if (!english_ && topic == kAboutCount) {
    const std::string measure = Measure(who);
    for (const std::string_view usual : {"个", "只", "枚", "位"}) {
      const size_t at = made.text.find(slots.count + std::string(usual));
      if (at == made.text.npos || random_.Percent(25)) continue;
      made.text.replace(at + slots.count.size(), usual.size(), measure);
      break;
    }
    const bool digits = slots.count.front() >= '0' && slots.count.front() <= '9';
    if (made.text.ends_with(slots.count) && !digits) made.text += measure;
    const size_t bare = made.text.find(slots.count + inner.bare);
    if (bare != made.text.npos) made.text.insert(bare + slots.count.size(), measure);
  }
  return made;
}

// A noun phrase with at most so many deeds and looks in it.
Phrase Draft::Described(int who, int most) {
  Phrase phrase = Noun(who);
  constexpr std::array<Topic, 7> kTopicsHere = {kAboutAction, kAboutHeld,  kAboutFeeling, kAboutWorn,
                                                kAboutPlace,  kAboutDepth, kAboutFacing};
  constexpr std::array<int, 7> kPercents = {75, 60, 40, 55, 40, 45, 45};
  int wraps = 0;
  for (size_t i = 0; i < kTopicsHere.size() && wraps < most; ++i) {
    if (!Wants(kTopicsHere[i], who) || !random_.Percent(kPercents[i]) || phrase.comma) continue;
    if (auto wrapped = Wrap(phrase, kTopicsHere[i], who, true)) {
      wrapped->bare.clear();
      phrase = std::move(*wrapped);
      ++wraps;
    }
  }
  return phrase;
}

bool Draft::Meets(const WayOfMany& many) const {
  const bool training = !many.way.saying->held_out;
  if (training != (split_ == Split::kTraining)) return false;
  const int who = named_.front();
  bool related = false;
  for (const Need& need : many.needs) {
    if (need.topic == kAboutRelation) {
      if (named_.size() != 2 || need.value != static_cast<int>(scene_.relation) || who != 0) return false;
      related = true;
      continue;
    }
    const int value = Value(need.topic, who);
    if (need.topic == kAboutCount ? !Several(who) : need.value >= 0 ? value != need.value : value <= 0) {
      const bool zero = need.value < 0 && value == 0 && (need.topic == kAboutColour || need.topic == kAboutSize);
      if (!zero) return false;
    }
    if (need.topic == kAboutColour && (IsPerson(who) || At(who).colour == Colour::kNone)) return false;
    if (need.topic == kAboutSize && need.value < 0 && At(who).size == Size::kMedium) return false;
  }
  if (!related && named_.size() != 1) return false;
  const Saying& saying = *many.way.saying;
  if (many.denies && denied_.empty()) return false;
  if (!related && !many.denies && (saying.Has(Slot::kBThing) || saying.Has(Slot::kB))) return false;
  const auto needs_count = std::ranges::any_of(many.needs, [](const Need& need) { return need.topic == kAboutCount; });
  if (saying.Has(Slot::kThings) && !many.denies && !needs_count) return false;
  if (needs_count && !tongue_.names.Of(At(who).kind).front().counted) return false;
  if (Several(who) && !needs_count && (many.way.one_only || saying.Has(Slot::kThing))) return false;
  return !related || !Several(1) || !many.way.one_only;
}

// A saying that states several facts at once, if one is true here.
std::optional<Phrase> Draft::Many(const std::vector<WayOfMany>& list) {
  std::vector<const WayOfMany*> meeting;
  for (const WayOfMany& many : list)
    if (Meets(many)) meeting.push_back(&many);
  if (meeting.empty()) return std::nullopt;
  const WayOfMany& many = *random_.Pick(meeting);
  const int who = named_.front();
  for (const Need& need : many.needs)
    Want(need.topic, need.topic == kAboutRelation ? 1 : IsOfSubject(need.topic) ? who : 0, false);
  Phrase a = Noun(who), b;
  if (named_.size() == 2) b = Noun(named_[1]);
  if (std::ranges::any_of(many.needs, [](const Need& need) { return need.topic == kAboutCount; })) {
    a.bare = english_ ? a.bare : a.bare_one;
  }
  Slots slots{.a = &a, .b = &b, .who = who};
  if (At(who).colour != Colour::kNone) slots.colour = ColourOf(who);
  slots.count = CountWord(who, false);
  slots.size = Word(ways_.size_word[static_cast<size_t>(At(who).size)]);
  if (At(who).held != Held::kNone) slots.held = HeldPhrase(who);
  for (const Need& need : many.needs)
    if (need.topic == kAboutWorn) slots.held = Word(ways_.worn_word[static_cast<size_t>(At(who).worn)]);
  if (many.denies) {
    slots.denied = denied_;
    slots.denied_one = denied_one_;
  }
  Phrase made = Render(many.way, slots);
  if (many.denies) denied_.clear();
  made.says.insert(made.says.begin(), {kAboutKind, who});
  for (const Need& need : many.needs)
    made.says.push_back({need.topic, need.topic == kAboutRelation ? 1 : IsOfSubject(need.topic) ? who : 0});
  return made;
}

// The phrase in one of the frames, when one takes it.
Phrase Draft::Framed(Phrase inner, const Ways& frames, int who) {
  const Way* way = Pick(frames, [&](const Way& each) {
    if (each.saying->Has(Slot::kThing) && inner.bare.empty()) return false;
    if (inner.plural && each.one_only && english_) return false;
    if (inner.loose && !TakesLoose(*each.saying)) return false;
    return !(who >= 0 && Several(who) &&
             EndsWithOne(each.saying->text.substr(0, each.saying->text.find("{thing}")), english_));
  });
  if (way == nullptr) return inner;
  Phrase made = Render(*way, {.a = &inner, .who = std::max(who, 0)});
  made.whole = true;
  return made;
}

Phrase Draft::CoreOfOne(int who) {
  if (random_.Percent(16))
    if (auto made = Many(ways_.longer)) return *made;
  std::optional<Phrase> made;
  if (random_.Percent(14)) made = Many(ways_.relative);
  constexpr std::array<Topic, 4> kAround = {kAboutColour, kAboutPattern, kAboutSize, kAboutCount};
  constexpr std::array<int, 4> kPercents = {16, 28, 12, 22};
  for (size_t i = 0; i < kAround.size() && !made; ++i)
    if (Wants(kAround[i], who) && random_.Percent(kPercents[i])) made = ThingWrap(kAround[i], who);
  Phrase phrase = made ? *made : Described(who, random_.Percent(30) ? 2 : 1);
  if (phrase.whole) return phrase;
  if (random_.Percent(4)) return Framed(std::move(phrase), ways_.alone, who);
  const int form = random_.Below(100);
  if (form < 22 && FrameInScene(phrase)) return phrase;
  if (form < 64) return Framed(std::move(phrase), ways_.one, who);
  return phrase;
}

std::optional<Phrase> Draft::TwoColours(int first, int second) {
  for (const int who : {first, second})
    if (!Wants(kAboutColour, who) || IsPerson(who) || Several(who) || !Name(who).counted) return std::nullopt;
  Want(kAboutColour, first, false);
  Want(kAboutColour, second, false);
  Phrase a = Noun(first), b = Noun(second);
  const Way* way = Pick(ways_.two_colours, [](const Way&) { return true; });
  if (way == nullptr) return std::nullopt;
  Slots slots{.a = &a, .b = &b, .who = first, .colour = ColourOf(first), .b_colour = ColourOf(second)};
  Phrase made = Render(*way, slots);
  made.whole = true;
  return made;
}

// The two in the relation they have, from either side.
std::optional<Phrase> Draft::Related(int first, int second, Phrase& a, Phrase& b) {
  const Relation relation = RelationOf(scene_, static_cast<size_t>(first == 0 ? 0 : second));
  const bool riding = first == 0 && relation == Relation::kOn && At(0).action == Action::kRiding;
  const bool forward = first != 0 || random_.Percent(65) || riding;
  const Relation said = first == 0 ? (forward ? relation : Inverse(relation)) : Relation::kLeftOf;
  const Ways& ways = riding ? ways_.riding : ways_.relation[static_cast<size_t>(said)];
  const Way* way = Pick(ways, [&](const Way& each) {
    const Saying& saying = *each.saying;
    if (saying.Has(Slot::kThings) || saying.Has(Slot::kCThing)) return false;
    if ((a.bare.empty() || b.bare.empty()) && (saying.Has(Slot::kThing) || saying.Has(Slot::kB))) return false;
    return !((a.plural || b.plural) && each.one_only);
  });
  if (way == nullptr) return std::nullopt;
  Phrase made = Render(*way, {.a = forward ? &a : &b, .b = forward ? &b : &a, .who = forward ? first : second});
  made.says.push_back({kAboutRelation, second});
  if (riding) {
    made.says.push_back({kAboutAction, 0});
    Want(kAboutAction, 0, false);
  }
  Want(kAboutRelation, 1, false);
  return made;
}

Phrase Draft::CoreOfTwo(int first, int second) {
  if (random_.Percent(10))
    if (auto made = Many(ways_.longer)) return *made;
  if (random_.Percent(22))
    if (auto made = TwoColours(first, second)) return *made;
  if (scene_.relation == Relation::kOn && At(0).action == Action::kRiding && Wants(kAboutRelation, 1))
    Want(kAboutAction, 0, false);
  Phrase a = Described(first, random_.Percent(50)), b = Described(second, random_.Percent(25));
  if (Wants(kAboutRelation, 1) && random_.Percent(88)) {
    if (auto made = Related(first, second, a, b)) {
      if (made->whole) return *made;
      if (random_.Percent(20) && FrameInScene(*made)) return *made;
      if (random_.Percent(45)) return Framed(std::move(*made), ways_.one, -1);
      return *made;
    }
  }
  const Way* way = Pick(ways_.two, [&](const Way& each) {
    const Saying& saying = *each.saying;
    if ((a.bare.empty() || b.bare.empty()) && (saying.Has(Slot::kThing) || saying.Has(Slot::kB))) return false;
    return !((a.plural || b.plural) && each.one_only);
  });
  if (way == nullptr || random_.Percent(25)) {
    std::array<Phrase, 2> both = {a, b};
    Phrase list = List(both);
    if (random_.Percent(30) && FrameInScene(list)) return list;
    return Framed(std::move(list), ways_.one, -1);
  }
  Phrase made = Render(*way, {.a = &a, .b = &b, .who = first});
  made.whole = true;
  return made;
}

// "a cat, a dog and a house" in one of the ways in which lists are typed.
Phrase Draft::List(std::span<Phrase> phrases) {
  const int form = random_.Below(10);
  std::string between = english_ ? ", " : "、", last = english_ ? " and " : "和";
  if (form == 0) between = last = english_ ? " + " : "+";
  if (form == 1) between = last = english_ ? ", " : "，";
  if (form == 2) between = last = english_ ? " and " : "，还有";
  if (form == 3) last = english_ ? ", and " : "，还有";
  if (form == 4 && phrases.size() > 2) between = last = english_ ? " / " : "，";
  Phrase list;
  list.plural = true;
  for (size_t i = 0; i < phrases.size(); ++i) {
    if (i > 0) list.text += i + 1 == phrases.size() ? last : between;
    list.text += phrases[i].text;
    list.says.insert(list.says.end(), phrases[i].says.begin(), phrases[i].says.end());
    if (phrases[i].counted >= 0) list.says.push_back({kAboutCount, phrases[i].counted});
  }
  list.comma = true;
  return list;
}

Phrase Draft::CoreOfMore() {
  std::vector<Phrase> phrases;
  for (const int who : named_) phrases.push_back(Described(who, random_.Percent(30)));
  const bool three = phrases.size() == 3;
  const auto plural = std::ranges::any_of(phrases, &Phrase::plural);
  const auto fits = [&](const Way& way) { return !(plural && way.one_only) && !way.saying->Has(Slot::kThing); };
  if (Wants(kAboutRelation, 1)) {
    Want(kAboutRelation, 1, false);
    const Way* between = three && random_.Percent(50) ? Pick(ways_.between, fits) : nullptr;
    std::vector<Statement> says;
    for (size_t i = 1; i < named_.size(); ++i) says.push_back({kAboutRelation, named_[i]});
    if (between != nullptr) {
      Phrase made = Render(*between, {.a = &phrases[1], .b = &phrases[0], .c = &phrases[2], .who = named_[1]});
      made.says.insert(made.says.end(), says.begin(), says.end());
      return made;
    }
    Phrase list = List(phrases);
    if (const Way* row = Pick(ways_.row, fits)) {
      Phrase made = Render(*row, {.a = &list, .who = named_.front()});
      made.says.insert(made.says.end(), says.begin(), says.end());
      made.whole = true;
      return made;
    }
  }
  if (three && random_.Percent(65)) {
    if (const Way* way = Pick(ways_.three, fits)) {
      Phrase made = Render(*way, {.a = &phrases[0], .b = &phrases[1], .c = &phrases[2], .who = named_.front()});
      made.whole = true;
      return made;
    }
  }
  Phrase list = List(phrases);
  if (random_.Percent(25) && FrameInScene(list)) return list;
  return random_.Percent(60) ? Framed(std::move(list), ways_.one, -1) : list;
}

Phrase Draft::Core() {
  if (named_.size() == 1) return CoreOfOne(named_.front());
  return named_.size() == 2 ? CoreOfTwo(named_[0], named_[1]) : CoreOfMore();
}

// ---- The scene ----

// "sunny day" is none at night.
bool Draft::FitsWeather(const Way& way) const {
  const std::string_view text = way.saying->text;
  const auto has = [text](std::string_view word) { return text.find(word) != text.npos; };
  const bool room = IsRoom(scene_.ground);
  if (room && (has("underfoot") || has("地上"))) return false;
  if (!IsNightly(scene_)) return true;
  return !has("sun") && !has("day") && !has("blue") && !has("阳") && !has("蓝") && !has("日") && !has("兰") &&
         !has("ight in");
}

const Way* Draft::SceneWay(Topic topic, bool phrase_only) {
  const auto at = [&](const auto& list) { return &list[static_cast<size_t>(Value(topic, 0))]; };
  const Ways* ways = nullptr;
  switch (topic) {
    case kAboutHour:
      ways = at(ways_.hour);
      break;
    case kAboutWeather:
      ways = at(ways_.weather);
      break;
    case kAboutGround:
      ways = at(ways_.ground);
      break;
    case kAboutSeason:
      ways = at(ways_.season);
      break;
    case kAboutStyle:
      ways = at(ways_.style);
      break;
    case kAboutMood:
      ways = at(ways_.mood);
      break;
    case kAboutPhase:
      ways = at(ways_.phase);
      break;
    case kAboutClouds:
      ways = at(ways_.clouds);
      break;
    case kAboutSun:
      ways = &ways_.sun;
      break;
    default:
      return nullptr;
  }
  return Pick(*ways, [&](const Way& way) {
    if (way.form == Form::kNoun || (phrase_only && way.form != Form::kPhrase)) return false;
    return topic != kAboutWeather || FitsWeather(way);
  });
}

// One to three of when, where and in which weather, for a frame; empty when nothing of it is to be said.
std::string Draft::ScenePhrase() {
  constexpr std::array<Topic, 4> kOrder = {kAboutHour, kAboutSeason, kAboutWeather, kAboutGround};
  std::vector<Topic> topics;
  for (const Topic topic : kOrder)
    if (Wants(topic) && random_.Percent(70)) topics.push_back(topic);
  if (english_ && random_.Percent(60)) std::ranges::reverse(topics);
  if (topics.size() > 2) topics.resize(2);
  std::string text;
  for (const Topic topic : topics) {
    const Way* way = SceneWay(topic, true);
    if (way == nullptr) continue;
    used_.push_back(way->saying);
    const bool loose = text.find(',') != text.npos;
    if (!text.empty())
      text += english_ ? (loose || random_.Percent(25) ? ", " : " ") : (random_.Percent(60) ? "，" : "");
    text += way->saying->text;
    said_.push_back({topic, 0});
    Want(topic, 0, false);
  }
  return text;
}

bool Draft::FrameInScene(Phrase& core) {
  Slots slots{.a = &core, .who = named_.front()};
  const bool one = named_.size() == 1;
  const Way* way = Pick(ways_.one_in_scene, [&](const Way& each) {
    if (each.saying->Has(Slot::kThing) && (core.bare.empty() || !one)) return false;
    if (each.saying->Has(Slot::kThing) && Several(named_.front()) && !english_ &&
        EndsWithOne(each.saying->text.substr(0, each.saying->text.find("{thing}")), false))
      return false;
    return !(core.plural && each.one_only) && (!core.loose || TakesLoose(*each.saying));
  });
  if (way == nullptr) return false;
  slots.scene = ScenePhrase();
  if (slots.scene.empty()) return false;
  core = Render(*way, slots);
  core.whole = true;
  return true;
}

// ---- What is left ----

// A sentence of our own where no saying fits.
std::optional<Part> Draft::Plainly(Topic topic, int who) {
  const std::string the = The(who);
  const PromptName& name = Name(who);
  const bool plural = Several(who) || name.several_always;
  const std::string be = plural ? " are " : " is ";
  const Subject& one = At(who);
  const auto adjective = [&](const std::vector<std::string>& words) -> Part {
    const std::string word = Word(words);
    if (english_)
      return {the + (random_.Percent(70) ? be : plural ? " should be " : " should be ") + word + ".", Form::kSentence};
    return {the + (random_.Percent(60) ? "是" : "要") + (word.ends_with("的") ? word : word + "的"), Form::kTag};
  };
  if (topic == kAboutSize) return adjective(ways_.size_word[static_cast<size_t>(one.size)]);
  if (topic == kAboutPattern) return adjective(ways_.pattern_word[static_cast<size_t>(one.pattern)]);
  if (topic != kAboutColour) return std::nullopt;
  if (!IsPerson(who)) return adjective(ways_.colour_word[static_cast<size_t>(one.colour)]);
  const std::string colour = ColourOf(who);
  if (!english_) return Part{the + (random_.Percent(50) ? "穿" : "穿着") + colour + "的衣服", Form::kTag};
  const std::array<std::string, 3> deeds = {be + "dressed in ", plural ? " wear " : " wears ", be + "in "};
  return Part{the + random_.Pick(deeds) + colour + ".", Form::kSentence};
}

// " reading a book": can "is" stand before it?
bool IsDeed(std::string_view words) {
  if (!words.starts_with(' ')) return false;
  const size_t end = std::min(words.find_first_of(" ,.", 1), words.size());
  return words.substr(1, end - 1).ends_with("ing");
}

std::optional<Part> Draft::FollowUp(Topic topic, int who) {
  Want(topic, who, false);
  const bool alone = named_.size() == 1;
  const bool it = alone && !Several(who) && !Name(who).several_always;
  const Subject& one = At(who);
  const Ways* said = nullptr;
  Slots slots{.who = who};
  if (topic == kAboutColour && it && !IsPerson(who)) said = &ways_.colour_said;
  if (topic == kAboutCount && alone) said = &ways_.count_said;
  if (topic == kAboutSize && it) said = &ways_.size_said[static_cast<size_t>(one.size)];
  if (topic == kAboutPlace && alone) said = &ways_.place_said[static_cast<size_t>(one.place)];
  if (topic == kAboutDepth && it) said = &ways_.depth_said[static_cast<size_t>(one.depth)];
  if (topic == kAboutCount && (!Several(who) || !Name(who).counted)) return std::nullopt;
  if (said != nullptr && random_.Percent(80)) {
    const bool person = IsPerson(who) && english_;
    const Way* way = Pick(*said, [&](const Way& each) {
      return topic == kAboutCount ||
             ((!Several(who) || (!each.one_only && each.saying->text.find("它") == std::string::npos)) &&
              !(person && each.one_only));
    });
    if (way != nullptr) {
      if (topic == kAboutColour) slots.colour = ColourOf(who);
      if (topic == kAboutCount) slots.count = CountWord(who, false);
      if (topic == kAboutSize) slots.size = Word(ways_.size_word[static_cast<size_t>(one.size)]);
      Phrase made = Render(*way, slots);
      made.says.push_back({topic, who});
      Tell(made.says);
      if (const size_t at = made.text.find("它"); !english_ && at != made.text.npos)
        made.text.replace(at, std::string_view("它").size(), Pronoun(who)->text);
      return Part{std::move(made.text), way->form};
    }
  }
  Phrase the;
  the.text = the.bare = The(who);
  the.plural = Several(who) || Name(who).several_always;
  the.bare_one = the.bare;
  if (topic == kAboutColour || topic == kAboutSize || topic == kAboutPattern) {
    auto part = Plainly(topic, who);
    if (part) Tell({{topic, who}});
    return part;
  }
  const Way* way = WayOf(topic, who, Use::kFollowing);
  if (way == nullptr) return std::nullopt;
  const auto& pieces = way->saying->pieces;
  const bool first = pieces.front().form == SayingPiece::Form::kSlot && pieces.size() > 1;
  const std::string next = first && pieces[1].form == SayingPiece::Form::kWords ? pieces[1].words.front() : "";
  const bool finite = pieces.size() > 2 && next == " " && pieces[2].form == SayingPiece::Form::kEither;
  const bool joined = english_ && IsDeed(next);
  const SayingFill pronoun = *Pronoun(who);
  const bool short_form = alone && first && !finite &&
                          (!english_ || joined || next.starts_with(", ") || next.starts_with(" with ")) &&
                          !next.starts_with("的") && !way->saying->Has(Slot::kHe) && random_.Percent(45);
  const bool by_pronoun = first && alone && (finite || joined || !english_) && !way->saying->Has(Slot::kHe);
  if (by_pronoun && random_.Percent(60)) {
    the.text = pronoun.text;
    the.plural = pronoun.plural;
  }
  const bool linked = joined && random_.Percent(75);
  if (linked) the.text += the.plural ? " are" : " is";
  if (short_form) the.text.clear();
  slots.a = &the;
  if (topic == kAboutHeld) slots.held = HeldPhrase(who);
  if (topic == kAboutWorn) slots.held = Word(ways_.worn_word[static_cast<size_t>(one.worn)]);
  Phrase made = Render(*way, slots);
  Tell({{topic, who}});
  if (topic == kAboutWorn) PutOn(made.text, slots.held);
  if (short_form) made.text.erase(0, made.text.find_first_not_of(", "));
  if (short_form && made.text.starts_with("，")) made.text.erase(0, std::string_view("，").size());
  const bool sentence = english_ && !short_form && (finite || linked || made.text.ends_with('.'));
  return Part{std::move(made.text), sentence ? Form::kSentence : Form::kTag};
}

// All that is wanted and not said yet.
void Draft::Rest(std::vector<Part>& parts) {
  constexpr std::array<Topic, 9> kScenes = {kAboutGround, kAboutHour,   kAboutWeather, kAboutSeason, kAboutPhase,
                                            kAboutSun,    kAboutClouds, kAboutStyle,   kAboutMood};
  for (const Topic topic : kScenes) {
    if (!Wants(topic)) continue;
    Want(topic, 0, false);
    const Way* way = SceneWay(topic, false);
    if (way == nullptr) continue;
    used_.push_back(way->saying);
    parts.push_back({way->saying->text, way->form, true});
    said_.push_back({topic, 0});
  }
  if (random_.Percent(35))
    for (size_t i = parts.size(); i > 1; --i)
      std::swap(parts[i - 1], parts[static_cast<size_t>(random_.Below(static_cast<int>(i)))]);
  std::vector<Part> more;
  if (Wants(kAboutRelation, 1) && named_.size() == 2) {
    Phrase a, b;
    a.text = a.bare = The(named_[0]);
    b.text = b.bare = The(named_[1]);
    a.plural = Several(named_[0]);
    b.plural = Several(named_[1]);
    if (auto made = Related(named_[0], named_[1], a, b)) {
      Tell(made->says);
      more.push_back({made->text, Form::kSentence});
    }
  }
  for (const int who : named_)
    for (int topic = kAboutColour; topic < kAboutRelation; ++topic)
      if (Wants(static_cast<Topic>(topic), who))
        if (auto part = FollowUp(static_cast<Topic>(topic), who)) more.push_back(std::move(*part));
  parts.insert(random_.Percent(70) ? parts.begin() : parts.end(), more.begin(), more.end());
}

// Something that is not in the picture, nor likely behind it.
bool Draft::ChooseDenied() {
  constexpr std::array<std::string_view, 24> kKinds = {
      "cat",  "dog",     "rabbit",  "dragon",    "robot", "spider",   "snake",  "elephant",
      "lion", "penguin", "bicycle", "aeroplane", "ghost", "monkey",   "tiger",  "frog",
      "pig",  "bear",    "octopus", "person",    "bus",   "umbrella", "castle", "mouse"};
  const auto kind = KindOf(random_.Pick(kKinds));
  if (!kind) return false;
  const KindRow& row = RowOf(*kind);
  const bool person = row.family == Family::kPerson;
  for (const Subject& one : scene_.subjects) {
    if (one.kind == *kind || (person && RowOf(one.kind).family == Family::kPerson)) return false;
    if (one.held != Held::kNone && KindOf(one.held) == *kind) return false;
    for (const EnglishNoun& noun : RowOf(one.kind).thing->english)
      if (noun.singular.find(row.thing->english.front().singular) != noun.singular.npos) return false;
  }
  const Ground ground = scene_.ground;
  if (ground == Ground::kFarm || ground == Ground::kBeach || ground == Ground::kStreet || ground == Ground::kCircus)
    return false;
  const PromptName& name = tongue_.names.Of(*kind).front();
  denied_one_ = name.one;
  denied_ = name.several;
  return true;
}

void Draft::Deny(std::vector<Part>& parts) {
  if (!scene_.moon && IsNightly(scene_) && HasWeather(scene_.ground) && random_.Percent(14)) {
    if (const Way* way = Pick(ways_.no_moon, [](const Way&) { return true; })) {
      used_.push_back(way->saying);
      parts.push_back({way->saying->text, way->form});
    }
  }
  if (denied_.empty()) return;
  const Way* way = Pick(
      ways_.without, [](const Way& each) { return !each.saying->Has(Slot::kB) && !each.saying->Has(Slot::kBThing); });
  if (way == nullptr) return;
  Phrase thing;
  thing.bare = denied_one_;
  thing.text = english_ ? Article({.one = denied_one_, .several = denied_}) + denied_one_ : denied_one_;
  Phrase made = Render(*way, {.a = &thing, .who = 0, .denied_one = denied_one_, .denied = denied_});
  parts.push_back({std::move(made.text), way->form});
}

// ---- Joining ----

bool EndsWithStop(std::string_view text) {
  for (const std::string_view stop : {".", "!", "?", "。", "！", "？"})
    if (text.ends_with(stop)) return true;
  return false;
}

std::string Capitalised(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

std::string Draft::Join(const Phrase& core, std::vector<Part> parts) {
  std::string text = core.text;
  const auto lead = std::ranges::find_if(parts, [](const Part& part) {
    return part.of_scene && part.form != Form::kSentence && !EndsWithStop(part.text);
  });
  if (lead != parts.end() && random_.Percent(16)) {
    const bool new_sentence = core.whole && !text.empty() && base::IsAsciiCapital(text.front());
    text = lead->text + (english_ ? (new_sentence ? ". " : random_.Percent(80) ? ", " : ": ") : "，") + text;
    parts.erase(lead);
  }
  // What goes with the noun comes before sentences.
  std::ranges::stable_sort(
      parts, [](const Part& a, const Part& b) { return (a.form != Form::kSentence) > (b.form != Form::kSentence); });
  const bool neat = random_.Percent(60);
  bool first = true;
  for (Part& part : parts) {
    const bool stop = EndsWithStop(text);
    if (!english_) {
      const bool sentence = part.form == Form::kSentence || random_.Percent(15);
      text += stop ? "" : sentence ? "。" : random_.Percent(92) ? "，" : " ";
      text += part.text;
      continue;
    }
    if (part.form == Form::kSentence) {
      const bool comma = !stop && !neat && random_.Percent(45) && !base::IsAsciiCapital(part.text.front());
      text += stop ? " " : comma ? ", " : ". ";
      text += neat && !comma ? Capitalised(part.text) : part.text;
    } else if (stop) {
      text += " " + (neat ? Capitalised(part.text) : part.text) + (random_.Percent(60) ? "." : "");
    } else {
      const bool close = part.form == Form::kPhrase && first && !core.comma && random_.Percent(60);
      const int sign = random_.Below(20);
      text += (close ? " " : sign == 0 ? " - " : sign == 1 ? ". " : ", ") + part.text;
    }
    first = false;
  }
  if (!EndsWithStop(text) && random_.Percent(english_ ? (neat ? 40 : 8) : 18)) text += english_ ? "." : "。";
  return text;
}

std::string Draft::Text() {
  Choose();
  constexpr int kDenyPercent = 11;
  if (random_.Percent(kDenyPercent)) ChooseDenied();
  Phrase core = Core();
  Tell(core.says);
  if (core.counted >= 0) said_.push_back({kAboutCount, core.counted});
  if (Wants(kAboutStyle) && !core.whole && random_.Percent(30)) {  // "a watercolour of {a_thing}"
    const auto& ways = ways_.style[static_cast<size_t>(scene_.style)];
    if (const Way* way = Pick(ways, [](const Way& each) { return each.form == Form::kNoun; })) {
      core = Render(*way, {.a = &core, .who = named_.front()});
      said_.push_back({kAboutStyle, 0});
      Want(kAboutStyle, 0, false);
    }
  }
  std::vector<Part> parts;
  Rest(parts);
  Deny(parts);
  std::string text = Join(core, std::move(parts));
  return english_ ? FixArticles(text) : text;
}

}  // namespace

struct PromptComposer::State {
  static std::string TraditionalNames() {
    std::string names;
    for (const KindRow& row : Kinds())
      for (const std::string& name : row.thing->traditional) names += name;
    return names;
  }

  explicit State(const std::filesystem::path& folder)
      : english(folder / "en", Language::kEnglish),
        chinese(folder / "zh", Language::kChinese),
        noise(folder / "zh/traditional.txt", TraditionalNames()) {
    for (const auto& [key, list] : english.ways.sayings().all())
      for (const Saying& saying : list) noise.Know(saying.text);
    for (const KindRow& row : Kinds())
      for (const EnglishNoun& noun : row.thing->english) {
        noise.Know(noun.singular);
        noise.Know(noun.plural);
      }
  }

  const Tongue& Speak(Language language) const { return language == Language::kEnglish ? english : chinese; }

  Tongue english, chinese;
  PromptNoise noise;
};

PromptComposer::PromptComposer(std::unique_ptr<State> state) : state_(std::move(state)) {}
PromptComposer::PromptComposer(PromptComposer&&) noexcept = default;
PromptComposer::~PromptComposer() = default;

PromptComposer PromptComposer::Load(const std::filesystem::path& folder) {
  return PromptComposer(std::make_unique<State>(folder));
}

ComposedPrompt PromptComposer::Compose(const Scene& scene, Language language, Split split, base::Random& random) const {
  Draft draft(state_->Speak(language), scene, split, random);
  ComposedPrompt made{.prompt = {}, .clean = draft.Text(), .sayings = {}};
  for (const Saying* saying : draft.used()) made.sayings.push_back(saying->text);
  made.prompt = {.text = state_->noise.Type(made.clean, language, random), .facts = draft.Facts()};
  return made;
}

Prompt PromptComposer::Make(const Scene& scene, Language language, Split split, base::Random& random) const {
  return Compose(scene, language, split, random).prompt;
}

const std::vector<std::string>& PromptComposer::Skipped(Language language) const {
  return state_->Speak(language).ways.skipped;
}

}  // namespace diptych::world
