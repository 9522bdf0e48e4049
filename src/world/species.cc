#include "world/species.h"

#include <map>

#include "base/error.h"
#include "world/artist_heads.h"
#include "world/figure.h"

namespace diptych::world {
namespace {

const std::map<std::string_view, const SpeciesRow*>& AllSpecies() {
  static const std::map<std::string_view, const SpeciesRow*> all = [] {
    std::map<std::string_view, const SpeciesRow*> rows;
    for (const auto& some : {FirstSpecies(), MoreAnimals(), MorePeople()})
      for (const SpeciesRow& row : some) rows.emplace(row.word, &row);
    return rows;
  }();
  return all;
}

const Species* OwnSpecies(Kind kind) {
  static const std::vector<const Species*> by_kind = [] {
    std::vector<const Species*> all(Kinds().size(), nullptr);
    for (size_t i = 0; i < all.size(); ++i) {
      const auto found = AllSpecies().find(Kinds()[i].word);
      if (found != AllSpecies().end()) all[i] = &found->second->species;
    }
    return all;
  }();
  return by_kind[static_cast<size_t>(kind)];
}

// Under a head that an artist drew: the kind's own body, or one of clothes or fur; under a bust, plain clothes.
const Species& BodyOf(const Subject& subject) {
  static const Species clothed = {.torso = 20,
                                  .head_tone = Tone::kSkin,
                                  .arm = Tone::kBody,
                                  .leg = Tone::kTrousers,
                                  .foot = Tone::kDark},
                       furred = {};
  const Look& look = LookOf(subject);
  if (look.bust) return clothed;
  if (const Species* own = OwnSpecies(subject.kind)) return *own;
  return IsHuman(look.drawing) ? clothed : furred;
}

}  // namespace

const FigureFacts* FigureFactsOf(std::string_view word) {
  static const std::map<std::string_view, FigureFacts> facts = [] {
    std::map<std::string_view, FigureFacts> all;
    for (const auto& [name, row] : AllSpecies())
      all.emplace(name, FigureFacts{.natural = row->natural, .patterned = row->patterned});
    return all;
  }();
  const auto found = facts.find(word);
  return found == facts.end() ? nullptr : &found->second;
}

const Species& SpeciesOf(const Subject& subject) {
  if (LookOf(subject).hand == Look::Hand::kArtistHead) return BodyOf(subject);
  const Species* own = OwnSpecies(subject.kind);
  DIPTYCH_CHECK(own != nullptr, "a figure of no species");
  return *own;
}

bool CanWear(const Subject& subject, Worn worn) {
  const bool around_neck = worn == Worn::kScarf || worn == Worn::kBow;
  if (LookOf(subject).hand == Look::Hand::kArtistHead) return around_neck;
  if (!SpeciesOf(subject).hatted) return true;
  return around_neck || worn == Worn::kGlasses;
}

}  // namespace diptych::world
