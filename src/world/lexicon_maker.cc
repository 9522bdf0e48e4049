#include "world/lexicon_maker.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/split.h"
#include "text/unicode.h"
#include "world/facts.h"
#include "world/held_out.h"
#include "world/setting.h"

namespace diptych::world {
namespace {

namespace fs = std::filesystem;
using plan::LexiconEntry, plan::Meaning, plan::WordUse;

// Scenes whose words are collected: enough to meet each alternative of each rule.
constexpr uint64_t kScenes = 3000;

// A phrase keeps a value where at least this many tenths of its uses have that value (DropAmbiguous).
constexpr int kNearlyAlways = 9;

// How often each meaning was met for a phrase.
class PhraseBook {
 public:
  void Add(const std::string& phrase, const Meaning& meaning, int times = 1) {
    if (phrase.empty()) return;
    auto& meanings = phrases_[phrase];
    const auto known =
        std::find_if(meanings.begin(), meanings.end(), [&](const auto& one) { return one.first == meaning; });
    if (known == meanings.end())
      meanings.emplace_back(meaning, times);
    else
      known->second += times;
  }
  void AddAll(const PhraseBook& other) {
    for (const auto& [phrase, meanings] : other.phrases_)
      for (const auto& [meaning, times] : meanings) Add(phrase, meaning, times);
  }
  // What the other has and the known one either lacks or has with the same meanings.
  void AddNew(const PhraseBook& other, const PhraseBook& known) {
    for (const auto& [phrase, meanings] : other.phrases_)
      for (const auto& [meaning, times] : meanings)
        if (!known.Has(phrase) || known.Has(phrase, meaning)) Add(phrase, meaning, times);
  }
  bool Has(const std::string& phrase) const { return phrases_.contains(phrase); }
  bool Has(const std::string& phrase, const Meaning& meaning) const {
    return std::ranges::any_of(MeaningsOf(phrase), [&](const auto& one) { return one.first == meaning; });
  }
  bool HasUse(const std::string& phrase, WordUse use) const {
    return std::ranges::any_of(MeaningsOf(phrase), [&](const auto& one) { return one.first.use == use; });
  }
  bool HasValue(const std::string& phrase, std::string_view property) const {
    return std::ranges::any_of(MeaningsOf(phrase), [&](const auto& one) { return one.first.property == property; });
  }
  // Whether all that the phrase is known as is a thing that no kind is near to.
  bool IsThing(const std::string& phrase) const {
    return std::ranges::all_of(MeaningsOf(phrase), [](const auto& one) { return one.first.use == WordUse::kThing; });
  }
  void Forget(const std::string& phrase) { phrases_.erase(phrase); }
  void EraseIf(const std::function<bool(const std::string& phrase, const Meaning& meaning)>& is_wrong) {
    for (auto& [phrase, meanings] : phrases_)
      std::erase_if(meanings, [&](const auto& one) { return is_wrong(phrase, one.first); });
    std::erase_if(phrases_, [](const auto& phrase) { return phrase.second.empty(); });
  }

  // Of a phrase with several values of one property, keeps the one that it nearly always has, or none. "A" stands
  // before one thing in most texts and is no word for "one".
  void DropAmbiguous() {
    for (auto& [phrase, meanings] : phrases_) {
      std::map<std::string, int> all;
      for (const auto& [meaning, times] : meanings) all[meaning.property] += times;
      std::erase_if(meanings, [&all](const auto& one) {
        return one.first.use == WordUse::kValue && one.second * 10 < all[one.first.property] * kNearlyAlways;
      });
    }
    std::erase_if(phrases_, [](const auto& phrase) { return phrase.second.empty(); });
  }

  // All phrases, the most used of each meaning first.
  std::vector<LexiconEntry> Entries() const {
    std::vector<std::pair<int, LexiconEntry>> counted;
    for (const auto& [phrase, meanings] : phrases_)
      for (const auto& [meaning, times] : meanings) counted.push_back({times, {phrase, meaning}});
    const auto order = [](const std::pair<int, LexiconEntry>& one) {
      const Meaning& m = one.second.meaning;
      return std::tuple(m.use, m.property, m.value, m.many, -one.first, one.second.phrase);
    };
    std::ranges::sort(counted, {}, order);
    std::vector<LexiconEntry> entries;
    for (auto& one : counted) entries.push_back(std::move(one.second));
    return entries;
  }

 private:
  using Counted = std::vector<std::pair<Meaning, int>>;
  const Counted& MeaningsOf(const std::string& phrase) const {
    static const Counted none;
    const auto found = phrases_.find(phrase);
    return found == phrases_.end() ? none : found->second;
  }

