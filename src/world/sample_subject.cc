#include "world/sample_subject.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace diptych::world {
namespace {

Colour AnyColour(Kind kind, base::Random& random) {
  auto colour = static_cast<Colour>(random.Below(kColours));
  while (colour == Colour::kWhite && !CanBeWhite(kind)) colour = static_cast<Colour>(random.Below(kColours));
  return colour;
}

// The most usual of its colours more often than the others.
Colour NaturalColour(const std::vector<Colour>& natural, base::Random& random) {
  return random.Percent(60) ? natural.front() : random.Pick(natural);
}

Colour SampleColour(Kind kind, const Look& look, base::Random& random) {
  const KindRow& row = RowOf(kind);
  const bool clothes = row.family == Family::kPerson;  // of a jointed figure
  switch (look.hand) {
    case Look::Hand::kArtist:
      if (!row.recolourable || row.family == Family::kPerson) return Colour::kNone;
      return !row.natural.empty() && random.Percent(50) ? NaturalColour(row.natural, random) : AnyColour(kind, random);
    case Look::Hand::kArtistHead:
      if (look.bust) return Colour::kNone;  // in the clothes that the artist drew
      if (clothes) return AnyColour(kind, random);
      return row.natural.empty() ? Colour::kGrey : row.natural.front();
    default:
      return !row.natural.empty() && random.Percent(35) ? row.natural.front() : AnyColour(kind, random);
  }
}

Pattern SamplePattern(Kind kind, base::Random& random) {
  const uint8_t patterns = RowOf(kind).patterns;
  if (patterns == kNoPattern || !random.Percent(22)) return Pattern::kPlain;
  return static_cast<Pattern>(patterns == kTimber ? random.Between(1, 3) : random.Between(1, 2));
}

bool Suits(Action action, const Scene& scene) {
  switch (action) {
    case Action::kRiding:
      return false;  // comes with what is ridden
    case Action::kSwimming:
      return scene.ground == Ground::kSea || scene.ground == Ground::kRiver || scene.ground == Ground::kUnderwater;
    case Action::kFlying:
      return !IsRoom(scene.ground) && scene.ground != Ground::kUnderwater && scene.ground != Ground::kCave;
    case Action::kFishing:
      return scene.ground == Ground::kSea || scene.ground == Ground::kRiver || scene.ground == Ground::kBeach ||
             scene.ground == Ground::kHarbour;
    default:
      return !Floats(scene.ground) || action == Action::kStanding || action == Action::kSleeping ||
             action == Action::kReading || action == Action::kWaving || action == Action::kSinging;
  }
}

void SampleDeed(const Scene& scene, const Repertoire& repertoire, Subject& subject, base::Random& random) {
  do {
    subject.action = static_cast<Action>(random.Between(1, kActions - 1));
  } while (!repertoire.Has(subject.action) || !Suits(subject.action, scene));
  if (HandsFree(subject.action) && !repertoire.helds().empty() && random.Percent(45)) {
    const auto& helds = repertoire.helds();
    const bool own = random.Percent(30);  // those that the program draws
    subject.held = own ? static_cast<Held>(random.Between(1, 5)) : random.Pick(helds);
    if (own && std::ranges::find(helds, subject.held) == helds.end()) subject.held = random.Pick(helds);
  }
  const bool figure = LookOf(subject).hand == Look::Hand::kFigure;
  if (figure) subject.feeling = static_cast<Feeling>(random.Between(1, kFeelings - 1));
  if (repertoire.worn() && random.Percent(20)) {
    const auto worn = static_cast<Worn>(random.Between(1, kWorns - 1));
    if (CanWear(subject, worn)) subject.worn = worn;
  }
}

// Of what can take poses mostly a look that does; of the others every artist as often as our own drawings together.
int SampleLook(const KindRow& row, const Repertoire& repertoire, bool on_table, base::Random& random) {
  std::vector<int> own, jointed, artists;
  for (size_t i = 0; i < row.looks.size(); ++i) {
    const Look::Hand hand = row.looks[i].hand;
    auto& list = hand == Look::Hand::kArtist ? artists : hand == Look::Hand::kArtistHead ? jointed : own;
    list.push_back(static_cast<int>(i));
  }
  if (repertoire.hands() == Hands::kExaminers && !row.examiner_looks.empty()) {
    jointed.clear();
    artists.clear();
    for (size_t i = 0; i < row.examiner_looks.size(); ++i) {
      auto& list = row.examiner_looks[i].hand == Look::Hand::kArtistHead ? jointed : artists;
      list.push_back(static_cast<int>(row.looks.size() + i));
    }
  }
  for (auto* list : {&jointed, &artists})
    if (std::ssize(*list) > repertoire.most_artists()) list->resize(static_cast<size_t>(repertoire.most_artists()));
  if (!repertoire.artists() && !own.empty()) return random.Pick(own);
  if (on_table && !artists.empty()) return random.Pick(artists);
  const bool figure = !own.empty() && row.looks.front().hand == Look::Hand::kFigure;
  if (!own.empty() && (artists.empty() || random.Percent(figure ? 65 : 35))) return random.Pick(own);
  if (!jointed.empty() && (artists.empty() || random.Percent(50))) return random.Pick(jointed);
  return random.Pick(artists);
}

}  // namespace

Units UnitsOf(const Subject& subject) {
  const KindRow& row = RowOf(subject.kind);
  const Look& look = LookOf(subject);
  if (look.hand == Look::Hand::kCode) return {100, row.height};
  if (look.hand == Look::Hand::kArtist) return {100, look.height};
  return FigureUnits(subject);
}

Range ScalesOf(const Subject& subject, bool crowded) {
  // The side of a square as large as the drawing.
  constexpr std::array<Range, kSizes> kSides = {{{17, 21}, {28, 33}, {42, 50}}};
  const Look& look = LookOf(subject);
  Range scales = RowOf(subject.kind).widths[static_cast<size_t>(subject.size)];
  if (look.hand == Look::Hand::kArtist) {
    const double stretch = std::sqrt(100.0 / look.height);
    const Range sides = kSides[static_cast<size_t>(subject.size)];
    scales = {static_cast<int>(std::lround(sides.first * stretch)),
              static_cast<int>(std::lround(sides.last * stretch))};
  }
  return crowded ? Range{scales.first * 7 / 10, scales.last * 8 / 10} : scales;
}

Subject SampleAny(const Scene& scene, const Repertoire& repertoire, base::Random& random) {
  const Repertoire::Choice& choice = repertoire.KindsOn(scene.ground);
  Subject subject;
  subject.kind = choice.kinds[static_cast<size_t>(random.Weighted(choice.weights))];
  const KindRow& row = RowOf(subject.kind);
  subject.look = SampleLook(row, repertoire, scene.ground == Ground::kTable, random);
  const Look& look = LookOf(subject);
  subject.colour = SampleColour(subject.kind, look, random);
  const bool own = look.hand == Look::Hand::kCode || look.hand == Look::Hand::kFigure;
  if (own) subject.pattern = SamplePattern(subject.kind, random);
  if (IsJointed(subject)) SampleDeed(scene, repertoire, subject, random);
  subject.faces_left = IsDirected(subject) && random.Percent(50);
  return subject;
}

}  // namespace diptych::world
