// The command `doctor`: what this machine and this installation offer, and what is wrong with them.
#pragma once

#include "cli/flags.h"

namespace diptych::cli {

// Returns kExitOk when an answer could be made, kExitFailure when something is wrong.
int RunDoctor(const Flags& flags);

}  // namespace diptych::cli
