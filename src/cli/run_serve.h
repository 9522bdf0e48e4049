// The command `serve`.
#pragma once

#include "cli/flags.h"

namespace diptych::cli {

// Returns once the server was told to stop. Error: an address that cannot be used, or one that needs a key.
int RunServe(const Flags& flags);

}  // namespace diptych::cli
