#include "world/species.h"

#include <map>

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

// Under a head that an artist drew: a body of clothes, or of fur.
const Species& BodyOf(const KindRow& row) {
  static const Species clothed = {.torso = 20,
                                  .head_tone = Tone::kSkin,
                                  .arm = Tone::kBody,
                                  .leg = Tone::kTrousers,
                                  .foot = Tone::kDark},
                       furred = {};
  return row.family == Family::kPerson ? clothed : furred;
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
  if (LookOf(subject).hand == Look::Hand::kArtistHead) return BodyOf(RowOf(subject.kind));
  static const std::vector<const Species*> by_kind = [] {
    std::vector<const Species*> all(Kinds().size(), nullptr);
    for (size_t i = 0; i < all.size(); ++i) {
      const auto found = AllSpecies().find(Kinds()[i].word);
      if (found != AllSpecies().end()) all[i] = &found->second->species;
    }
    return all;
  }();
  return *by_kind[static_cast<size_t>(subject.kind)];
}

bool CanWear(const Subject& subject, Worn worn) {
  const bool around_neck = worn == Worn::kScarf || worn == Worn::kBow;
  if (LookOf(subject).hand == Look::Hand::kArtistHead) return around_neck;
  if (!SpeciesOf(subject).hatted) return true;
  return around_neck || worn == Worn::kGlasses;
}

}  // namespace diptych::world
