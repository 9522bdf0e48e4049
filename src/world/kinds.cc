#include "world/kinds.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/program_folders.h"
#include "base/split.h"
#include "world/artist_heads.h"
#include "world/species.h"

namespace diptych::world {
namespace {

constexpr std::array<Range, 3> kShapes = {{{17, 22}, {30, 36}, {48, 56}}}, kWide = {{{23, 28}, {35, 41}, {50, 58}}},
                               kMiddling = {{{18, 22}, {28, 33}, {40, 46}}}, kNarrow = {{{13, 16}, {20, 24}, {28, 33}}},
                               kSlim = {{{10, 12}, {15, 18}, {22, 26}}}, kFigures = {{{17, 22}, {29, 34}, {42, 48}}};

KindRow Shape(std::string_view word, int height, int top, plan::Box hollow) {
  return {.word = std::string(word),
          .family = Family::kShape,
          .patterns = kTimber,
          .widths = kShapes,
          .height = height,
          .top = top,
          .hollow = hollow};
}

KindRow Vehicle(std::string_view word, Realm realm, std::array<Range, 3> widths, int height, int top,
                uint8_t patterns = kTimber) {
  return {.word = std::string(word),
          .family = Family::kVehicle,
          .realm = realm,
          .directed = true,
          .patterns = patterns,
          .widths = widths,
          .height = height,
          .top = top};
}

// The row of a kind that looks the same from both sides, and so faces neither left nor right.
KindRow Undirected(KindRow row) {
  row.directed = false;
  return row;
}

KindRow Building(std::string_view word, std::array<Range, 3> widths, int height, int top, uint8_t patterns,
                 std::vector<Colour> natural = {}, plan::Box hollow = {}) {
  return {.word = std::string(word),
          .family = Family::kBuilding,
          .patterns = patterns,
          .natural = std::move(natural),
          .widths = widths,
          .height = height,
          .top = top,
          .hollow = hollow};
}

KindRow Plant(std::string_view word, std::array<Range, 3> widths, int height, uint8_t patterns,
              std::vector<Colour> natural = {}, int top = -1) {
  return {.word = std::string(word),
          .family = Family::kPlant,
          .patterns = patterns,
          .natural = std::move(natural),
          .widths = widths,
          .height = height,
          .top = top};
}

// What the row of a jointed figure needs to know of it (species.h).
void AddFigure(KindRow& row, const FigureFacts& facts) {
  row.directed = true;
  row.realm = Realm::kLand;  // upright, on its feet
  if (facts.patterned) row.patterns = row.family == Family::kRobot ? kTimber : kCloth;
  if (!facts.natural.empty()) row.natural = facts.natural;
  for (int variant = 0; variant < kVariants; ++variant)
    row.looks.push_back({.hand = Look::Hand::kFigure, .variant = variant});
}

KindRow Character(std::string_view word, Family family) {
  KindRow row = {.word = std::string(word), .family = family, .widths = kFigures};
  AddFigure(row, *FigureFactsOf(word));
  return row;
}

std::vector<KindRow> CodedKinds() {
  return {Shape("circle", 100, -1, {20, 16, 80, 84}),
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
          Building("castle", {{{22, 26}, {34, 39}, {50, 56}}}, 92, -1, kCloth, {Colour::kGrey}),
          Building("lighthouse", kSlim, 226, -1, kCloth, {Colour::kRed}),
          Building("tower", {{{12, 14}, {18, 21}, {25, 29}}}, 200, 0, kTimber, {Colour::kBrown}),
          Building("tent", {{{20, 24}, {31, 36}, {46, 52}}}, 80, -1, kCloth, {}, {30, 28, 70, 99}),
          Building("windmill", {{{17, 20}, {26, 30}, {36, 41}}}, 128, -1, kTimber),
          Plant("tree", {{{14, 17}, {21, 25}, {31, 36}}}, 136, kNoPattern, {Colour::kGreen}),
          Plant("palm", {{{15, 18}, {23, 27}, {32, 37}}}, 142, kNoPattern, {Colour::kGreen}),
          Plant("fir", kNarrow, 150, kNoPattern, {Colour::kGreen}),
          Plant("flower", {{{11, 13}, {17, 20}, {25, 29}}}, 178, kCloth),
          Plant("cactus", kNarrow, 150, kCloth, {Colour::kGreen}),
          Plant("mushroom", {{{14, 17}, {22, 26}, {34, 40}}}, 100, kCloth, {Colour::kRed}, 1),
          Character("cat", Family::kAnimal),
          Character("dog", Family::kAnimal),
          Character("panda", Family::kAnimal),
          Character("bear", Family::kAnimal),
          Character("rabbit", Family::kAnimal),
          Character("bird", Family::kAnimal),
          Character("owl", Family::kAnimal),
          Character("fish", Family::kAnimal),
          Character("horse", Family::kAnimal),
          Character("elephant", Family::kAnimal),
          Character("penguin", Family::kAnimal),
          Character("fox", Family::kAnimal),
          Character("man", Family::kPerson),
          Character("woman", Family::kPerson),
          Character("boy", Family::kPerson),
          Character("girl", Family::kPerson),
          Character("robot", Family::kRobot)};
}

// Kinds of the catalogue that the program draws under another word.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOtherWords = {
    {{"sailboat", "sailing boat"}, {"airplane", "aeroplane"}, {"palm tree", "palm"}, {"pine tree", "fir"}}};

// What a scene shows of itself, and pictures of whole places: never subjects.
constexpr std::array<std::string_view, 24> kOfScenes = {
    "sun",           "moon",         "cloud",         "fog",           "full moon",
    "half moon",     "new moon",     "gibbous moon",  "rainbow",       "wind",
    "sun and cloud", "sun shower",   "sunrise",       "rain cloud",    "snow cloud",
    "thundercloud",  "thunderstorm", "smiling sun",   "smiling moon",  "crescent moon face",
    "city",          "highway",      "city at night", "city at sunset"};

// The key of a row in the plan language, whose words have no hyphens or apostrophes.
std::string WordOf(const Thing& thing) {
  for (const auto& [theirs, ours] : kOtherWords)
    if (thing.kind == theirs) return std::string(ours);
  std::string word = thing.kind;
  std::ranges::replace(word, '-', ' ');
  std::erase(word, '\'');
  return word;
}

Family FamilyOf(const Thing& thing) {
  constexpr std::array<std::pair<std::string_view, Family>, 11> kMore = {{{"aircraft", Family::kVehicle},
                                                                          {"boat", Family::kVehicle},
                                                                          {"tree", Family::kPlant},
                                                                          {"flower", Family::kPlant},
                                                                          {"bird", Family::kAnimal},
                                                                          {"fish", Family::kAnimal},
                                                                          {"insect", Family::kAnimal},
                                                                          {"dinosaur", Family::kAnimal},
                                                                          {"fruit", Family::kFood},
                                                                          {"vegetable", Family::kFood},
                                                                          {"food", Family::kFood}}};
  for (const auto& [name, family] : kMore)
    if (thing.family == name) return family;
  const auto found = std::ranges::find(kFamilyWords, thing.family);
  DIPTYCH_CHECK(found != kFamilyWords.end(), "the catalogue has the unknown family " + thing.family);
  return static_cast<Family>(found - kFamilyWords.begin());
}

Realm RealmOf(const Thing& thing) {
  const std::string& usual = thing.stands.front();
  if (usual == "air" || usual == "space") return Realm::kAir;
  return usual == "water" || usual == "underwater" ? Realm::kWater : Realm::kLand;
}

std::vector<Colour> NaturalOf(const Thing& thing) {
  std::vector<Colour> natural;
  for (const std::string& word : thing.colours) {
    const auto found = std::ranges::find(kColourWords, word);
    if (found != kColourWords.end()) natural.push_back(static_cast<Colour>(found - kColourWords.begin()));
  }
  return natural;
}

// Heights of the drawings in percent of their widths, by name.
using Heights = std::map<std::string, int, std::less<>>;

Heights ReadHeights(const std::filesystem::path& file) {
  Heights heights;
  const std::string text = base::ReadFile(file);
  for (const std::string_view line : base::Split(text, '\n')) {
    const size_t tab = line.find('\t');
    if (tab == line.npos) continue;
    heights.emplace(line.substr(0, tab), std::atoi(std::string(line.substr(tab + 1)).c_str()));
  }
  return heights;
}

// What is known of the drawings besides the catalogue's rows.
struct Drawings {
  Heights heights;
  std::set<std::string, std::less<>> busts;
};

Drawings ReadDrawings(const std::filesystem::path& folder) {
  Drawings drawings = {.heights = ReadHeights(folder / "drawings.tsv"), .busts = {}};
  const std::string text = base::ReadFile(folder / "busts.txt");
  for (const std::string_view line : base::Split(text, '\n'))
    if (!line.empty()) drawings.busts.emplace(line);
  return drawings;
}

// Whether drawings of such a head can be set on a jointed body.
bool HasBody(Family family) {
  return family == Family::kAnimal || family == Family::kPerson || family == Family::kFantasy ||
         family == Family::kRobot;
}

void AddArtists(const KindRow& row, const std::vector<ThingDrawing>& artists, const Drawings& drawings,
                std::vector<Look>& looks) {
  for (const ThingDrawing& drawing : artists) {
    std::string name = drawing.set + ":" + drawing.name;
    const auto height = drawings.heights.find(name);
    if (height == drawings.heights.end() || height->second < 1)
      throw base::Error("catalogue", "drawings.tsv does not tell the height of " + name + ".",
                        "write it with: diptych-train world --heights FILE");
    const bool head = drawing.head_alone && HasBody(row.family) && FitsBody(name);
    const bool bust = head && drawings.busts.contains(name);
    looks.push_back({.hand = head ? Look::Hand::kArtistHead : Look::Hand::kArtist,
                     .drawing = std::move(name),
                     .faces = drawing.faces,
                     .height = height->second,
                     .bust = bust});
  }
}

KindRow RowOfThing(const Thing& thing) {
  return {.word = WordOf(thing),
          .family = FamilyOf(thing),
          .realm = RealmOf(thing),
          .natural = NaturalOf(thing),
          .recolourable = thing.recolourable,
          .widths = kFigures,
          .looks = {},
          .thing = &thing};
}

// Names of what the program alone draws.
std::vector<Thing> OwnThings() {
  const auto thing = [](const std::string& kind, std::vector<std::string> chinese) {
    Thing one;
    one.kind = kind;
    one.family = "building";
    one.english = {{kind, kind + "s"}};
    one.chinese = std::move(chinese);
    one.measure_words = {"座"};
    one.stands = {"ground"};
    one.centimetres = 2000;
    one.grounds = {"hills", "meadow", "farm"};
    return one;
  };
  return {thing("tower", {"塔楼", "塔"}), thing("windmill", {"风车", "风车磨坊"})};
}

std::vector<KindRow> ReadKinds() {
  const std::filesystem::path folder = DataFolder();
  const std::vector<Thing>& things = CatalogueThings();
  const Drawings drawings = ReadDrawings(folder / "catalogue");
  std::vector<KindRow> kinds = CodedKinds();
  for (KindRow& row : kinds) {
    if (!row.looks.empty()) continue;
    for (int variant = 0; variant < kVariants; ++variant) row.looks.push_back({.variant = variant});
  }
  static const std::vector<Thing> own = OwnThings();
  for (const Thing& thing : own) std::ranges::find(kinds, thing.kind, &KindRow::word)->thing = &thing;
  for (const Thing& thing : things) {
    if (std::ranges::find(kOfScenes, thing.kind) != kOfScenes.end()) continue;
    const std::string word = WordOf(thing);
    auto coded = std::ranges::find(kinds, word, &KindRow::word);
    if (coded == kinds.end()) {
      coded = kinds.insert(kinds.end(), RowOfThing(thing));
      if (const FigureFacts* facts = FigureFactsOf(word)) AddFigure(*coded, *facts);
    }
    KindRow& row = *coded;
    row.thing = &thing;
    AddArtists(row, thing.drawings, drawings, row.looks);
    AddArtists(row, thing.examiners, drawings, row.examiner_looks);
  }
  return kinds;
}

}  // namespace

