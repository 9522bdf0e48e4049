// Where, when and in which style, what is said afterwards and what is not there; all of it joined.
#include <algorithm>
#include <initializer_list>

#include "base/ascii.h"
#include "world/prompt_draft.h"
#include "world/prompt_noise.h"

namespace diptych::world {

using Form = Way::Form;
using Slot = SayingSlot;

namespace {

// " reading a book": can "is" stand before it?
bool IsDeed(std::string_view words) {
  if (!words.starts_with(' ')) return false;
  const size_t end = std::min(words.find_first_of(" ,.", 1), words.size());
  return words.substr(1, end - 1).ends_with("ing");
}

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

}  // namespace

// "sunny day" is none at night, and "the sun is gone" untrue where it shines.
bool PromptDraft::FitsWeather(const Way& way) const {
  const std::string_view text = way.saying->text;
  const auto has = [text](std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [text](std::string_view word) { return text.find(word) != text.npos; });
  };
  if (IsNight(scene_.hour)) return !has({"sun", "day", "blue", "阳", "蓝", "日", "兰", "碧", "bright"});
  const bool of_sun = has({"the sun", "sun out", "no sun", "太阳", "蔽日", "日隐"});
  return !of_sun || scene_.sun.has_value() == (scene_.weather == Weather::kClear);
}

const Way* PromptDraft::SceneWay(Topic topic, bool phrase_only) {
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
std::string PromptDraft::ScenePhrase() {
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

bool PromptDraft::FrameInScene(Phrase& core) {
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
auto PromptDraft::Plainly(Topic topic, int who) -> std::optional<Part> {
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

auto PromptDraft::FollowUp(Topic topic, int who) -> std::optional<Part> {
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
void PromptDraft::Rest(std::vector<Part>& parts) {
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
bool PromptDraft::ChooseDenied() {
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
  const PromptName& name = language_.names.Of(*kind).front();
  denied_one_ = name.one;
  denied_ = name.several;
  return true;
}

void PromptDraft::Deny(std::vector<Part>& parts) {
  if (!scene_.moon && IsNight(scene_.hour) && HasWeather(scene_.ground) && random_.Percent(14)) {
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

std::string PromptDraft::Join(const Phrase& core, std::vector<Part> parts) {
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

std::string PromptDraft::Text() {
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

}  // namespace diptych::world
