// Plans that users write: what is no plan, contradicts itself or is beyond the model is refused.
#pragma once

#include <string>
#include <string_view>

#include "coherence/check_data.h"

namespace diptych::coherence {

// Error as plan::ParsePlan and plan::CheckPlan; without a vocabulary only the form is checked. `file` may be empty.
void CheckGivenPlan(std::string_view plan, const CheckData& data, const std::string& file = {});

}  // namespace diptych::coherence
