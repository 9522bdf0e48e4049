#include "world/prompt_ways.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/ascii.h"
#include "base/split.h"

namespace diptych::world {
namespace {

using Form = Way::Form;
using Slot = SayingSlot;
using text::Language;

bool ContainsAny(std::string_view text, std::span<const std::string_view> parts) {
  return std::ranges::any_of(parts, [text](std::string_view part) { return text.find(part) != text.npos; });
}
bool StartsWithAny(std::string_view text, std::span<const std::string_view> parts) {
  return std::ranges::any_of(parts, [text](std::string_view part) { return text.starts_with(part); });
}
bool IsCapital(std::string_view text) { return !text.empty() && base::IsAsciiCapital(text.front()); }

// ---- English ----

Form SceneFormInEnglish(const Saying& saying) {
  constexpr std::array<std::string_view, 66> kLinks = {
      "at ",         "in ",      "on ",      "under ",     "beneath ", "below ",     "by ",        "with ",
      "w/ ",         "as ",      "when ",    "while ",     "where ",   "amid ",      "among ",     "amongst ",
      "upon ",       "over ",    "along ",   "down ",      "during ",  "after ",     "before ",    "up ",
      "out ",        "inside ",  "within ",  "through ",   "near ",    "beside ",    "around ",    "against ",
      "across ",     "between ", "ere ",     "long after", "late at ", "deep ",      "somewhere ", "right ",
      "surrounded ", "just as ", "just at ", "once ",      "one ",     "wrapped ",   "shrouded ",  "dimly ",
      "next to ",    "way ",     "high ",    "far ",       "back in",  "halfway ",   "there on",   "adrift ",
      "underwater",  "indoors",  "upstairs", "unlit ",     "having ",  "going down", "like when",  "without ",
      "not far",     "abo"};
  constexpr std::array<std::string_view, 24> kClauses = {
      "it's ",     "its ",    "it is",   "there's ",   "theres ",   "make ",    "put ",       "add ",
      "skip ",     "dont ",   "can't ",  "can barely", "sketch it", "paint it", "you know",   "and please",
      "and leave", "I guess", "moon's ", "moons ",     "sun's ",    "sky's ",   "rainbow's ", "stars stand"};
  const std::string_view text = saying.text;
  if (saying.Has(Slot::kAThing)) return Form::kNoun;
  if (text.ends_with('.') || text.ends_with('?') || text.ends_with('!') || IsCapital(text)) return Form::kSentence;
  if (StartsWithAny(text, kClauses)) return Form::kSentence;
  return StartsWithAny(text, kLinks) && text.find(':') == text.npos ? Form::kPhrase : Form::kTag;
}

bool FitsOneOnlyInEnglish(std::string_view text) {
  constexpr std::array<std::string_view, 40> kOfOne = {
      " it ",   " it.",   " it,",         " it?",         "it's",         "its ",         "It's",      "It is",
      "Its ",   "itself", " one ",        "one of",       " one,",        " one.",        " is ",      " has ",
      "that's", "thats",  "who's",        " was ",        "'s ",          "a {thing}",    "A {thing}", "an {thing}",
      "this {", "that {", "one {",        "One {",        "solo",         "single",       " who got",  "{b} is",
      "a {b}",  "A {b}",  "a {colour} {", "A {colour} {", "a {b_colour}", "A {b_colour}", "a {size}",  " an {"};
  return ContainsAny(text, kOfOne) || text.ends_with(" it") || text.ends_with(" one") || text.starts_with("its ") ||
         text.starts_with("it is");
}

// Whether a pattern about somebody or something can stand where its name could.
bool IsNounInEnglish(const Saying& saying) {
  using PieceForm = SayingPiece::Form;
  constexpr std::array<std::string_view, 24> kFinite = {
      " is ",   " has ",    " got ",   " did ",  " can ",       " cannot ", " must ", " was ",
      " gotta", " should ", " threw ", " found", " remembered", " are ",    " and ",  " but ",
      " pls",   " please",  " says",   " goes ", " x{",         " = ",      ", can ", " like "};
  constexpr std::array<std::string_view, 15> kNever = {".",   "?",   "!",   ":",       "=",  "/ ",    "(", "please",
                                                       "pls", " 4k", " hd", "make it", "I ", "gimme", ";"};
  constexpr std::array<std::string_view, 6> kRelative = {"who ", "that ", "which ", "who (", "whom ", "whose "};
  const std::string_view text = saying.text;
  const std::string_view start = saying.Start();
  if (!start.empty() && start != "a " && start != "an " && !(start.starts_with("a ") && text.ends_with("{thing}")))
    return false;
  bool after = false;
  for (size_t i = 0; i < saying.pieces.size(); ++i) {
    const SayingPiece& piece = saying.pieces[i];
    if (piece.form == PieceForm::kEither) {
      const bool bound = i > 0 && saying.pieces[i - 1].form == PieceForm::kWords &&
                         std::ranges::any_of(kRelative, [&](std::string_view word) {
                           return saying.pieces[i - 1].words.front().ends_with(word);
                         });
      if (!bound) return false;
    }
    if (piece.form == PieceForm::kMaybe) return false;
    if (piece.form != PieceForm::kWords) {
      after = after || piece.form == PieceForm::kSlot;
      continue;
    }
    const std::string& words = piece.words.front();
    if (ContainsAny(words, kNever)) return false;
    if (after && StartsWithAny(words, kFinite)) return false;
    if (after && words.starts_with("'s")) return false;
  }
  return text.find("{he}") == text.npos && text.find("the {thing}") == text.npos;
}

// ---- Chinese ----

Form SceneFormInChinese(const Saying& saying) {
  constexpr std::array<std::string_view, 9> kSigns = {"：", ":", "=", "，", ",", "；", "（", "喔", "啦"};
  const std::string_view text = saying.text;
  if (saying.Has(Slot::kAThing)) return Form::kNoun;
  if (text.ends_with("。") || text.ends_with("！") || text.starts_with("请") || text.starts_with("请"))
    return Form::kSentence;
  return ContainsAny(text, kSigns) ? Form::kTag : Form::kPhrase;
}

bool IsNounInChinese(const Saying& saying) {
  using PieceForm = SayingPiece::Form;
  constexpr std::array<std::string_view, 14> kSigns = {"。", "？", "！", "；", "：", ":",  "（",
                                                       "，", ",",  "+",  "喔", "谢", "请", "x"};
  constexpr std::array<std::string_view, 12> kStarts = {"画",   "请",   "给",   "让", "我", "要",
                                                        "主体", "生成", "麻烦", "帮", "来", "有"};
  const std::string_view text = saying.text;
  if (ContainsAny(text, kSigns) || saying.Has(Slot::kHe)) return false;
  const SayingPiece& last = saying.pieces.back();
  const bool of = last.form == PieceForm::kSlot && saying.pieces.size() > 1 && !StartsWithAny(saying.Start(), kStarts);
  return of || saying.pieces.front().form == PieceForm::kSlot;
}

std::optional<int> Index(std::span<const std::string_view> words, std::string_view value) {
  const auto found = std::ranges::find(words, value);
  if (found == words.end() || value == "no") return std::nullopt;
  return static_cast<int>(found - words.begin());
}

// The words of a long or relative saying's value, the longest first: "starry night" before "night".
struct NamedNeed {
  std::string_view name;
  Need need;
};

template <size_t N>
void AddNeeds(std::vector<NamedNeed>& list, Topic topic, const std::array<std::string_view, N>& words) {
  for (size_t i = 0; i < N; ++i)
    if (words[i] != "no") list.push_back({words[i], {topic, static_cast<int>(i)}});
}

const std::vector<NamedNeed>& NamedNeeds() {
  static const std::vector<NamedNeed> needs = [] {
    std::vector<NamedNeed> all = {{"holding", {kAboutHeld, -1}},
                                  {"wearing", {kAboutWorn, -1}},
                                  {"colour", {kAboutColour, -1}},
                                  {"count", {kAboutCount, -1}},
                                  {"far", {kAboutDepth, static_cast<int>(Depth::kFar)}},
                                  {"left", {kAboutPlace, static_cast<int>(Place::kLeft)}},
                                  {"right", {kAboutPlace, static_cast<int>(Place::kRight)}},
                                  {"moon full", {kAboutPhase, static_cast<int>(MoonPhase::kFull)}},
                                  {"full", {kAboutPhase, static_cast<int>(MoonPhase::kFull)}},
                                  {"crescent", {kAboutPhase, static_cast<int>(MoonPhase::kCrescent)}},
                                  {"snowfall", {kAboutWeather, static_cast<int>(Weather::kSnow)}},
                                  {"size small", {kAboutSize, static_cast<int>(Size::kSmall)}},
                                  {"size large", {kAboutSize, static_cast<int>(Size::kLarge)}},
                                  {"size", {kAboutSize, -1}}};
    AddNeeds(all, kAboutHour, kHourWords);
    AddNeeds(all, kAboutGround, kGroundWords);
    AddNeeds(all, kAboutWeather, kWeatherWords);
    AddNeeds(all, kAboutSeason, kSeasonWords);
    AddNeeds(all, kAboutStyle, kStyleWords);
    AddNeeds(all, kAboutMood, kMoodWords);
    AddNeeds(all, kAboutAction, kActionWords);
    AddNeeds(all, kAboutFeeling, kFeelingWords);
    AddNeeds(all, kAboutPattern, kPatternWords);
    AddNeeds(all, kAboutSize, kSizeWords);
    AddNeeds(all, kAboutRelation, kRelationWords);
    std::ranges::stable_sort(all, [](const NamedNeed& a, const NamedNeed& b) { return a.name.size() > b.name.size(); });
    return all;
  }();
  return needs;
}

// What the words of a value ask for; nothing when one of them has no meaning.
std::optional<WayOfMany> ReadNeeds(std::string_view value) {
  WayOfMany many{.way = {}, .needs = {}};
  while (!value.empty()) {
    const auto takes = [&value](std::string_view word) {
      if (!value.starts_with(word) || (value.size() > word.size() && value[word.size()] != ' ')) return false;
      value.remove_prefix(std::min(value.size(), word.size() + 1));
      return true;
    };
    if (takes("without") || takes("no thing")) {
      many.denies = true;
      continue;
    }
    if (takes("nothing else")) continue;
    const auto found = std::ranges::find_if(NamedNeeds(), [&](const NamedNeed& named) { return takes(named.name); });
    if (found == NamedNeeds().end()) return std::nullopt;
    many.needs.push_back(found->need);
  }
  // "snow hills": it snows on the hills; "snow" alone is a place.
  constexpr int kSnow = static_cast<int>(Ground::kSnow);
  const auto grounds = std::ranges::count(many.needs, kAboutGround, &Need::topic);
  for (Need& need : many.needs)
    if (grounds > 1 && need.topic == kAboutGround && need.value == kSnow)
      need = {kAboutWeather, static_cast<int>(Weather::kSnow)};
  return many;
}

}  // namespace

class PromptWays::Sorter {
 public:
  Sorter(PromptWays& ways, Language language) : ways_(ways), english_(language == Language::kEnglish) {}

