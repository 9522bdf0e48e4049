// One fact of a setting made false (setting.h).
#include <algorithm>
#include <array>
#include <initializer_list>
#include <vector>

#include "world/repertoire.h"
#include "world/setting.h"

namespace diptych::world {
namespace {

uint16_t OtherValue(int value, int count, base::Random& random) {
  return static_cast<uint16_t>((value + 1 + random.Below(count - 1)) % count);
}

// A random value other than this one and "no" (0).
uint16_t OtherKnown(int value, int count, base::Random& random) {
  const int other = value == 0 ? random.Below(count - 1) : OtherValue(value - 1, count - 1, random);
  return static_cast<uint16_t>(1 + other);
}

bool IsOneOf(Kind kind, std::initializer_list<Kind> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// Whether many viewers would accept one kind for the other.
bool AreAlike(Kind a, Kind b) {
  for (const auto& group : {std::initializer_list<Kind>{Kind::kPanda, Kind::kBear},
                            {Kind::kBird, Kind::kOwl, Kind::kPenguin},
                            {Kind::kTree, Kind::kFir, Kind::kPalm},
                            {Kind::kSailingBoat, Kind::kShip},
                            {Kind::kHouse, Kind::kCastle, Kind::kTower, Kind::kLighthouse, Kind::kWindmill},
                            {Kind::kMan, Kind::kBoy},
                            {Kind::kWoman, Kind::kGirl}}) {
    if (IsOneOf(a, group) && IsOneOf(b, group)) return true;
  }
  return false;
}

// Whether the backdrop or a held object could be taken for this kind.
bool BackdropShows(const Setting& setting, Kind kind) {
  const auto ground = static_cast<Ground>(setting.scene[kGround]);
  if (IsLost(kind, ground)) return true;
  const auto holds = [&setting](Held held) {
    return std::any_of(setting.subjects.begin(), setting.subjects.end(),
                       [held](const auto& values) { return values[kHeld] == static_cast<uint16_t>(held); });
  };
  if (kind == Kind::kFlower) return holds(Held::kFlower);
  if (kind == Kind::kHotAirBalloon) return holds(Held::kBalloon);
  return kind == Kind::kStar && setting.scene[kHour] == static_cast<uint16_t>(Hour::kStarryNight);
}

// A kind that is nowhere in the picture. A thing that becomes a character also gets an action and a feeling.
bool ChangeKind(Setting& setting, size_t who, base::Random& random) {
  const auto before = setting.subjects;
  auto& values = setting.subjects[who];
  const auto shown = [&](Kind kind) {
    for (size_t i = 0; i <= setting.scene[kSubjects]; ++i) {
      const auto other = static_cast<Kind>(before[i][kKind]);
      if (kind == other || AreAlike(kind, other)) return true;
    }
    return BackdropShows(setting, kind);
  };
  const auto row_before = static_cast<Kind>(before[who][kKind]);
  Kind kind;
  do {
    // Half of the time one that is hard to tell from it: of the same family.
    kind = static_cast<Kind>(random.Below(KindCount()));
    if (random.Percent(50) && RowOf(kind).family != RowOf(row_before).family) kind = row_before;
  } while (shown(kind));
  values[kKind] = static_cast<uint16_t>(kind);
  values[kFamily] = static_cast<uint16_t>(RowOf(kind).family);
  values[kFacing] = 0;
  if (values[kColour] == kColours && RowOf(kind).recolourable)
    values[kColour] = static_cast<uint16_t>(random.Below(kColours));
  const auto has_body = [](Kind one) {
    return std::ranges::any_of(RowOf(one).looks, [](const Look& look) {
      return look.hand == Look::Hand::kFigure || look.hand == Look::Hand::kArtistHead;
    });
  };
  if (has_body(kind) || values[kAction] == 0) return true;
  values[kHeld] = values[kWorn] = values[kAction] = values[kFeeling] = 0;
  return true;
}

bool ChangeColour(Setting& setting, size_t who, base::Random& random) {
  auto& colour = setting.subjects[who][kColour];
  if (colour == kColours) return false;
  const uint16_t before = colour;
  do {
    colour = OtherValue(before, kColours, random);
  } while (setting.scene[kSame] && colour == setting.subjects[1 - who][kColour]);
  return true;
}

bool ChangePlace(Setting& setting, size_t who, base::Random& random) {
  auto& place = setting.subjects[who][kPlace];
  // Of two subjects side by side the only false place is the other side.
  place = setting.scene[kSame] != 0 ? static_cast<uint16_t>(kPlaces - 1 - place) : OtherValue(place, kPlaces, random);
  return true;
}

// Not for kinds whose drawings have bands or dots of their own.
bool ChangePattern(Setting& setting, size_t who, base::Random& random) {
  auto& values = setting.subjects[who];
  const auto kind = static_cast<Kind>(values[kKind]);
  if (IsOneOf(kind, {Kind::kMushroom, Kind::kLighthouse, Kind::kHotAirBalloon, Kind::kSailingBoat})) return false;
  const uint8_t patterns = RowOf(kind).patterns;
  if (patterns == kNoPattern) return false;
  values[kPattern] = OtherKnown(values[kPattern], patterns == kTimber ? 4 : 3, random);
  return true;
}

// "Standing" is not false of somebody who plays, paints or walks, nor "sitting" of somebody who reads.
bool ChangeAction(Setting& setting, size_t who, base::Random& random) {
  auto& action = setting.subjects[who][kAction];
  if (action == 0) return false;
  const auto before = static_cast<Action>(action);
  const bool stands = before == Action::kUkulele || before == Action::kDrum || before == Action::kPainting ||
                      before == Action::kWalking;
  Action after;
  do {
    after = static_cast<Action>(OtherKnown(action, kActions, random));
  } while ((stands && after == Action::kStanding) || (before == Action::kReading && after == Action::kSitting));
  action = static_cast<uint16_t>(after);
  return true;
}

bool ChangeHeld(Setting& setting, size_t who, base::Random& random) {
  auto& values = setting.subjects[who];
  if (!HandsFree(static_cast<Action>(values[kAction]))) return false;
  values[kHeld] = OtherKnown(values[kHeld], static_cast<int>(HeldWords().size()), random);
  return true;
}

// A relation that clearly does not hold in the picture.
bool ChangeRelation(Setting& setting, size_t who, base::Random& random) {
  using R = Relation;
  const size_t other = who == 0 ? 1 : who - 1;
  if (setting.scene[kSubjects] == 0) return false;
  const auto pick = [&random](const std::vector<R>& relations) { return random.Pick(relations); };
  const auto false_for = [&](R relation) {
    switch (relation) {
      case R::kLeftOf:
        return pick({R::kRightOf, R::kRightOf, R::kInside, R::kOn});
      case R::kRightOf:
        return pick({R::kLeftOf, R::kLeftOf, R::kInside, R::kOn});
      case R::kNextTo:
        return pick({R::kAbove, R::kBelow, R::kInside});
      case R::kAbove:
        return pick({R::kBelow, R::kBelow, R::kLeftOf, R::kRightOf, R::kNextTo});
      case R::kBelow:
        return pick({R::kAbove, R::kAbove, R::kLeftOf, R::kRightOf, R::kNextTo});
      case R::kInFrontOf:
        return pick({R::kBehind, R::kBehind, R::kAbove});
      case R::kBehind:
        return pick({R::kInFrontOf, R::kInFrontOf, R::kBelow});
      case R::kLookingAt:
      case R::kChasing:
        return pick({R::kRightOf, R::kAbove, R::kInside});
      case R::kLookedAtBy:
      case R::kChasedBy:
        return pick({R::kLeftOf, R::kBelow, R::kAround});
      default:
        return pick({R::kNextTo, R::kLeftOf, R::kRightOf});
    }
  };
  const R changed = false_for(static_cast<R>(setting.subjects[who][kRelation]));
  setting.subjects[who][kRelation] = static_cast<uint16_t>(changed);
  setting.subjects[other][kRelation] = static_cast<uint16_t>(Inverse(changed));
  return true;
}

bool ChangeSubject(Setting& setting, Topic topic, size_t who, base::Random& random) {
  auto& values = setting.subjects[who];
  switch (topic) {
    case kAboutColour:
      return ChangeColour(setting, who, random);
    case kAboutKind:
      return ChangeKind(setting, who, random);
    case kAboutCount:
      values[kCount] = OtherValue(values[kCount], kMostOfAKind, random);
      return setting.scene[kSame] == 0;
    case kAboutSize:
      values[kSize] = OtherValue(values[kSize], kSizes, random);
      return true;
    case kAboutPlace:
      return ChangePlace(setting, who, random);
    case kAboutDepth:
      values[kDepth] = static_cast<uint16_t>(3 - values[kDepth]);
      return values[kDepth] != 3;
    case kAboutPattern:
      return ChangePattern(setting, who, random);
    case kAboutAction:
      return ChangeAction(setting, who, random);
    case kAboutHeld:
      return ChangeHeld(setting, who, random);
    case kAboutWorn:
      if (values[kAction] == 0) return false;
      values[kWorn] = OtherKnown(values[kWorn], kWorns, random);
      return true;
    case kAboutFeeling:
      if (values[kFeeling] == 0) return false;
      values[kFeeling] = OtherKnown(values[kFeeling], kFeelings, random);
      return true;
    case kAboutFacing:
      if (values[kFacing] == 0) return false;
      values[kFacing] = static_cast<uint16_t>(3 - values[kFacing]);
      return true;
    default:
      return ChangeRelation(setting, who, random);
  }
}

// Never from night to starry night or back, since both are nights.
bool ChangeHour(Setting& setting, base::Random& random) {
  auto& hour = setting.scene[kHour];
  const bool night = IsNight(static_cast<Hour>(hour));
  const uint16_t before = hour;
  do {
    hour = OtherValue(before, kHours, random);
  } while (night && IsNight(static_cast<Hour>(hour)));
  return true;
}

// Never from rain, snow or fog, which come with clouds, to "cloudy", nor from a rainbow to "clear".
bool ChangeWeather(Setting& setting, base::Random& random) {
  auto& weather = setting.scene[kWeather];
  const auto before = static_cast<Weather>(weather);
  weather = OtherValue(weather, kWeathers, random);
  const auto after = static_cast<Weather>(weather);
  if (before == Weather::kRainbow) return after != Weather::kClear;
  // Rain and storm could be taken for each other.
  const auto wet = [](Weather one) { return one == Weather::kRain || one == Weather::kStorm; };
  if (wet(before) && wet(after)) return false;
  return before == Weather::kClear || before == Weather::kCloudy || after != Weather::kCloudy;
}

// Never between grounds that could be taken for each other: a city has roads, mountains have hills before them.
bool ChangeGround(Setting& setting, base::Random& random) {
  auto& ground = setting.scene[kGround];
  const auto before = static_cast<Ground>(ground);
  ground = OtherValue(ground, kGrounds, random);
  const auto are = [&](Ground a, Ground b) {
    const auto after = static_cast<Ground>(ground);
    return (before == a && after == b) || (before == b && after == a);
  };
  constexpr std::array<std::array<Ground, 2>, 14> kAlike = {{{Ground::kSea, Ground::kBeach},
                                                             {Ground::kSea, Ground::kHarbour},
                                                             {Ground::kCity, Ground::kRoad},
                                                             {Ground::kCity, Ground::kStreet},
                                                             {Ground::kRoad, Ground::kStreet},
                                                             {Ground::kHills, Ground::kMountains},
                                                             {Ground::kHills, Ground::kMeadow},
                                                             {Ground::kHills, Ground::kFarm},
                                                             {Ground::kMeadow, Ground::kGarden},
                                                             {Ground::kMeadow, Ground::kPark},
                                                             {Ground::kGarden, Ground::kPark},
                                                             {Ground::kPark, Ground::kPlayground},
                                                             {Ground::kMeadow, Ground::kFarm},
                                                             {Ground::kSpace, Ground::kMoon}}};
  const auto after = static_cast<Ground>(ground);
  // "Room" is true of a kitchen too.
  if ((before == Ground::kRoom && IsRoom(after)) || (after == Ground::kRoom && IsRoom(before))) return false;
  return std::ranges::none_of(kAlike, [&](const auto& pair) { return are(pair[0], pair[1]); });
}

bool ChangeSky(Setting& setting, Topic topic, base::Random& random) {
  auto& scene = setting.scene;
  switch (topic) {
    case kAboutHour:
      return ChangeHour(setting, random);
    case kAboutWeather:
      return ChangeWeather(setting, random);
    case kAboutGround:
      return ChangeGround(setting, random);
    case kAboutSun:
      scene[kSun] = 1 - scene[kSun];
      return true;
    case kAboutMoon:
      scene[kMoon] = scene[kMoon] != 0 ? 0 : static_cast<uint16_t>(random.Between(1, 3));
      return true;
    case kAboutPhase:
      if (scene[kMoon] == 0) return false;
      scene[kMoon] = OtherKnown(scene[kMoon], 4, random);
      return true;
    case kAboutClouds:
      if (scene[kClouds] == 0) return false;
      scene[kClouds] = OtherKnown(scene[kClouds], 5, random);
      return true;
    case kAboutStyle:
      scene[kStyle] = OtherValue(scene[kStyle], kStyles, random);
      return true;
    case kAboutSeason:
      if (scene[kSeason] == 0) return false;
      scene[kSeason] = OtherKnown(scene[kSeason], kSeasons, random);
      return true;
    default:
      if (scene[kMood] == 0) return false;
      scene[kMood] = OtherKnown(scene[kMood], kMoods, random);
      return true;
  }
}

}  // namespace

std::optional<Setting> Change(const Setting& setting, Topic topic, int subject, base::Random& random) {
  Setting changed = setting;
  const bool done = topic < kAboutColour ? ChangeSky(changed, topic, random)
                                         : ChangeSubject(changed, topic, static_cast<size_t>(subject), random);
  if (!done) return std::nullopt;
  Derive(changed);
  return changed;
}

}  // namespace diptych::world
