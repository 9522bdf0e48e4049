#include "train_cli/shipped.h"

#include <system_error>

#include "base/program_folders.h"

namespace diptych::train_cli {
namespace {

bool Exists(const std::filesystem::path& path) {
  std::error_code failed;
  return std::filesystem::exists(path, failed);
}

}  // namespace

std::filesystem::path Shipped(std::string_view name) {
  constexpr std::string_view kSources = "src/";
  if (Exists(name)) return name;
  const auto folders = base::FoldersAboveProgram();
  for (const std::filesystem::path& folder : folders)
    if (Exists(folder / name)) return folder / name;
  if (folders.empty()) return name;
  const std::string_view installed = name.starts_with(kSources) ? name.substr(kSources.size()) : name;
  const std::filesystem::path place = folders.front() / "share/diptych" / installed;
  return Exists(place) ? place : std::filesystem::path(name);
}

}  // namespace diptych::train_cli