  void Sort() {
    for (const auto& [key, list] : ways_.sayings_.all()) {
      const auto& [section, value] = key;
      if (!TakeWords(section, value, list) && !Take(section, value, list))
        ways_.skipped.push_back(value.empty() ? section : section + " " + value);
    }
  }

 private:
  enum class About { kScene, kSomebody };

  Way WayOf(const Saying& saying, About about) const {
    Way way{.saying = &saying};
    if (about == About::kScene) {
      way.form = english_ ? SceneFormInEnglish(saying) : SceneFormInChinese(saying);
    } else {
      way.form = (english_ ? IsNounInEnglish(saying) : IsNounInChinese(saying)) ? Form::kNoun : Form::kClause;
    }
    way.one_only = english_ && FitsOneOnlyInEnglish(saying.text);
    const std::string_view text = saying.text;
    way.definite = text.find("the {thing}") != text.npos || text.find("The {thing}") != text.npos;
    return way;
  }

  bool Add(Ways& ways, const std::vector<Saying>& list, About about) const {
    for (const Saying& saying : list) (saying.held_out ? ways.held_out : ways.training).push_back(WayOf(saying, about));
    return true;
  }

  template <size_t N, size_t M>
  bool AddAt(std::array<Ways, N>& ways, const std::array<std::string_view, M>& words, std::string_view value,
             const std::vector<Saying>& list, About about) const {
    const auto index = Index(words, value);
    return index && *index < static_cast<int>(N) && Add(ways[static_cast<size_t>(*index)], list, about);
  }

