#include "world/layout.h"

namespace diptych::world {

// On a street, buildings and plants stand on the grass behind it; at the sea, boats float, all else stands on an
// island; on the beach boats float behind the sand.
Range BottomsOf(const Scene& scene, const Subject& subject) {
  const KindRow& row = RowOf(subject.kind);
  const auto of_size = [&subject](Range small, Range medium, Range large) {
    return std::array{small, medium, large}[static_cast<size_t>(subject.size)];
  };
  const int horizon = scene.horizon;
  if (subject.depth == Depth::kNear) return kNearBottoms;
  if (subject.depth == Depth::kFar) return {horizon + kFarBelowHorizon.first, horizon + kFarBelowHorizon.last};
  if (Floats(scene.ground)) return of_size({26, 84}, {40, 88}, {56, 92});
  const bool swims = row.realm == Realm::kWater || subject.action == Action::kSwimming;
  if (!swims && (row.realm == Realm::kAir || subject.action == Action::kFlying))
    return of_size({24, horizon - 8}, {38, horizon - 2}, {52, horizon + 8});
  if (swims && scene.ground == Ground::kRiver)
    return of_size({horizon + kRiverBend + 3, 73}, {horizon + kRiverBend + 5, 75}, {73, 76});
  if (swims && BehindBank(scene.ground)) return of_size({horizon + 8, 72}, {horizon + 10, 74}, {72, 76});
  if (swims && AtSea(scene.ground)) return of_size({horizon + 10, 84}, {horizon + 14, 88}, {78, 90});
  if (OnStreet(scene.ground)) {
    if (row.family == Family::kBuilding || row.family == Family::kPlant || row.family == Family::kPlace)
      return {71, 73};
    return of_size({81, 86}, {84, 90}, {87, 92});
  }
  if (BehindBank(scene.ground)) return of_size({85, 89}, {86, 91}, {88, 92});
  return of_size({79, 86}, {82, 90}, {87, 92});
}

bool LooksAtNeighbour(const Subject& left) {
  return IsDirected(left) && !left.faces_left && left.action != Action::kNone && left.action != Action::kSleeping &&
         left.action != Action::kReading;
}

bool Chases(const Subject& left, const Subject& right) {
  return left.action == Action::kRunning && IsDirected(left) && !left.faces_left && IsDirected(right) &&
         !right.faces_left;
}

namespace {

// The x, in percent, where a light near the horizon is not behind trees or buildings.
Range LowLights(Ground ground) {
  switch (ground) {
    case Ground::kGarden:
      return {26, 74};
    case Ground::kPark:
      return {35, 66};
    case Ground::kFarm:
      return {45, 88};
    case Ground::kHarbour:
      return {38, 88};
    case Ground::kRiver:
      return {42, 80};
    case Ground::kPlayground:
      return {30, 88};
    default:
      return {12, 88};
  }
}

}  // namespace

SkyPlace LightPlace(const Scene& scene) {
  constexpr int kClear = kLightReach + 1;
  if (IsRoom(scene.ground))
    return {.x = {kWindow.left + 9, kWindow.right - 9},
            .y = {kWindow.top + 9, kWindow.bottom - 10},
            .half_width = kLightReach,
            .half_height = kLightReach};
  const bool skyline = scene.ground == Ground::kCity || scene.ground == Ground::kStreet ||
                       scene.ground == Ground::kForest || scene.ground == Ground::kMountains;
  if (skyline) return {.x = {12, 88}, .y = {11, 15}, .half_width = kClear, .half_height = kClear};
  Range y = {12, 24};
  const bool low = scene.hour == Hour::kDawn || scene.hour == Hour::kSunset;
  if (low) y = {scene.horizon - 8, scene.horizon - 4};
  return {.x = low ? LowLights(scene.ground) : Range{12, 88}, .y = y, .half_width = kClear, .half_height = kClear};
}

}  // namespace diptych::world
