#include "world/tale_rules.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/error.h"
#include "base/files.h"
#include "base/split.h"
#include "world/catalogue_rules.h"
#include "world/grammar.h"
#include "world/scene.h"

namespace diptych::world {
namespace {

namespace fs = std::filesystem;
using text::Language;

// "kind | = {The_thing} has a spout." in section "kind".
struct Tale {
  std::string section;
  std::vector<std::string> keys;
  bool seen = false;  // marked "=": a picture shows it
  std::string text;   // of a whole story: its first sentence
  std::string rest;   // of a whole story: the others
};

bool Has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

void Replace(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

class TaleFile {
 public:
  TaleFile(const fs::path& file, Language language) : file_(file), language_(language) {}

  std::vector<Tale> Read() {
    const std::string text = base::ReadFile(file_);
    for (const std::string_view line : base::Split(text, '\n')) {
      ++line_;
      if (line.empty() || (line.front() == '#' && !line.starts_with("## "))) continue;
      if (line.starts_with("## "))
        section_ = std::string(line.substr(3));
      else
        Add(line);
    }
    return std::move(tales_);
  }

 private:
  [[noreturn]] void Fail(std::string_view why) const {
    throw base::Error("words", file_.string() + ":" + std::to_string(line_) + ": " + std::string(why) + ".",
                      "TALES.md beside the word files explains their form.");
  }

  void Add(std::string_view line) {
    const size_t bar = line.find('|');
    if (bar == line.npos) Fail("a tale has no | between key and sentence");
    Tale tale{.section = section_, .keys = {}, .text = {}, .rest = {}};
    for (const std::string_view key : base::Split(line.substr(0, bar), '+')) tale.keys.emplace_back(key);
    bool first = true;
    constexpr std::string_view kBetween = " / ";
    for (std::string_view rest = line.substr(bar + 1); !rest.empty();) {
      const size_t end = std::min(rest.find(kBetween), rest.size());
      const std::string_view part = base::Trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + kBetween.size(), rest.size()));
      if (part.size() < 3 || (part[0] != '=' && part[0] != '~')) Fail("a tale's sentence has no mark = or ~");
      std::string sentence = Slots(base::Trim(part.substr(1)));
      if (first) {
        tale.seen = part[0] == '=';
        tale.text = std::move(sentence);
      } else {
        tale.rest += (language_ == Language::kEnglish && !tale.rest.empty() ? " " : "") + sentence;
      }
      first = false;
    }
    tales_.push_back(std::move(tale));
  }

  // The slots of tales as those of the grammar.
  std::string Slots(std::string_view text) const {
    if (text.find_first_of("()[]") != text.npos) Fail("a tale has a bracket");
    std::string all(text);
    constexpr auto kEnglish =
        std::to_array<std::pair<std::string_view, std::string_view>>({{"{a_thing}", "{introduced}"},
                                                                      {"{A_thing}", "{capital}{introduced}"},
                                                                      {"{b_thing}", "{introduced:other}"},
                                                                      {"{B_thing}", "{capital}{introduced:other}"},
                                                                      {"{c_thing}", "{introduced:third}"},
                                                                      {"{the_thing}", "{the_one}"},
                                                                      {"{The_thing}", "{capital}{the_one}"},
                                                                      {"{the_b}", "{the_one:other}"},
                                                                      {"{The_b}", "{capital}{the_one:other}"},
                                                                      {"{thing}", "{noun_one}"},
                                                                      {"{things}", "{nouns}"},
                                                                      {"{He}", "{capital}{he}"},
                                                                      {"{His}", "{capital}{his}"},
                                                                      {"{held}", "{held_a}"},
                                                                      {"{the_held}", "the {held_bare}"},
                                                                      {"{others}", "{the_others}"}});
    constexpr auto kChinese = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{"{a_thing}", "{introduced}"},
         {"{b_thing}", "{introduced:other}"},
         {"{c_thing}", "{introduced:third}"},
         {"{thing}", "{the_one}"},
         {"{b}", "{the_one:other}"},
         {"{things}", "{number_bare}{measure_plain}{noun_one}"},
         {"{he}", "{it}"},
         {"{held}", "{held_a}"},
         {"{others}", "{the_others}"}});
    const auto replace = [&all](const auto& pairs) {
      for (const auto& [from, to] : pairs) Replace(all, from, to);
    };
    language_ == Language::kEnglish ? replace(kEnglish) : replace(kChinese);
    return all;
  }

  const fs::path file_;
  Language language_;
  int line_ = 0;
  std::string section_;
  std::vector<Tale> tales_;
};

bool IsOneOf(std::string_view word, const auto& words) { return std::ranges::find(words, word) != std::end(words); }

// "starry-night" is "starry night" in the plan language.
std::string Spaced(std::string key) {
  std::ranges::replace(key, '-', ' ');
  return key;
}

