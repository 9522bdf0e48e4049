#include "world/scene.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "base/random.h"
#include "world/held_out.h"
#include "world/layout.h"
#include "world/repertoire.h"
#include "world/sample_subject.h"

namespace diptych::world {
namespace {

// By Held, without kNone.
const std::vector<Kind>& HeldKinds() {
  static const std::vector<Kind> kinds = [] {
    std::vector<Kind> all;
    for (const std::string_view word : {"umbrella", "balloon", "lantern", "flower", "book"})
      all.push_back(KindOf(word).value());
    const std::vector<Kind> own = all;
    for (size_t i = 0; i < Kinds().size(); ++i) {
      const auto kind = static_cast<Kind>(i);
      const KindRow& row = RowOf(kind);
      // Persons and animals are not held.
      const bool alive =
          row.family == Family::kPerson || row.family == Family::kAnimal || row.family == Family::kFantasy;
      if (row.thing == nullptr || !row.thing->holdable || alive || std::ranges::find(own, kind) != own.end()) continue;
      all.push_back(kind);
    }
    return all;
  }();
  return kinds;
}

// Whether it is off the ground, if only for a moment.
bool Leaves(Action action) { return action == Action::kJumping || IsOffGround(action); }

// Left edges that put a group of this width into the slot; empty (first > last) when it does not fit.
Range LeftEdges(const Slot& slot, int width) {
  return {std::max(slot.left, slot.centre.first - width / 2),
          std::min(slot.right - width, slot.centre.last - width / 2)};
}

// More than this many stand in two rows, those behind in the gaps of those in front.
constexpr int kMostInARow = 5;

// Distance between the left edges of neighbours.
int StepOf(int width, int gap, int count) { return count > kMostInARow ? (width + gap + 1) / 2 : width + gap; }

int GroupWidth(int width, int gap, int count) { return (count - 1) * StepOf(width, gap, count) + width; }

int GroupWidthAt(const Subject& subject, int scale, int count) {
  return GroupWidth(Scaled(scale, UnitsOf(subject).width), kGroupGap.last, count);
}

bool Fits(const Slot& slot, const Subject& subject, int count) {
  const Range edges = LeftEdges(slot, GroupWidthAt(subject, ScalesOf(subject, count > kMostInARow).first, count));
  return edges.first <= edges.last;
}

// How a group is put together.
struct Group {
  int count = 1;
  bool crowded = false;  // smaller than its size says
};

// The largest scale of the subject's size at which a group fits in the slot and below the upper edge, from the smallest
// on; nothing when even that is too large.
std::optional<Range> FittingScales(const Slot& slot, const Subject& subject, const Group& group, int room_above) {
  Range scales = ScalesOf(subject, group.crowded);
  const int rows = group.count > kMostInARow ? 2 : 1;
  while (scales.last >= scales.first) {
    const Range edges = LeftEdges(slot, GroupWidthAt(subject, scales.last, group.count));
    if (edges.first <= edges.last && rows * Scaled(scales.last, UnitsOf(subject).height) + 3 * (rows - 1) <= room_above)
      return scales;
    --scales.last;
  }
  return std::nullopt;
}

// Puts the group's boxes into the slot; false when they do not fit.
bool PlaceGroup(const Scene& scene, Subject& subject, const Slot& slot, const Group& group, base::Random& random) {
  const int count = group.count;
  const Range bottoms = BottomsOf(scene, subject);
  const auto scales = FittingScales(slot, subject, group, bottoms.last - kFrame.top);
  if (!scales) return false;
  const int scale = random.Between(scales->first, scales->last), gap = random.Between(kGroupGap.first, kGroupGap.last);
  const Units units = UnitsOf(subject);
  const int width = Scaled(scale, units.width), height = Scaled(scale, units.height);
  if (width < 1 || height < 1) return false;
  const bool two_rows = count > kMostInARow;
  const int whole = two_rows ? 2 * height + 3 : height;
  const Range edges = LeftEdges(slot, GroupWidth(width, gap, count));
  if (edges.first > edges.last) return false;
  const int left = random.Between(edges.first, edges.last);
  const int bottom = random.Between(std::min(std::max(bottoms.first, whole + kFrame.top), bottoms.last), bottoms.last);
  subject.boxes.clear();
  for (int i = 0; i < count; ++i) {
    const int x = left + i * StepOf(width, gap, count);
    const int lift = two_rows     ? (i % 2) * (height + 3)
                     : count == 1 ? 0
                                  : std::min(random.Below(3), bottom - height - kFrame.top);
    subject.boxes.push_back({.left = x, .top = bottom - lift - height, .right = x + width, .bottom = bottom - lift});
  }
  return true;
}

Size SampleSize(base::Random& random) { return static_cast<Size>(random.Below(kSizes)); }

void SampleDepth(const Scene& scene, Subject& subject, base::Random& random) {
  if (!CanHaveDepth(subject.kind, scene.ground) || !random.Percent(30)) return;
  if (IsOffGround(subject.action)) return;
  const bool roadside = OnStreet(scene.ground) && !IsJointed(subject);
  if (subject.size == Size::kSmall && ReachesHorizon(scene.ground)) subject.depth = Depth::kFar;
  if (subject.size == Size::kLarge && !roadside) subject.depth = Depth::kNear;
}

// What each way of composing subjects reads, and the scene that it fills.
struct Draft {
  Scene& scene;
  const Repertoire& repertoire;
  base::Random& random;
  Subject Any() const { return SampleAny(scene, repertoire, random); }
};

// One kind, one to ten of it, where they fit.
bool TryAlone(const Draft& draft, int count) {
  base::Random& random = draft.random;
  Subject subject = draft.Any();
  if (count > 1 && IsCalledByANumber(RowOf(subject.kind))) return false;
  subject.size = count > kMostInARow ? Size::kSmall : SampleSize(random);
  subject.place = static_cast<Place>(random.Below(kPlaces));
  if (count == 1) SampleDepth(draft.scene, subject, random);
  const Slot& slot = kAlone[static_cast<size_t>(subject.place)];
  const Group group = {.count = count, .crowded = count > kMostInARow};
  if (!Fits(slot, subject, count) || !PlaceGroup(draft.scene, subject, slot, group, random)) return false;
  draft.scene.subjects = {subject};
  return true;
}

// Each of the following fills scene.subjects; false if the sampled subjects do not fit together.
bool SampleAlone(const Draft& draft) {
  // The count is drawn once and then retried, since five of a kind seldom fit and would otherwise be rarer than two.
  constexpr int kTries = 200;
  const int count = draft.random.Percent(74) ? 1 : draft.random.Between(2, draft.repertoire.most_of_a_kind());
  for (int i = 0; i < kTries; ++i) {
    if (TryAlone(draft, count)) return true;
  }
  return false;
}

// Whether no subject is drawn larger than one that is more than kMuch times as large in life.
bool SizesAreFair(const Subject& a, const Subject& b) {
  const Thing *first = RowOf(a.kind).thing, *second = RowOf(b.kind).thing;
  if (first == nullptr || second == nullptr) return true;
  constexpr int kMuch = 6;
  if (first->centimetres > kMuch * second->centimetres) return a.size >= b.size;
  return second->centimetres <= kMuch * first->centimetres || b.size >= a.size;
}

// The relation to state instead of "left of" where the left one of two looks at the other or chases it; else kNone.
// Only of single things, of which the second can run: a building is not chased.
Relation RegardOf(const Scene& scene) {
  const Subject &a = scene.subjects[0], &b = scene.subjects[1];
  const auto runs = [](const Subject& subject) {
    return subject.action == Action::kRunning ||
           (!IsJointed(subject) && RowOf(subject.kind).family == Family::kAnimal) ||
           RowOf(subject.kind).family == Family::kVehicle;
  };
  if (a.boxes.size() != 1 || b.boxes.size() != 1) return Relation::kNone;
  if (runs(b) && Chases(a, b)) return Relation::kChasing;
  return LooksAtNeighbour(a) ? Relation::kLookingAt : Relation::kNone;
}

// Two side by side differ in kind or colour, more in kind, so that words can tell them apart.
bool SampleBeside(const Draft& draft) {
  Scene& scene = draft.scene;
  base::Random& random = draft.random;
  for (size_t i = 0; i < 2; ++i) {
    Subject subject = draft.Any();
    subject.size = random.Percent(50) ? Size::kSmall : Size::kMedium;
    subject.place = i == 0 ? Place::kLeft : Place::kRight;
    const int count = random.Percent(20) && !IsCalledByANumber(RowOf(subject.kind)) ? random.Between(2, 3) : 1;
    if (!PlaceGroup(scene, subject, kOfTwo[i], {.count = count}, random)) return false;
    scene.subjects.push_back(subject);
  }
  scene.relation = Relation::kLeftOf;
  if (draft.repertoire.regards() && random.Percent(40)) {
    const Relation regard = RegardOf(scene);
    if (regard != Relation::kNone) scene.relation = regard;
  }
  const Subject &a = scene.subjects[0], &b = scene.subjects[1];
  return SizesAreFair(a, b) &&
         (a.kind != b.kind || (a.colour != b.colour && a.colour != Colour::kNone && b.colour != Colour::kNone));
}

// Three to five in a row.
bool SampleRow(const Draft& draft, size_t count) {
  Scene& scene = draft.scene;
  for (size_t i = 0; i < count; ++i) {
    Subject subject = draft.Any();
    subject.size = count > 3 || draft.random.Percent(75) ? Size::kSmall : Size::kMedium;
    const Slot slot = SlotInRow(i, count);
    if (!PlaceGroup(scene, subject, slot, {.crowded = count > 3}, draft.random)) return false;
    subject.place = PlaceAt((subject.boxes.front().left + subject.boxes.back().right) / 2.0);
    const auto same = [&subject](const Subject& other) { return other.kind == subject.kind; };
    if (std::ranges::any_of(scene.subjects, same)) return false;
    scene.subjects.push_back(subject);
  }
  scene.relation = Relation::kLeftOf;
  return true;
}

bool SampleMany(const Draft& draft) {
  const int most = draft.repertoire.most_subjects();
  const int more = draft.random.Weighted(std::array<int, 3>{70, 20, 10});
  return SampleRow(draft, static_cast<size_t>(std::min(3 + more, most)));
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

std::optional<Pair> SamplePair(const Draft& draft, Size first_size, Size second_size) {
  const Scene& scene = draft.scene;
  base::Random& random = draft.random;
  Pair pair = {draft.Any(), draft.Any()};
  if (pair.first.kind == pair.second.kind) return std::nullopt;
  pair.first.size = first_size;
  pair.second.size = second_size;
  pair.first.place = pair.second.place = static_cast<Place>(random.Below(kPlaces));
  const Slot& slot = kAlone[static_cast<size_t>(pair.first.place)];
  if (!SizesAreFair(pair.first, pair.second)) return std::nullopt;
  if (!PlaceGroup(scene, pair.second, slot, {}, random) || !PlaceGroup(scene, pair.first, slot, {}, random))
    return std::nullopt;
  return pair;
}

bool Keep(Scene& scene, Pair& pair, Relation relation) {
  if (!Inside(pair.a()) || !Inside(pair.b())) return false;
  scene.subjects = {pair.first, pair.second};
  scene.relation = relation;
  return true;
}

bool SampleNextTo(const Draft& draft) {
  Scene& scene = draft.scene;
  [[maybe_unused]] base::Random& random = draft.random;
  auto pair = SamplePair(draft, Size::kSmall, random.Percent(50) ? Size::kSmall : Size::kMedium);
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

bool SampleAbove(const Draft& draft) {
  Scene& scene = draft.scene;
  [[maybe_unused]] base::Random& random = draft.random;
  auto pair = SamplePair(draft, Size::kSmall, random.Percent(60) ? Size::kSmall : Size::kMedium);
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
bool SampleInFrontOf(const Draft& draft) {
  Scene& scene = draft.scene;
  [[maybe_unused]] base::Random& random = draft.random;
  auto pair = SamplePair(draft, Size::kSmall, random.Percent(40) ? Size::kMedium : Size::kLarge);
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

bool SampleOn(const Draft& draft) {
  Scene& scene = draft.scene;
  [[maybe_unused]] base::Random& random = draft.random;
  auto pair = SamplePair(draft, Size::kSmall, random.Percent(60) ? Size::kMedium : Size::kLarge);
  if (!pair || LookOf(pair->second).hand != Look::Hand::kCode || RowOf(pair->second.kind).top < 0 ||
      RowOf(pair->first.kind).realm != Realm::kLand)
    return false;
  if (RowOf(pair->first.kind).family == Family::kBuilding || Leaves(pair->first.action)) return false;
  const plan::Box& base = pair->b();
  const int width = pair->a().right - pair->a().left;
  if (width > base.right - base.left + 6) return false;
  const int top = base.top + ((base.bottom - base.top) * RowOf(pair->second.kind).top + 50) / 100;
  MoveTo(pair->a(), (base.left + base.right - width) / 2 + random.Between(-kMostOnShift, kMostOnShift), top + kOnSink);
  return Keep(scene, *pair, Relation::kOn);
}

// A figure on the back or the seat of what can be ridden.
bool SampleRiding(const Draft& draft) {
  Scene& scene = draft.scene;
  base::Random& random = draft.random;
  auto pair = SamplePair(draft, Size::kSmall, random.Percent(50) ? Size::kMedium : Size::kLarge);
  if (!pair || !IsJointed(pair->first) || !HasUse(RowOf(pair->second.kind), "ride")) return false;
  const Look& mount = LookOf(pair->second);
  if (mount.hand != Look::Hand::kArtist || mount.faces == ThingDrawing::Faces::kViewer) return false;
  Subject& rider = pair->first;
  rider.action = Action::kRiding;
  rider.held = Held::kNone;
  rider.faces_left = pair->second.faces_left;
  const plan::Box& back = pair->b();
  const int width = back.right - back.left;
  rider.size = width > 34 ? Size::kMedium : Size::kSmall;
  const Units units = UnitsOf(rider);
  const int scale = std::max(12, width * 58 / units.width);
  const int w = Scaled(scale, units.width), h = Scaled(scale, units.height);
  const int bottom = back.top + (back.bottom - back.top) * kSeat / 100;
  const int left = (back.left + back.right - w) / 2 + random.Between(-kMostOnShift, kMostOnShift);
  pair->a() = {.left = left, .top = bottom - h, .right = left + w, .bottom = bottom};
  return Keep(scene, *pair, Relation::kOn);
}

bool SampleInside(const Draft& draft) {
  Scene& scene = draft.scene;
  [[maybe_unused]] base::Random& random = draft.random;
  auto pair = SamplePair(draft, Size::kSmall, Size::kLarge);
  if (!pair || LookOf(pair->second).hand != Look::Hand::kCode || !CanContain(RowOf(pair->second.kind)) ||
      RowOf(pair->first.kind).realm != Realm::kLand)
    return false;
  if (RowOf(pair->first.kind).family == Family::kBuilding) return false;
  const plan::Box& whole = pair->b();
  const plan::Box& hollow = RowOf(pair->second.kind).hollow;
  const int width = whole.right - whole.left, height = whole.bottom - whole.top;
  const plan::Box space = {whole.left + width * hollow.left / 100, whole.top + height * hollow.top / 100,
                           whole.left + width * hollow.right / 100, whole.top + height * hollow.bottom / 100};
  const Units units = UnitsOf(pair->first);
  const int scale = std::min({(space.right - space.left) * 100 / units.width,
                              (space.bottom - space.top) * 100 / units.height, ScalesOf(pair->first, false).last});
  if (scale < ScalesOf(pair->first, false).first * 2 / 3) return false;
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

Weather SampleWeather(const Scene& scene, const Repertoire& repertoire, base::Random& random) {
  if (!HasWeather(scene.ground)) return Weather::kClear;
  std::array<int, kWeathers> weights = {36, 26, 12, 10, 8, 8, 8};
  for (int i = 0; i < kWeathers; ++i)
    if (!repertoire.Has(static_cast<Weather>(i))) weights[static_cast<size_t>(i)] = 0;
  const auto exclude = [&weights](Weather weather) { weights[static_cast<size_t>(weather)] = 0; };
  if (IsNight(scene.hour) || IsRoom(scene.ground)) exclude(Weather::kRainbow);
  if (scene.hour == Hour::kStarryNight)
    for (Weather weather : {Weather::kRain, Weather::kSnow, Weather::kFog, Weather::kStorm}) exclude(weather);
  if (IsRoom(scene.ground))
    for (Weather weather : {Weather::kCloudy, Weather::kFog, Weather::kStorm}) exclude(weather);
  if (scene.ground == Ground::kDesert) exclude(Weather::kSnow);
  return static_cast<Weather>(random.Weighted(weights));
}

void FillSky(Scene& scene, base::Random& random) {
  Sky sky(scene);
  if (!HasWeather(scene.ground)) return;
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
bool SampleSubjects(const Draft& draft) {
  using Way = bool (*)(const Draft&);
  constexpr std::array<Way, 9> kWays = {SampleAlone,     SampleBeside, SampleMany,   SampleNextTo, SampleAbove,
                                        SampleInFrontOf, SampleOn,     SampleInside, SampleRiding};
  std::array<int, 9> weights = {52, 16, 12, 5, 4, 4, 3, 2, 5};
  if (!draft.repertoire.artists() || !draft.repertoire.Has(Action::kRiding) || draft.scene.ground == Ground::kTable)
    weights.back() = 0;
  // Most pairs of subjects do not suit most ways; another draw of the same way keeps the ways' frequencies.
  constexpr int kTries = 4000;
  const Way way = kWays[static_cast<size_t>(draft.random.Weighted(weights))];
  for (int i = 0; i < kTries; ++i) {
    draft.scene.subjects.clear();
    draft.scene.relation = Relation::kNone;
    if (way(draft)) return true;
  }
  return false;
}

Ground SampleGround(const Repertoire& repertoire, base::Random& random) {
  Ground ground;
  do {
    ground = static_cast<Ground>(random.Below(kGrounds));
  } while (!repertoire.Has(ground) || repertoire.KindsOn(ground).kinds.empty());
  return ground;
}

Hour SampleHour(Ground ground, base::Random& random) {
  if (ground == Ground::kSpace || ground == Ground::kMoon) return Hour::kStarryNight;
  return static_cast<Hour>(random.Below(kHours));
}

Season SampleSeason(const Scene& scene, base::Random& random) {
  if (IsRoom(scene.ground) || !HasWeather(scene.ground) || !random.Percent(18)) return Season::kNone;
  switch (scene.ground) {
    case Ground::kSea:
    case Ground::kBeach:
    case Ground::kDesert:
    case Ground::kHarbour:
      return Season::kNone;
    case Ground::kSnow:
      return Season::kWinter;
    default:
      return static_cast<Season>(random.Between(1, kSeasons - 1));
  }
}

std::optional<Scene> Compose(uint64_t seed, const Repertoire& repertoire, base::Random random) {
  constexpr std::array<int, kStyles> kStyleWeights = {40, 12, 12, 12, 12, 12};
  Scene scene;
  scene.seed = seed;
  scene.style = static_cast<Style>(random.Weighted(kStyleWeights));
  if (random.Percent(45)) scene.mood = static_cast<Mood>(random.Between(1, kMoods - 1));
  scene.ground = SampleGround(repertoire, random);
  scene.hour = SampleHour(scene.ground, random);
  scene.horizon = SampleHorizon(scene.ground, random);
  scene.weather = SampleWeather(scene, repertoire, random);
  if (repertoire.seasons()) scene.season = SampleSeason(scene, random);
  if (!SampleSubjects({scene, repertoire, random})) return std::nullopt;
  FillSky(scene, random);
  return scene;
}

}  // namespace

Relation Inverse(Relation relation) {
  constexpr std::array<Relation, kRelationWords.size()> kInverse = {
      Relation::kNone,       Relation::kRightOf,   Relation::kLeftOf,   Relation::kNextTo,
      Relation::kBelow,      Relation::kAbove,     Relation::kBehind,   Relation::kInFrontOf,
      Relation::kUnder,      Relation::kOn,        Relation::kAround,   Relation::kInside,
      Relation::kLookedAtBy, Relation::kLookingAt, Relation::kChasedBy, Relation::kChasing};
  return kInverse[static_cast<size_t>(relation)];
}

Relation RelationOf(const Scene& scene, size_t subject) {
  return subject == 0 ? scene.relation : Inverse(scene.relation);
}

const std::vector<std::string>& HeldWords() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all = {"no"};
    for (const Kind kind : HeldKinds()) all.push_back(RowOf(kind).word);
    return all;
  }();
  return words;
}

Kind KindOf(Held held) { return HeldKinds().at(static_cast<size_t>(held) - 1); }

bool IsDirected(const Subject& subject) {
  const Look& look = LookOf(subject);
  if (look.hand == Look::Hand::kArtist) return look.faces != ThingDrawing::Faces::kViewer;
  return look.hand == Look::Hand::kArtistHead || RowOf(subject.kind).directed;
}

Scene SampleScene(uint64_t seed, Split split, const HeldOut& held_out) {
  return SampleScene(seed, split, held_out, Repertoire::Everything());
}

Scene SampleScene(uint64_t seed, Split split, const HeldOut& held_out, const Repertoire& repertoire) {
  // Streams of their own, so that other uses of the same seed stay independent of the scene.
  constexpr uint64_t kFirstStream = uint64_t{0x5CE7E} << 32;
  constexpr uint64_t kTries = 20000;
  for (uint64_t i = 0; i < kTries; ++i) {
    const std::optional<Scene> scene = Compose(seed, repertoire, base::Random(seed, kFirstStream + i));
    if (scene && held_out.Contains(*scene) == (split == Split::kHeldOut)) return *scene;
  }
  throw base::Error(
      "world", "the list of held-out combinations leaves no scene to draw.",
      split == Split::kHeldOut ? "the list must hold at least one combination" : "the list holds too much");
}

}  // namespace diptych::world
