// The part of a prompt that names its subjects.
#include <algorithm>
#include <initializer_list>

#include "world/prompt_draft.h"

namespace diptych::world {

using Form = Way::Form;
using Slot = SayingSlot;

// Ways to state a topic of a subject with a slot for it.
const Way* PromptDraft::WayOf(Topic topic, int who, Use use) {
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

// Whether the words of a saying fit what is held, worn or done: "upholding" fits an umbrella alone.
bool PromptDraft::FitsAction(const Way& way, Topic topic, int who) const {
  const std::string_view text = way.saying->text;
  const auto has = [text](std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [text](std::string_view word) { return text.find(word) != text.npos; });
  };
  const bool held = way.saying->Has(Slot::kHeld);
  if (way.saying->Has(Slot::kBThing)) return false;
  if (topic == kAboutHeld) {
    if (!held || has({"撑", "打着", "头顶", "下面", "mbrella", "beneath", "upholding"}))
      return At(who).held == Held::kUmbrella;
    return !has({"背着", "扛", "夹", "腰"}) && (!has({"paw"}) || RowOf(At(who).kind).family == Family::kAnimal);
  }
  // These would name what is ridden, which the relation states.
  if (topic == kAboutAction && At(who).action == Action::kRiding && has({"车", "鞍", "saddle"})) return false;
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
void PromptDraft::PutOn(std::string& text, std::string_view worn) {
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

auto PromptDraft::Wrap(const Phrase& inner, Topic topic, int who, bool noun_only) -> std::optional<Phrase> {
  const Way* way = WayOf(topic, who, noun_only ? Use::kNoun : Use::kAny);
  if (way == nullptr) return std::nullopt;
  if (inner.bare.empty() && way->saying->Has(Slot::kThing)) return std::nullopt;
  Slots slots{.a = &inner, .who = who};
  if (topic == kAboutHeld) slots.held = HeldPhrase(who);
  if (topic == kAboutWorn) slots.held = Word(ways_.worn_word[static_cast<size_t>(At(who).worn)]);
  const auto& pieces = way->saying->pieces;
  const bool manner = topic == kAboutAction && Wants(kAboutFeeling, who) && random_.Percent(20) && pieces.size() == 2 &&
                      pieces.front().form == SayingPiece::Form::kSlot && way->form == Form::kNoun &&
                      (!english_ || way->saying->text.ends_with("ing"));
  Phrase by_manner = inner;
  const std::string how = manner ? Word(ways_.manner_word[static_cast<size_t>(At(who).feeling)]) : "";
  if (manner && !english_) {
    by_manner.text += how;
    slots.a = &by_manner;
  }
  Phrase made = Render(*way, slots);
  if (manner) {
    if (english_) made.text += " " + how;
    made.says.push_back({kAboutFeeling, who});
    Want(kAboutFeeling, who, false);
  }
  if (topic == kAboutWorn) PutOn(made.text, slots.held);
  made.says.push_back({topic, who});
  Want(topic, who, false);
  return made;
}

// A saying that has the subject's name in a slot: "a {thing} with stripes", "{thing}, make it red".
auto PromptDraft::ThingWrap(Topic topic, int who) -> std::optional<Phrase> {
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

// A noun phrase with at most `most` further topics, such as action and feeling, in it.
auto PromptDraft::Described(int who, int most) -> Phrase {
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

bool PromptDraft::Meets(const WayOfMany& many) const {
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
  if (needs_count && !language_.names.Of(At(who).kind).front().counted) return false;
  if (Several(who) && !needs_count && (many.way.one_only || saying.Has(Slot::kThing))) return false;
  return !related || !Several(1) || !many.way.one_only;
}

// A saying that states several facts at once, if one is true here.
auto PromptDraft::Many(const std::vector<WayOfMany>& list) -> std::optional<Phrase> {
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
auto PromptDraft::Framed(Phrase inner, const Ways& frames, int who) -> Phrase {
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

auto PromptDraft::CoreOfOne(int who) -> Phrase {
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

auto PromptDraft::TwoColours(int first, int second) -> std::optional<Phrase> {
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

// The two phrases joined by the relation of the two, told from either side.
auto PromptDraft::Related(int first, int second, Phrase& a, Phrase& b) -> std::optional<Phrase> {
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

auto PromptDraft::CoreOfTwo(int first, int second) -> Phrase {
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
auto PromptDraft::List(std::span<Phrase> phrases) -> Phrase {
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

auto PromptDraft::CoreOfMore() -> Phrase {
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

auto PromptDraft::Core() -> Phrase {
  if (named_.size() == 1) return CoreOfOne(named_.front());
  return named_.size() == 2 ? CoreOfTwo(named_[0], named_[1]) : CoreOfMore();
}

}  // namespace diptych::world
