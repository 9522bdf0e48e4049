// Where the running program lies, to find what came with it.
#pragma once

#include <filesystem>
#include <vector>

namespace diptych::base {

// The folders above the program's own, nearest first, at most four: of build/PRESET/bin/diptych the repository is among
// them, of PREFIX/bin/diptych the first is PREFIX. Empty where /proc does not tell.
std::vector<std::filesystem::path> FoldersAboveProgram();

}  // namespace diptych::base
