// The commands `convert` and `model`: what is in model folders, without answering with them.
#pragma once

#include "cli/flags.h"

namespace diptych::cli {

// Each returns an exit code.
int RunConvert(const Flags& flags);
int RunModel(const Flags& flags);

}  // namespace diptych::cli