  std::map<std::string, Counted> phrases_;
};

// A phrase as the lexicon writes it: small letters, single spaces, no punctuation; in parts where there is some.
std::vector<std::string> PartsOf(std::string_view text) {
  std::vector<std::string> parts(1);
  for (const text::Character& c : text::CharactersOf(text)) {
    const bool letter = c.code >= 0x80 ? !(c.code >= 0x2000 && c.code <= 0x206f) && c.code < 0xff00 &&
                                             !(c.code >= 0x3000 && c.code <= 0x303f && c.code != 0x3005)
                                       : std::isalnum(static_cast<int>(c.code)) != 0 || c.code == '\'';
    if (letter)
      parts.back() += text::SmallLetter(c);
    else if (c.code == ' ' || c.code == '-')
      parts.back() += parts.back().empty() || parts.back().back() == ' ' ? "" : " ";
    else if (c.code == 0x2019)
      parts.back() += '\'';
    else
      parts.emplace_back();
  }
  for (std::string& part : parts)
    while (part.ends_with(' ')) part.pop_back();
  std::erase(parts, "");
  return parts;
}

// Whether a phrase is cut by characters, not at spaces: it begins with a Han character, or a sign such as "①". That is
// not plan::IsChinese, by which "X光片" is Chinese.
bool IsCutByCharacters(std::string_view phrase) { return text::FirstCharacter(phrase).code >= 0x80; }

// One Chinese character, or one or two letters, are parts of too many words.
bool TooShort(const std::string& phrase) {
  return phrase.empty() || phrase.size() < (IsCutByCharacters(phrase) ? 6 : 3);
}

constexpr size_t kMostWays = 4096;

// All ways to read a pattern: with and without what stands in [ ], each of the alternatives in ( | ). At most
// kMostWays.
std::vector<std::string> Unfold(std::string_view pattern) {
  const size_t open = pattern.find_first_of("([");
  if (open == pattern.npos) return {std::string(pattern)};
  const char close = pattern[open] == '(' ? ')' : ']';
  const size_t end = pattern.find(close, open);
  if (end == pattern.npos) return {};
  std::vector<std::string> ways;
  const std::string_view inner = pattern.substr(open + 1, end - open - 1);
  std::vector<std::string_view> choices =
      close == ')' ? base::Split(inner, '|') : std::vector{inner, std::string_view()};
  for (const std::string& rest : Unfold(pattern.substr(end + 1)))
    for (std::string_view choice : choices)
      if (ways.size() < kMostWays) ways.push_back(std::string(pattern.substr(0, open)) + std::string(choice) + rest);
  return ways;
}

// Closed classes of words: the sections of plain.txt by what they do. "(in|on)" and "[s]" in a word are read as in
// sayings, "_" as a space.
class PlainWords {
 public:
  explicit PlainWords(const fs::path& file) {
    const std::string text = base::ReadFile(file);
    std::string section;
    for (std::string_view line : base::Split(text, '\n')) {
      const std::string_view words = base::Trim(line);
      if (words.empty() || words.front() == '#') continue;
      if (words.ends_with(':')) {
        section = std::string(words.substr(0, words.size() - 1));
        if (!MeaningOf(section))
          throw base::Error("words", file.string() + ": \"" + section + "\" is no section of plain words.");
        continue;
      }
      if (!MeaningOf(section)) throw base::Error("words", file.string() + ": words stand before the first section.");
      for (std::string_view word : base::Split(words, ' '))
        if (!word.empty()) Take(section, word);
    }
  }

  bool Has(const std::string& word) const { return words_.contains(word); }
  void AddTo(PhraseBook& book) const {
    for (const auto& [word, meaning] : words_) book.Add(word, meaning);
  }
  // Words that lead to what is held or worn.
  void AddLeadsTo(PhraseBook& book) const {
    for (const auto& [phrase, meaning] : leads_) book.Add(phrase, meaning);
  }
  // Words of content that no picture shows ("enjoy"), those that only questions use ("many"), and those that no fact
  // says ("rusty"), where nothing else gives them a meaning.
  void AddSilentTo(PhraseBook& book) const {
    for (const auto& [word, meaning] : silent_)
      if (!book.Has(word)) book.Add(word, meaning);
  }

  // The phrase without the words at its ends that state nothing: "under a full moon" -> "full moon". Whole where a
  // single letter or Chinese character would be left.
  std::string Core(const std::string& phrase) const {
    std::string core = phrase;
    while (const size_t length = PlainAt(Edge::kStart, core)) core.erase(0, length);
    while (const size_t length = PlainAt(Edge::kEnd, core)) core.erase(core.size() - length);
    return TooShort(core) ? phrase : core;
  }

 private:
  enum class Edge { kStart, kEnd };

