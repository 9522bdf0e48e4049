// Plans that users write: contradictory ones are refused, ones without a layout are completed.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "coherence/check_data.h"
#include "engine/generate.h"

namespace diptych::coherence {

// Error as plan::ParsePlan and plan::CheckPlan; without a vocabulary only the form is checked. `file` may be empty.
void CheckGivenPlan(std::string_view plan, const CheckData& data, const std::string& file = {});

// Writes on from a plan's beginning, up to its end.
using PlanContinuer = std::function<std::string(const std::string& start, int attempt)>;
// The plan with what it leaves open, as the continuer would write it: all that it states stays, in its words; further
// lines are of the scene alone, unless it names no subject. A plan that is laid out stays as it is. Error when no
// attempt of kCompletionsTried makes sense.
inline constexpr int kCompletionsTried = 4;
std::string CompletePlan(std::string_view plan, const CheckData& data, const PlanContinuer& go_on);
// The same by the model that is to draw it; the request gives the plan. `cancelled` may be empty.
std::string CompletePlan(const engine::Model& model, const CheckData& data, const engine::GenerateRequest& request,
                         const std::function<bool()>& cancelled);

}  // namespace diptych::coherence
