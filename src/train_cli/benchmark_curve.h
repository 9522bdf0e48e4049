// The benchmark's figures over the number of facts, as a picture.
#pragma once

#include <filesystem>
#include <vector>

#include "eval/results.h"

namespace diptych::train_cli {

// NAME.png and NAME.svg: a panel a figure, a curve a system. Nothing is written where no figure was measured.
void WriteCurve(const std::vector<eval::SystemResults>& systems, const std::filesystem::path& name);

}  // namespace diptych::train_cli
