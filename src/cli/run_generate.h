// The commands that answer a prompt: generate and plan, and edit, whose prompt speaks of pictures.
#pragma once

#include "cli/flags.h"

namespace diptych::cli {

// Each returns an exit code.
int RunGenerate(const Flags& flags);
int RunEdit(const Flags& flags);
int RunPlan(const Flags& flags);

// A prompt that says what a plan says, for a plan that was given without one: "two blue large bus, starry night, road".
std::string PromptOfPlan(std::string_view plan);

}  // namespace diptych::cli