  void Take(const std::string& section, std::string_view pattern) {
    const Meaning meaning = *MeaningOf(section);
    const bool leads = meaning.use == WordUse::kLead || meaning.use == WordUse::kTrail;
    const bool yields = section == kSilent || section == kQuestion || section == kOther;
    for (std::string phrase : Unfold(pattern)) {
      std::ranges::replace(phrase, '_', ' ');
      if (leads)
        leads_.emplace_back(std::move(phrase), meaning);
      else
        (yields ? silent_ : words_)[std::move(phrase)] = meaning;
    }
  }
  static std::optional<Meaning> MeaningOf(std::string_view section) {
    for (const auto& [begin, use] : {std::pair("lead ", WordUse::kLead), std::pair("trail ", WordUse::kTrail)})
      if (section.starts_with(begin))
        return Meaning{.use = use, .value = std::string(section.substr(std::string_view(begin).size()))};
    if (section == kOther) return Meaning{.use = WordUse::kOther};
    if (section == "has" || section == "at" || section == "with" || section == "like" || section == "it")
      return Meaning{.use = WordUse::kPlain, .value = std::string(section)};
    if (section == "plain" || section == kSilent) return Meaning{.use = WordUse::kPlain};
    if (section == kQuestion) return Meaning{.use = WordUse::kValue, .property = std::string(kQuestion)};
    if (section == "is") return Meaning{.use = WordUse::kPlain, .value = "is"};
    if (section == "deny") return Meaning{.use = WordUse::kDenial};
    if (section == "deny before") return Meaning{.use = WordUse::kDenial, .value = "before"};
    if (section == "link") return Meaning{.use = WordUse::kLink};
    if (section == "and" || section == "but" || section == "of")
      return Meaning{.use = WordUse::kLink, .value = std::string(section)};
    return {};
  }
  bool IsPlain(std::string_view word) const {
    const auto found = words_.find(std::string(word));
    return found != words_.end() && found->second.use != WordUse::kDenial;
  }
  // Bytes of the plain word at that edge of the phrase, with the space that parts it from the rest; 0 where there is
  // none. Chinese has no spaces: there it is the longest of at most four characters, and never the whole phrase.
  size_t PlainAt(Edge edge, std::string_view phrase) const {
    const auto part = [&](size_t bytes) {
      return edge == Edge::kStart ? phrase.substr(0, bytes) : phrase.substr(phrase.size() - bytes);
    };
    if (phrase.empty()) return 0;
    if (!IsCutByCharacters(phrase)) {
      const size_t space = edge == Edge::kStart ? phrase.find(' ') : phrase.rfind(' ');
      const size_t word = space == phrase.npos   ? phrase.size()
                          : edge == Edge::kStart ? space
                                                 : phrase.size() - space - 1;
      return IsPlain(part(word)) ? std::min(word + 1, phrase.size()) : 0;
    }
    for (size_t bytes = 12; bytes >= 3; bytes -= 3)
      if (bytes < phrase.size() && IsPlain(part(bytes))) return bytes;
    return 0;
  }

  static constexpr std::string_view kSilent = "silent", kQuestion = "question", kOther = "other";

  std::map<std::string, Meaning> words_, silent_;
  std::vector<std::pair<std::string, Meaning>> leads_;
};

// Whether a relation is said by a verb: the words for it stand between the two.
bool IsVerb(const Meaning& meaning) {
  return meaning.property == kTopicNames[kAboutRelation] &&
         (meaning.value.starts_with("look") || meaning.value.starts_with("chas"));
}

bool IsRelation(Topic topic) { return topic == kAboutRelation; }

Meaning MeaningOf(const Setting& setting, Topic topic, int subject) {
  const plan::TypedFact fact = FactOf(setting, topic, subject);
  if (topic == kAboutKind)
    return {.use = WordUse::kKind, .value = fact.subject, .many = setting.plural[static_cast<size_t>(subject)]};
  return {.use = WordUse::kValue, .property = kTopicNames[topic], .value = fact.value};
}

bool IsSentence(std::string_view text) {
  constexpr auto kEnds = std::to_array<std::string_view>({".", "!", "?", "。", "！", "？"});
  return std::ranges::any_of(kEnds, [text](std::string_view end) { return text.ends_with(end); });
}

// The words of every rule that states one thing.
class GrammarCollector {
 public:
  GrammarCollector(const Grammar& grammar, const PlainWords& plain, bool chinese)
      : grammar_(grammar), plain_(plain), chinese_(chinese), rules_(grammar.RulesThatState()) {}

