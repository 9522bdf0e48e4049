// Plans that users write: what is no plan, contradicts itself or is beyond the model is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "coherence/check_data.h"

namespace diptych::coherence {

// Error as plan::ParsePlan and plan::CheckPlan; without a vocabulary only the form is checked. `file` may be empty.
void CheckGivenPlan(std::string_view plan, const CheckData& data, const std::string& file = {});

// What of a plan is drawn as it stands, though a person would hardly mean it: the sun by night, a moon by day, a thing
// whose place is "left" and whose box is on the right. A sentence each.
std::vector<std::string> OddLines(std::string_view plan);

// Whether an hour is one of the night.
bool IsByNight(std::string_view hour);

}  // namespace diptych::coherence
