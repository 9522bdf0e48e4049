// Facts: what plans, prompts, narratives and pictures state, one at a time, in the words of the plan language. Facts
// are written and parsed by the functions here only. What their words mean is a vocabulary's (vocabulary.h).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"

namespace diptych::plan {

// One fact as it is said, "bus: blue": the key of a plan's line and one value of it in words. An empty value: there is
// such a thing, and nothing is said of its properties.
struct Fact {
  std::string key, value;
  bool operator==(const Fact&) const = default;
};

// Every value in words is a fact; a line without one states its key alone.
std::vector<Fact> FactsOf(const Plan& plan);
// The facts of lines that a model wrote: lines that are not of the plan language's form are dropped, and so are
// repeated facts and what follows the first 64 KiB.
std::vector<Fact> FactsOfLines(std::string_view lines);

// "bus: blue"; "bus" when the value is empty. The text of a claim.
std::string WriteFact(const Fact& fact);
// The inverse of WriteFact; spaces around key and value are dropped. Any text is read: without a colon it is a key
// alone.
Fact ParseFact(std::string_view text);
// The facts joined by `between`, a line end for instance.
std::string WriteFacts(std::span<const Fact> facts, std::string_view between);

// Is the fact among them? A key alone needs only a fact of that key.
bool Contains(std::span<const Fact> facts, const Fact& fact);
// Whether the fact is a key without a value, and another fact has the same key with a value. It says nothing more then.
bool IsSaidBetter(std::span<const Fact> facts, const Fact& fact);
// Drops the facts for which IsSaidBetter holds.
void DropBareKeys(std::vector<Fact>& facts);

}  // namespace diptych::plan
