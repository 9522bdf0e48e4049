#include "cli/model_folder.h"

#include "base/error.h"
#include "base/program_folders.h"

namespace diptych::cli {
namespace {

bool IsFolder(const std::filesystem::path& path) {
  std::error_code failed;
  return std::filesystem::is_directory(path, failed);
}

}  // namespace

std::vector<std::filesystem::path> ModelPlaces() {
  std::vector<std::filesystem::path> places;
  const std::vector<std::filesystem::path> folders = base::FoldersAboveProgram();
  for (const std::filesystem::path& folder : folders)
    if (IsFolder(folder / "models")) places.push_back(folder / "models");
  if (!folders.empty()) places.push_back(folders.front() / "share/diptych/models");
  return places;
}

std::filesystem::path FindModelFolder(const std::string& name) {
  if (!name.empty() && IsFolder(name)) return name;
  const std::string wanted = name.empty() ? "default" : name;
  std::string searched = name.empty() ? "" : name;
  if (wanted.find('/') == std::string::npos) {
    for (const std::filesystem::path& place : ModelPlaces()) {
      if (IsFolder(place / wanted)) return place / wanted;
      searched += (searched.empty() ? "" : ", ") + (place / wanted).string();
    }
  }
  if (searched.empty()) searched = "nowhere, as /proc does not tell where the program is";
  throw base::Error("model", "no model folder found; searched " + searched + ".",
                    "name one with --model FOLDER or DIPTYCH_MODEL.");
}

std::string ModelName(const std::filesystem::path& folder) {
  std::error_code failed;
  const std::filesystem::path whole = std::filesystem::canonical(folder, failed);
  return (failed ? folder : whole).filename().string();
}

}  // namespace diptych::cli