// A key of "holding" as what a hand holds; nothing where no hand holds it.
std::optional<std::string> HeldOf(const std::string& key) {
  const std::string word = key == "letter" ? "love letter" : key == "gift" ? "present" : key;
  return IsOneOf(word, HeldWords()) ? std::optional("held=" + word) : std::nullopt;
}

// Conditions for a class of words/TALES.md, of the subject that `who` names ("", "first."); nothing where it is none.
std::optional<std::string> ClassCondition(const std::string& name, const std::string& who) {
  constexpr std::string_view kLiving = "family=animal/person/robot/fantasy";
  if (name == "any") return "";
  if (name == "thing") return "!" + who + std::string(kLiving);
  if (name == "living") return who + std::string(kLiving) + ", !" + who + "kind=body part";
  std::string kinds;
  for (const std::string_view family : base::Split(name, '/')) {
    const auto is_of = [family](const KindRow& row) { return row.thing->family == family; };
    if (!std::ranges::any_of(Kinds(), is_of)) return std::nullopt;
    kinds.append(kinds.empty() ? "any " : "/any ").append(family);
  }
  return who + "kind=" + kinds + ", !" + who + "kind=body part";
}

// Vehicles that nobody travels far in, as the stories of vehicles do.
constexpr auto kNoTravellers = std::to_array<std::string_view>(
    {"wheel", "wheelchair", "electric wheelchair", "shopping cart", "kick scooter", "sled", "bicycle", "rickshaw",
     "train car", "cable car", "race car", "dump truck", "scooter", "motorcycle", "tractor"});

// Condition for a family of the catalogue, or one that stories are written for.
std::optional<std::string> FamilyCondition(const std::string& key, bool whole) {
  if (whole && key == "animal") return "family=animal";
  if (whole && key == "person") return "kind=any person, !kind=body part";
  if (whole && key == "vehicle") {
    std::string condition = "kind=any vehicle, !kind=";
    for (size_t i = 0; i < kNoTravellers.size(); ++i) condition.append(i == 0 ? "" : "/").append(kNoTravellers[i]);
    return condition;
  }
  const bool is_family = std::ranges::any_of(Kinds(), [&key](const KindRow& row) { return row.thing->family == key; });
  if (!is_family) return std::nullopt;
  return key == "person" ? "kind=any person, !kind=body part" : "kind=any " + key;
}

// Words of the plan language by key of the catalogue.
const std::map<std::string, std::string, std::less<>>& KindWordsOfThings() {
  static const std::map<std::string, std::string, std::less<>> words = [] {
    std::map<std::string, std::string, std::less<>> all;
    for (const KindRow& row : Kinds()) all.emplace(row.thing->kind, row.word);
    return all;
  }();
  return words;
}

