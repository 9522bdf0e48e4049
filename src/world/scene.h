// A scene: plain data, integers only, from which picture, plan and every text are made. All positions are percent of
// the picture (0 left/top, 100 right/bottom).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "text/plan.h"

namespace diptych {

// Bumped whenever a seed would give another scene or picture.
inline constexpr int kWorldVersion = 1;

enum class Kind { kBus, kCar, kSailingBoat, kHouse, kTree, kCat, kPanda };
inline constexpr int kKinds = 7;
enum class Colour { kRed, kOrange, kYellow, kGreen, kBlue, kPurple, kWhite, kBlack };
inline constexpr int kColours = 8;
enum class Hour { kDawn, kNoon, kSunset, kStarryNight };
inline constexpr int kHours = 4;
enum class Ground { kRoad, kSea, kHills, kDesert, kSnow };
inline constexpr int kGrounds = 5;
enum class Size { kSmall, kMedium, kLarge };
inline constexpr int kSizes = 3;
enum class Place { kLeft, kMiddle, kRight };
inline constexpr int kPlaces = 3;
enum class MoonPhase { kFull, kCrescent };

struct Point {
  int x = 0, y = 0;
  bool operator==(const Point&) const = default;
};

// One kind of subject, one to three of it side by side. With two subjects in a scene, the first is left of the second
// (places kLeft and kRight).
struct Subject {
  Kind kind = Kind::kBus;
  Colour colour = Colour::kRed;
  Size size = Size::kMedium;
  Place place = Place::kMiddle;
  bool faces_left = false;  // vehicles, boats and animals; drawn mirrored
  std::vector<Box> boxes;   // one for each, left to right; count = boxes.size(). What is drawn fills its box.
};

struct Scene {
  uint64_t seed = 0;
  Hour hour = Hour::kNoon;
  Ground ground = Ground::kRoad;
  int horizon = 60;                  // where the ground begins
  std::optional<Point> sun;          // dawn and sunset: at the horizon; noon: high; may be out of sight
  std::optional<Point> moon;         // starry night only
  MoonPhase phase = MoonPhase::kFull;
  std::vector<Point> clouds;         // centres, at most two
  std::vector<Subject> subjects;     // one or two
};

// Combinations that training never shows, read from a data file: lines such as "blue bus, starry night" or
// "panda, sunset"; a scene is held out when one line's words all apply to it (colour and kind to one subject).
class HeldOut {
 public:
  // Error names file and line of a word that is none of the world's.
  static HeldOut Load(const std::filesystem::path& file);
  bool Contains(const Scene& scene) const;

 private:
  struct Combination {
    std::optional<Colour> colour;
    std::optional<Kind> kind;
    std::optional<Hour> hour;
    std::optional<Ground> ground;
  };
  std::vector<Combination> combinations_;
};

enum class Split { kTraining, kHeldOut };

// The scene of a seed: the same on every machine for one kWorldVersion. kTraining never yields a held-out combination,
// kHeldOut always does.
Scene SampleScene(uint64_t seed, Split split, const HeldOut& held_out);

}  // namespace diptych