  void Collect(const Scene& scene, base::Random& random) {
    const Setting setting = SettingOf(scene);
    for (int subject = 0; subject < static_cast<int>(scene.subjects.size()); ++subject)
      for (const int rule : rules_)
        if (grammar_.Applies(rule, setting, subject)) CollectRule(rule, setting, subject, random);
  }

  // What the rules said, each by itself: one that says the same whatever the scene is used where another rule has seen
  // to it that it is true, and tells nothing of its words.
  void AddTo(PhraseBook& book) {
    for (auto* all : {&said_, &cores_})
      for (auto& [rule, said] : *all) said.DropAmbiguous();
    for (const auto& [rule, said] : said_) book.AddAll(said);
    PhraseBook cores;  // a core that is a phrase of its own is none: "on the moon" is a place, "moon" is not
    for (const auto& [rule, said] : cores_) cores.AddNew(said, book);
    book.AddAll(cores);
  }

 private:
  // Nothing where its parts have no alternative for the setting: another rule sees to it that it is not used there.
  std::optional<Expansion> ExpandOnItsOwn(int rule, const Setting& setting, int subject, base::Random& random) const {
    try {
      return grammar_.Expand(rule, setting, subject, random);
    } catch (const base::Error&) {
      return {};
    }
  }

  void CollectRule(int rule, const Setting& setting, int subject, base::Random& random) {
    const std::optional<Expansion> expanded = ExpandOnItsOwn(rule, setting, subject, random);
    if (!expanded) return;
    const Expansion& expansion = *expanded;
    std::set<std::pair<int, int>> stated;
    for (const Statement& one : expansion.statements) stated.emplace(one.what, one.subject);
    if (stated.size() != 1 || stated.begin()->first >= kTopics || stated.begin()->second != subject) return;
    const auto topic = static_cast<Topic>(stated.begin()->first);
    if (!States(setting, topic, subject)) return;
    const std::string text = Tidy(expansion.text, /*capitalise=*/false);
    if (IsOfSubject(topic) && IsSentence(text)) return;  // it says of whom, too
    const std::vector<std::string> parts = PartsOf(text);
    if (parts.size() != 1) return;
    Meaning meaning = MeaningOf(setting, topic, subject);
    if (chinese_) meaning.many = false;
    if (plain_.Has(parts.front())) return;
    const bool keeps_ends = topic == kAboutCount || topic == kAboutKind || IsRelation(topic);
    meaning.between = chinese_ && IsVerb(meaning);
    said_[rule].Add(parts.front(), meaning);
    if (const std::string core = plain_.Core(parts.front()); !keeps_ends && core != parts.front())
      cores_[rule].Add(core, meaning);
  }

  const Grammar& grammar_;
  const PlainWords& plain_;
  bool chinese_;
  std::vector<int> rules_;
  std::map<int, PhraseBook> said_, cores_;  // by each rule
};

// Which property the values of a section of the sayings belong to.
struct SayingSection {
  std::string_view name, property;
};
constexpr std::array kSayingSections = {SayingSection{"hour", "hour"},
                                        SayingSection{"weather", "weather"},
                                        SayingSection{"season", "season"},
                                        SayingSection{"moon", "phase"},
                                        SayingSection{"place", "ground"},
                                        SayingSection{"style", "style"},
                                        SayingSection{"mood", "mood"},
                                        SayingSection{"feeling", "feeling"},
                                        SayingSection{"action", "action"},
                                        SayingSection{"size", "size"},
                                        SayingSection{"facing", "facing"},
                                        SayingSection{"depth", "depth"},
                                        SayingSection{"pattern", "pattern"},
                                        SayingSection{"relation", "relation"},
                                        SayingSection{"statement_place", "place"},
                                        SayingSection{"where", "place"},
                                        SayingSection{"held", "held"},
                                        SayingSection{"worn_word", "worn"},
                                        SayingSection{"colour_word", "colour"},
                                        SayingSection{"size_word", "size"},
                                        SayingSection{"feeling_word", "feeling"},
                                        SayingSection{"manner_word", "feeling"},
                                        SayingSection{"pattern_word", "pattern"}};
constexpr std::array<std::string_view, 6> kFrameSections = {"frame_one",   "frame_one_scene", "frame_two",
                                                            "frame_three", "question",        "nothing_else"};

// The words between the slots of a pattern.
std::vector<std::string> FragmentsOf(std::string_view pattern) {
  std::vector<std::string> fragments;
  while (!pattern.empty()) {
    const size_t slot = std::min(pattern.find('{'), pattern.size());
    for (std::string& part : PartsOf(pattern.substr(0, slot))) fragments.push_back(std::move(part));
    const size_t end = pattern.find('}', slot);
    pattern.remove_prefix(end == pattern.npos ? pattern.size() : end + 1);
  }
  return fragments;
}

// The parts of a pattern with two things: before the first, between them, and behind the second, each in one piece.
struct RelationShape {
  std::string first{}, between{}, behind{};
  bool is_forward = true;  // the thing that the relation is said of stands first

