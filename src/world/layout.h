// Where things stand in a picture: the rules by which scenes are sampled (scene.cc), drawn and asked about, and which a
// reader of pictures applies backwards to tell place, depth and relation from boxes (eval/layout.h, eval/seen_scene.h).
// All numbers are percent of the picture's width or height; down is positive.
#pragma once

#include <array>

#include "world/scene.h"

namespace diptych::world {

// --- Place: across the picture ---------------------------------------------------------------------------------------

// The part of the picture in which all boxes lie.
inline constexpr plan::Box kFrame = {.left = 3, .top = 4, .right = 97, .bottom = 97};

// Where a group may be: its boxes inside [left, right], its centre inside `centre`.
struct Slot {
  int left, right;
  Range centre;
};
// Slots by Place for one group, or two subjects that touch; and for two groups side by side.
inline constexpr std::array<Slot, kPlaces> kAlone = {{{3, 97, {0, 32}}, {3, 97, {41, 59}}, {3, 97, {68, 100}}}};
inline constexpr std::array<Slot, 2> kOfTwo = {{{3, 48, {0, 33}}, {52, 97, {67, 100}}}};
// The slot of subject `index` of `count`, three to five, in a row.
constexpr Slot SlotInRow(size_t index, size_t count) {
  const int i = static_cast<int>(index), n = static_cast<int>(count);
  if (n == 3) return std::array<Slot, 3>{{{3, 33, {0, 33}}, {35, 65, {42, 58}}, {67, 97, {67, 100}}}}[index];
  const int left = 3 + 94 * i / n, right = 3 + 94 * (i + 1) / n - 1, middle = (left + right) / 2;
  return {left, right, {middle - 2, middle + 2}};
}
// The gap between neighbouring things of a group.
inline constexpr Range kGroupGap = {2, 4};

// The place of what has its centre at x: the borders are halfway between the centres that two places allow.
constexpr Place PlaceAt(double x) {
  const auto border = [](Place place) {
    const auto i = static_cast<size_t>(place);
    return (kAlone[i].centre.last + kAlone[i + 1].centre.first) / 2.0;
  };
  return x < border(Place::kLeft) ? Place::kLeft : x < border(Place::kMiddle) ? Place::kMiddle : Place::kRight;
}

// --- Depth and ground: down the picture ------------------------------------------------------------------------------

constexpr bool OnStreet(Ground ground) {
  return ground == Ground::kRoad || ground == Ground::kCity || ground == Ground::kStreet;
}
constexpr bool AtSea(Ground ground) { return ground == Ground::kSea || ground == Ground::kBeach; }
// Whether water lies behind a bank or a quay, on which all that does not float stands.
constexpr bool BehindBank(Ground ground) {
  return ground == Ground::kBeach || ground == Ground::kRiver || ground == Ground::kHarbour;
}

// Distance from a river's horizon down to where its water reaches from side to side.
inline constexpr int kRiverBend = 11;

// Horizons are even.
inline constexpr int kHorizonStep = 2;
constexpr Range HorizonsOf(Ground ground) {
  if (ground == Ground::kTable) return {52, 58};
  if (IsRoom(ground)) return {66, 70};
  if (ground == Ground::kCircus || ground == Ground::kCave) return {60, 66};
  if (Floats(ground)) return {88, 92};
  if (ground == Ground::kRiver) return {46, 54};
  return AtSea(ground) ? Range{46, 56} : Range{50, 60};
}

// Depth is stated of a single subject on land: near if it is large, far if it is small. Far needs a ground that reaches
// to the horizon.
inline bool CanHaveDepth(Kind kind, Ground ground) {
  return RowOf(kind).realm == Realm::kLand && ground != Ground::kSea && !Floats(ground) && ground != Ground::kTable;
}
constexpr bool ReachesHorizon(Ground ground) {
  return !IsRoom(ground) && HasWeather(ground) && !BehindBank(ground) && ground != Ground::kCity &&
         ground != Ground::kStreet;
}
// The lower edge of a near subject; the distance of the lower edge of a far one below the horizon.
inline constexpr Range kNearBottoms = {94, 96}, kFarBelowHorizon = {4, 8};

// The range of the lower edge of a group's lowest thing.
Range BottomsOf(const Scene& scene, const Subject& subject);

// --- Relation: the first of two put to the second --------------------------------------------------------------------

// Next to each other: between the two boxes.
inline constexpr Range kNextToGap = {1, 2};
// Above and on: how far the first's centre may be from the second's, either way.
inline constexpr int kMostAboveShift = 3, kMostOnShift = 2;
// Above: from the first's lower edge to the second's upper one.
inline constexpr Range kAboveGap = {4, 12};
// On: how far the first's lower edge is below where the second can be stood on (KindRow::top).
inline constexpr int kOnSink = 1;
// Riding: where the rider's feet are, in percent of the height of what is ridden.
inline constexpr int kSeat = 74;
// In front of: how far the first's lower edge is below the second's, at least and as sampled; how much of their heights
// the two share, at least; and the first's width in percent of the second's, at most.
inline constexpr int kLeastInFrontDrop = 2, kLeastInFrontShared = 8, kWidestInFront = 60;
inline constexpr Range kInFrontDrop = {4, 8};

// Side by side, the first on the left. Looking at: a figure that faces right and neither sleeps nor reads.
bool LooksAtNeighbour(const Subject& left);
// Chasing: a figure that runs to the right after what faces right too.
bool Chases(const Subject& left, const Subject& right);

// --- The sky ---------------------------------------------------------------------------------------------------------

// Radii of the drawn discs.
inline constexpr double kSunRadius = 7, kMoonRadius = 6.5;
// Half the sides of the box around sun or moon, and around a cloud.
inline constexpr int kLightReach = 7, kCloudReachAcross = 13, kCloudReachDown = 6;
static_assert(kLightReach >= kSunRadius && kLightReach >= kMoonRadius);
inline constexpr Range kCloudCounts = {2, 4};  // in cloudy weather, as far as there is room
// A room's window, behind which its sky is.
inline constexpr plan::Box kWindow = {.left = 62, .top = 9, .right = 92, .bottom = 40};

// Ranges of the centre of something in the sky, and half the sides of the box around it that overlaps nothing else.
struct SkyPlace {
  Range x, y;
  int half_width, half_height;
};
inline constexpr SkyPlace kCloudPlace = {
    .x = {15, 85}, .y = {9, 32}, .half_width = kCloudReachAcross, .half_height = kCloudReachDown};
// Of sun or moon: not hidden by what stands at the horizon; near the horizon at dawn and sunset.
SkyPlace LightPlace(const Scene& scene);

// The box around a point, which may reach out of the picture.
constexpr plan::Box BoxAround(Point centre, int half_width, int half_height) {
  return {.left = centre.x - half_width,
          .top = centre.y - half_height,
          .right = centre.x + half_width,
          .bottom = centre.y + half_height};
}

}  // namespace diptych::world
