#include "world/catalogue_rules.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <string_view>
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

struct Genders {
  std::string male, female, open;  // kinds of people, with bars between
};

Genders GendersOfPeople() {
  Genders genders;
  for (const KindRow& row : Kinds()) {
    if (row.family != Family::kPerson && row.family != Family::kFantasy) continue;
    const Gender gender = GenderOf(row);
    std::string& list = gender == Gender::kMale     ? genders.male
                        : gender == Gender::kFemale ? genders.female
                                                    : genders.open;
    if (!list.empty()) list += "/";
    list += row.word;
  }
  return genders;
}

struct EnglishPronoun {
  std::string_view rule, he, she, they, it, several;
};

void EnglishPronouns(RuleWriter& rules) {
  const Genders genders = GendersOfPeople();
  for (const EnglishPronoun& one : {EnglishPronoun{"he", "he", "she", "they", "it", "they"},
                                    {"him", "him", "her", "them", "it", "them"},
                                    {"his", "his", "her", "their", "its", "their"}}) {
    rules.Open(one.rule);
    rules.Conditional("kind=" + genders.male + ", count=one", one.he);
    rules.Conditional("kind=" + genders.female + ", count=one", one.she);
    rules.Conditional("kind=" + genders.open + ", count=one", one.they);
    rules.Conditional("family=person/fantasy, !count=one", one.several);
    rules.Conditional("!family=person/fantasy", "{" + std::string(one.it) + "/" + std::string(one.several) + "}");
  }
}

void ChinesePronouns(RuleWriter& rules) {
  const Genders genders = GendersOfPeople();
  rules.Open("it");
  rules.Conditional("kind=" + genders.male + "/" + genders.open + ", count=one", "他");
  rules.Conditional("kind=" + genders.female + ", count=one", "她");
  rules.Conditional("kind=" + genders.male + "/" + genders.open + ", !count=one", "他们");
  rules.Conditional("kind=" + genders.female + ", !count=one", "她们");
  rules.Conditional("!family=person/fantasy, count=one", "它");
  rules.Conditional("!family=person/fantasy, !count=one", "它们");
}

std::string English() {
  RuleWriter rules;
  ForKinds(rules, "kind_word", [&](const KindRow& row) {
    const auto& names = row.thing->english;
    for (size_t i = 0; i < names.size(); ++i)
      rules.Line("kind", row.word, Numbered(names[i]), i == 0 && names.size() > 1 ? kEverydayWeight : 1);
  });
  ForKinds(rules, "noun_one",
           [&](const KindRow& row) { rules.Line("kind", row.word, row.thing->english.front().singular); });
  ForKinds(rules, "nouns",
           [&](const KindRow& row) { rules.Line("kind", row.word, row.thing->english.front().plural); });
  ForHelds(rules, "held_bare", [](const Thing& thing) { return thing.english.front().singular; });
  EnglishPronouns(rules);
  return rules.Take();
}

std::string Chinese() {
  RuleWriter rules;
  ForKinds(rules, "kind_word", [&](const KindRow& row) {
    const auto& names = row.thing->chinese;
    for (size_t i = 0; i < names.size(); ++i)
      rules.Line("kind", row.word, names[i], i == 0 && names.size() > 1 ? kEverydayWeight : 1);
  });
  ForKinds(rules, "noun_one", [&](const KindRow& row) { rules.Line("kind", row.word, row.thing->chinese.front()); });
  ForKinds(rules, "measure", [&](const KindRow& row) {
    for (const std::string& word : row.thing->measure_words) rules.Line("kind", row.word, word);
  });
  ForKinds(rules, "measure_plain",
           [&](const KindRow& row) { rules.Line("kind", row.word, row.thing->measure_words.front()); });
  ForHelds(rules, "held_bare", [](const Thing& thing) { return thing.chinese.front(); });
  ForHelds(rules, "held_measure", [](const Thing& thing) { return thing.measure_words.front(); });
  ChinesePronouns(rules);
  return rules.Take();
}

}  // namespace

Gender GenderOf(const KindRow& row) {
  constexpr std::array<std::string_view, 14> kMale = {"man",    "men",           "boy",         "father", "king",
                                                      "prince", "groom",         "cowboy",      "wizard", "Santa",
                                                      "merman", "superhero man", "grandfather", "uncle"};
  constexpr std::array<std::string_view, 15> kFemale = {"woman",    "women",  "girl",        "mother",  "queen",
                                                        "princess", "bride",  "witch",       "mermaid", "lady",
                                                        "fairy",    "ballet", "grandmother", "aunt",    "nun"};
  const std::string name = " " + row.thing->english.front().singular + " ";
  const auto has = [&name](std::string_view word) { return name.find(" " + std::string(word) + " ") != name.npos; };
  if (std::ranges::any_of(kFemale, has)) return Gender::kFemale;
  return std::ranges::any_of(kMale, has) ? Gender::kMale : Gender::kOpen;
}

std::string CatalogueRules(Language language) { return language == Language::kEnglish ? English() : Chinese(); }

}  // namespace diptych::world
