#include "eval/seen_facts.h"

#include <algorithm>
#include <iterator>

#include "eval/layout.h"
#include "world/facts.h"

namespace diptych::eval {
namespace {

bool LooksTheSameMirrored(std::string_view kind) {
  return kind == RowOf(world::Kind::kRocket).word || kind == RowOf(world::Kind::kHotAirBalloon).word;
}

}  // namespace

bool CanShow(const plan::Fact& fact) {
  return world::TopicOf(fact) != world::kAboutFacing || !LooksTheSameMirrored(fact.key);
}

std::vector<plan::Fact> FactsSeen(const world::Scene& seen) {
  const world::Setting setting = world::ValuesOf(seen);
  const int count = static_cast<int>(seen.subjects.size());
  std::vector<plan::TypedFact> facts = world::FactsOfBackdrop(setting);
  for (int i = 0; i < count; ++i) {
    std::ranges::copy(world::FactsOfSubject(setting, i), std::back_inserter(facts));
    for (int j = 0; j < count; ++j) {
      if (i == j) continue;
      const world::Subject &one = seen.subjects[static_cast<size_t>(i)], &other = seen.subjects[static_cast<size_t>(j)];
      for (world::Relation relation : RelationsBetween(one, other))
        facts.push_back(world::RelationFact(setting, i, relation, j));
    }
  }
  std::vector<plan::Fact> said;
  for (const plan::TypedFact& fact : facts) said.push_back(world::PlanVocabulary().Say(fact));
  std::erase_if(said, [](const plan::Fact& fact) { return !CanShow(fact); });
  return said;
}

bool Shows(const world::Scene& seen, const plan::Fact& fact) { return plan::Contains(FactsSeen(seen), fact); }

}  // namespace diptych::eval
