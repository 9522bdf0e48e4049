// Whether a plan that a person wrote makes sense: known words, no contradictions, and what it leaves open.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plan/plan.h"
#include "plan/vocabulary.h"

namespace diptych::plan {

// Error names the line when it is of a kind or has a value that the vocabulary does not have, states two values of one
// property or one line of the scene twice, relates a thing to one that has no line, or has other than its number of
// boxes; and when the plan has no line at all. `file` stands in messages; it may be empty.
void CheckPlan(const Plan& plan, const Vocabulary& vocabulary, const std::string& file = {});

// Whether the plan says where everything stands: a line with a horizon, and a box in every line of a subject.
bool IsLaidOut(const Plan& plan, const Vocabulary& vocabulary);

// How many a line of a subject states, by the word of its number; nothing when it states none.
std::optional<int> CountOf(const PlanLine& line, const Vocabulary& vocabulary);

}  // namespace diptych::plan
