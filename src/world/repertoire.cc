#include "world/repertoire.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "base/split.h"

namespace diptych::world {
namespace {

bool Lists(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// How the catalogue calls a ground among the usual ones of a thing.
std::string_view PlainNameOf(Ground ground) {
  return ground == Ground::kTable ? "table" : kGroundWords[static_cast<size_t>(ground)];
}

bool IsUsual(const KindRow& row, Ground ground) {
  if (row.thing == nullptr) return false;
  const auto& grounds = row.thing->grounds;
  const bool room = ground == Ground::kRoom || ground == Ground::kLivingRoom || ground == Ground::kBedroom;
  return Lists(grounds, PlainNameOf(ground)) || (room && Lists(grounds, "room") && row.thing->centimetres <= 250) ||
         (Lists(grounds, "sky") && row.realm == Realm::kAir && HasWeather(ground) && !IsRoom(ground));
}

bool SuitsRoom(Kind kind, const KindRow& row) {
  if (row.realm != Realm::kLand) return false;
  if (row.family == Family::kVehicle) return kind == Kind::kBicycle || row.word == "kick scooter";
  if (row.family == Family::kBuilding) return kind == Kind::kTent;
  if (row.family == Family::kPlace || row.family == Family::kNature || row.family == Family::kSky) return false;
  if (row.thing != nullptr && row.thing->centimetres > 400) return false;
  return kind != Kind::kTree && kind != Kind::kPalm && kind != Kind::kFir;
}

// Small things, and small animals of which an artist's drawing shows all.
bool SuitsTable(const KindRow& row) {
  return row.thing != nullptr && row.thing->centimetres <= 70 && Lists(row.thing->stands, "surface");
}

bool HasWater(Ground ground) {
  return ground == Ground::kSea || ground == Ground::kBeach || ground == Ground::kRiver || ground == Ground::kHarbour ||
         ground == Ground::kUnderwater;
}

// Whether a kind can be on a ground at all, usual or not.
bool CanBe(Kind kind, const KindRow& row, Ground ground) {
  if (IsLost(kind, ground)) return false;
  if (ground == Ground::kTable) return SuitsTable(row);
  if (IsRoom(ground)) return SuitsRoom(kind, row);
  if (row.realm == Realm::kWater && !IsFigure(kind)) return HasWater(ground);
  switch (ground) {
    case Ground::kUnderwater:
      return IsFigure(kind) || IsUsual(row, ground);
    case Ground::kSpace:
      return IsFigure(kind) || row.realm == Realm::kAir || IsUsual(row, ground);
    case Ground::kMoon:
      return row.realm != Realm::kAir || IsUsual(row, ground);
    case Ground::kCave:
    case Ground::kCircus:
      return row.realm == Realm::kLand && row.family != Family::kBuilding && row.family != Family::kPlace;
    case Ground::kSea:
      return row.family != Family::kVehicle || row.realm != Realm::kLand;
    default:
      return true;
  }
}

// Percent of subjects that are jointed figures: they have more properties to learn than things.
constexpr int kFigurePercent = 42;

// The weight of a thing on its usual grounds, elsewhere 1: so that two things of three on a ground are usual there,
// but none is so seldom elsewhere that it is not learned to be anywhere.
int WeightWhereUsual(int usual, int unusual) {
  constexpr int kLeast = 7, kMost = 14;
  return usual == 0 ? kLeast : std::clamp(2 * unusual / usual, kLeast, kMost);
}

// People are at home everywhere, animals more so on the grounds that the catalogue names.
int FigureWeight(const KindRow& row, Ground ground) {
  constexpr int kUsual = 3;
  return row.family != Family::kAnimal || row.thing == nullptr || IsUsual(row, ground) ? kUsual : 1;
}

}  // namespace

bool IsLost(Kind kind, Ground ground) {
  const KindRow& row = RowOf(kind);
  using Words = std::vector<std::string_view>;
  const auto is = [&row](const Words& words) { return std::ranges::find(words, row.word) != words.end(); };
  switch (ground) {
    case Ground::kForest:
      return is({"tree", "apple tree", "fir", "pine tree", "bare tree", "log"});
    case Ground::kCity:
      return is({"house", "tower", "office building", "hotel", "bank", "department store", "city", "city at night"});
    case Ground::kMeadow:
      return row.thing != nullptr ? row.thing->family == "flower" : row.word == "flower";
    case Ground::kGarden:
      return is({"flower", "daisy", "bouquet"});
    case Ground::kPark:
      return is({"tree", "apple tree", "bare tree"});
    case Ground::kFarm:
      return is({"house", "log cabin", "hut"});
    case Ground::kStreet:
      return is({"house", "shop", "department store", "bank", "post office", "hotel", "office building", "bare tree"});
    case Ground::kHarbour:
      return is({"house", "village", "building crane"});
    case Ground::kPlayground:
      return is({"slide"});
    case Ground::kKitchen:
      return is({"cooking pot", "frying pan", "jar", "window"});
    case Ground::kLivingRoom:
      return is({"sofa", "framed picture", "stack of books", "desk lamp", "window"});
    case Ground::kBedroom:
      return is({"bed", "person in bed", "framed picture", "desk lamp", "window"});
    case Ground::kClassroom:
      return is({"chair", "seat", "table", "window"});
    case Ground::kTable:
      return is({"chair", "table", "window"});
    case Ground::kRoom:
      return is({"framed picture", "window"});
    case Ground::kCave:
      return is({"diamond", "rock"});
    case Ground::kCircus:
      return is({"circus tent"});
    case Ground::kUnderwater:
      return is({"bubbles", "coral", "rock"});
    case Ground::kSpace:
      return is({"star", "glowing star", "sparkles", "galaxy", "earth", "saturn", "mars", "jupiter", "venus"});
    case Ground::kMoon:
      return is({"star", "glowing star", "sparkles", "earth", "hole", "moon", "full moon"});
    case Ground::kMountains:
      return is({"mountain", "snowy mountain", "mount fuji"});
    default:
      return false;
  }
}

const char* NameOf(Hands hands) { return hands == Hands::kWorld ? "world" : "examiners"; }

Repertoire::Repertoire() {
  grounds_.fill(true);
  actions_.fill(true);
  weathers_.fill(true);
  for (size_t i = 1; i < HeldWords().size(); ++i) helds_.push_back(static_cast<Held>(i));
}

void Repertoire::Choose(const std::function<bool(Kind)>& has) {
  kinds_.clear();
  for (int kind = 0; kind < KindCount(); ++kind) kinds_.push_back(has(static_cast<Kind>(kind)));
  for (size_t g = 0; g < choices_.size(); ++g) {
    const auto ground = static_cast<Ground>(g);
    Choice& choice = choices_[g];
    choice = {};
    int usual = 0, unusual = 0;
    for (size_t i = 0; i < Kinds().size(); ++i) {
      const auto kind = static_cast<Kind>(i);
      const KindRow& row = RowOf(kind);
      if (!has(kind) || !CanBe(kind, row, ground)) continue;
      choice.kinds.push_back(kind);
      if (!IsFigure(kind)) ++(IsUsual(row, ground) ? usual : unusual);
    }
    int figures = 0, others = 0;
    for (const Kind kind : choice.kinds) {
      const KindRow& row = RowOf(kind);
      const int weight = IsFigure(kind)         ? FigureWeight(row, ground)
                         : IsUsual(row, ground) ? WeightWhereUsual(usual, unusual)
                                                : 1;
      choice.weights.push_back(weight);
      (IsFigure(kind) ? figures : others) += weight;
    }
    if (figures == 0 || others == 0) continue;
    for (size_t i = 0; i < choice.kinds.size(); ++i) {
      const bool figure = IsFigure(choice.kinds[i]);
      choice.weights[i] = std::max(
          1, choice.weights[i] * 2000 * (figure ? kFigurePercent : 100 - kFigurePercent) / (figure ? figures : others));
    }
  }
}

const Repertoire& Repertoire::Everything() {
  static const Repertoire everything = [] {
    Repertoire all;
    all.Choose([](Kind) { return true; });
    return all;
  }();
  return everything;
}

Repertoire Repertoire::OfKinds(const std::set<Kind>& kinds) {
  Repertoire some;
  some.ChooseAlsoHeld([&kinds](Kind kind) { return kinds.contains(kind); });
  return some;
}

void Repertoire::ChooseAlsoHeld(const std::function<bool(Kind)>& has) {
  Choose(has);
  std::erase_if(helds_, [&has](Held held) { return held >= Held::kHeldOfCatalogue && !has(KindOf(held)); });
}

Repertoire Repertoire::Only(const std::function<bool(Kind)>& kinds) const {
  Repertoire some = *this;
  some.ChooseAlsoHeld([this, &kinds](Kind kind) { return Has(kind) && kinds(kind); });
  return some;
}

Repertoire Repertoire::By(Hands hands) const {
  Repertoire others = *this;
  others.hands_ = hands;
  return others;
}

Repertoire Repertoire::WithArtists(int most) const {
  Repertoire fewer = *this;
  fewer.most_artists_ = most;
  return fewer;
}

Repertoire Repertoire::Load(const std::filesystem::path& file) {
  const std::string text = base::ReadFile(file);
  std::set<Kind> kinds;
  int number = 0;
  for (std::string_view line : base::Split(text, '\n')) {
    ++number;
    line = base::Trim(line);
    if (line.empty() || line.front() == '#') continue;
    const auto kind = KindOf(line);
    if (!kind)
      throw base::Error(
          "world",
          file.string() + ", line " + std::to_string(number) + ": there is no kind \"" + std::string(line) + "\".",
          "a kind is called as in the first column of the catalogue, without hyphens.");
    kinds.insert(*kind);
  }
  if (kinds.empty()) throw base::Error("world", file.string() + " names no kind.");
  return OfKinds(kinds);
}

Repertoire Repertoire::Of(const plan::Vocabulary& vocabulary, bool artists) {
  Repertoire some;
  const auto has = [&vocabulary](std::string_view property, std::string_view value) {
    return vocabulary.Find(property, value).has_value();
  };
  const auto keep = [&has](auto& list, const auto& words, std::string_view property) {
    for (size_t i = 0; i < list.size(); ++i) list[i] = words[i] == "no" || has(property, words[i]);
  };
  keep(some.grounds_, kGroundWords, "ground");
  keep(some.actions_, kActionWords, "action");
  keep(some.weathers_, kWeatherWords, "weather");
  some.artists_ = artists;
  some.seasons_ = has("season", "winter");
  some.worn_ = has("worn", "hat");
  some.regards_ = has("relation", "looking at");
  if (!has("count", "six")) some.most_of_a_kind_ = 5;
  if (!artists) some.most_subjects_ = 3;
  std::erase_if(some.helds_, [&](Held held) { return !has("held", HeldWords()[static_cast<size_t>(held)]); });
  some.Choose([&](Kind kind) {
    return vocabulary.HasSubject(RowOf(kind).word) && (artists || static_cast<int>(kind) < kCodedKinds);
  });
  return some;
}

Repertoire KnownBy(const std::optional<plan::Vocabulary>& vocabulary) {
  if (!vocabulary) return Repertoire::Everything();
  const bool artists = std::ranges::any_of(vocabulary->subjects(), [](const std::string& word) {
    const auto kind = KindOf(word);
    return kind && static_cast<int>(*kind) >= kCodedKinds;
  });
  return Repertoire::Of(*vocabulary, artists);
}

}  // namespace diptych::world
