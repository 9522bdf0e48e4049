// Plans that leave open where things stand are completed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "coherence/check_data.h"
#include "coherence/plan_merge.h"
#include "engine/generate.h"

namespace diptych::coherence {

// Writes on from a plan's beginning, to the end of the line or beyond.
using PlanContinuer = std::function<std::string(const std::string& start, int attempt)>;
// The plan with what it leaves open, as the continuer would write it: all that it states stays, in its words; further
// lines are of the scene alone, unless it names no subject. A plan that is laid out stays as it is. Error when no
// attempt of kCompletionsTried makes sense.
inline constexpr int kCompletionsTried = 4;
std::string CompletePlan(std::string_view plan, const CheckData& data, const PlanContinuer& go_on);
// The same by the model that is to draw it; the request gives the plan. `cancelled` may be empty.
std::string CompletePlan(const engine::Model& model, const CheckData& data, const engine::GenerateRequest& request,
                         const std::function<bool()>& cancelled);

// The merged plan with a layout for its open lines. Nothing when no attempt of kCompletionsTried makes sense.
std::optional<std::string> LayOut(const MergedPlan& merged, const CheckData& data, const PlanContinuer& go_on);
std::optional<std::string> LayOut(const MergedPlan& merged, const engine::Model& model, const CheckData& data,
                                  const engine::GenerateRequest& request, const std::function<bool()>& cancelled);

}  // namespace diptych::coherence
