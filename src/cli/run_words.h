// The command `words`: what a model can draw, from its folder's lexicon and vocabulary.
#pragma once

#include "cli/flags.h"

namespace diptych::cli {

// Returns an exit code. Error: a model that brings no lexicon along.
int RunWords(const Flags& flags);

}  // namespace diptych::cli
