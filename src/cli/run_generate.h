// The commands that answer a prompt: generate and plan, and edit, whose prompt speaks of pictures.
#pragma once

#include "cli/flags.h"

namespace diptych::cli {

// Each returns an exit code.
int RunGenerate(const Flags& flags);
int RunEdit(const Flags& flags);
int RunPlan(const Flags& flags);

}  // namespace diptych::cli