// Whether the sentence names its key, so that it is false of a scene where another value is true.
bool SaysKey(const std::string& key, const std::string& text, Language language) {
  constexpr auto kEnglish =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"standing", "stand"},
                                                                    {"sitting", "sit"},
                                                                    {"sleeping", "sle"},
                                                                    {"walking", "walk"},
                                                                    {"running", "run"},
                                                                    {"jumping", "jump"},
                                                                    {"swimming", "sw"},
                                                                    {"flying", "fl"},
                                                                    {"reading", "read"},
                                                                    {"writing", "writ"},
                                                                    {"painting", "paint"},
                                                                    {"singing", "s"},
                                                                    {"dancing", "danc"},
                                                                    {"cooking", "cook"},
                                                                    {"eating", "eat"},
                                                                    {"drinking", "drink"},
                                                                    {"watering", "water"},
                                                                    {"fishing", "fish"},
                                                                    {"riding", "rid"},
                                                                    {"throwing", "thr"},
                                                                    {"catching", "c"},
                                                                    {"kicking a ball", "kick"},
                                                                    {"hugging", "hug"},
                                                                    {"waving", "wav"},
                                                                    {"playing ukulele", "ukulele"},
                                                                    {"playing guitar", "guitar"},
                                                                    {"playing violin", "violin"},
                                                                    {"playing trumpet", "trumpet"},
                                                                    {"playing drum", "drum"},
                                                                    {"playing piano", "piano"},
                                                                    {"starry-night", "star"},
                                                                    {"rain", "rain"},
                                                                    {"snow", "snow"},
                                                                    {"fog", "fog"},
                                                                    {"storm", "storm"},
                                                                    {"full", "full"},
                                                                    {"crescent", "crescent"},
                                                                    {"half", "half"}});
  constexpr auto kChinese =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"standing", "站"},
                                                                    {"sitting", "坐"},
                                                                    {"sleeping", "睡"},
                                                                    {"walking", "走"},
                                                                    {"running", "跑"},
                                                                    {"jumping", "跳"},
                                                                    {"swimming", "游"},
                                                                    {"flying", "飞"},
                                                                    {"reading", "书"},
                                                                    {"writing", "写"},
                                                                    {"painting", "画"},
                                                                    {"singing", "唱"},
                                                                    {"dancing", "舞"},
                                                                    {"cooking", "锅"},
                                                                    {"eating", "吃"},
                                                                    {"drinking", "喝"},
                                                                    {"watering", "浇"},
                                                                    {"fishing", "钓"},
                                                                    {"riding", "骑"},
                                                                    {"throwing", "扔"},
                                                                    {"catching", "接"},
                                                                    {"kicking a ball", "踢"},
                                                                    {"hugging", "抱"},
                                                                    {"waving", "挥"},
                                                                    {"playing ukulele", "尤克里里"},
                                                                    {"playing guitar", "吉他"},
                                                                    {"playing violin", "小提琴"},
                                                                    {"playing trumpet", "小号"},
                                                                    {"playing drum", "鼓"},
                                                                    {"playing piano", "钢琴"},
                                                                    {"dawn", "天"},
                                                                    {"noon", "中午"},
                                                                    {"sunset", "太阳"},
                                                                    {"starry-night", "星"},
                                                                    {"rain", "雨"},
                                                                    {"snow", "雪"},
                                                                    {"fog", "雾"},
                                                                    {"storm", "雷"},
                                                                    {"spring", "春"},
                                                                    {"summer", "夏"},
                                                                    {"autumn", "秋"},
                                                                    {"winter", "冬"},
                                                                    {"full", "圆"},
                                                                    {"crescent", "弯"},
                                                                    {"half", "半"},
                                                                    {"hat", "帽"},
                                                                    {"scarf", "围巾"},
                                                                    {"glasses", "眼镜"},
                                                                    {"crown", "冠"},
                                                                    {"sea", "海"},
                                                                    {"river", "河"},
                                                                    {"underwater", "水"},
                                                                    {"hills", "丘"},
                                                                    {"desert", "沙漠"},
                                                                    {"city", "城"},
                                                                    {"beach", "沙滩"},
                                                                    {"mountains", "山"},
                                                                    {"forest", "森林"},
                                                                    {"meadow", "草"},
                                                                    {"garden", "花园"},
                                                                    {"park", "公园"},
                                                                    {"farm", "农场"},
                                                                    {"harbour", "港"},
                                                                    {"kitchen", "厨房"},
                                                                    {"living-room", "客厅"},
                                                                    {"bedroom", "卧室"},
                                                                    {"classroom", "教室"},
                                                                    {"cave", "洞"},
                                                                    {"circus", "马戏"},
                                                                    {"playground", "游乐场"},
                                                                    {"space", "太空"},
                                                                    {"moon", "月"},
                                                                    {"road", "路"},
                                                                    {"street", "街"}});
  const auto says = [&](const auto& pairs) -> std::optional<bool> {
    for (const auto& [name, word] : pairs)
      if (name == key) return Has(text, word);
    return std::nullopt;
  };
  if (language == Language::kChinese) return says(kChinese).value_or(false);
  return says(kEnglish).value_or(Has(text, Spaced(key)));
}

// In English: can the opening's thing be several? Its verbs do not depend on it.
bool SuitsSeveral(const std::string& opening) {
  if (Has(opening, "{he}") || Has(opening, "{him}") || Has(opening, "{his}")) return false;
  for (const std::string_view before :
       {"is {introduced}", "was {introduced}", "be but {introduced}", "what {introduced}"})
    if (Has(opening, before)) return false;
  const size_t slot = opening.find("{introduced}"), after = slot + std::string_view("{introduced}").size();
  if (opening.substr(0, slot).ends_with("{capital}"))
    return opening.substr(after).starts_with(",") || opening.substr(after).starts_with(" and surroundings");
  for (const std::string_view verb : {" has ", " is ", " had ", " in it,"})
    if (opening.substr(after).starts_with(verb)) return false;
  return true;
}

// In English: can the ending's thing be several? No verb in the present depends on it.
bool EndsOnSeveral(const std::string& ending) {
  if (Has(ending, "{he}") || Has(ending, "{him}") || Has(ending, "{his}") || Has(ending, "{noun_one}")) return false;
  constexpr std::string_view kSlot = "{the_one} ";
  for (size_t at = ending.find(kSlot); at != ending.npos; at = ending.find(kSlot, at + 1)) {
    const std::string_view after = std::string_view(ending).substr(at + kSlot.size());
    const std::string_view verb = after.substr(0, after.find_first_of(" .,?"));
    if (verb.ends_with("s")) return false;
  }
  return true;
}

class TaleRuleWriter {
 public:
  explicit TaleRuleWriter(Language language) : language_(language) {}

