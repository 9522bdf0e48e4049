// The flags of a training run, on the command line and in a file.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "train/options.h"

namespace diptych::train_cli {

// Adds a flag for every option, and --config. Their order is that of the file that TrainingConfig writes.
void AddTrainingFlags(CLI::App& app, train::TrainingOptions& options);

// After parsing: takes the flags that stand in the TOML file of --config, where it is given, and that the command line
// does not give itself. Error: a line that is no flag of this verb, or a value that it does not take.
void ApplyConfig(CLI::App& app);

// The flags that a run uses, in the form that --config reads.
std::string TrainingConfig(const CLI::App& app);

}  // namespace diptych::train_cli