  static std::optional<RelationShape> Of(std::string_view way) {
    std::vector<std::string> slots, texts(1);
    while (!way.empty()) {
      const size_t open = std::min(way.find('{'), way.size()), close = way.find('}', open);
      texts.back() = way.substr(0, open);
      if (close == way.npos) break;
      slots.emplace_back(way.substr(open + 1, close - open - 1));
      texts.emplace_back();
      way.remove_prefix(close + 1);
    }
    if (slots.size() != 2) return {};
    RelationShape shape;
    shape.is_forward = !slots.front().starts_with('b');
    for (const auto& [text, part] : {std::pair(&texts[0], &shape.first), std::pair(&texts[1], &shape.between),
                                     std::pair(&texts[2], &shape.behind)}) {
      const std::vector<std::string> parts = PartsOf(*text);
      if (parts.size() > 1) return {};
      if (!parts.empty()) *part = parts.front();
    }
    return shape;
  }
};

// The sayings of one language.
class SayingCollector {
 public:
  SayingCollector(const PlainWords& plain, PhraseBook& book) : plain_(plain), book_(book) {}

  void Read(const fs::path& file) { ReadLines(file); }
  // Phrases that are words for their values as they stand, whatever else they mean.
  void ReadExact(const fs::path& file) {
    exact_ = true;
    ReadLines(file);
    exact_ = false;
  }

  // Adds to the book the phrases that were met with one meaning only; and the frames, as words that state nothing.
  void Finish() {
    for (const auto& [phrase, meanings] : exact_phrases_)
      if (meanings.size() == 1 && !book_.HasValue(phrase, meanings.begin()->property)) {
        if (book_.Has(phrase) && book_.IsThing(phrase)) book_.Forget(phrase);
        book_.Add(phrase, *meanings.begin());
      }
    for (const auto& [phrase, meanings] : found_)
      if (meanings.size() == 1 && !TooShort(phrase) && !phrase.ends_with("'s") && !book_.Has(phrase))
        book_.Add(phrase, *meanings.begin());
    // A relation is one of several meanings where its two things are named.
    for (const Found* relations : {&exact_relations_, &relations_})
      for (const auto& [phrase, meanings] : *relations)
        if (meanings.size() == 1 && !book_.HasValue(phrase, kTopicNames[kAboutRelation]))
          book_.Add(phrase, *meanings.begin());
    for (const std::string& phrase : frames_)
      if (!book_.Has(phrase) && !found_.contains(phrase) && !BeginsWithRelation(phrase) &&
          phrase.find(IsCutByCharacters(phrase) ? "" : " ") != phrase.npos)
        book_.Add(phrase, {.use = WordUse::kPlain});
  }

 private:
  struct Less {
    bool operator()(const Meaning& a, const Meaning& b) const {
      return std::tie(a.property, a.value, a.between) < std::tie(b.property, b.value, b.between);
    }
  };
  using Found = std::map<std::string, std::set<Meaning, Less>>;

  void ReadLines(const fs::path& file) {
    const std::string text = base::ReadFile(file);
    std::string section;
    for (std::string_view line : base::Split(text, '\n')) {
      if (line.starts_with("## "))
        section = std::string(line.substr(3));
      else if (!base::Trim(line).empty())
        Take(section, base::Trim(line));
    }
  }

  void Take(std::string_view section, std::string_view line) {
    if (std::ranges::find(kFrameSections, section) != kFrameSections.end()) {
      for (const std::string& way : Unfold(line))
        for (std::string& fragment : FragmentsOf(way)) frames_.insert(std::move(fragment));
      return;
    }
    const auto row = std::ranges::find(kSayingSections, section, &SayingSection::name);
    const size_t bar = line.find(" | ");
    if (row == kSayingSections.end() || bar == line.npos) return;
    std::string value(base::Trim(line.substr(0, bar)));
    if (value == "no") return;  // denials are read as such
    std::ranges::replace(value, '-', ' ');
    const Meaning meaning{.use = WordUse::kValue, .property = std::string(row->property), .value = value};
    for (const std::string& way : Unfold(line.substr(bar + 3)))
      meaning.property == kTopicNames[kAboutRelation] ? TakeRelation(way, meaning) : TakeWay(way, meaning);
  }