  void Add(const Tale& tale) {
    const std::string& key = tale.keys.front();
    if (tale.section == "kind") return AddKind(tale);
    if (tale.section == "family") return AddFamily(tale);
    if (tale.section == "action" || tale.section == "action + feeling" || tale.section == "feeling" ||
        tale.section == "holding" || tale.section == "wearing")
      return AddDeed(tale);
    if (tale.section == "deed") return AddComposedDeed(tale);
    if (tale.section == "together" || tale.section == "beside" || tale.section == "others") return AddCompany(tale);
    if (tale.section == "two") return AddTwo(tale);
    if (tale.section == "gather") return AddGather(tale);
    if (tale.section == "relation") return AddRelation(tale);
    if (tale.section == "count") return AddCount(tale);
    if (tale.section == "opening") return AddOpening(tale);
    if (tale.section == "ending")
      return Line("ending_" + key, english() && !EndsOnSeveral(tale.text) ? "form=one/name/mass" : "", tale.text);
    if (tale.section == "tale") return AddWhole(tale);
    AddBackdrop(tale);
  }

  std::string Take() {
    // Some kinds have no tale.
    AddEmpty("tale_of_kind", told_);
    AddKindsBut("tale_of_kind_lively", lively_, "{tale_of_kind}");
    Line("tale_of_kind_any", "", "{tale_of_count}");
    AddNamed();
    Line("tale_pair_first", "", "{pair_told}");
    // What these leave open is told by the narratives' own sentences.
    struct Told {
      std::string rule, states, condition;
    };
    for (const Told& told : {Told{"tale_acts", " states action", "action"},
                             {"tale_acts_so", " states feeling", "action, feeling"},
                             {"tale_feels", " states feeling", "feeling"},
                             {"tale_holds", " states held", "held"},
                             {"tale_wears", " states worn", "worn"},
                             {"tale_beyond", "", ""}})
      for (const std::string named : {"", "_named"})
        Line(told.rule + named + told.states, told.condition, "{plain_" + told.rule.substr(5) + named + "}");
    Line("tale_where states relation", "subjects=two, relation", "{plain_where}");
    AddPlainCompositions();
    // Where no sentence of the number does without a plural.
    for (const std::string_view count : {"two", "three", "four", "five", "six/seven/eight/nine/ten"})
      if (english()) Line("tale_of_count", "count=" + std::string(count) + ", kind=uncountable", "{many_of_it}");
    std::set<std::string> of_family;
    for (const KindRow& row : Kinds())
      if (families_.contains(row.thing->family) && !IsBodyPart(row)) of_family.insert(row.word);
    AddEmpty("tale_of_family", of_family);
    std::string all;
    for (const auto& [rule, lines] : rules_) all += rule + ":\n" + lines + "\n";
    return all;
  }

 private:
  bool english() const { return language_ == Language::kEnglish; }

  void Line(const std::string& rule, const std::string& conditions, const std::string& text) {
    std::string& lines = rules_[rule];
    lines += "  ";
    if (!conditions.empty()) lines += "[" + conditions + "] ";
    lines += text + "\n";
  }

  void AddEmpty(const std::string& rule, const std::set<std::string>& told) { AddKindsBut(rule, told, ""); }
  void AddKindsBut(const std::string& rule, const std::set<std::string>& told, const std::string& text) {
    std::string without;
    for (const KindRow& row : Kinds())
      if (!told.contains(row.word)) without += (without.empty() ? "" : "/") + row.word;
    if (!without.empty()) Line(rule, "kind=" + without, text);
  }

  // Where no sentence has the name: in Chinese it comes first ("风筝呢，..."), in English nothing is told.
  void AddNamed() {
    std::string unnamed;
    for (const std::string& kind : told_)
      if (!named_.contains(kind)) unnamed += (unnamed.empty() ? "" : "/") + kind;
    if (!unnamed.empty()) Line("tale_of_kind_named", "kind=" + unnamed, english() ? "" : "{now_for}{tale_of_kind}");
    std::set<std::string> all = named_;
    all.insert(told_.begin(), told_.end());
    AddEmpty("tale_of_kind_named", all);
  }

  static std::string And(const std::string& a, const std::string& b) {
    return a.empty() ? b : b.empty() ? a : a + ", " + b;
  }

