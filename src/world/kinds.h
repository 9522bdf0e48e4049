// The kinds of subject: one row each, shared by sampling, drawing and the word files. Those that the program draws by
// itself stand in kinds.cc; all others, and the artists' drawings of both, come from the catalogue. A kind's word is
// its key in the plan language and its name in the conditions of the word files.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"
#include "world/catalogue.h"

namespace diptych::world {

enum class Colour {
  kRed,
  kOrange,
  kYellow,
  kGreen,
  kBlue,
  kPurple,
  kWhite,
  kBlack,
  kPink,
  kBrown,
  kGrey,
  kTurquoise,
  kNone  // of what has many colours or whose colour says nothing, as a rainbow: as the artist coloured it
};
inline constexpr int kColours = 12;  // without kNone
inline constexpr std::array<std::string_view, kColours + 1> kColourWords = {
    "red", "orange", "yellow", "green", "blue", "purple", "white", "black", "pink", "brown", "grey", "turquoise", "no"};

// Those that the program draws come first; from kCodedKinds on the catalogue's others, in its order.
enum class Kind : uint16_t {
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
inline constexpr int kCodedKinds = 44;

enum class Family {
  kShape,
  kVehicle,
  kBuilding,
  kPlant,
  kAnimal,
  kPerson,
  kRobot,
  kFantasy,
  kFood,
  kDrink,
  kClothing,
  kFurniture,
  kHousehold,
  kInstrument,
  kTool,
  kToy,
  kSport,
  kOffice,
  kTechnology,
  kSymbol,
  kSky,
  kNature,
  kPlace
};
inline constexpr std::array<std::string_view, 23> kFamilyWords = {
    "shape", "vehicle", "building",   "plant",     "animal",    "person",     "robot", "fantasy",
    "food",  "drink",   "clothing",   "furniture", "household", "instrument", "tool",  "toy",
    "sport", "office",  "technology", "symbol",    "sky",       "nature",     "place"};

enum class Realm { kLand, kWater, kAir };

// Sets of patterns, a bit for each of striped, spotted, wooden (scene.h).
inline constexpr uint8_t kNoPattern = 0, kCloth = 0b011, kTimber = 0b111;

struct Range {
  int first, last;
};

// One way in which a kind is drawn: "look 1", "look 2" ... in the plan language.
struct Look {
  enum class Hand {
    kCode,        // a drawing of our own
    kFigure,      // the jointed figure (figure.h): takes poses, shows feelings
    kArtist,      // an artist's drawing
    kArtistHead,  // an artist's drawing of a head or bust, on the jointed figure: takes poses
  } hand = Hand::kCode;
  int variant = 0;        // of kCode and kFigure, below kVariants
  std::string drawing{};  // of an artist, "SET:NAME"
  ThingDrawing::Faces faces = ThingDrawing::Faces::kViewer;
  int height = 100;   // of an artist's drawing, in percent of its width
  bool bust = false;  // of an artist's head: with shoulders, in clothes of their own
};
inline constexpr int kVariants = 3;

struct KindRow {
  std::string word;
  Family family = Family::kShape;
  Realm realm = Realm::kLand;
  bool directed = false;  // our own drawings face left or right
  uint8_t patterns = kNoPattern;
  std::vector<Colour> natural{};  // what it mostly is when nobody asks for another colour, the most usual first
  bool recolourable = true;       // in another colour it still is plainly this thing
  // Percent of the picture's width for each size. Of a character: what 100 units of its figure measure (figure.h).
  std::array<Range, 3> widths{};
  int height = 100;    // of our own drawing of a thing, in percent of the width
  int top = -1;        // where others stand on it, in percent of its height; -1: nothing can
  plan::Box hollow{};  // where others are inside it, in percent of its box; all 0: nowhere
  std::vector<Look> looks{};
  std::vector<Look> examiner_looks{};  // by artists whom only the reporting judge learns from; in no scene of a model
  const Thing* thing = nullptr;        // its names and what is known of it; of every kind
};

// Where the world's data lie: words/, catalogue/ and art/. The folder that DIPTYCH_WORLD names, else src/world of the
// repository that the program was built in, else PREFIX/share/diptych/world of an installed one.
std::filesystem::path DataFolder();

// All rows of the catalogue in DataFolder(), read once. Error as LoadCatalogue.
const std::vector<Thing>& CatalogueThings();

// All kinds, by number; read once. Error as LoadCatalogue.
const std::vector<KindRow>& Kinds();
inline const KindRow& RowOf(Kind kind) { return Kinds()[static_cast<size_t>(kind)]; }
inline int KindCount() { return static_cast<int>(Kinds().size()); }
// The kind of a word of the plan language; nothing when there is none.
std::optional<Kind> KindOf(std::string_view word);
// Is there a jointed figure of it with a face of our own?
bool IsFigure(Kind kind);
// One thing whose name begins with a number, "two hearts": of several one would have to say two.
inline bool IsCalledByANumber(const KindRow& row) { return row.word.starts_with("two "); }
inline bool CanContain(const KindRow& row) { return row.hollow.right > 0; }
// Does its row say that it is used so ("ride", "wear")?
bool HasUse(const KindRow& row, std::string_view use);
// Whether it may be drawn white: a white panda's patches, a white penguin's back would not be seen.
inline bool CanBeWhite(Kind kind) { return kind != Kind::kPanda && kind != Kind::kPenguin; }

}  // namespace diptych::world
