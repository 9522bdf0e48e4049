#include "base/program_folders.h"

#include <system_error>

namespace diptych::base {

std::vector<std::filesystem::path> FoldersAboveProgram() {
  constexpr int kFoldersUp = 4;
  std::vector<std::filesystem::path> folders;
  std::error_code failed;
  std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
  for (int i = 0; i < kFoldersUp && !failed && folder != folder.root_path(); ++i) {
    folder = folder.parent_path();
    folders.push_back(folder);
  }
  return folders;
}

}  // namespace diptych::base