  bool NamesThing(const std::string& text) const { return Has(text, "{the_one}") || Has(text, "{noun_one}"); }
  bool SpeaksOfThing(const std::string& text) const {
    if (NamesThing(text) || Has(text, english() ? "{he}" : "{it}") || Has(text, "{him}") || Has(text, "{his}"))
      return true;
    if (!english()) return false;
    for (const std::string_view word : {"It ", "it ", "it,", "it.", "its ", "Its ", "this ", "This ", " one ", "He ",
                                        "She ", "His ", "Her ", " he ", " she ", " his ", " her ", " him "})
      if (Has(text, word)) return true;
    return false;
  }
  // The sentence with its first pronoun of the thing replaced by the name; nothing where it has neither.
  std::optional<std::string> Named(const std::string& text) const {
    if (NamesThing(text)) return text;
    const auto with = [&text](size_t at, std::string_view pronoun, std::string_view name) {
      return std::string(text).replace(at, pronoun.size(), name);
    };
    for (const auto& [start, name] : {std::pair<std::string_view, std::string_view>{"It ", "{capital}{the_one} "},
                                      {"Its ", "{capital}{the_one}'s "}})
      if (english() && text.starts_with(start)) return with(0, start, name);
    size_t first = text.npos;
    std::string_view pronoun;
    for (const std::string_view one : {"{he}", "{him}", "{his}", "{it}", "它"})
      if (const size_t at = text.find(one); at < first) first = at, pronoun = one;
    if (first == text.npos) return std::nullopt;
    return with(first, pronoun, pronoun == "{his}" ? "{the_one}'s" : "{the_one}");
  }
  // Where the sentence speaks of one thing; a pair's or a mass's own verbs would differ.
  std::string OfOne(const std::string& text) const {
    if (!SpeaksOfThing(text)) return "";
    return english() ? "form=one/name/mass" : "count=one";
  }

  void AddKind(const Tale& tale) {
    const auto found = KindWordsOfThings().find(tale.keys.front());
    if (found == KindWordsOfThings().end()) return;  // part of scenes, as clouds are; never a subject
    const std::string kind = "kind=" + found->second;
    Line("tale_of_kind", And(kind, english() ? "!form=many" : "count=one"), tale.text);
    told_.insert(found->second);
    const auto& thing = *RowOf(KindOf(found->second).value()).thing;
    std::string small = tale.text;
    std::ranges::transform(small, small.begin(), [](char c) { return base::AsciiLower(c); });
    const bool own_name = english()
                              ? Has(small, thing.english.front().singular) || Has(small, thing.english.front().plural)
                              : Has(tale.text, thing.chinese.front());
    const auto named = own_name ? std::optional(tale.text) : Named(tale.text);
    if (named) {
      // Where a pronoun gave way to the name, its verb may be that of one thing.
      const bool one_only = english() && *named != tale.text;
      Line("tale_of_kind_named",
           And(kind, one_only    ? "form=one/name/mass"
                     : english() ? "!form=many"
                                 : "count=one"),
           *named);
      if (!one_only || FormOf(*KindOf(found->second), 1) != EnglishForm::kPair) named_.insert(found->second);
    }
    if (!tale.seen) {
      Line("tale_of_kind_lively", And(kind, english() ? "!form=many" : "count=one"), tale.text);
      lively_.insert(found->second);
    }
    if (!tale.seen && !SpeaksOfThing(tale.text)) Line("tale_of_kind_any", kind, "*3 " + tale.text);
    if (tale.seen && NamesThing(tale.text)) Line("claim_tale_kind", And(kind, "!same, form=one, count=one"), tale.text);
  }

  void AddFamily(const Tale& tale) {
    const auto family = FamilyCondition(tale.keys.front(), /*whole=*/false);
    if (!family) return;
    Line("tale_of_family", And(*family, english() ? "form=one/name" : "count=one"), tale.text);
    families_.insert(tale.keys.front());
  }

  void AddDeed(const Tale& tale) {
    std::string conditions;
    for (const std::string& key : tale.keys) {
      std::optional<std::string> one;
      if (IsOneOf(key, kActionWords)) one = "action=" + key;
      if (IsOneOf(key, kFeelingWords)) one = "feeling=" + key;
      if (IsOneOf(key, kWornWords)) one = "worn=" + key;
      if (tale.section == "holding") one = key == "any" ? std::optional<std::string>("held") : HeldOf(key);
      if (!one) return;
      conditions = And(conditions, *one);
    }
    const std::string all = And(conditions, english() ? "form=one/name" : "count=one");
    const bool says_key = SaysKey(tale.keys.front(), tale.text, language_);
    AddToldDeed(tale, all, says_key);
    if (!tale.seen || !NamesThing(tale.text)) return;
    if (tale.section == "action" && says_key) Line("claim_tale_action", And(all, "!same"), tale.text);
    if (tale.section == "wearing" && says_key) Line("claim_tale_worn", And(all, "!same"), tale.text);
    if (tale.section == "holding" && Has(tale.text, "{held")) Line("claim_tale_held", And(all, "!same"), tale.text);
  }

