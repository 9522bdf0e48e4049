// Detections in a picture with their classified attributes, and the scene that they make up by the rules of
// world/layout.h.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "eval/layout.h"
#include "world/scene.h"

namespace diptych::eval {

// The attributes that are classified for a whole picture and for each thing in it, each with its number of classes: the
// enumerations of scene.h and kinds.h, "no" among them; facing has the classes the viewer, left, right.
enum SceneAttribute {
  kStyleAttribute,
  kMoodAttribute,
  kHourAttribute,
  kWeatherAttribute,
  kGroundAttribute,
  kSeasonAttribute,
  kSceneAttributes
};
inline constexpr std::array<int, kSceneAttributes> kSceneAttributeValues = {
    world::kStyles, world::kMoods, world::kHours, world::kWeathers, world::kGrounds, world::kSeasons};
enum ThingAttribute {
  kKindAttribute,
  kColourAttribute,
  kSizeAttribute,
  kPatternAttribute,
  kActionAttribute,
  kHeldAttribute,
  kWornAttribute,
  kFeelingAttribute,
  kFacingAttribute,
  kThingAttributes
};
// As many as the world has kinds and small things.
const std::array<int, kThingAttributes>& ThingAttributeValues();

struct SeenThing {
  Frame frame;
  float confidence = 0;                                            // of the detection, 0 to 1
  std::array<std::vector<float>, kThingAttributes> probabilities;  // of the classes of each attribute
};

struct SeenPicture {
  std::array<int, kSceneAttributes> scene{};
  std::optional<world::Point> sun, moon;
  world::MoonPhase phase = world::MoonPhase::kFull;
  std::vector<world::Point> clouds;
  std::vector<SeenThing> things;
};

// Things of like kind, colour and size form one subject, whose attributes maximise the product of their probabilities.
// The subjects of highest confidence are kept, as many as a scene can have, and of each at most world::kMostOfAKind
// things, from the left. No subjects if nothing was detected. Seed, horizon and variants cannot be seen and keep their
// defaults.
world::Scene SceneOf(const SeenPicture& seen);

}  // namespace diptych::eval
