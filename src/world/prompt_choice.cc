// Chooses which facts a prompt states.
#include <algorithm>

#include "world/prompt_draft.h"

namespace diptych::world {

using Form = Way::Form;
using Slot = SayingSlot;

int PromptDraft::Value(Topic topic, int who) const {
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

bool PromptDraft::HasTwin(int who) const {
  return std::ranges::count(scene_.subjects, At(who).kind, &Subject::kind) > 1;
}

// Whether the prompt must state the theme, since pictures should show it on request only.
bool PromptDraft::IsForced(const Theme& theme) {
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

// Adds the scene's themes, each with the weight with which it is drawn where it need not be stated.
void PromptDraft::Consider(std::vector<std::pair<Theme, int>>& list) const {
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

void PromptDraft::Choose() {
  constexpr int kSilentPercent = 13;  // percent of prompts that may leave out any fact, unusual ones too
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
  // Two subjects of one kind are told apart by their colours alone.
  for (size_t i = 0; i < themes.size(); ++i)
    if (themes[i].first.topic == kAboutColour && HasTwin(themes[i].first.who) && themes[i].second > 0) take(i);
  while (more > 0) {
    std::vector<int> weights;
    for (const auto& [theme, weight] : themes) weights.push_back(weight);
    if (std::ranges::all_of(weights, [](int weight) { return weight == 0; })) break;
    take(static_cast<size_t>(random_.Weighted(weights)));
  }
}

}  // namespace diptych::world
