#include "world/catalogue_rules.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "world/scene.h"

namespace diptych::world {
namespace {

using text::Language;

// How often the everyday name is used when a kind has others.
constexpr int kEverydayWeight = 5;

class RuleWriter {
 public:
  void Open(std::string_view rule) { text_.append(rule).append(":\n"); }
  void Line(std::string_view property, std::string_view value, std::string_view words, int weight = 1) {
    text_.append("  [").append(property).append("=").append(value).append("] ");
    if (weight > 1) text_.append("*").append(std::to_string(weight)).append(" ");
    text_.append(words).append("\n");
  }
  void Conditional(std::string_view condition, std::string_view words) {
    text_.append("  [").append(condition).append("] ").append(words).append("\n");
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string Numbered(const EnglishNoun& noun) { return "{" + noun.singular + "/" + noun.plural + "}"; }

// A rule with a line or more for each kind.
void ForKinds(RuleWriter& rules, std::string_view rule, const std::function<void(const KindRow&)>& write) {
  rules.Open(rule);
  for (const KindRow& row : Kinds()) write(row);
}

// A rule with a line for each thing that a hand holds.
void ForHelds(RuleWriter& rules, std::string_view rule, const std::function<std::string(const Thing&)>& words) {
  rules.Open(rule);
  for (size_t i = 1; i < HeldWords().size(); ++i)
    rules.Line("held", HeldWords()[i], words(*RowOf(KindOf(static_cast<Held>(i))).thing));
}

// Kinds whose English name is no count noun, and what several of them are called.
struct Uncountable {
  std::string_view kind;
  EnglishForm form;
  std::string_view packs;
};
constexpr auto kPair = EnglishForm::kPair, kMass = EnglishForm::kMass, kName = EnglishForm::kName;
constexpr auto kUncountable = std::to_array<Uncountable>({{"ballet shoes", kPair, "pairs of"},
                                                          {"glasses", kPair, "pairs of"},
                                                          {"gloves", kPair, "pairs of"},
                                                          {"goggles", kPair, "pairs of"},
                                                          {"jeans", kPair, "pairs of"},
                                                          {"shorts", kPair, "pairs of"},
                                                          {"socks", kPair, "pairs of"},
                                                          {"sunglasses", kPair, "pairs of"},
                                                          {"underpants", kPair, "pairs of"},
                                                          {"clinking beer mugs", kPair, "pairs of"},
                                                          {"clinking glasses", kPair, "pairs of"},
                                                          {"french fries", kPair, "bags of"},
                                                          {"maracas", kPair, "pairs of"},
                                                          {"shopping bag", kPair, "pairs of"},
                                                          {"paw print", kPair, "pairs of"},
                                                          {"cherries", kPair, "pairs of"},
                                                          {"grapes", kPair, "bunches of"},
                                                          {"blueberries", kPair, "handfuls of"},
                                                          {"olive", kPair, "sprigs of"},
                                                          {"bubbles", kPair, "groups of"},
                                                          {"stack of books", kPair, "stacks of"},
                                                          {"bunny dancers", kPair, "pairs of"},
                                                          {"friends", kPair, "pairs of"},
                                                          {"hugging people", kPair, "pairs of"},
                                                          {"two men", kPair, "pairs of"},
                                                          {"two women", kPair, "pairs of"},
                                                          {"lungs", kPair, "pairs of"},
                                                          {"wrestlers", kPair, "pairs of"},
                                                          {"two hearts", kPair, "sets of"},
                                                          {"fireworks", kPair, "bursts of"},
                                                          {"sparkles", kPair, "groups of"},
                                                          {"skis", kPair, "pairs of"},
                                                          {"clapping hands", kPair, "pairs of"},
                                                          {"crossed fingers", kPair, "pairs of"},
                                                          {"footprints", kPair, "pairs of"},
                                                          {"heart hands", kPair, "pairs of"},
                                                          {"musical notes", kPair, "groups of"},
                                                          {"prayer beads", kPair, "strings of"},
                                                          {"praying hands", kPair, "pairs of"},
                                                          {"raised hands", kPair, "pairs of"},
                                                          {"headphones", kPair, "pairs of"},
                                                          {"binoculars", kPair, "pairs of"},
                                                          {"crossed swords", kPair, "pairs of"},
                                                          {"scissors", kPair, "pairs of"},
                                                          {"theatre masks", kPair, "pairs of"},
                                                          {"toy blocks", kPair, "sets of"},
                                                          {"autumn leaf", kPair, "groups of"},
                                                          {"beans", kPair, "groups of"},
                                                          {"nail polish", kMass, "bottles of"},
                                                          {"bacon", kMass, "slices of"},
                                                          {"nail polish", kPair, "sets of"},
                                                          {"bacon", kMass, "servings of"},
                                                          {"butter", kMass, "pieces of"},
                                                          {"coral", kMass, "pieces of"},
                                                          {"bamboo", kMass, "stalks of"},
                                                          {"curry", kMass, "plates of"},
                                                          {"dango", kMass, "sticks of"},
                                                          {"oden", kMass, "sticks of"},
                                                          {"popcorn", kMass, "boxes of"},
                                                          {"falafel", kMass, "servings of"},
                                                          {"shaved ice", kMass, "servings of"},
                                                          {"spaghetti", kMass, "plates of"},
                                                          {"sushi", kMass, "servings of"},
                                                          {"sheet music", kMass, "pages of"},
                                                          {"banknote", kMass, "piles of"},
                                                          {"flying money", kMass, "piles of"},
                                                          {"dna", kMass, "strands of"},
                                                          {"memo", kMass, "sets of"},
                                                          {"broccoli", kMass, "heads of"},
                                                          {"garlic", kMass, "heads of"},
                                                          {"ginger", kMass, "pieces of"},
                                                          {"wheat", kMass, "ears of"},
                                                          {"bowling", EnglishForm::kOne, "sets of"},
                                                          {"tools", EnglishForm::kOne, "sets of"},
                                                          {"thumbs up", EnglishForm::kOne, "signs of"},
                                                          {"thumbs down", EnglishForm::kOne, "signs of"},
                                                          {"santa claus", kName, ""},
                                                          {"mrs claus", kName, ""},
                                                          {"mars", kName, ""},
                                                          {"jupiter", kName, ""},
                                                          {"saturn", kName, ""},
                                                          {"venus", kName, ""},
                                                          {"earth", kName, ""},
                                                          {"mount fuji", kName, ""},
                                                          {"tokyo tower", kName, ""},
                                                          {"eiffel tower", kName, ""},
                                                          {"statue of liberty", kName, ""},
                                                          {"kaaba", kName, ""}});

const Uncountable* FindUncountable(Kind kind) {
  const auto found = std::ranges::find(kUncountable, RowOf(kind).word, &Uncountable::kind);
  return found == kUncountable.end() ? nullptr : &*found;
}

// Names that are said with "the".
bool IsNamedWithArticle(const KindRow& row) {
  constexpr std::array<std::string_view, 4> kWith = {"earth", "eiffel tower", "statue of liberty", "kaaba"};
  return std::ranges::find(kWith, row.word) != kWith.end();
}

// Some of a mass or a pair that is never called "some": its name has a number in it.
bool IsCountedByName(const KindRow& row) { return IsCalledByANumber(row) || row.word == "memo"; }

// Has another name of a kind the form of the everyday one?
bool HasSameForm(const KindRow& row, EnglishForm form, const EnglishNoun& noun) {
  const EnglishNoun& everyday = row.thing->english.front();
  const bool no_plural = noun.singular == noun.plural;
  switch (form) {
    case EnglishForm::kOne:
      return !no_plural || everyday.singular == everyday.plural || noun.singular.ends_with(" sheep");
    case EnglishForm::kPair:
      return no_plural && noun.singular.ends_with("s");
    default:
      return false;
  }
}

enum class Pronoun { kIt, kHe, kShe };

// By a word of the everyday name; of people whose name says nothing, of every second one the other.
Pronoun PronounOf(const KindRow& row) {
  constexpr auto kMale =
      std::to_array<std::string_view>({"man",    "men",   "male",    "policeman", "boy",          "father",  "king",
                                       "prince", "groom", "cowboy",  "wizard",    "Santa",        "merman",  "devil",
                                       "elf",    "genie", "snowman", "superhero", "supervillain", "vampire", "zombie"});
  constexpr auto kFemale =
      std::to_array<std::string_view>({"woman", "women", "girl", "mother", "queen", "princess", "bride", "witch",
                                       "mermaid", "lady", "fairy", "ballet", "Mrs", "angel"});
  if ((row.family != Family::kPerson && row.family != Family::kFantasy) || IsBodyPart(row) || row.word == "family")
    return Pronoun::kIt;
  const std::string name = " " + row.thing->english.front().singular + " ";
  const auto has = [&name](std::string_view word) { return name.find(" " + std::string(word) + " ") != name.npos; };
  if (has("boy")) return Pronoun::kHe;
  if (std::ranges::any_of(kFemale, has)) return Pronoun::kShe;
  if (std::ranges::any_of(kMale, has)) return Pronoun::kHe;
  if (row.family == Family::kFantasy) return Pronoun::kIt;
  size_t letters = 0;
  for (const char c : row.word) letters += static_cast<unsigned char>(c);
  return letters % 2 == 0 ? Pronoun::kShe : Pronoun::kHe;
}

// The kinds of a pronoun, with bars between.
std::string KindsOf(Pronoun pronoun) {
  std::string kinds;
  for (const KindRow& row : Kinds()) {
    if (PronounOf(row) != pronoun) continue;
    if (!kinds.empty()) kinds += "/";
    kinds += row.word;
  }
  return kinds;
}

struct EnglishPronoun {
  std::string_view rule, he, she, it, several;
};

void EnglishPronouns(RuleWriter& rules) {
  const std::string he = KindsOf(Pronoun::kHe), she = KindsOf(Pronoun::kShe), it = KindsOf(Pronoun::kIt);
  for (const EnglishPronoun& one : {EnglishPronoun{"he", "he", "she", "it", "they"},
                                    {"him", "him", "her", "it", "them"},
                                    {"his", "his", "her", "its", "their"}}) {
    rules.Open(one.rule);
    rules.Conditional("kind=" + he + ", form=one/name", one.he);
    rules.Conditional("kind=" + she + ", form=one/name", one.she);
    rules.Conditional("kind=" + it + ", form=one/name/mass", one.it);
    rules.Conditional("form=pair/many", one.several);
  }
}

void ChinesePronouns(RuleWriter& rules) {
  rules.Open("it");
  for (const auto& [pronoun, word] :
       {std::pair{Pronoun::kHe, "他"}, std::pair{Pronoun::kShe, "她"}, std::pair{Pronoun::kIt, "它"}}) {
    const std::string kinds = KindsOf(pronoun);
    rules.Conditional("kind=" + kinds + ", count=one", word);
    rules.Conditional("kind=" + kinds + ", !count=one", std::string(word) + "们");
  }
}

void EnglishNames(RuleWriter& rules) {
  const auto form = [](const KindRow& row) { return FormOf(KindOf(row.word).value(), 1); };
  ForKinds(rules, "kind_word", [&](const KindRow& row) {
    const auto& names = row.thing->english;
    for (size_t i = 0; i < names.size(); ++i)
      if (i == 0 || HasSameForm(row, form(row), names[i]))
        rules.Line("kind", row.word, Numbered(names[i]), i == 0 && names.size() > 1 ? kEverydayWeight : 1);
  });
  ForKinds(rules, "kind_word_else states kind", [&](const KindRow& row) {
    for (const EnglishNoun& name : row.thing->english)
      if (!HasSameForm(row, form(row), name)) rules.Line("kind", row.word, Numbered(name));
  });
}

// "Many" of what has no plural, "some" of a mass, "the" before most.
void EnglishDeterminers(RuleWriter& rules) {
  rules.Open("packs");
  std::string with, without, counted;
  for (const Uncountable& one : kUncountable) {
    if (!one.packs.empty()) {
      rules.Line("kind", one.kind, std::string(one.packs) + "( )");
      with += (with.empty() ? "" : "/") + std::string(one.kind);
    }
    const KindRow& row = RowOf(KindOf(one.kind).value());
    if (one.form == kName && !IsNamedWithArticle(row)) without += (without.empty() ? "" : "/") + row.word;
    if (IsCountedByName(row)) counted += (counted.empty() ? "" : "/") + row.word;
  }
  rules.Conditional("!kind=" + with, "( )");
  rules.Open("the_article");
  rules.Conditional("!kind=" + without, "the( )");
  rules.Conditional("kind=" + without + ", form=many", "the( )");
  rules.Conditional("kind=" + without + ", form=name", "( )");
  rules.Open("some");
  rules.Conditional("form=pair/mass, !kind=" + counted, "(some|)( )");
  rules.Conditional("form=pair/mass, kind=" + counted, "( )");
}

std::string HeldWithArticle(const Thing& thing) {
  const auto kind = KindOf(thing.kind);
  const std::string& name = thing.english.front().singular;
  const EnglishForm form = kind ? FormOf(*kind, 1) : EnglishForm::kOne;
  if (form == EnglishForm::kMass) return "some " + name;
  if (form != EnglishForm::kPair) return "{a} " + name;
  return std::string(FindUncountable(*kind)->packs) == "pairs of" ? "{a} pair of " + name : "some " + name;
}

std::string English() {
  RuleWriter rules;
  EnglishNames(rules);
  ForKinds(rules, "noun_one",
           [&](const KindRow& row) { rules.Line("kind", row.word, row.thing->english.front().singular); });
  ForKinds(rules, "nouns",
           [&](const KindRow& row) { rules.Line("kind", row.word, row.thing->english.front().plural); });
  EnglishDeterminers(rules);
  ForHelds(rules, "held_bare", [](const Thing& thing) { return thing.english.front().singular; });
  ForHelds(rules, "held_a", HeldWithArticle);
  EnglishPronouns(rules);
  return rules.Take();
}

// A line for each measure word with all that it is for: the parser then need not try what stands behind it for each.
void Measures(RuleWriter& rules) {
  const auto add = [](std::string& list, const std::string& word) { list += (list.empty() ? "" : "/") + word; };
  std::map<std::string, std::string> any, plain, held;
  for (const KindRow& row : Kinds()) {
    for (const std::string& word : row.thing->measure_words) add(any[word], row.word);
    add(plain[row.thing->measure_words.front()], row.word);
  }
  for (size_t i = 1; i < HeldWords().size(); ++i)
    add(held[RowOf(KindOf(static_cast<Held>(i))).thing->measure_words.front()], HeldWords()[i]);
  const auto write = [&rules](std::string_view rule, std::string_view property, const auto& words) {
    rules.Open(rule);
    for (const auto& [word, list] : words) rules.Line(property, list, word);
  };
  write("measure", "kind", any);
  write("measure_plain", "kind", plain);
  write("held_measure", "held", held);
}

std::string Chinese() {
  RuleWriter rules;
  ForKinds(rules, "kind_word", [&](const KindRow& row) {
    const auto& names = row.thing->chinese;
    for (size_t i = 0; i < names.size(); ++i)
      rules.Line("kind", row.word, names[i], i == 0 && names.size() > 1 ? kEverydayWeight : 1);
  });
  ForKinds(rules, "noun_one", [&](const KindRow& row) { rules.Line("kind", row.word, row.thing->chinese.front()); });
  Measures(rules);
  ForHelds(rules, "held_bare", [](const Thing& thing) { return thing.chinese.front(); });
  ChinesePronouns(rules);
  return rules.Take();
}

}  // namespace

bool IsBodyPart(const KindRow& row) {
  constexpr std::array<std::string_view, 14> kParts = {"arm",   "brain", "ear",  "eye",         "foot",
                                                       "hand",  "tooth", "leg",  "hearing aid", "human heart",
                                                       "lungs", "mouth", "nose", "tongue"};
  return std::ranges::find(kParts, row.word) != kParts.end();
}

EnglishForm FormOf(Kind kind, int count) {
  if (count > 1) return EnglishForm::kMany;
  static const std::vector<EnglishForm> forms = [] {
    std::vector<EnglishForm> all;
    for (int i = 0; i < KindCount(); ++i) {
      const Uncountable* found = FindUncountable(static_cast<Kind>(i));
      all.push_back(found == nullptr ? EnglishForm::kOne : found->form);
    }
    return all;
  }();
  return forms.at(static_cast<size_t>(kind));
}

Gender GenderOf(const KindRow& row) {
  const Pronoun pronoun = PronounOf(row);
  return pronoun == Pronoun::kHe ? Gender::kMale : pronoun == Pronoun::kShe ? Gender::kFemale : Gender::kOpen;
}

std::string CatalogueRules(Language language) { return language == Language::kEnglish ? English() : Chinese(); }

}  // namespace diptych::world