  template <size_t N, size_t M>
  static bool AddWords(std::array<std::vector<std::string>, N>& all, const std::array<std::string_view, M>& words,
                       std::string_view value, const std::vector<Saying>& list) {
    const auto index = Index(words, value);
    if (!index) return false;
    for (const Saying& saying : list) all[static_cast<size_t>(*index)].push_back(saying.text);
    return true;
  }

  bool TakeWords(std::string_view section, std::string_view value, const std::vector<Saying>& list) {
    if (section == "colour_word") return AddWords(ways_.colour_word, kColourWords, value, list);
    if (section == "size_word") return AddWords(ways_.size_word, kSizeWords, value, list);
    if (section == "feeling_word") return AddWords(ways_.feeling_word, kFeelingWords, value, list);
    if (section == "manner_word") return AddWords(ways_.manner_word, kFeelingWords, value, list);
    if (section == "pattern_word") return AddWords(ways_.pattern_word, kPatternWords, value, list);
    if (section == "worn_word") return AddWords(ways_.worn_word, kWornWords, value, list);
    return false;
  }

  // Children's lines, questions and frames by the slots they have.
  bool TakeFrames(const std::vector<Saying>& list) {
    constexpr uint32_t kA = 1u << 0, kB = 1u << 1, kC = 1u << 2, kThing = 1u << 3, kSecond = 1u << 5, kScene = 1u << 12;
    for (const Saying& saying : list) {
      const uint32_t slots = saying.slots;
      Ways* ways = nullptr;
      const bool first = (slots & (kA | kThing)) != 0;
      const uint32_t others = slots & ~(kA | kThing);
      if (first && others == 0) ways = &ways_.one;
      if (first && others == kScene) ways = &ways_.one_in_scene;
      if (first && (others == kB || others == kSecond)) ways = &ways_.two;
      if (first && others == (kB | kC)) ways = &ways_.three;
      if (ways == nullptr) continue;
      (saying.held_out ? ways->held_out : ways->training).push_back(WayOf(saying, About::kSomebody));
    }
    return true;
  }

