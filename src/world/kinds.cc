#include "world/kinds.h"

namespace diptych::world {
namespace {

constexpr std::array<Range, 3> kShapes = {{{17, 22}, {30, 36}, {48, 56}}}, kWide = {{{23, 28}, {35, 41}, {50, 58}}},
                               kMiddling = {{{18, 22}, {28, 33}, {40, 46}}}, kNarrow = {{{13, 16}, {20, 24}, {28, 33}}},
                               kSlim = {{{10, 12}, {15, 18}, {22, 26}}}, kFigures = {{{17, 22}, {29, 34}, {42, 48}}};

constexpr KindRow Shape(std::string_view word, int height, int top, plan::Box hollow) {
  return {.word = word,
          .family = Family::kShape,
          .patterns = kTimber,
          .widths = kShapes,
          .height = height,
          .top = top,
          .hollow = hollow};
}

constexpr KindRow Vehicle(std::string_view word, Realm realm, const std::array<Range, 3>& widths, int height, int top,
                          uint8_t patterns = kTimber) {
  return {.word = word,
          .family = Family::kVehicle,
          .realm = realm,
          .directed = true,
          .patterns = patterns,
          .widths = widths,
          .height = height,
          .top = top};
}

// What looks the same from both sides has no left and right.
constexpr KindRow Undirected(KindRow row) {
  row.directed = false;
  return row;
}

constexpr KindRow Building(std::string_view word, const std::array<Range, 3>& widths, int height, int top,
                           uint8_t patterns, std::optional<Colour> natural = {}, plan::Box hollow = {}) {
  return {.word = word,
          .family = Family::kBuilding,
          .patterns = patterns,
          .natural = natural,
          .widths = widths,
          .height = height,
          .top = top,
          .hollow = hollow};
}

constexpr KindRow Plant(std::string_view word, const std::array<Range, 3>& widths, int height, uint8_t patterns,
                        std::optional<Colour> natural = {}, int top = -1) {
  return {.word = word,
          .family = Family::kPlant,
          .patterns = patterns,
          .natural = natural,
          .widths = widths,
          .height = height,
          .top = top};
}

constexpr KindRow Character(std::string_view word, Family family, int taller, int wider, uint8_t patterns,
                            std::optional<Colour> natural = {}) {
  return {.word = word,
          .family = family,
          .directed = true,
          .patterns = patterns,
          .natural = natural,
          .widths = kFigures,
          .height = taller,
          .wider = wider};
}

constexpr std::array<KindRow, kKinds> kRows = {{
    Shape("circle", 100, -1, {20, 16, 80, 84}),
    Shape("square", 100, 0, {12, 12, 88, 88}),
    Shape("triangle", 90, -1, {}),
    Shape("star", 96, -1, {}),
    Shape("heart", 92, -1, {26, 18, 74, 70}),
    Vehicle("bus", Realm::kLand, kWide, 52, 0),
    Vehicle("car", Realm::kLand, {{{20, 24}, {31, 36}, {44, 51}}}, 48, 1),
    Vehicle("truck", Realm::kLand, kWide, 54, 0),
    Vehicle("train", Realm::kLand, {{{26, 31}, {39, 45}, {54, 62}}}, 50, -1),
    Vehicle("bicycle", Realm::kLand, {{{18, 22}, {28, 33}, {42, 48}}}, 66, -1, kNoPattern),
    Vehicle("sailing boat", Realm::kWater, kMiddling, 108, -1),
    Vehicle("ship", Realm::kWater, kWide, 66, -1),
    Vehicle("aeroplane", Realm::kAir, kWide, 46, -1),
    Undirected(Vehicle("hot air balloon", Realm::kAir, {{{12, 15}, {19, 23}, {28, 33}}}, 138, -1)),
    Undirected(Vehicle("rocket", Realm::kAir, {{{10, 12}, {15, 18}, {21, 25}}}, 196, -1)),
    Building("house", kMiddling, 96, -1, kTimber),
    Building("castle", {{{22, 26}, {34, 39}, {50, 56}}}, 92, -1, kCloth, Colour::kGrey),
    Building("lighthouse", kSlim, 226, -1, kCloth, Colour::kRed),
    Building("tower", {{{12, 14}, {18, 21}, {25, 29}}}, 200, 0, kTimber, Colour::kBrown),
    Building("tent", {{{20, 24}, {31, 36}, {46, 52}}}, 80, -1, kCloth, {}, {30, 28, 70, 99}),
    Building("windmill", {{{17, 20}, {26, 30}, {36, 41}}}, 128, -1, kTimber),
    Plant("tree", {{{14, 17}, {21, 25}, {31, 36}}}, 136, kNoPattern, Colour::kGreen),
    Plant("palm", {{{15, 18}, {23, 27}, {32, 37}}}, 142, kNoPattern, Colour::kGreen),
    Plant("fir", kNarrow, 150, kNoPattern, Colour::kGreen),
    Plant("flower", {{{11, 13}, {17, 20}, {25, 29}}}, 178, kCloth),
    Plant("cactus", kNarrow, 150, kCloth, Colour::kGreen),
    Plant("mushroom", {{{14, 17}, {22, 26}, {34, 40}}}, 100, kCloth, Colour::kRed, 1),
    Character("cat", Family::kAnimal, 8, 8, kCloth, Colour::kOrange),
    Character("dog", Family::kAnimal, 0, 4, kCloth, Colour::kBrown),
    Character("panda", Family::kAnimal, 5, 0, kNoPattern, Colour::kBlack),
    Character("bear", Family::kAnimal, 5, 0, kNoPattern, Colour::kBrown),
    Character("rabbit", Family::kAnimal, 32, 0, kCloth, Colour::kWhite),
    Character("bird", Family::kAnimal, 8, 4, kCloth, Colour::kBlue),
    Character("owl", Family::kAnimal, 5, 0, kCloth, Colour::kBrown),
    Character("fish", Family::kAnimal, 8, 12, kCloth, Colour::kOrange),
    Character("horse", Family::kAnimal, 12, 6, kCloth, Colour::kBrown),
    Character("elephant", Family::kAnimal, 0, 24, kNoPattern, Colour::kGrey),
    Character("penguin", Family::kAnimal, 0, 0, kNoPattern, Colour::kBlack),
    Character("fox", Family::kAnimal, 10, 12, kNoPattern, Colour::kOrange),
    Character("man", Family::kPerson, 2, 0, kCloth),
    Character("woman", Family::kPerson, 2, 0, kCloth),
    Character("boy", Family::kPerson, 4, 0, kCloth),
    Character("girl", Family::kPerson, 2, 4, kCloth),
    Character("robot", Family::kRobot, 14, 0, kTimber, Colour::kGrey),
}};

}  // namespace

const KindRow& RowOf(Kind kind) { return kRows[static_cast<size_t>(kind)]; }

}  // namespace diptych::world