  // Of a pattern that states one thing in one piece.
  void TakeWay(const std::string& way, const Meaning& meaning) {
    if (exact_) {
      for (const std::string& phrase : PartsOf(way)) exact_phrases_[phrase].insert(meaning);
      return;
    }
    std::vector<std::string> cores;
    for (const std::string& fragment : FragmentsOf(way))
      if (std::string core = CoreOf(fragment, meaning.property); !core.empty()) cores.push_back(std::move(core));
    if (cores.size() == 1) found_[cores.front()].insert(meaning);
  }

  // The phrase without words that state nothing, unless too little would be left to tell the meaning by: of "has
  // something on its mind" not "mind". Words for the scene are nouns, and tell it alone: "rain".
  std::string CoreOf(const std::string& phrase, std::string_view property) const {
    constexpr auto kOfScene =
        std::to_array<std::string_view>({"hour", "weather", "season", "phase", "ground", "style"});
    const std::string core = plain_.Core(phrase);
    const bool of_scene = std::ranges::find(kOfScene, property) != kOfScene.end();
    if (IsCutByCharacters(phrase)) return of_scene || core.size() * 3 >= phrase.size() * 2 ? core : phrase;
    const auto words = [](const std::string& text) { return std::ranges::count(text, ' ') + 1; };
    const auto left_out = words(phrase) - words(core);
    return words(core) > 1 || left_out <= (of_scene ? 3 : 1) ? core : phrase;
  }

  // Of a relation the words between its two things, or in Chinese behind the second.
  void TakeRelation(const std::string& way, Meaning meaning) {
    if (way.find('{') == way.npos) {
      for (const std::string& phrase : PartsOf(way)) exact_relations_[phrase].insert(meaning);
      return;
    }
    const auto shape = RelationShape::Of(way);
    if (!shape) return;
    const auto& [first, between, behind, is_forward] = *shape;
    if (!first.empty() || (behind.empty() && plain_.Has(between))) return;
    Found& relations = exact_ ? exact_relations_ : relations_;
    const bool chinese = IsCutByCharacters(between);
    if (chinese && is_forward && !behind.empty()) {
      if (!behind.starts_with("的")) relations[behind].insert(meaning);
    } else if (behind.empty() && !between.empty() && (is_forward || !chinese)) {
      if (!is_forward) meaning.value = InverseOf(meaning.value);
      meaning.between = chinese;
      relations[between].insert(meaning);
    }
  }

  // 上面有: the whole would hide that there is a relation.
  bool BeginsWithRelation(const std::string& phrase) const {
    for (size_t bytes = 6; IsCutByCharacters(phrase) && bytes < phrase.size(); bytes += 3)
      if (book_.HasValue(phrase.substr(0, bytes), kTopicNames[kAboutRelation])) return true;
    return false;
  }

  static std::string InverseOf(const std::string& relation) {
    const plan::Property& property = PlanVocabulary().properties()[kAboutRelation];
    const auto at = std::ranges::find(property.values, relation);
    return at == property.values.end() ? relation : property.inverse[static_cast<size_t>(at - property.values.begin())];
  }

