// A scene: plain data, integers only, from which picture, plan and every text are made. All positions are percent of
// the picture (0 left/top, 100 right/bottom).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"
#include "world/kinds.h"

namespace diptych::world {

// Bumped whenever a seed would give another scene or picture.
inline constexpr int kWorldVersion = 6;

// Each list of values with its words: what the plan language, the list of held-out combinations and the conditions of
// the word files call them. Colour and Kind: kinds.h.
enum class Size { kSmall, kMedium, kLarge };
inline constexpr int kSizes = 3;
inline constexpr std::array<std::string_view, kSizes> kSizeWords = {"small", "medium", "large"};
inline constexpr int kMostOfAKind = 10;
inline constexpr std::array<std::string_view, kMostOfAKind> kCountWords = {"one", "two",   "three", "four", "five",
                                                                           "six", "seven", "eight", "nine", "ten"};
enum class Place { kLeft, kMiddle, kRight };
inline constexpr int kPlaces = 3;
inline constexpr std::array<std::string_view, kPlaces> kPlaceWords = {"left", "middle", "right"};
enum class Depth { kNone, kNear, kFar };
inline constexpr std::array<std::string_view, 3> kDepthWords = {"no", "near", "far"};
enum class Pattern { kPlain, kStriped, kSpotted, kWooden };
inline constexpr std::array<std::string_view, 4> kPatternWords = {"no", "striped", "spotted", "wooden"};
enum class Action {
  kNone,
  kStanding,
  kSitting,
  kSleeping,
  kWalking,
  kJumping,
  kReading,
  kUkulele,
  kDrum,
  kPainting,
  kRunning,
  kSwimming,
  kFlying,
  kEating,
  kDrinking,
  kCooking,
  kRiding,
  kThrowing,
  kCatching,
  kHugging,
  kSinging,
  kDancing,
  kWaving,
  kWriting,
  kWatering,
  kFishing,
  kKicking,
  kViolin,
  kGuitar,
  kTrumpet,
  kPiano
};
inline constexpr int kActions = 31;
inline constexpr std::array<std::string_view, kActions> kActionWords = {
    "no",           "standing",        "sitting",        "sleeping",       "walking",        "jumping",
    "reading",      "playing ukulele", "playing drum",   "painting",       "running",        "swimming",
    "flying",       "eating",          "drinking",       "cooking",        "riding",         "throwing",
    "catching",     "hugging",         "singing",        "dancing",        "waving",         "writing",
    "watering",     "fishing",         "kicking a ball", "playing violin", "playing guitar", "playing trumpet",
    "playing piano"};
// What a hand holds: small things of the catalogue. The first five the program draws by itself; from kHeldOfCatalogue
// on they are the other kinds that fit into a hand, in their order.
enum class Held : uint16_t { kNone, kUmbrella, kBalloon, kLantern, kFlower, kBook, kHeldOfCatalogue };
// The words of all of them, "no" first.
const std::vector<std::string>& HeldWords();
// Which kind it is; not of kNone.
Kind KindOf(Held held);
enum class Worn { kNone, kHat, kCap, kCrown, kScarf, kGlasses, kBow };
inline constexpr int kWorns = 7;
inline constexpr std::array<std::string_view, kWorns> kWornWords = {"no",    "hat",     "cap", "crown",
                                                                    "scarf", "glasses", "bow"};
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
  kAround,
  kLookingAt,
  kLookedAtBy,
  kChasing,
  kChasedBy
};
inline constexpr std::array<std::string_view, 16> kRelationWords = {
    "no", "left of", "right of", "next to", "above",      "below",        "in front of", "behind",
    "on", "under",   "inside",   "around",  "looking at", "looked at by", "chasing",     "chased by"};
enum class Hour { kDawn, kNoon, kSunset, kStarryNight, kNight };
inline constexpr int kHours = 5;
inline constexpr std::array<std::string_view, kHours> kHourWords = {"dawn", "noon", "sunset", "starry night", "night"};
enum class Weather { kClear, kCloudy, kRain, kSnow, kFog, kRainbow, kStorm };
inline constexpr int kWeathers = 7;
inline constexpr std::array<std::string_view, kWeathers> kWeatherWords = {"clear", "cloudy",  "rain", "snow",
                                                                          "fog",   "rainbow", "storm"};
// Of trees and grass; kNone: as they are in a picture that says nothing of it.
enum class Season { kNone, kSpring, kSummer, kAutumn, kWinter };
inline constexpr int kSeasons = 5;
inline constexpr std::array<std::string_view, kSeasons> kSeasonWords = {"no", "spring", "summer", "autumn", "winter"};
enum class Ground {
  kRoad,
  kSea,
  kHills,
  kDesert,
  kSnow,
  kCity,
  kBeach,
  kMountains,
  kForest,
  kMeadow,
  kRoom,
  kKitchen,
  kLivingRoom,
  kBedroom,
  kClassroom,
  kTable,  // its top, near, in a room
  kGarden,
  kPark,
  kFarm,
  kStreet,  // with shops
  kHarbour,
  kRiver,  // its bank
  kPlayground,
  kCave,
  kCircus,  // its ring, in the tent
  kUnderwater,
  kSpace,
  kMoon  // on it
};
inline constexpr int kGrounds = 28;
inline constexpr std::array<std::string_view, kGrounds> kGroundWords = {
    "road",      "sea",        "hills",  "desert", "snow",       "city",        "beach",
    "mountains", "forest",     "meadow", "room",   "kitchen",    "living room", "bedroom",
    "classroom", "table",      "garden", "park",   "farm",       "street",      "harbour",
    "river",     "playground", "cave",   "circus", "underwater", "space",       "moon"};
