#include "train_cli/verb.h"

#include <CLI/CLI.hpp>

namespace diptych::train_cli {

bool Verb::Given() const { return command_.parsed(); }

}  // namespace diptych::train_cli
