// Finding the model's folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace diptych::cli {

// The folder that `name` means: a folder itself, or a name under one of the model places; "default" when empty.
// Error names every place that was searched.
std::filesystem::path FindModelFolder(const std::string& name);

// Folders that hold models: models/ of the repository that the program was built in, then share/diptych/models beside
// an installed program's bin/.
std::vector<std::filesystem::path> ModelPlaces();

// The folder's own name, "default" say.
std::string ModelName(const std::filesystem::path& folder);

}  // namespace diptych::cli
