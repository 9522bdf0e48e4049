#include "world/scene.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "base/random.h"
#include "world/held_out.h"
#include "world/layout.h"

namespace diptych::world {
namespace {

// Width and height of what is drawn, in percent of its scale: of the width for things, of a hundred units for figures.
struct Units {
  int width, height;
};

// A person in each action; kinds.cc adds ears and tails.
constexpr std::array<Units, kActions> kPoses = {
    {{}, {80, 138}, {84, 112}, {132, 84}, {84, 138}, {88, 152}, {84, 112}, {104, 138}, {84, 138}, {136, 138}}};
// How much each held thing adds.
constexpr std::array<Units, kHelds> kHeldUnits = {{{0, 0}, {30, 36}, {22, 44}, {14, 0}, {12, 0}, {4, 0}}};

Units UnitsOf(const Subject& subject) {
  const KindRow& row = RowOf(subject.kind);
  if (!IsCharacter(subject.kind)) return {100, row.height};
  const Units& pose = kPoses[static_cast<size_t>(subject.action)];
  const Units& held = kHeldUnits[static_cast<size_t>(subject.held)];
  return {pose.width + held.width + row.wider, pose.height + std::max(held.height, row.height)};
}

int Scaled(int scale, int units) { return (scale * units + 50) / 100; }

Range ScalesOf(const Subject& subject) { return RowOf(subject.kind).widths[static_cast<size_t>(subject.size)]; }

// Left edges that put a group of this width into the slot; empty (first > last) when it does not fit.
Range LeftEdges(const Slot& slot, int width) {
  return {std::max(slot.left, slot.centre.first - width / 2),
          std::min(slot.right - width, slot.centre.last - width / 2)};
}

int GroupWidth(const Subject& subject, int scale, int count) {
  return count * Scaled(scale, UnitsOf(subject).width) + (count - 1) * kGroupGap.last;
}

bool Fits(const Slot& slot, const Subject& subject, int count) {
  const Range edges = LeftEdges(slot, GroupWidth(subject, ScalesOf(subject).first, count));
  return edges.first <= edges.last;
}

// The largest scale of the subject's size at which a group fits in the slot and below the upper edge, from the smallest
// on; nothing when even that is too large.
std::optional<Range> FittingScales(const Slot& slot, const Subject& subject, int count, int room_above) {
  Range scales = ScalesOf(subject);
  while (scales.last >= scales.first) {
    const Range edges = LeftEdges(slot, GroupWidth(subject, scales.last, count));
    if (edges.first <= edges.last && Scaled(scales.last, UnitsOf(subject).height) <= room_above) return scales;
    --scales.last;
  }
  return std::nullopt;
}

// Puts `count` boxes into the slot; false when they do not fit.
bool PlaceGroup(const Scene& scene, Subject& subject, const Slot& slot, int count, base::Random& random) {
  const Range bottoms = BottomsOf(scene, subject);
  const auto scales = FittingScales(slot, subject, count, bottoms.last - kFrame.top);
  if (!scales) return false;
  const int scale = random.Between(scales->first, scales->last), gap = random.Between(kGroupGap.first, kGroupGap.last);
  const Units units = UnitsOf(subject);
  const int width = Scaled(scale, units.width), height = Scaled(scale, units.height);
  const Range edges = LeftEdges(slot, count * width + (count - 1) * gap);
  const int left = random.Between(edges.first, edges.last);
  const int bottom = random.Between(std::min(std::max(bottoms.first, height + kFrame.top), bottoms.last), bottoms.last);
  subject.boxes.clear();
  for (int i = 0; i < count; ++i) {
    const int x = left + i * (width + gap);
    const int lift = count == 1 ? 0 : std::min(random.Below(3), bottom - height - kFrame.top);
    subject.boxes.push_back({.left = x, .top = bottom - lift - height, .right = x + width, .bottom = bottom - lift});
  }
  return true;
}

bool SuitsRoom(Kind kind) {
  const KindRow& row = RowOf(kind);
  if (row.family == Family::kVehicle) return kind == Kind::kBicycle;
  if (row.family == Family::kBuilding) return kind == Kind::kTent;
  return kind != Kind::kTree && kind != Kind::kPalm && kind != Kind::kFir;
}

// Whether the backdrop has things of this kind, among which the subject could not be told apart or counted.
bool IsLost(Kind kind, Ground ground) {
  if (ground == Ground::kForest) return kind == Kind::kTree || kind == Kind::kFir;
  if (ground == Ground::kCity) return kind == Kind::kHouse || kind == Kind::kTower;
  return ground == Ground::kMeadow && kind == Kind::kFlower;
}

// How often a kind is on a ground; characters have more to show than things. What only water or air can hold is so much
// more frequent there that no kind is rare.
int WeightOf(Kind kind, Ground ground) {
  const KindRow& row = RowOf(kind);
  if (IsLost(kind, ground)) return 0;
  if (ground == Ground::kRoom) return SuitsRoom(kind) && row.realm == Realm::kLand ? (IsCharacter(kind) ? 5 : 3) : 0;
  if (row.realm == Realm::kWater) return AtSea(ground) ? 14 : 0;
  if (ground == Ground::kSea && row.family == Family::kVehicle && row.realm == Realm::kLand) return 0;
  return IsCharacter(kind) ? 4 : 3;
}

Kind SampleKind(Ground ground, base::Random& random) {
  std::array<int, kKinds> weights{};
  for (int kind = 0; kind < kKinds; ++kind)
    weights[static_cast<size_t>(kind)] = WeightOf(static_cast<Kind>(kind), ground);
  return static_cast<Kind>(random.Weighted(weights));
}

Colour SampleColour(Kind kind, base::Random& random) {
  const auto natural = RowOf(kind).natural;
  if (natural && random.Percent(35)) return *natural;
  Colour colour = static_cast<Colour>(random.Below(kColours));
  while (colour == Colour::kWhite && !CanBeWhite(kind)) colour = static_cast<Colour>(random.Below(kColours));
  return colour;
}

Pattern SamplePattern(Kind kind, base::Random& random) {
  const uint8_t patterns = RowOf(kind).patterns;
  if (patterns == kNoPattern || !random.Percent(22)) return Pattern::kPlain;
  return static_cast<Pattern>(patterns == kTimber ? random.Between(1, 3) : random.Between(1, 2));
}

void SampleCharacter(Subject& subject, base::Random& random) {
  subject.action = static_cast<Action>(random.Between(1, kActions - 1));
  if (HandsFree(subject.action) && random.Percent(40)) subject.held = static_cast<Held>(random.Between(1, kHelds - 1));
  subject.feeling = static_cast<Feeling>(random.Between(1, kFeelings - 1));
}

Subject SampleVariant(Kind kind, base::Random& random) {
  Subject subject;
  subject.kind = kind;
  subject.colour = SampleColour(kind, random);
  subject.pattern = SamplePattern(kind, random);
  if (IsCharacter(kind)) SampleCharacter(subject, random);
  subject.variant = random.Below(kVariants);
  subject.faces_left = RowOf(kind).directed && random.Percent(50);
  return subject;
}

Subject SampleAny(const Scene& scene, base::Random& random) {
  return SampleVariant(SampleKind(scene.ground, random), random);
}

Size SampleSize(base::Random& random) { return static_cast<Size>(random.Below(kSizes)); }

void SampleDepth(const Scene& scene, Subject& subject, base::Random& random) {
  if (!CanHaveDepth(subject.kind, scene.ground) || !random.Percent(30)) return;
  const bool roadside = OnStreet(scene.ground) && !IsCharacter(subject.kind);
  if (subject.size == Size::kSmall && ReachesHorizon(scene.ground)) subject.depth = Depth::kFar;
  if (subject.size == Size::kLarge && !roadside) subject.depth = Depth::kNear;
}

// One kind, one to five of it, where they fit.
bool TryAlone(Scene& scene, int count, base::Random& random) {
  Subject subject = SampleAny(scene, random);
  subject.size = SampleSize(random);
  subject.place = static_cast<Place>(random.Below(kPlaces));
  if (count == 1) SampleDepth(scene, subject, random);
  const Slot& slot = kAlone[static_cast<size_t>(subject.place)];
  if (!Fits(slot, subject, count) || !PlaceGroup(scene, subject, slot, count, random)) return false;
  scene.subjects = {subject};
  return true;
}

// Each of the following fills scene.subjects; false if the sampled subjects do not fit together.
bool SampleAlone(Scene& scene, base::Random& random) {
  // The count is drawn once and then retried, since five of a kind seldom fit and would otherwise be rarer than two.
  constexpr int kTries = 200;
  const int count = random.Percent(74) ? 1 : random.Between(2, kMostOfAKind);
  for (int i = 0; i < kTries; ++i) {
    if (TryAlone(scene, count, random)) return true;
  }
  return false;
}

// Two side by side differ in kind or colour, three in kind, so that words can tell them apart.
bool SampleBeside(Scene& scene, base::Random& random) {
  for (size_t i = 0; i < 2; ++i) {
    Subject subject = SampleAny(scene, random);
    subject.size = random.Percent(50) ? Size::kSmall : Size::kMedium;
    subject.place = i == 0 ? Place::kLeft : Place::kRight;
    const int count = random.Percent(20) ? random.Between(2, 3) : 1;
    if (!PlaceGroup(scene, subject, kOfTwo[i], count, random)) return false;
    scene.subjects.push_back(subject);
  }
  scene.relation = Relation::kLeftOf;
  return scene.subjects[0].kind != scene.subjects[1].kind || scene.subjects[0].colour != scene.subjects[1].colour;
}

bool SampleThree(Scene& scene, base::Random& random) {
  for (size_t i = 0; i < kMostSubjects; ++i) {
    Subject subject = SampleAny(scene, random);
    subject.size = random.Percent(75) ? Size::kSmall : Size::kMedium;
    subject.place = static_cast<Place>(i);
    if (!PlaceGroup(scene, subject, kOfThree[i], 1, random)) return false;
    scene.subjects.push_back(subject);
  }
  scene.relation = Relation::kLeftOf;
  const auto kind = [&scene](size_t i) { return scene.subjects[i].kind; };
  return kind(0) != kind(1) && kind(1) != kind(2) && kind(0) != kind(2);
}

void MoveTo(plan::Box& box, int left, int bottom) {
  const int width = box.right - box.left, height = box.bottom - box.top;
  box = {.left = left, .top = bottom - height, .right = left + width, .bottom = bottom};
}

bool Inside(const plan::Box& box) {
  return box.left >= kFrame.left && box.right <= kFrame.right && box.top >= kFrame.top && box.bottom <= kFrame.bottom;
}

// Two subjects that touch: the second placed as if it were alone, the first in relation to it.
struct Pair {
  Subject first, second;
  plan::Box& a() { return first.boxes[0]; }
  plan::Box& b() { return second.boxes[0]; }
};

std::optional<Pair> SamplePair(const Scene& scene, Size first_size, Size second_size, base::Random& random) {
  Pair pair = {SampleAny(scene, random), SampleAny(scene, random)};
  if (pair.first.kind == pair.second.kind) return std::nullopt;
  pair.first.size = first_size;
  pair.second.size = second_size;
  pair.first.place = pair.second.place = static_cast<Place>(random.Below(kPlaces));
  const Slot& slot = kAlone[static_cast<size_t>(pair.first.place)];
  if (!PlaceGroup(scene, pair.second, slot, 1, random) || !PlaceGroup(scene, pair.first, slot, 1, random))
    return std::nullopt;
  return pair;
}

bool Keep(Scene& scene, Pair& pair, Relation relation) {
  if (!Inside(pair.a()) || !Inside(pair.b())) return false;
  scene.subjects = {pair.first, pair.second};
  scene.relation = relation;
  return true;
}

bool SampleNextTo(Scene& scene, base::Random& random) {
  auto pair = SamplePair(scene, Size::kSmall, random.Percent(50) ? Size::kSmall : Size::kMedium, random);
  if (!pair || RowOf(pair->first.kind).realm != RowOf(pair->second.kind).realm) return false;
  const int width = pair->a().right - pair->a().left, gap = random.Between(kNextToGap.first, kNextToGap.last),
            bottom = pair->a().bottom;
  const bool before = random.Percent(50);
  const int shift = (width + gap) / 2;
  MoveTo(pair->b(), pair->b().left + (before ? shift : -shift), pair->b().bottom);
  MoveTo(pair->a(), before ? pair->b().left - gap - width : pair->b().right + gap, bottom);
  const int centre = (std::min(pair->a().left, pair->b().left) + std::max(pair->a().right, pair->b().right)) / 2;
  const Range place = kAlone[static_cast<size_t>(pair->first.place)].centre;
  return centre >= place.first && centre <= place.last && Keep(scene, *pair, Relation::kNextTo);
}

bool SampleAbove(Scene& scene, base::Random& random) {
  auto pair = SamplePair(scene, Size::kSmall, random.Percent(60) ? Size::kSmall : Size::kMedium, random);
  if (!pair || RowOf(pair->second.kind).realm == Realm::kAir) return false;
  if (RowOf(pair->first.kind).realm != Realm::kAir && RowOf(pair->first.kind).family != Family::kShape) return false;
  const plan::Box& low = pair->b();
  const int height = pair->a().bottom - pair->a().top, width = pair->a().right - pair->a().left;
  const int room = low.top - kFrame.top - height;
  if (room < kAboveGap.first) return false;
  const int left = (low.left + low.right - width) / 2 + random.Between(-kMostAboveShift, kMostAboveShift);
  MoveTo(pair->a(), left, low.top - std::min(random.Between(kAboveGap.first, kAboveGap.last), room));
  return Keep(scene, *pair, Relation::kAbove);
}

// The one behind stays visible by more than half of its width.
bool SampleInFrontOf(Scene& scene, base::Random& random) {
  auto pair = SamplePair(scene, Size::kSmall, random.Percent(40) ? Size::kMedium : Size::kLarge, random);
  if (!pair) return false;
  if (RowOf(pair->first.kind).realm != Realm::kLand || RowOf(pair->second.kind).realm != Realm::kLand) return false;
  const plan::Box& back = pair->b();
  const int width = pair->a().right - pair->a().left, height = pair->a().bottom - pair->a().top;
  if (100 * width > kWidestInFront * (back.right - back.left) || height > back.bottom - back.top) return false;
  const int bottom =
      std::min(96, std::max(back.bottom + random.Between(kInFrontDrop.first, kInFrontDrop.last), pair->a().bottom));
  const int overhang = width / 4;
  MoveTo(pair->a(), random.Percent(50) ? back.left - overhang : back.right - width + overhang, bottom);
  return bottom > back.bottom + kLeastInFrontDrop && pair->a().top < back.bottom - kLeastInFrontShared &&
         Keep(scene, *pair, Relation::kInFrontOf);
}

bool SampleOn(Scene& scene, base::Random& random) {
  auto pair = SamplePair(scene, Size::kSmall, random.Percent(60) ? Size::kMedium : Size::kLarge, random);
  if (!pair || RowOf(pair->second.kind).top < 0 || RowOf(pair->first.kind).realm != Realm::kLand) return false;
  if (RowOf(pair->first.kind).family == Family::kBuilding || pair->first.action == Action::kJumping) return false;
  const plan::Box& base = pair->b();
  const int width = pair->a().right - pair->a().left;
  if (width > base.right - base.left + 6) return false;
  const int top = base.top + ((base.bottom - base.top) * RowOf(pair->second.kind).top + 50) / 100;
  MoveTo(pair->a(), (base.left + base.right - width) / 2 + random.Between(-kMostOnShift, kMostOnShift), top + kOnSink);
  return Keep(scene, *pair, Relation::kOn);
}

bool SampleInside(Scene& scene, base::Random& random) {
  auto pair = SamplePair(scene, Size::kSmall, Size::kLarge, random);
  if (!pair || !CanContain(RowOf(pair->second.kind)) || RowOf(pair->first.kind).realm != Realm::kLand) return false;
  if (RowOf(pair->first.kind).family == Family::kBuilding) return false;
  const plan::Box& whole = pair->b();
  const plan::Box& hollow = RowOf(pair->second.kind).hollow;
  const int width = whole.right - whole.left, height = whole.bottom - whole.top;
  const plan::Box space = {whole.left + width * hollow.left / 100, whole.top + height * hollow.top / 100,
                           whole.left + width * hollow.right / 100, whole.top + height * hollow.bottom / 100};
  const Units units = UnitsOf(pair->first);
  const int scale = std::min({(space.right - space.left) * 100 / units.width,
                              (space.bottom - space.top) * 100 / units.height, ScalesOf(pair->first).last});
  if (scale < ScalesOf(pair->first).first * 2 / 3) return false;
  const int w = Scaled(scale, units.width), left = (space.left + space.right - w) / 2;
  pair->a() = {
      .left = left, .top = space.bottom - Scaled(scale, units.height), .right = left + w, .bottom = space.bottom};
  return Keep(scene, *pair, Relation::kInside);
}

bool Meet(const plan::Box& a, const plan::Box& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

// Things in the sky keep clear of subjects and of each other.
class Sky {
 public:
  explicit Sky(const Scene& scene) {
    for (const Subject& subject : scene.subjects)
      taken_.insert(taken_.end(), subject.boxes.begin(), subject.boxes.end());
  }
  std::optional<Point> Find(const SkyPlace& wish, base::Random& random) {
    constexpr int kTries = 12;
    for (int i = 0; i < kTries; ++i) {
      const Point point = {random.Between(wish.x.first, wish.x.last), random.Between(wish.y.first, wish.y.last)};
      const plan::Box box = BoxAround(point, wish.half_width, wish.half_height);
      if (std::any_of(taken_.begin(), taken_.end(), [&box](const plan::Box& other) { return Meet(box, other); }))
        continue;
      taken_.push_back(box);
      return point;
    }
    return std::nullopt;
  }

 private:
  std::vector<plan::Box> taken_;
};

Weather SampleWeather(const Scene& scene, base::Random& random) {
  std::array<int, kWeathers> weights = {36, 26, 12, 10, 9, 9};
  const auto exclude = [&weights](Weather weather) { weights[static_cast<size_t>(weather)] = 0; };
  if (IsNight(scene.hour) || scene.ground == Ground::kRoom) exclude(Weather::kRainbow);
  if (scene.hour == Hour::kStarryNight)
    for (Weather weather : {Weather::kRain, Weather::kSnow, Weather::kFog}) exclude(weather);
  if (scene.ground == Ground::kRoom)
    for (Weather weather : {Weather::kCloudy, Weather::kFog}) exclude(weather);
  if (scene.ground == Ground::kDesert) exclude(Weather::kSnow);
  return static_cast<Weather>(random.Weighted(weights));
}

void FillSky(Scene& scene, base::Random& random) {
  Sky sky(scene);
  const bool open = scene.weather == Weather::kClear || scene.weather == Weather::kCloudy;
  if (open && random.Percent(75)) {
    (IsNight(scene.hour) ? scene.moon : scene.sun) = sky.Find(LightPlace(scene), random);
    if (scene.moon) scene.phase = static_cast<MoonPhase>(random.Below(3));
  }
  if (scene.weather != Weather::kCloudy) return;
  const int clouds = random.Between(kCloudCounts.first, kCloudCounts.last);
  for (int i = 0; i < clouds; ++i) {
    const auto cloud = sky.Find(kCloudPlace, random);
    if (cloud) scene.clouds.push_back(*cloud);
  }
  if (scene.clouds.empty()) scene.weather = Weather::kClear;
}

int SampleHorizon(Ground ground, base::Random& random) {
  const Range horizons = HorizonsOf(ground);
  return horizons.first + kHorizonStep * random.Below((horizons.last - horizons.first) / kHorizonStep + 1);
}

// Fills scene.subjects in one of the ways that subjects can be together.
bool SampleSubjects(Scene& scene, base::Random& random) {
  using Way = bool (*)(Scene&, base::Random&);
  constexpr std::array<Way, 8> kWays = {SampleAlone, SampleBeside,    SampleThree, SampleNextTo,
                                        SampleAbove, SampleInFrontOf, SampleOn,    SampleInside};
  constexpr std::array<int, 8> kWeights = {56, 14, 9, 5, 4, 5, 4, 3};
  // Most pairs of subjects do not suit most ways; another draw of the same way keeps the ways' frequencies.
  constexpr int kTries = 4000;
  const Way way = kWays[static_cast<size_t>(random.Weighted(kWeights))];
  for (int i = 0; i < kTries; ++i) {
    scene.subjects.clear();
    scene.relation = Relation::kNone;
    if (way(scene, random)) return true;
  }
  return false;
}

std::optional<Scene> Compose(uint64_t seed, base::Random random) {
  constexpr std::array<int, kStyles> kStyleWeights = {40, 12, 12, 12, 12, 12};
  Scene scene;
  scene.seed = seed;
  scene.style = static_cast<Style>(random.Weighted(kStyleWeights));
  if (random.Percent(45)) scene.mood = static_cast<Mood>(random.Between(1, kMoods - 1));
  scene.hour = static_cast<Hour>(random.Below(kHours));
  scene.ground = static_cast<Ground>(random.Below(kGrounds));
  scene.horizon = SampleHorizon(scene.ground, random);
  scene.weather = SampleWeather(scene, random);
  if (!SampleSubjects(scene, random)) return std::nullopt;
  FillSky(scene, random);
  return scene;
}

}  // namespace

Relation Inverse(Relation relation) {
  constexpr std::array<Relation, kRelationWords.size()> kInverse = {
      Relation::kNone,  Relation::kRightOf, Relation::kLeftOf, Relation::kNextTo,
      Relation::kBelow, Relation::kAbove,   Relation::kBehind, Relation::kInFrontOf,
      Relation::kUnder, Relation::kOn,      Relation::kAround, Relation::kInside};
  return kInverse[static_cast<size_t>(relation)];
}

Relation RelationOf(const Scene& scene, size_t subject) {
  return subject == 0 ? scene.relation : Inverse(scene.relation);
}

Scene SampleScene(uint64_t seed, Split split, const HeldOut& held_out) {
  // Streams of their own, so that other uses of the same seed stay independent of the scene.
  constexpr uint64_t kFirstStream = uint64_t{0x5CE7E} << 32;
  constexpr uint64_t kTries = 20000;
  for (uint64_t i = 0; i < kTries; ++i) {
    const std::optional<Scene> scene = Compose(seed, base::Random(seed, kFirstStream + i));
    if (scene && held_out.Contains(*scene) == (split == Split::kHeldOut)) return *scene;
  }
  throw base::Error(
      "world", "the list of held-out combinations leaves no scene to draw.",
      split == Split::kHeldOut ? "the list must hold at least one combination" : "the list holds too much");
}

}  // namespace diptych::world
