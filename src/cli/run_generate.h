// The commands that start from a prompt: generate and plan.
#pragma once

#include "cli/flags.h"

namespace diptych {

// Both return an exit code.
int RunGenerate(const Flags& flags);
int RunPlan(const Flags& flags);

// A prompt that says what a plan says, for a plan that was given without one: "two blue large bus, starry night, road".
std::string PromptOfPlan(std::string_view plan);

}  // namespace diptych
