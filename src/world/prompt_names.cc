#include "world/prompt_names.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace diptych::world {
namespace {

using text::Language;

// Words of names that say a colour, a size, a pattern, a feeling or a deed.
constexpr std::array<std::string_view, 54> kEnglishMore = {
    "red",      "orange",  "yellow",   "green",   "blue",    "purple",   "white",   "black",   "pink",
    "brown",    "grey",    "gray",     "golden",  "silver",  "little",   "small",   "tiny",    "big",
    "large",    "huge",    "giant",    "mini",    "baby",    "striped",  "spotted", "wooden",  "happy",
    "sad",      "angry",   "sleeping", "running", "walking", "standing", "sitting", "flying",  "smiling",
    "tired",    "crying",  "playing",  "reading", "jumping", "holding",  "wearing", "dancing", "singing",
    "swimming", "cooking", "painting", "riding",  "fishing", "two",      "three",   "pair",    "dark"};
constexpr std::array<std::string_view, 28> kChineseMore = {
    "红", "橙", "黄", "绿",   "蓝",   "紫",   "白", "黑", "粉", "棕", "褐", "灰", "金", "银",
    "大", "小", "巨", "条纹", "斑点", "木头", "木", "笑", "哭", "怒", "睡", "跑", "飞", "两"};

bool HasWord(std::string_view name, std::string_view word) {
  for (size_t at = name.find(word); at != name.npos; at = name.find(word, at + 1)) {
    const bool begins = at == 0 || name[at - 1] == ' ' || name[at - 1] == '-';
    const size_t end = at + word.size();
    if (begins && (end == name.size() || name[end] == ' ' || name[end] == '-')) return true;
  }
  return false;
}

template <typename Words, typename Has>
bool SaysMore(const Words& words, std::string_view everyday, std::string_view name, Has has) {
  return std::ranges::any_of(words, [&](std::string_view word) { return has(name, word) && !has(everyday, word); });
}

PromptName EnglishName(const EnglishNoun& noun, Family family) {
  constexpr std::array<std::string_view, 14> kProper = {"mars",   "saturn",  "jupiter",   "venus",           "mercury",
                                                        "earth",  "neptune", "uranus",    "pluto",           "Santa",
                                                        "mount ", "dna",     "Mrs Claus", "father christmas"};
  PromptName name{.one = noun.singular, .several = noun.plural};
  std::string small = noun.singular;
  std::ranges::transform(small, small.begin(), base::AsciiLower);
  name.proper = std::ranges::any_of(kProper, [&](std::string_view word) {
    return small == word || (word.size() > 4 && noun.singular.starts_with(word));
  });
  if (noun.singular != noun.plural || family == Family::kAnimal || family == Family::kPlace) return name;
  name.counted = false;
  name.several_always = name.one.ends_with("s") || family == Family::kPerson;
  return name;
}

std::vector<PromptName> EnglishNames(const Thing& thing, Family family) {
  std::vector<PromptName> names;
  const std::string& everyday = thing.english.front().singular;
  for (const EnglishNoun& noun : thing.english)
    if (names.empty() || !SaysMore(kEnglishMore, everyday, noun.singular, HasWord))
      names.push_back(EnglishName(noun, family));
  return names;
}

std::vector<PromptName> ChineseNames(const Thing& thing) {
  std::vector<PromptName> names;
  const auto has = [](std::string_view name, std::string_view word) { return name.find(word) != name.npos; };
  for (const std::string& name : thing.chinese)
    if (names.empty() || !SaysMore(kChineseMore, thing.chinese.front(), name, has))
      names.push_back({.one = name, .several = name, .counted = !name.starts_with("一") && !name.starts_with("几")});
  return names;
}

}  // namespace

PromptNames::PromptNames(Language language) {
  for (const KindRow& row : Kinds()) {
    names_.push_back(language == Language::kEnglish ? EnglishNames(*row.thing, row.family) : ChineseNames(*row.thing));
    if (language == Language::kChinese) {
      all_.insert(row.thing->chinese.begin(), row.thing->chinese.end());
    } else {
      for (const EnglishNoun& noun : row.thing->english) {
        all_.insert(noun.singular);
        all_.insert(noun.plural);
      }
    }
  }
}

}  // namespace diptych::world
