#include "world/scene.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"

namespace diptych {
namespace {

constexpr std::array<std::string_view, kKinds> kKindWords = {"bus",  "car", "sailing boat", "house",
                                                             "tree", "cat", "panda"};
constexpr std::array<std::string_view, kColours> kColourWords = {"red",  "orange", "yellow", "green",
                                                                 "blue", "purple", "white",  "black"};
constexpr std::array<std::string_view, kHours> kHourWords = {"dawn", "noon", "sunset", "starry night"};
constexpr std::array<std::string_view, kGrounds> kGroundWords = {"road", "sea", "hills", "desert", "snow"};

template <typename Enum, size_t N>
std::optional<Enum> Parse(const std::array<std::string_view, N>& words, std::string_view text) {
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Calls visit(piece) for each trimmed piece between separators.
template <typename Visit>
void SplitAt(std::string_view text, char separator, Visit visit) {
  while (true) {
    const size_t end = std::min(text.find(separator), text.size());
    visit(Trim(text.substr(0, end)));
    if (end == text.size()) return;
    text.remove_prefix(end + 1);
  }
}

// Takes `value` into `field`; false when there is no value or the field is already taken.
template <typename T>
bool Take(std::optional<T>& field, std::optional<T> value) {
  if (!value || field) return false;
  field = value;
  return true;
}

// Takes "panda", "noon", "snow", "blue" or "blue panda" into a combination; false when it is none of these or the
// combination already has one.
template <typename Combination>
bool TakeWords(Combination& combination, std::string_view words) {
  if (Take(combination.kind, Parse<Kind>(kKindWords, words))) return true;
  if (Take(combination.hour, Parse<Hour>(kHourWords, words))) return true;
  if (Take(combination.ground, Parse<Ground>(kGroundWords, words))) return true;
  const size_t space = std::min(words.find(' '), words.size());
  if (!Take(combination.colour, Parse<Colour>(kColourWords, words.substr(0, space)))) return false;
  return space == words.size() || Take(combination.kind, Parse<Kind>(kKindWords, Trim(words.substr(space))));
}

struct Range {
  int first, last;
};

// Widths of the three sizes and the height in percent of the width.
struct Measures {
  std::array<Range, kSizes> widths;
  int height;
};
constexpr std::array<Measures, kKinds> kMeasures = {{
    {.widths = {{{22, 27}, {34, 40}, {50, 58}}}, .height = 52},   // bus
    {.widths = {{{19, 23}, {29, 34}, {43, 50}}}, .height = 48},   // car
    {.widths = {{{18, 21}, {27, 32}, {40, 46}}}, .height = 108},  // sailing boat
    {.widths = {{{18, 22}, {28, 33}, {40, 46}}}, .height = 96},   // house
    {.widths = {{{14, 17}, {21, 25}, {31, 36}}}, .height = 136},  // tree
    {.widths = {{{14, 17}, {21, 25}, {32, 37}}}, .height = 120},  // cat
    {.widths = {{{15, 18}, {23, 27}, {34, 39}}}, .height = 112},  // panda
}};

// Where a group may be: its boxes inside [left, right], its centre inside `centre`.
struct Slot {
  int left, right;
  Range centre;
};
constexpr std::array<Slot, kPlaces> kAlone = {{{3, 97, {0, 32}}, {3, 97, {41, 59}}, {3, 97, {68, 100}}}};
constexpr Slot kFirstOfTwo = {3, 48, {0, 33}}, kSecondOfTwo = {52, 97, {67, 100}};

constexpr int kWidestGap = 4;

// Left edges that put a group of this width into the slot; empty (first > last) when it does not fit.
Range LeftEdges(const Slot& slot, int width) {
  return {std::max(slot.left, slot.centre.first - width / 2),
          std::min(slot.right - width, slot.centre.last - width / 2)};
}

bool Fits(const Slot& slot, Kind kind, Size size, int count) {
  const int widest = kMeasures[static_cast<size_t>(kind)].widths[static_cast<size_t>(size)].last;
  const Range edges = LeftEdges(slot, count * widest + (count - 1) * kWidestGap);
  return edges.first <= edges.last;
}

// Where the lowest of a group stands. On the road, houses and trees stand on the grass behind it; at the sea, boats
// float between horizon and beach, all else stands on the beach.
Range Bottoms(const Scene& scene, Kind kind, Size size) {
  const auto of_size = [size](Range small, Range medium, Range large) {
    return std::array{small, medium, large}[static_cast<size_t>(size)];
  };
  if (scene.ground == Ground::kSea) {
    if (kind == Kind::kSailingBoat) return of_size({scene.horizon + 10, 78}, {scene.horizon + 14, 81}, {78, 83});
    return {92, 96};
  }
  if (scene.ground == Ground::kRoad) {
    if (kind == Kind::kHouse || kind == Kind::kTree) return {71, 73};
    return of_size({81, 87}, {84, 91}, {88, 94});
  }
  return of_size({77, 87}, {82, 91}, {87, 95});
}

struct Group {
  int count;
  Slot slot;
};

std::vector<Box> PlaceBoxes(const Scene& scene, const Subject& subject, const Group& group, Random& random) {
  const Measures& measures = kMeasures[static_cast<size_t>(subject.kind)];
  const Range widths = measures.widths[static_cast<size_t>(subject.size)];
  const int width = random.Between(widths.first, widths.last);
  const int height = (width * measures.height + 50) / 100;
  const int gap = random.Between(2, kWidestGap);
  const Range edges = LeftEdges(group.slot, group.count * width + (group.count - 1) * gap);
  const Range bottoms = Bottoms(scene, subject.kind, subject.size);
  const int left = random.Between(edges.first, edges.last), bottom = random.Between(bottoms.first, bottoms.last);
  std::vector<Box> boxes;
  for (int i = 0; i < group.count; ++i) {
    const int x = left + i * (width + gap), y = group.count == 1 ? bottom : bottom - random.Below(3);
    boxes.push_back({.left = x, .top = y - height, .right = x + width, .bottom = y});
  }
  return boxes;
}

// Over all grounds each kind is as frequent as any other; half of what is at sea are boats.
Kind SampleKind(Ground ground, Random& random) {
  constexpr std::array<int, kKinds> kAtSea = {10, 10, 60, 10, 10, 10, 10}, kOnLand = {19, 19, 6, 19, 19, 19, 19};
  return static_cast<Kind>(random.Weighted(ground == Ground::kSea ? kAtSea : kOnLand));
}

// A panda's colour is that of its patches: mostly black, never white.
Colour SampleColour(Kind kind, Random& random) {
  if (kind != Kind::kPanda) return static_cast<Colour>(random.Below(kColours));
  return random.Percent(50) ? Colour::kBlack : static_cast<Colour>(random.Below(static_cast<int>(Colour::kWhite)));
}

bool HasDirection(Kind kind) { return kind != Kind::kHouse && kind != Kind::kTree; }

Subject SampleLook(const Scene& scene, Random& random) {
  Subject subject;
  subject.kind = SampleKind(scene.ground, random);
  subject.colour = SampleColour(subject.kind, random);
  subject.faces_left = HasDirection(subject.kind) && random.Percent(50);
  return subject;
}

Subject SampleAlone(const Scene& scene, Random& random) {
  Subject subject = SampleLook(scene, random);
  const int count = random.Percent(80) ? 1 : random.Between(2, 3);
  std::array<std::vector<Place>, kSizes> places;
  std::vector<Size> sizes;
  for (int size = 0; size < kSizes; ++size) {
    auto& fitting = places[static_cast<size_t>(size)];
    for (int place = 0; place < kPlaces; ++place) {
      const Slot& slot = kAlone[static_cast<size_t>(place)];
      if (Fits(slot, subject.kind, static_cast<Size>(size), count)) fitting.push_back(static_cast<Place>(place));
    }
    if (!fitting.empty()) sizes.push_back(static_cast<Size>(size));
  }
  subject.size = random.Pick(sizes);
  subject.place = random.Pick(places[static_cast<size_t>(subject.size)]);
  subject.boxes =
      PlaceBoxes(scene, subject, {.count = count, .slot = kAlone[static_cast<size_t>(subject.place)]}, random);
  return subject;
}

void PlaceOneOfTwo(const Scene& scene, Subject& subject, const Slot& slot, Random& random) {
  subject.size = random.Percent(50) ? Size::kSmall : Size::kMedium;
  const bool two = random.Percent(20) && Fits(slot, subject.kind, subject.size, 2);
  subject.boxes = PlaceBoxes(scene, subject, {.count = two ? 2 : 1, .slot = slot}, random);
}

// Two subjects differ in kind or colour, so that words can tell them apart.
std::vector<Subject> SampleTwo(const Scene& scene, Random& random) {
  Subject first = SampleLook(scene, random), second = SampleLook(scene, random);
  while (first.kind == second.kind && first.colour == second.colour) second = SampleLook(scene, random);
  first.place = Place::kLeft;
  second.place = Place::kRight;
  PlaceOneOfTwo(scene, first, kFirstOfTwo, random);
  PlaceOneOfTwo(scene, second, kSecondOfTwo, random);
  return {first, second};
}

Box Around(Point centre, int half_width, int half_height) {
  return {.left = centre.x - half_width,
          .top = centre.y - half_height,
          .right = centre.x + half_width,
          .bottom = centre.y + half_height};
}

bool Meet(const Box& a, const Box& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

// Things in the sky keep clear of subjects and of each other.
class Sky {
 public:
  explicit Sky(const Scene& scene) {
    for (const Subject& subject : scene.subjects)
      taken_.insert(taken_.end(), subject.boxes.begin(), subject.boxes.end());
  }
  struct Wish {
    Range x, y;
    int half_width, half_height;
  };
  std::optional<Point> Find(const Wish& wish, Random& random) {
    constexpr int kTries = 12;
    for (int i = 0; i < kTries; ++i) {
      const Point point = {random.Between(wish.x.first, wish.x.last), random.Between(wish.y.first, wish.y.last)};
      const Box box = Around(point, wish.half_width, wish.half_height);
      if (std::any_of(taken_.begin(), taken_.end(), [&box](const Box& other) { return Meet(box, other); })) continue;
      taken_.push_back(box);
      return point;
    }
    return std::nullopt;
  }

 private:
  std::vector<Box> taken_;
};

void FillSky(Scene& scene, Random& random) {
  Sky sky(scene);
  if (random.Percent(75)) {
    if (scene.hour == Hour::kStarryNight) {
      scene.moon = sky.Find({.x = {12, 88}, .y = {12, 26}, .half_width = 8, .half_height = 8}, random);
      if (random.Percent(50)) scene.phase = MoonPhase::kCrescent;
    } else {
      const Range y = scene.hour == Hour::kNoon ? Range{12, 22} : Range{scene.horizon - 7, scene.horizon - 3};
      scene.sun = sky.Find({.x = {12, 88}, .y = y, .half_width = 8, .half_height = 8}, random);
    }
  }
  constexpr std::array<int, 3> kCloudCounts = {35, 40, 25};
  const int clouds = random.Weighted(kCloudCounts);
  for (int i = 0; i < clouds; ++i) {
    const auto cloud = sky.Find({.x = {15, 85}, .y = {9, 32}, .half_width = 13, .half_height = 6}, random);
    if (cloud) scene.clouds.push_back(*cloud);
  }
}

Scene Compose(uint64_t seed, Random random) {
  Scene scene;
  scene.seed = seed;
  scene.hour = static_cast<Hour>(random.Below(kHours));
  scene.ground = static_cast<Ground>(random.Below(kGrounds));
  scene.horizon = 50 + 2 * random.Below(6);
  if (random.Percent(75)) {
    scene.subjects = {SampleAlone(scene, random)};
  } else {
    scene.subjects = SampleTwo(scene, random);
  }
  FillSky(scene, random);
  return scene;
}

}  // namespace

HeldOut HeldOut::Load(const std::filesystem::path& file) {
  const std::string text = ReadFile(file);
  HeldOut held_out;
  int number = 0;
  SplitAt(text, '\n', [&](std::string_view line) {
    ++number;
    line = Trim(line.substr(0, line.find('#')));
    if (line.empty()) return;
    Combination combination;
    SplitAt(line, ',', [&](std::string_view piece) {
      if (TakeWords(combination, piece)) return;
      throw Error(
          "world",
          file.string() + " line " + std::to_string(number) + ": '" + std::string(piece) + "' is not understood.",
          "write a line such as: blue bus, starry night");
    });
    held_out.combinations_.push_back(combination);
  });
  return held_out;
}

bool HeldOut::Contains(const Scene& scene) const {
  return std::any_of(combinations_.begin(), combinations_.end(), [&scene](const Combination& held) {
    if (held.hour && *held.hour != scene.hour) return false;
    if (held.ground && *held.ground != scene.ground) return false;
    return std::any_of(scene.subjects.begin(), scene.subjects.end(), [&held](const Subject& subject) {
      return held.kind.value_or(subject.kind) == subject.kind && held.colour.value_or(subject.colour) == subject.colour;
    });
  });
}

Scene SampleScene(uint64_t seed, Split split, const HeldOut& held_out) {
  // Streams of their own, so that other uses of the same seed stay independent of the scene.
  constexpr uint64_t kFirstStream = uint64_t{0x5CE7E} << 32;
  constexpr uint64_t kTries = 200000;
  for (uint64_t i = 0; i < kTries; ++i) {
    Scene scene = Compose(seed, Random(seed, kFirstStream + i));
    if (held_out.Contains(scene) == (split == Split::kHeldOut)) return scene;
  }
  throw Error("world", "the list of held-out combinations leaves no scene to draw.",
              split == Split::kHeldOut ? "the list must hold at least one combination" : "the list holds too much");
}

}  // namespace diptych