  bool TakeMany(std::vector<WayOfMany>& all, std::string_view value, const std::vector<Saying>& list) {
    const auto many = ReadNeeds(value);
    if (!many) return false;
    for (const Saying& saying : list) {
      if (many->denies && !saying.Has(Slot::kAThing) && !saying.Has(Slot::kWho) && many->needs.empty()) {
        (saying.held_out ? ways_.without.held_out : ways_.without.training).push_back(WayOf(saying, About::kScene));
        continue;
      }
      all.push_back(*many);
      all.back().way = WayOf(saying, About::kSomebody);
    }
    return true;
  }

  bool TakeRelation(std::string_view value, const std::vector<Saying>& list) {
    if (value == "between") return Add(ways_.between, list, About::kSomebody);
    if (value == "riding") return Add(ways_.riding, list, About::kSomebody);
    return AddAt(ways_.relation, kRelationWords, value, list, About::kSomebody);
  }

  bool TakeStatedPlace(std::string_view value, const std::vector<Saying>& list) {
    if (value == "far away") return Add(ways_.depth_said[static_cast<size_t>(Depth::kFar)], list, About::kScene);
    if (value == "close") return Add(ways_.depth_said[static_cast<size_t>(Depth::kNear)], list, About::kScene);
    return AddAt(ways_.place_said, kPlaceWords, value, list, About::kScene);
  }

