// The commands that start from a picture: describe, ask and check.
#pragma once

#include "cli/flags.h"

namespace diptych::cli {

// Each returns an exit code; RunCheck's is kExitClaimFailed when a claim fails.
int RunDescribe(const Flags& flags);
int RunAsk(const Flags& flags);
int RunCheck(const Flags& flags);

}  // namespace diptych::cli
