// The words of a prompt: names with what is said of them, and sayings with their slots filled.
#include <algorithm>

#include "base/ascii.h"
#include "world/catalogue_rules.h"
#include "world/prompt_draft.h"

namespace diptych::world {

using Form = Way::Form;
using Slot = SayingSlot;

const Way* PromptDraft::Pick(const Ways& ways, const std::function<bool(const Way&)>& suits) {
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
std::string PromptDraft::Word(const std::vector<std::string>& words) {
  return random_.Percent(45) ? words.front() : random_.Pick(words);
}

const PromptName& PromptDraft::Name(int who) {
  const PromptName*& name = names_[static_cast<size_t>(who)];
  if (name == nullptr) {
    constexpr int kMixedPercent = 2;
    const bool mixed = !english_ && random_.Percent(kMixedPercent);
    const auto& all = (mixed ? language_.english_names : language_.names).Of(At(who).kind);
    name = random_.Percent(60) ? &all.front() : &random_.Pick(all);
  }
  return *name;
}

std::string PromptDraft::CountWord(int who, bool as_adjective) {
  constexpr std::array<std::string_view, 11> kChinese = {"零", "一", "两", "三", "四", "五",
                                                         "六", "七", "八", "九", "十"};
  const auto count = At(who).boxes.size();
  if (random_.Percent(22)) return std::to_string(count);
  if (!english_) return std::string(kChinese[count]);
  if (count == 2 && as_adjective && random_.Percent(25)) return random_.Percent(50) ? "a pair of" : "a couple of";
  return std::string(kCountWords[count - 1]);
}

std::string PromptDraft::Measure(int who) {
  const auto& all = RowOf(At(who).kind).thing->measure_words;
  return random_.Percent(75) ? all.front() : random_.Pick(all);
}

std::string PromptDraft::ColourOf(int who) { return Word(ways_.colour_word[static_cast<size_t>(At(who).colour)]); }

std::string PromptDraft::Article(const PromptName& name) const {
  if (sparse_ || name.proper) return "";
  return name.counted ? "a " : "some ";
}

std::string PromptDraft::HeldPhrase(int who) {
  const Subject& one = At(who);
  const Kind kind = KindOf(one.held);
  const auto& names = language_.names.Of(kind);
  const PromptName& name = random_.Percent(65) ? names.front() : random_.Pick(names);
  if (english_) return Article(name) + name.one;
  return random_.Percent(70) ? "一" + RowOf(kind).thing->measure_words.front() + name.one : name.one;
}

// May the word stand before the noun? Not where both together are a name.
bool PromptDraft::Adds(const std::string& word, const std::string& noun) const {
  std::string joined = english_ ? word + " " + noun : word + noun;
  if (language_.names.IsName(joined) || joined == "小熊猫") return false;  // the last is another animal
  for (const std::string_view of : {"色的", "色"}) {
    const size_t at = joined.find(of);
    if (!english_ && at != joined.npos && language_.names.IsName(std::string(joined).erase(at, of.size())))
      return false;
  }
  return noun.find(word) == noun.npos;
}

void PromptDraft::AddEnglish(int who, Phrase& phrase) {
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

void PromptDraft::AddChinese(int who, Phrase& phrase) {
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
    if (count == "两" && !pair && random_.Percent(7)) phrase.text = "俩" + phrase.bare;
    phrase.counted = who;
    Want(kAboutCount, who, false);
  } else {
    phrase.text = phrase.bare;
  }
}

// The name with adjectives, and what it states.
auto PromptDraft::Noun(int who) -> Phrase {
  Phrase phrase;
  phrase.says.push_back({kAboutKind, who});
  english_ ? AddEnglish(who, phrase) : AddChinese(who, phrase);
  return phrase;
}

// What was named before: "the cat", of two cats "the red cat".
std::string PromptDraft::The(int who) {
  const PromptName& name = Name(who);
  std::string noun = english_ && Several(who) ? name.several : name.one;
  if (HasTwin(who) && At(who).colour != Colour::kNone) {
    const std::string& colour = ways_.colour_word[static_cast<size_t>(At(who).colour)].front();
    noun = english_ ? colour + " " + noun : colour + "的" + noun;
    if (IsPerson(who)) noun = english_ ? name.one + " in " + colour : "穿" + colour + "衣服的" + name.one;
  }
  return english_ && !sparse_ ? "the " + noun : noun;
}

std::optional<SayingFill> PromptDraft::Pronoun(int who) const {
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

bool PromptDraft::EndsWithOne(std::string_view before, bool english) {
  if (!english) return before.ends_with("一个") || before.ends_with("画个") || before.ends_with("来个");
  for (const std::string_view word : {"a ", "A ", "an ", "An ", "one ", "One "}) {
    if (!before.ends_with(word)) continue;
    const size_t rest = before.size() - word.size();
    if (rest == 0 || !base::IsAsciiLetter(before[rest - 1])) return true;
  }
  return false;
}

SayingFill PromptDraft::FillOne(Slot slot, std::string_view before, const Slots& slots, Phrase& made) {
  const auto phrase = [&](const Phrase* one, bool bare) -> SayingFill {
    made.says.insert(made.says.end(), one->says.begin(), one->says.end());
    const int counted = bare ? -1 : one->counted;
    if (counted >= 0) made.says.push_back({kAboutCount, counted});
    // "画只猫": the number one is left out.
    constexpr std::string_view kOne = "一";
    const bool after_verb =
        std::ranges::any_of(std::array<std::string_view, 7>{"画", "来", "有", "整", "搞", "放", "加"},
                            [&](std::string_view verb) { return before.ends_with(verb); });
    if (counted >= 0 && after_verb && one->text.starts_with(kOne) && !one->text.starts_with("一对") &&
        random_.Percent(25))
      return {one->text.substr(kOne.size()), one->plural};
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

bool PromptDraft::TakesLoose(const Saying& saying) {
  const auto& pieces = saying.pieces;
  for (size_t i = 0; i + 1 < pieces.size(); ++i) {
    if (pieces[i].form != SayingPiece::Form::kSlot || pieces[i].slot != Slot::kAThing) continue;
    const std::string next = pieces[i + 1].form == SayingPiece::Form::kWords ? pieces[i + 1].words.front() : "";
    const auto stops = {"，", ",", "。", "！", "；", "）", " ", "、", "…"};
    if (std::ranges::none_of(stops, [&next](const char* stop) { return next.starts_with(stop); })) return false;
  }
  return true;
}

auto PromptDraft::Render(const Way& way, const Slots& slots) -> Phrase {
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

}  // namespace diptych::world