  bool TakeScene(std::string_view section, std::string_view value, const std::vector<Saying>& list) {
    constexpr About kScene = About::kScene;
    if (section == "hour") return AddAt(ways_.hour, kHourWords, value, list, kScene);
    if (section == "weather") return AddAt(ways_.weather, kWeatherWords, value, list, kScene);
    if (section == "place") return AddAt(ways_.ground, kGroundWords, value, list, kScene);
    if (section == "season") return AddAt(ways_.season, kSeasonWords, value, list, kScene);
    if (section == "style") return AddAt(ways_.style, kStyleWords, value, list, kScene);
    if (section == "mood") return AddAt(ways_.mood, kMoodWords, value, list, kScene);
    if (section == "moon" && value == "no") return Add(ways_.no_moon, list, kScene);
    if (section == "moon") return AddAt(ways_.phase, kMoonWords, value, list, kScene);
    if (section == "sun") return Add(ways_.sun, list, kScene);
    if (section != "clouds") return false;
    const auto count = Index(kCountWords, value);
    return count && Add(ways_.clouds[static_cast<size_t>(*count) + 1], list, kScene);
  }

  bool TakeSubject(std::string_view section, std::string_view value, const std::vector<Saying>& list) {
    constexpr About kSomebody = About::kSomebody;
    constexpr std::array<std::string_view, 3> kFacings = {"no", "left", "right"};
    if (section == "action") return AddAt(ways_.action, kActionWords, value, list, kSomebody);
    if (section == "feeling") return AddAt(ways_.feeling, kFeelingWords, value, list, kSomebody);
    if (section == "pattern") return AddAt(ways_.pattern, kPatternWords, value, list, kSomebody);
    if (section == "size") return AddAt(ways_.size, kSizeWords, value, list, kSomebody);
    if (section == "located") return AddAt(ways_.located, kPlaceWords, value, list, kSomebody);
    if (section == "depth") return AddAt(ways_.depth, kDepthWords, value, list, kSomebody);
    if (section == "facing") return AddAt(ways_.facing, kFacings, value, list, kSomebody);
    if (section == "relation") return TakeRelation(value, list);
    if (section == "statement_place") return TakeStatedPlace(value, list);
    if (section == "statement_medium")
      return Add(ways_.size_said[static_cast<size_t>(Size::kMedium)], list, About::kScene);
    if (section == "statement_size" && value.empty()) {
      for (Ways& ways : ways_.size_said) Add(ways, list, About::kScene);
      return true;
    }
    if (section == "statement_size") return AddAt(ways_.size_said, kSizeWords, value, list, About::kScene);
    return false;
  }

  bool Take(std::string_view section, std::string_view value, const std::vector<Saying>& list) {
    struct Plain {
      std::string_view section;
      Ways* ways;
      About about;
    };
    const std::array<Plain, 14> plain = {{{"holding", &ways_.holding, About::kSomebody},
                                          {"wearing", &ways_.wearing, About::kSomebody},
                                          {"row", &ways_.row, About::kSomebody},
                                          {"attribute_colour", &ways_.colour, About::kSomebody},
                                          {"statement_colour", &ways_.colour_said, About::kScene},
                                          {"two_colours", &ways_.two_colours, About::kSomebody},
                                          {"count", &ways_.count, About::kSomebody},
                                          {"statement_count", &ways_.count_said, About::kScene},
                                          {"without", &ways_.without, About::kScene},
                                          {"nothing_else", &ways_.alone, About::kSomebody},
                                          {"frame_one", &ways_.one, About::kSomebody},
                                          {"frame_one_scene", &ways_.one_in_scene, About::kSomebody},
                                          {"frame_two", &ways_.two, About::kSomebody},
                                          {"frame_three", &ways_.three, About::kSomebody}}};
    for (const Plain& one : plain)
      if (one.section == section) return Add(*one.ways, list, one.about);
    if ((section == "child" && value.empty()) || section == "question") return TakeFrames(list);
    if (section == "long") return TakeMany(ways_.longer, value, list);
    if (section == "relative" || section == "child") return TakeMany(ways_.relative, value, list);
    return TakeScene(section, value, list) || TakeSubject(section, value, list);
  }

  PromptWays& ways_;
  bool english_;
};

PromptWays::PromptWays(const std::filesystem::path& folder, Language language)
    : sayings_(Sayings::Load(folder / "sayings")) {
  Sorter(*this, language).Sort();
}

}  // namespace diptych::world