std::filesystem::path DataFolder() {
  if (const char* named = std::getenv("DIPTYCH_WORLD")) return named;
  const std::vector<std::filesystem::path> above = base::FoldersAboveProgram();
  const auto holds_data = [](const std::filesystem::path& folder) {
    std::error_code failed;
    return std::filesystem::exists(folder / "catalogue", failed);
  };
  for (const std::filesystem::path& folder : above)
    if (holds_data(folder / "src/world")) return folder / "src/world";
  return above.empty() ? std::filesystem::path("src/world") : above.front() / "share/diptych/world";
}

const std::vector<Thing>& CatalogueThings() {
  static const std::vector<Thing> things = LoadCatalogue(DataFolder() / "catalogue/things.tsv");
  return things;
}

const std::vector<KindRow>& Kinds() {
  static const std::vector<KindRow> kinds = ReadKinds();
  return kinds;
}

std::optional<Kind> KindOf(std::string_view word) {
  static const std::map<std::string_view, Kind> kinds = [] {
    std::map<std::string_view, Kind> all;
    for (size_t i = 0; i < Kinds().size(); ++i) all.emplace(Kinds()[i].word, static_cast<Kind>(i));
    return all;
  }();
  const auto found = kinds.find(word);
  return found == kinds.end() ? std::nullopt : std::optional(found->second);
}

bool IsFigure(Kind kind) { return RowOf(kind).looks.front().hand == Look::Hand::kFigure; }

bool HasUse(const KindRow& row, std::string_view use) {
  return row.thing != nullptr && std::ranges::find(row.thing->uses, use) != row.thing->uses.end();
}

}  // namespace diptych::world
