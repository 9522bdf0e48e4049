// The kinds of subject: one row each, shared by sampling, drawing and the word files. A kind's word is its key in the
// plan language and its name in the conditions of the word files.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "plan/plan.h"

namespace diptych::world {

enum class Colour { kRed, kOrange, kYellow, kGreen, kBlue, kPurple, kWhite, kBlack, kPink, kBrown, kGrey, kTurquoise };
inline constexpr int kColours = 12;
inline constexpr std::array<std::string_view, kColours> kColourWords = {
    "red", "orange", "yellow", "green", "blue", "purple", "white", "black", "pink", "brown", "grey", "turquoise"};

enum class Kind {
  kCircle,
  kSquare,
  kTriangle,
  kStar,
  kHeart,  // shapes
  kBus,
  kCar,
  kTruck,
  kTrain,
  kBicycle,  // vehicles on land
  kSailingBoat,
  kShip,
  kAeroplane,
  kHotAirBalloon,
  kRocket,  // and on water and in the air
  kHouse,
  kCastle,
  kLighthouse,
  kTower,
  kTent,
  kWindmill,  // buildings
  kTree,
  kPalm,
  kFir,
  kFlower,
  kCactus,
  kMushroom,  // plants
  kCat,
  kDog,
  kPanda,
  kBear,
  kRabbit,
  kBird,
  kOwl,
  kFish,
  kHorse,
  kElephant,
  kPenguin,
  kFox,  // animals
  kMan,
  kWoman,
  kBoy,
  kGirl,
  kRobot  // people and a robot
};
inline constexpr int kKinds = 44;

enum class Family { kShape, kVehicle, kBuilding, kPlant, kAnimal, kPerson, kRobot };
inline constexpr std::array<std::string_view, 7> kFamilyWords = {"shape",  "vehicle", "building", "plant",
                                                                 "animal", "person",  "robot"};

enum class Realm { kLand, kWater, kAir };

// Sets of patterns, a bit for each of striped, spotted, wooden (scene.h).
inline constexpr uint8_t kNoPattern = 0, kCloth = 0b011, kTimber = 0b111;

struct Range {
  int first, last;
};

struct KindRow {
  std::string_view word;
  Family family = Family::kShape;
  Realm realm = Realm::kLand;
  bool directed = false;  // faces left or right
  uint8_t patterns = kNoPattern;
  std::optional<Colour> natural{};  // what it mostly is when nobody asks for another colour
  // Percent of the picture's width for each size. Of a character: what 100 units of its figure measure (figure.h).
  std::array<Range, 3> widths{};
  int height = 100;    // in percent of the width. Of a character: what its ears or hat add, in units.
  int wider = 0;       // of a character: what it is wider than a person, in units
  int top = -1;        // where others stand on it, in percent of its height; -1: nothing can
  plan::Box hollow{};  // where others are inside it, in percent of its box; all 0: nowhere
};

// The row of a kind.
const KindRow& RowOf(Kind kind);
inline bool IsCharacter(Kind kind) { return kind >= Kind::kCat; }
inline bool CanContain(const KindRow& row) { return row.hollow.right > 0; }
// What would be invisible: the patches of a white panda, the back of a white penguin.
inline bool CanBeWhite(Kind kind) { return kind != Kind::kPanda && kind != Kind::kPenguin; }

}  // namespace diptych::world