  // The sentences that tell a deed, a feeling, what is held or worn in so many words, and those that go beyond them;
  // each also with the name.
  void AddToldDeed(const Tale& tale, const std::string& conditions, bool says_key) {
    const auto named = Named(tale.text);
    const auto add = [&](const std::string& rule, const std::string& states, const std::string& weight) {
      Line(rule + states, conditions, weight + tale.text);
      if (named) Line(rule + "_named" + states, conditions, weight + *named);
    };
    const std::string often = tale.section == "action + feeling" ? "*4 " : "";
    if (!tale.seen) return add("tale_beyond", "", often);
    if (tale.section == "action" && says_key) add("tale_acts", " states action", "*2 ");
    if (tale.section == "action + feeling" && says_key) add("tale_acts_so", " states feeling", "*6 ");
    if (tale.section == "feeling") add("tale_feels", " states feeling", "*2 ");
    if (tale.section == "holding" && Has(tale.text, "{held")) add("tale_holds", " states held", "*2 ");
    if (tale.section == "wearing" && says_key) add("tale_wears", " states worn", "*2 ");
  }

  void AddRelation(const Tale& tale) {
    const std::string key = Spaced(tale.keys.front());
    const std::string one = english() ? "first.form=one/name/mass, second.form=one/name/mass" : "";
    if (key == "between") return;  // told by the list of what stands in a row
    const std::string relation = key == "riding"
                                     ? "subjects=two, action=riding, relation=on"
                                     : "subjects=two, relation=" + key + (key == "on" ? ", !action=riding" : "");
    const std::string all = And(relation, And("!same", one));
    if (Has(tale.text, "{introduced")) {
      if (!tale.seen || !Has(tale.text, "{introduced:other}") || !Has(tale.text, "{introduced}")) return;
      std::string text = tale.text;
      Replace(text, "{introduced", "{np_plain");
      return Line("tale_pair_first", all, text);
    }
    if (!tale.seen) Line("tale_of_pair", all, tale.text);
    if (tale.seen && Has(tale.text, "{the_one:other}") && NamesThing(tale.text) && !SaysNoMore(tale.text))
      Line("tale_where states relation", all, tale.text);
    if (tale.seen && NamesThing(tale.text) && Has(tale.text, "{the_one:other}") && key != "riding")
      Line("claim_tale_relation", all, tale.text);
  }

  // "The bus is behind the tree", which the facts have said already.
  bool SaysNoMore(const std::string& text) const {
    const std::string other = english() ? " {the_one:other}." : "。";
    const std::string start = english() ? "{capital}{the_one} is " : "{the_one}在{the_one:other}的";
    if (!text.starts_with(start) || !text.ends_with(other)) return false;
    const size_t between = text.size() - start.size() - other.size();
    return between <= (english() ? std::string_view("to the right of").size() : std::string_view("左边").size());
  }

  // Is the sentence good of one and of several: has it a choice of number, in Chinese no pronoun for one thing?
  bool SuitsAnyNumber(const Tale& tale) const {
    const std::string all = tale.text + tale.rest;
    if (!english()) return !Has(all, "{it}") && !Has(all, "它");
    for (size_t open = all.find('{'); open != all.npos; open = all.find('{', open + 1))
      if (all.substr(open, all.find('}', open) - open).find('/') != all.npos) return true;
    return false;
  }

  // The keys of a composed tale as conditions on the one in focus; nothing where one is none.
  std::optional<std::string> FocusConditions(const Tale& tale) const {
    std::string conditions, number = SuitsAnyNumber(tale) ? "" : english() ? "form=one/name" : "count=one";
    for (const std::string& key : tale.keys) {
      std::optional<std::string> one;
      if (IsOneOf(key, kActionWords))
        one = "action=" + key;
      else if (IsOneOf(key, kFeelingWords))
        one = "feeling=" + key;
      else if (key == "several")
        number = english() ? "form=many" : "!count=one";
      else
        one = ClassCondition(key, tale.section == "beside" ? "other." : "");
      if (!one && key != "several") return std::nullopt;
      conditions = And(conditions, one.value_or(""));
    }
    return And(conditions, number);
  }

  // tale_deed_tail and so on: what follows the subject's name, with what comes of it ("_full") and without.
  void AddComposedDeed(const Tale& tale) {
    const std::string subject = english() ? "{capital}{the_one} " : "{the_one}";
    const auto conditions = FocusConditions(tale);
    if (!conditions || !tale.text.starts_with(subject)) return;
    const bool felt = tale.keys.size() > 1 && IsOneOf(tale.keys[1], kFeelingWords);
    const std::string begin = felt ? "tale_felt" : "tale_deed", states = felt ? " states feeling" : " states action";
    const std::string text = "*" + std::to_string(kComposedWeight) + " " + tale.text.substr(subject.size());
    const std::string space = english() && !tale.rest.empty() ? " " : "";
    Line(begin + "_tail" + states, *conditions, text);
    // What is said of the one ball is not said of several.
    const bool of_one = english() && Has(text, "{a ") && (Has(tale.rest, "It ") || Has(tale.rest, " it"));
    Line(begin + "_full_tail" + states, And(*conditions, of_one ? "!form=many" : ""), text + space + tale.rest);
    if (of_one) Line(begin + "_full_tail" + states, And(*conditions, "form=many"), text);
    composed_ = true;
  }

