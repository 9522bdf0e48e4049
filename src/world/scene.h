// A scene: plain data, integers only, from which picture, plan and every text are made. All positions are percent of
// the picture (0 left/top, 100 right/bottom).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "plan/plan.h"
#include "world/kinds.h"

namespace diptych::world {

// Bumped whenever a seed would give another scene or picture.
inline constexpr int kWorldVersion = 3;

// Each list of values with its words: what the plan language, the list of held-out combinations and the conditions of
// the word files call them. Colour and Kind: kinds.h.
enum class Size { kSmall, kMedium, kLarge };
inline constexpr int kSizes = 3;
inline constexpr std::array<std::string_view, kSizes> kSizeWords = {"small", "medium", "large"};
inline constexpr int kMostOfAKind = 5;
inline constexpr std::array<std::string_view, kMostOfAKind> kCountWords = {"one", "two", "three", "four", "five"};
enum class Place { kLeft, kMiddle, kRight };
inline constexpr int kPlaces = 3;
inline constexpr std::array<std::string_view, kPlaces> kPlaceWords = {"left", "middle", "right"};
enum class Depth { kNone, kNear, kFar };
inline constexpr std::array<std::string_view, 3> kDepthWords = {"no", "near", "far"};
enum class Pattern { kPlain, kStriped, kSpotted, kWooden };
inline constexpr std::array<std::string_view, 4> kPatternWords = {"no", "striped", "spotted", "wooden"};
enum class Action { kNone, kStanding, kSitting, kSleeping, kWalking, kJumping, kReading, kUkulele, kDrum, kPainting };
inline constexpr int kActions = 10;
inline constexpr std::array<std::string_view, kActions> kActionWords = {
    "no",      "standing", "sitting",         "sleeping",     "walking",
    "jumping", "reading",  "playing ukulele", "playing drum", "painting"};
enum class Held { kNone, kUmbrella, kBalloon, kLantern, kFlower, kBook };
inline constexpr int kHelds = 6;
inline constexpr std::array<std::string_view, kHelds> kHeldWords = {"no",      "umbrella", "balloon",
                                                                    "lantern", "flower",   "book"};
enum class Feeling { kNone, kHappy, kSad, kAngry, kCalm, kSurprised, kTired, kTroubled };
inline constexpr int kFeelings = 8;
inline constexpr std::array<std::string_view, kFeelings> kFeelingWords = {"no",   "happy",     "sad",   "angry",
                                                                          "calm", "surprised", "tired", "troubled"};
// Of a subject to the one before it, or of the first to the second.
enum class Relation {
  kNone,
  kLeftOf,
  kRightOf,
  kNextTo,
  kAbove,
  kBelow,
  kInFrontOf,
  kBehind,
  kOn,
  kUnder,
  kInside,
  kAround
};
inline constexpr std::array<std::string_view, 12> kRelationWords = {"no",    "left of", "right of",    "next to",
                                                                    "above", "below",   "in front of", "behind",
                                                                    "on",    "under",   "inside",      "around"};
enum class Hour { kDawn, kNoon, kSunset, kStarryNight, kNight };
inline constexpr int kHours = 5;
inline constexpr std::array<std::string_view, kHours> kHourWords = {"dawn", "noon", "sunset", "starry night", "night"};
enum class Weather { kClear, kCloudy, kRain, kSnow, kFog, kRainbow };
inline constexpr int kWeathers = 6;
inline constexpr std::array<std::string_view, kWeathers> kWeatherWords = {"clear", "cloudy", "rain",
                                                                          "snow",  "fog",    "rainbow"};
enum class Ground { kRoad, kSea, kHills, kDesert, kSnow, kCity, kBeach, kMountains, kForest, kMeadow, kRoom };
inline constexpr int kGrounds = 11;
inline constexpr std::array<std::string_view, kGrounds> kGroundWords = {
    "road", "sea", "hills", "desert", "snow", "city", "beach", "mountains", "forest", "meadow", "room"};
enum class MoonPhase { kFull, kCrescent, kHalf };
inline constexpr std::array<std::string_view, 3> kMoonWords = {"full", "crescent", "half"};
enum class Style { kFlat, kImpressionist, kWatercolour, kPencilSketch, kPixelArt, kPaperCut };
inline constexpr int kStyles = 6;
inline constexpr std::array<std::string_view, kStyles> kStyleWords = {"flat",          "impressionist", "watercolour",
                                                                      "pencil sketch", "pixel art",     "paper cut"};
enum class Mood { kNone, kCheerful, kMelancholy, kDreamy, kTense };
inline constexpr int kMoods = 5;
inline constexpr std::array<std::string_view, kMoods> kMoodWords = {"no", "cheerful", "melancholy", "dreamy", "tense"};

inline constexpr int kMostSubjects = 3, kVariants = 3;

struct Point {
  int x = 0, y = 0;
  bool operator==(const Point&) const = default;
};

// One kind of subject, one to five of it side by side.
struct Subject {
  Kind kind = Kind::kBus;
  Colour colour = Colour::kRed;  // of a person: of the clothes; of a panda: of its patches
  Size size = Size::kMedium;
  Place place = Place::kMiddle;
  Depth depth = Depth::kNone;
  Pattern pattern = Pattern::kPlain;
  Action action = Action::kNone;     // of characters, always one
  Held held = Held::kNone;           // only while standing, sitting, walking or jumping
  Feeling feeling = Feeling::kNone;  // of characters, always one
  int variant = 0;                   // of its drawing, below kVariants; "look" 1 to kVariants in the plan language
  bool faces_left = false;           // drawn mirrored
  std::vector<plan::Box> boxes;      // one for each, left to right; count = boxes.size(). What is drawn fills its box.
};

struct Scene {
  uint64_t seed = 0;
  Style style = Style::kFlat;
  Mood mood = Mood::kNone;
  Hour hour = Hour::kNoon;
  Weather weather = Weather::kClear;
  Ground ground = Ground::kRoad;
  int horizon = 60;           // where the ground begins
  std::optional<Point> sun;   // dawn and sunset: at the horizon; noon: high; may be out of sight
  std::optional<Point> moon;  // at night only
  MoonPhase phase = MoonPhase::kFull;
  std::vector<Point> clouds;            // centres, two to four in cloudy weather, else none
  std::vector<Subject> subjects;        // one to three; three stand side by side, from left to right
  Relation relation = Relation::kNone;  // of the first of two subjects to the second
};

// Whoever has hands free may hold something.
inline bool HandsFree(Action action) {
  return action == Action::kStanding || action == Action::kSitting || action == Action::kWalking ||
         action == Action::kJumping;
}
inline bool IsNight(Hour hour) { return hour == Hour::kStarryNight || hour == Hour::kNight; }
// The relation seen from the other side.
Relation Inverse(Relation relation);
// A subject's relation to its neighbour: the first's to the second, any other's to the one before it.
Relation RelationOf(const Scene& scene, size_t subject);

class HeldOut;
enum class Split { kTraining, kHeldOut };

// The scene of a seed: the same on every machine for one kWorldVersion. kTraining never yields a held-out combination,
// kHeldOut always does. Error when the list leaves no such scene.
Scene SampleScene(uint64_t seed, Split split, const HeldOut& held_out);

}  // namespace diptych::world
