// What a reader of pictures saw, thing by thing, and the scene that this amounts to by the world's own rules of layout.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "eval/layout.h"
#include "world/scene.h"

namespace diptych::eval {

// The properties that are read of a whole picture and of each thing in it, each with the number of its values: the
// lists of scene.h and kinds.h in their order; facing: right, left.
enum SceneReading { kReadStyle, kReadMood, kReadHour, kReadWeather, kReadGround, kSceneReadings };
inline constexpr std::array<int, kSceneReadings> kSceneReadingValues = {world::kStyles, world::kMoods, world::kHours,
                                                                        world::kWeathers, world::kGrounds};
enum ThingReading {
  kReadKind,
  kReadColour,
  kReadSize,
  kReadPattern,
  kReadAction,
  kReadHeld,
  kReadFeeling,
  kReadFacing,
  kThingReadings
};
inline constexpr std::array<int, kThingReadings> kThingReadingValues = {
    world::kKinds, world::kColours, world::kSizes, 4, world::kActions, world::kHelds, world::kFeelings, 2};

struct SeenThing {
  Frame frame;
  float certainty = 0;                                           // that something is there
  std::array<std::vector<float>, kThingReadings> probabilities;  // of each value
};

struct SeenPicture {
  std::array<int, kSceneReadings> scene{};
  std::optional<world::Point> sun, moon;
  world::MoonPhase phase = world::MoonPhase::kFull;
  std::vector<world::Point> clouds;
  std::vector<SeenThing> things;
};

// Like things are one subject, its properties those that are likeliest for all of them together. Of more subjects than
// a scene can have the most certain stay, of more things the first five; none when nothing was seen. Seed, horizon and
// looks are not known and keep their defaults.
world::Scene SceneOf(const SeenPicture& seen);

}  // namespace diptych::eval