  // Of two who do the same, of what is beside one who acts, and of the others where one of three to five acts.
  void AddCompany(const Tale& tale) {
    std::string conditions;
    if (tale.section == "together") {
      const std::string& action = tale.keys.front();
      if (!IsOneOf(action, kActionWords)) return;
      conditions = "subjects=two, first.action=" + action + ", second.action=" + action;
      if (english() && !SuitsAnyNumber(tale)) conditions += ", first.form=one/name, second.form=one/name";
    } else {
      auto of_focus = FocusConditions(tale);
      if (!of_focus) return;
      conditions = *of_focus;
      if (tale.section == "beside") {
        conditions = And("subjects=two, other.action=no", conditions);
        if (english() && !SuitsAnyNumber(tale)) conditions += ", other.form=one/name/mass";
      }
    }
    std::string text = tale.text;
    if (tale.section == "together") {
      Replace(text, "{introduced:other}", "{introduced_deed:second}");
      Replace(text, "{introduced}", "{introduced_deed:first}");
      Replace(text, "{beside}", "{beside:first}");
    }
    if (text.starts_with("{capital}")) text.erase(0, std::string_view("{capital}").size());
    Line("tale_" + tale.section, conditions, "*" + std::to_string(kComposedWeight) + " " + text);
  }

  // Of two that have been named, whichever comes first.
  void AddTwo(const Tale& tale) {
    if (tale.keys.size() != 2) return;
    const std::string form =
        english() && !SuitsAnyNumber(tale) ? "first.form=one/name/mass, second.form=one/name/mass" : "";
    const auto add = [&](const std::string& first, const std::string& second) {
      const auto a = ClassCondition(tale.keys[0], first + "."), b = ClassCondition(tale.keys[1], second + ".");
      if (!a || !b) return;
      std::string text = tale.text;
      Replace(text, "{the_one:other}", "{the_one:" + second + "}");
      Replace(text, "{the_one}", "{the_one:" + first + "}");
      Line("tale_of_two", And(And("subjects=two", And(*a, *b)), form),
           "*" + std::to_string(tale.keys[0] == "any" ? kComposedWeight / 4 : kComposedWeight) + " " + text);
    };
    add("first", "second");
    if (tale.keys[0] != tale.keys[1] || NamesThing(tale.text)) add("second", "first");
  }

  // Of three to five, by their number or the class that all belong to.
  void AddGather(const Tale& tale) {
    const std::string& key = tale.keys.front();
    constexpr auto kNumbers = std::to_array<std::string_view>({"three", "four", "five"});
    constexpr auto kWho = std::to_array<std::string_view>({"first.", "second.", "third.", "fourth.", "fifth."});
    for (size_t number = 0; number < kNumbers.size(); ++number) {
      std::string conditions = "subjects=" + std::string(kNumbers[number]);
      if (IsOneOf(key, kNumbers)) {
        if (key != kNumbers[number]) continue;
      } else {
        for (size_t who = 0; who < number + 3; ++who)
          conditions = And(conditions, ClassCondition(key, std::string(kWho[who])).value_or("subjects=one"));
      }
      Line("tale_gather", conditions, (IsOneOf(key, kNumbers) || key == "any" ? "" : "*4 ") + tale.text);
    }
  }

  // Where no sentence of the composed sections suits.
  void AddPlainCompositions() {
    if (!composed_) return;
    for (const std::string full : {"", "_full"}) {
      Line("tale_deed" + full + "_tail states action", "action", "{plain_deed_tail}");
      Line("tale_felt" + full + "_tail states feeling", "feeling", "{plain_felt_tail}");
    }
    Line("tale_together", "subjects=two, first.action, second.action", "{plain_together}");
    Line("tale_beside", "subjects=two", "{plain_beside}");
    Line("tale_others", "", "{plain_others}");
    Line("tale_of_two", "", "{plain_two}");
    Line("tale_gather", "", "{plain_gather}");
  }

  void AddCount(const Tale& tale) {
    const std::string& key = tale.keys.front();
    std::string count = key == "many" ? "count=six/seven/eight/nine/ten" : "count=" + key;
    if (tale.keys.size() > 1) {
      const auto of_class = ClassCondition(tale.keys[1], "");
      if (!of_class) return;
      count = And(count, *of_class);
    }
    const std::string countable = english() && Has(tale.text, "{nouns}") ? ", !kind=uncountable" : "";
    Line("tale_of_count", count + countable, tale.text);
  }

