// The command `info`: what a picture's metadata or a model's folder says, without loading the model.
#pragma once

#include <filesystem>

#include "cli/flags.h"
#include "model/weight_files.h"

namespace diptych::cli {

// Returns an exit code.
int RunInfo(const Flags& flags);
// The same for a model's folder, whatever the flags name.
int InfoOfModel(const Flags& flags, const std::filesystem::path& folder);
// "Q4_K, F32": the types of the weights, the one with the most bytes first.
std::string TypesOf(const model::WeightFiles& files);
// Numbers in a model of this configuration.
int64_t ParametersOf(const model::ModelConfig& config);

}  // namespace diptych::cli