  const PlainWords& plain_;
  PhraseBook& book_;
  bool exact_ = false;
  Found found_, relations_, exact_phrases_, exact_relations_;
  std::set<std::string> frames_;
};

// Every name of the kinds, and how people say that somebody holds one.
void AddKinds(const Repertoire& repertoire, bool chinese, PhraseBook& book) {
  constexpr int kUsed = 1000;  // a count above that of any phrase in the texts of scenes
  const auto name = [&book](const std::string& phrase, std::string_view kind, bool many, int times) {
    for (const std::string& part : PartsOf(phrase))
      book.Add(part, {.use = WordUse::kKind, .value = std::string(kind), .many = many}, times);
  };
  for (int i = 0; i < KindCount(); ++i) {
    const KindRow& row = RowOf(static_cast<Kind>(i));
    if (!repertoire.Has(static_cast<Kind>(i))) continue;
    int times = kUsed;
    if (chinese) {
      for (const std::string& word : row.thing->chinese) name(word, row.word, false, times--);
    } else {
      for (const EnglishNoun& noun : row.thing->english) {
        name(noun.singular, row.word, false, times);
        name(noun.plural, row.word, true, times--);
      }
    }
  }
  for (const Held held : repertoire.helds()) {
    const Thing& thing = *RowOf(KindOf(held)).thing;
    const Meaning meaning{
        .use = WordUse::kValue, .property = kTopicNames[kAboutHeld], .value = HeldWords()[static_cast<size_t>(held)]};
    const auto say = [&](const std::string& phrase) {
      for (const std::string& part : PartsOf(phrase)) book.Add(part, meaning);
    };
    for (const std::string& word : thing.chinese)
      if (chinese) say("拿着" + word);
    for (const EnglishNoun& noun : thing.english) {
      const bool vowel = std::string_view("aeiou").find(noun.singular.front()) != std::string_view::npos;
      if (!chinese) say((vowel ? "holding an " : "holding a ") + noun.singular);
    }
  }
}

// 正在看书的 is 正在看书 and 的, which tells that the noun behind it does so.
void ForgetGenitives(PhraseBook& book) {
  static constexpr std::string_view kGenitive = "的";
  book.EraseIf([&book](const std::string& phrase, const Meaning& meaning) {
    return meaning.use == WordUse::kValue && phrase.ends_with(kGenitive) &&
           book.Has(phrase.substr(0, phrase.size() - kGenitive.size()), meaning);
  });
}

// Nouns with an article, or with 一 and a measure word, are things, whether or not somebody holds or wears them.
void ForgetBareNouns(PhraseBook& book) {
  constexpr auto kArticles = std::to_array<std::string_view>({"a ", "an ", "the ", "一"});
  const auto article_of = [&kArticles](const std::string& phrase) {
    const auto found =
        std::ranges::find_if(kArticles, [&phrase](std::string_view article) { return phrase.starts_with(article); });
    return found == kArticles.end() ? std::string_view() : *found;
  };
  // A measure word has one character or two.
  const auto names_kind = [&book](const std::string& noun, bool measured) {
    for (const size_t bytes : {0, 3, 6})
      if (bytes < noun.size() && (bytes == 0 || measured) && book.HasUse(noun.substr(bytes), WordUse::kKind))
        return true;
    return false;
  };
  book.EraseIf([&](const std::string& phrase, const Meaning& meaning) {
    const std::string_view article = article_of(phrase);
    if (meaning.property == kTopicNames[kAboutHeld])
      return names_kind(phrase.substr(article.size()), article == kArticles.back());
    return meaning.property == kTopicNames[kAboutWorn] && !article.empty();
  });
}

// "white rabbit", 大狮子: two words, each with its own meaning, not the name of a thing. A kind that is called by one
// Chinese character may have a size in its name: 大象.
bool IsDescribedKind(const std::string& noun, std::string_view nearest, const PhraseBook& book) {
  const bool chinese = IsCutByCharacters(noun);
  const size_t cut = chinese ? 3 : noun.find(' ');
  if (cut >= noun.size()) return false;
  const std::string first = noun.substr(0, cut), rest = noun.substr(chinese ? cut : cut + 1);
  if (book.HasValue(first, kTopicNames[kAboutColour]) || book.HasValue(first, kTopicNames[kAboutPattern]))
    return book.HasUse(rest, WordUse::kKind);
  return book.HasValue(first, kTopicNames[kAboutSize]) && (!chinese || rest.size() > 3) &&
         book.Has(rest, {.use = WordUse::kKind, .value = std::string(nearest)});
}

// Adds a noun as a name of the first of `kinds` that the repertoire has; where it has none, as a thing that is near to
// no kind, so that a reader takes the whole word and no part of it for another word.
void AddNoun(std::string_view phrase, std::span<const std::string_view> kinds, bool many, const Repertoire& repertoire,
             PhraseBook& book) {
  const std::vector<std::string> parts = PartsOf(phrase);
  if (parts.size() != 1 || book.Has(parts.front())) return;
  for (std::string_view kind : kinds) {
    const auto known = KindOf(kind);
    if (!known || !repertoire.Has(*known)) continue;
    if (!IsDescribedKind(parts.front(), kind, book))
      book.Add(parts.front(), {.use = WordUse::kNear, .value = std::string(kind), .many = many});
    return;
  }
  if (!TooShort(parts.front()) && !IsDescribedKind(parts.front(), "", book))
    book.Add(parts.front(), {.use = WordUse::kThing, .many = many});
}

// nouns.tsv: a noun, its plural or its traditional form, its sense, and the kinds that are nearest to it, best first;
// all but the first may be empty.
void AddNouns(const fs::path& file, bool chinese, const Repertoire& repertoire, PhraseBook& book) {
  const std::string text = base::ReadFile(file);
  for (std::string_view line : base::Split(text, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string_view> columns = base::Split(line, '\t');
    if (columns.size() > 4)
      throw base::Error("words", file.string() + ": \"" + std::string(line) + "\" has more than four columns.");
    columns.resize(4);
    if (columns[2] == "scene") continue;
    const std::vector<std::string_view> kinds = base::Split(columns[3], '|');
    AddNoun(columns[0], kinds, /*many=*/false, repertoire, book);
    if (!chinese && !columns[1].empty()) AddNoun(columns[1], kinds, /*many=*/true, repertoire, book);
  }
}

// traditional.txt: a traditional character and its simplified one a line.
std::map<std::string, std::string> ReadTraditional(const fs::path& file) {
  std::map<std::string, std::string> simplified;
  const std::string text = base::ReadFile(file);
  for (std::string_view line : base::Split(text, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string_view> pair = base::Split(line, ' ');
    if (pair.size() != 2) throw base::Error("words", file.string() + ": \"" + std::string(line) + "\" is no pair.");
    simplified.emplace(pair[0], pair[1]);
  }
  return simplified;
}

// What one lexicon is made of.
struct Sources {
  const Words& words;
  const fs::path& folder;
  const Repertoire& repertoire;
};

void CollectLanguage(const Sources& from, text::Language language, PhraseBook& book) {
  const auto& [words, folder, repertoire] = from;
  const bool chinese = language == text::Language::kChinese;
  const fs::path own = folder / (chinese ? "zh" : "en");
  const PlainWords plain(own / "plain.txt");
  GrammarCollector grammar(words.GrammarOf(language), plain, chinese);
  const HeldOut none = HeldOut::Load(folder / "held_out.txt");
  base::Random random(chinese ? 2 : 1, 0);
  for (uint64_t seed = 0; seed < kScenes; ++seed)
    grammar.Collect(SampleScene(seed, Split::kTraining, none, repertoire), random);
  grammar.AddTo(book);
  AddKinds(repertoire, chinese, book);
  book.DropAmbiguous();
  ForgetBareNouns(book);
  plain.AddTo(book);
  plain.AddLeadsTo(book);
  SayingCollector sayings(plain, book);
  sayings.ReadExact(own / "reading.txt");
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(own / "sayings")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) sayings.Read(file);
  AddNouns(own / "nouns.tsv", chinese, repertoire, book);
  sayings.Finish();
  ForgetGenitives(book);
  plain.AddSilentTo(book);
}

}  // namespace

plan::Lexicon MakeLexicon(const Words& words, const fs::path& folder, const Repertoire& repertoire) {
  PhraseBook book;
  const Sources from = {words, folder, repertoire};
  CollectLanguage(from, text::Language::kEnglish, book);
  CollectLanguage(from, text::Language::kChinese, book);
  return {book.Entries(), ReadTraditional(folder / "zh" / "traditional.txt")};
}

plan::Lexicon MakeLexicon(const Words& words, const fs::path& folder, const plan::Vocabulary& vocabulary) {
  const plan::Lexicon whole = MakeLexicon(words, folder, Repertoire::Of(vocabulary, /*artists=*/true));
  const auto has = [&vocabulary](const plan::Meaning& meaning) {
    const auto& all = PlanVocabulary().properties();
    const bool in_questions = std::ranges::find(all, meaning.property, &plan::Property::name) == all.end();
    return in_questions || vocabulary.Find(meaning.property, meaning.value);
  };
  std::vector<plan::LexiconEntry> entries;
  std::map<std::string, bool> nouns;  // of what it has not, with whether they mean something else too
  std::set<std::string> deeds;        // that it has not: "runs" is then no run beside a house
  for (const plan::LexiconEntry& entry : whole.entries()) {
    if (entry.meaning.use != plan::WordUse::kValue || has(entry.meaning)) {
      entries.push_back(entry);
      continue;
    }
    if (entry.meaning.property == "action") deeds.insert(entry.phrase);
    constexpr std::array<std::string_view, 3> kNouns = {"ground", "held", "worn"};
    if (std::ranges::find(kNouns, entry.meaning.property) != kNouns.end()) nouns[entry.phrase] = false;
  }
  std::erase_if(entries, [&deeds](const plan::LexiconEntry& entry) {
    return entry.meaning.use == plan::WordUse::kNear && deeds.contains(entry.phrase);
  });
  for (const plan::LexiconEntry& entry : entries)
    if (const auto noun = nouns.find(entry.phrase); noun != nouns.end()) noun->second = true;
  for (const auto& [phrase, means_else] : nouns)
    if (!means_else) entries.push_back({phrase, {.use = plan::WordUse::kThing}});
  return {std::move(entries), ReadTraditional(folder / "zh" / "traditional.txt")};
}

plan::Vocabulary VocabularyOf(const Repertoire& repertoire) {
  const plan::Vocabulary& all = PlanVocabulary();
  std::vector<std::string> subjects;
  for (const std::string& word : all.subjects())
    if (repertoire.Has(KindOf(word).value())) subjects.push_back(word);
  std::vector<plan::Property> properties = all.properties();
  std::vector<std::string>& held = properties[kAboutHeld].values;
  held.clear();
  for (const Held one : repertoire.helds()) held.push_back(HeldWords()[static_cast<size_t>(one)]);
  return plan::Vocabulary(std::move(subjects), std::move(properties), "the repertoire's vocabulary");
}

}  // namespace diptych::world