  void AddBackdrop(const Tale& tale) {
    const std::string& key = tale.keys.front();
    const std::string word = Spaced(key);
    if (tale.section == "hour") {
      Line("tale_of_hour", "hour=" + word, tale.text);
      if (!tale.seen) Line("after_hour", "hour=" + word, tale.text);
      return Claim("claim_tale_hour", "ground=outdoors, hour=" + word, tale);
    }
    if (tale.section == "weather") {
      if (!tale.seen) Line("after_weather", "weather=" + word, tale.text);
      return Claim("claim_tale_weather", "ground=outdoors, weather=" + word, tale);
    }
    if (tale.section == "season") {
      Line("tale_of_season", "season=" + word, tale.text);
      if (!tale.seen) Line("after_season", "season=" + word, tale.text);
      return Claim("claim_tale_season", "season=" + word, tale);
    }
    if (tale.section == "moon") {
      Line("tale_of_moon", "moon=" + word, tale.text);
      return Claim("claim_tale_phase", "moon=" + word, tale);
    }
    if (tale.section == "place") {
      // What is said of any place of the kind is true without the picture.
      constexpr auto kHere = std::to_array<std::string_view>(
          {"This is", "Here is", "We are", "There is", "这是", "这里", "这儿", "我们", "到处"});
      const bool here =
          std::ranges::any_of(kHere, [&tale](std::string_view start) { return tale.text.starts_with(start); });
      Line("tale_of_place", "ground=" + word, tale.text);
      if (!tale.seen) Line("after_place", "ground=" + word, tale.text);
      if (here) Claim("claim_tale_ground", "ground=" + word, tale);
      return;
    }
    if (tale.section == "style") return Line("tale_of_style", "style=" + word, tale.text);
    if (tale.section == "mood") return Line("tale_of_mood", "mood=" + word, tale.text);
  }

  void Claim(const std::string& rule, const std::string& conditions, const Tale& tale) {
    if (tale.seen && SaysKey(tale.keys.front(), tale.text, language_)) Line(rule, conditions, tale.text);
  }

  void AddOpening(const Tale& tale) {
    const std::string rule = "opening_" + tale.keys.front();
    const std::string one = !english() || SuitsSeveral(tale.text) ? "" : "form=one/name/mass";
    Line(rule, one, tale.text);
    const auto add = [&](const std::string& ending) {
      std::string text = tale.text;
      Replace(text, "{introduced}", "{introduced_" + ending + "}");
      Line(rule + "_" + ending, one, text);
    };
    // Several may stand where a pronoun means one.
    if (one.empty()) {
      add("pair");
      add("row");
    }
    if (english() && SuitsSetting(tale.text)) add("set");
  }

  // In English: does the sentence bear a name with place and hour, "a red bus on the road at night"? Nothing may hang
  // on behind it.
  static bool SuitsSetting(const std::string& opening) {
    constexpr std::string_view kSlot = "{introduced}";
    const std::string after = opening.substr(opening.find(kSlot) + kSlot.size());
    return after.starts_with(" and ") || (!after.empty() && IsStop(after.front()));
  }

  void AddWhole(const Tale& tale) {
    std::string conditions = english() ? "form=one/name" : "count=one";
    bool acts = false;
    for (const std::string& key : tale.keys) {
      if (key == "any") {
        conditions = And(conditions, "!kind=any person");
        continue;
      }
      if (IsOneOf(key, kActionWords)) {
        acts = true;
        conditions = And("action=" + key, conditions);
      } else if (const auto family = FamilyCondition(key, /*whole=*/true)) {
        conditions = And(conditions, *family);
      } else {
        return;
      }
    }
    if (!acts) conditions = And(conditions, "action=no");
    std::string first = tale.text;
    Replace(first, "{introduced}", "{introduced_whole}");
    if (acts) {
      const std::string rule = "tale_begins_" + std::to_string(++wholes_) + " states action";
      Line(rule, "", first);
      first = "{tale_begins_" + std::to_string(wholes_) + "}";
    }
    Line(acts ? "tale_story_deed" : "tale_story_thing", conditions, tale.rest);
    const std::string space = english() ? " " : "";
    Line(acts ? "tale_whole_deed" : "tale_whole_thing", conditions,
         first + space + "{tale_setting}" + space + tale.rest);
  }

  static constexpr int kComposedWeight = 200;  // against 1 of what is said where no sentence suits

  Language language_;
  int wholes_ = 0;
  bool composed_ = false;                          // there is a section "deed"
  std::set<std::string> told_, named_, families_;  // with a tale
  std::set<std::string> lively_;                   // with a tale that no picture shows
  std::map<std::string, std::string> rules_;
};

}  // namespace

std::string TaleRules(const fs::path& folder, Language language) {
  TaleRuleWriter rules(language);
  for (const char* file : {"kinds.txt", "doing.txt"})
    for (const Tale& tale : TaleFile(folder / "tales" / file, language).Read()) rules.Add(tale);
  return rules.Take();
}

}  // namespace diptych::world
