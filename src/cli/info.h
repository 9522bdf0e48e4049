// The command `info`: what a picture's metadata or a model's folder says, without loading the model.
#pragma once

#include "cli/flags.h"

namespace diptych {

// Returns an exit code.
int RunInfo(const Flags& flags);

}  // namespace diptych
