// The facts that a text states, as the benchmark counts them.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plan/fact.h"
#include "world/setting.h"

namespace diptych::eval {

struct StatedFact {
  plan::Fact fact;
  world::Topic topic = world::kAboutKind;
  bool denied = false;  // "no moon": a key alone, of which there is none
  bool operator==(const StatedFact&) const = default;
};

// THE count of facts. A thing is one fact: that it is there, "bus", or that there is one of it, "bus: one", when the
// text says so, as "a bus" does. Each value stated of it is one more: its colour, its size, a number above one. A
// relation is one fact, though either side's line states it: the first side's. Each value of the scene is one: hour,
// weather, ground, style, mood, sun, moon or its phase, clouds or their number. So "a red circle" is two facts, "a
// small sad panda playing the ukulele at sunset" five. Facts that are none of the world's are left out.
std::vector<StatedFact> CountFacts(std::span<const plan::Fact> facts);
std::vector<plan::Fact> FactsOf(std::span<const StatedFact> stated);

// The facts of all other topics. When the count is left out, "bus: one" becomes "bus".
std::vector<StatedFact> Without(const std::set<world::Topic>& topics, std::span<const StatedFact> facts);

// The key of a denied fact: nobody of any kind that is a person.
inline constexpr std::string_view kPeople = "people";

// Whether the facts of a plan or a narrative contain this one, a relation from either side; of a denied one, whether
// they contain nothing of its key. "bus: one" is also contained where the bus has no number.
bool Keep(const std::vector<plan::Fact>& facts, const StatedFact& stated);
// "bus: red"; of a denied fact "no bus".
std::string Write(const StatedFact& stated);

}  // namespace diptych::eval