enum class MoonPhase { kFull, kCrescent, kHalf };
inline constexpr std::array<std::string_view, 3> kMoonWords = {"full", "crescent", "half"};
enum class Style { kFlat, kImpressionist, kWatercolour, kPencilSketch, kPixelArt, kPaperCut };
inline constexpr int kStyles = 6;
inline constexpr std::array<std::string_view, kStyles> kStyleWords = {"flat",          "impressionist", "watercolour",
                                                                      "pencil sketch", "pixel art",     "paper cut"};
enum class Mood { kNone, kCheerful, kMelancholy, kDreamy, kTense };
inline constexpr int kMoods = 5;
inline constexpr std::array<std::string_view, kMoods> kMoodWords = {"no", "cheerful", "melancholy", "dreamy", "tense"};

inline constexpr int kMostSubjects = 5;

struct Point {
  int x = 0, y = 0;
  bool operator==(const Point&) const = default;
};

// One kind of subject, one to ten of it side by side.
struct Subject {
  Kind kind = Kind::kBus;
  int look = 0;                  // which of its kind's looks; "look" 1 and so on in the plan language. The examiners'
                                 // looks follow on the others.
  Colour colour = Colour::kRed;  // of a person: of the clothes; of a panda: of its patches
  Size size = Size::kMedium;
  Place place = Place::kMiddle;
  Depth depth = Depth::kNone;
  Pattern pattern = Pattern::kPlain;  // of our own drawings and figures alone
  Action action = Action::kNone;      // of jointed figures, always one
  Held held = Held::kNone;            // only while standing, sitting, walking or jumping
  Worn worn = Worn::kNone;            // of jointed figures
  Feeling feeling = Feeling::kNone;   // of figures with a face of our own, always one
  bool faces_left = false;            // to the left of the picture
  std::vector<plan::Box> boxes;       // one for each, left to right; count = boxes.size(). What is drawn fills its box.
};

inline const Look& LookOf(const Subject& subject) {
  const KindRow& row = RowOf(subject.kind);
  const auto look = static_cast<size_t>(subject.look);
  return look < row.looks.size() ? row.looks[look] : row.examiner_looks[look - row.looks.size()];
}
// A jointed figure, which has a pose and may hold and wear things.
inline bool IsJointed(const Subject& subject) {
  const auto hand = LookOf(subject).hand;
  return hand == Look::Hand::kFigure || hand == Look::Hand::kArtistHead;
}
// Whether its drawing faces left or right.
bool IsDirected(const Subject& subject);

struct Scene {
  uint64_t seed = 0;
  Style style = Style::kFlat;
  Mood mood = Mood::kNone;
  Hour hour = Hour::kNoon;
  Weather weather = Weather::kClear;
  Season season = Season::kNone;
  Ground ground = Ground::kRoad;
  int horizon = 60;           // where the ground begins
  std::optional<Point> sun;   // dawn and sunset: at the horizon; noon: high; may be out of sight
  std::optional<Point> moon;  // at night only
  MoonPhase phase = MoonPhase::kFull;
  std::vector<Point> clouds;            // centres, two to four in cloudy weather, else none
  std::vector<Subject> subjects;        // one to five; from three on they stand side by side, from left to right
  Relation relation = Relation::kNone;  // of the first of two subjects to the second
};

// Whether a hand is free to hold something.
inline bool HandsFree(Action action) {
  return action == Action::kStanding || action == Action::kSitting || action == Action::kWalking ||
         action == Action::kJumping;
}
// Whether whoever does this is off the ground all the time.
constexpr bool IsOffGround(Action action) { return action == Action::kFlying || action == Action::kSwimming; }
// Whether it has walls, a floor, and a window through which the sky is seen.
constexpr bool IsRoom(Ground ground) {
  return ground == Ground::kRoom || ground == Ground::kKitchen || ground == Ground::kLivingRoom ||
         ground == Ground::kBedroom || ground == Ground::kClassroom || ground == Ground::kTable;
}
// Whether no sky and no weather is seen there.
constexpr bool IsEnclosed(Ground ground) {
  return ground == Ground::kCave || ground == Ground::kCircus || ground == Ground::kUnderwater;
}
// Whether there is no air: the sky is black with stars, and there is no weather.
constexpr bool IsAirless(Ground ground) { return ground == Ground::kSpace || ground == Ground::kMoon; }
constexpr bool HasWeather(Ground ground) { return !IsEnclosed(ground) && !IsAirless(ground); }
// Whether subjects float instead of standing.
constexpr bool Floats(Ground ground) { return ground == Ground::kUnderwater || ground == Ground::kSpace; }
inline bool IsNight(Hour hour) { return hour == Hour::kStarryNight || hour == Hour::kNight; }
// The relation seen from the other side.
Relation Inverse(Relation relation);
// A subject's relation to its neighbour: the first's to the second, any other's to the one before it.
Relation RelationOf(const Scene& scene, size_t subject);

class HeldOut;
enum class Split { kTraining, kHeldOut };  // what training shows, or what it never shows

class Repertoire;

// The scene of a seed: the same on every machine for one kWorldVersion and repertoire. kTraining never yields a
// held-out combination, kHeldOut always does. Error when the list leaves no such scene.
Scene SampleScene(uint64_t seed, Split split, const HeldOut& held_out, const Repertoire& repertoire);
// Of everything that the world has.
Scene SampleScene(uint64_t seed, Split split, const HeldOut& held_out);

}  // namespace diptych::world
