#include "base/user_folders.h"

#include <cstdlib>

namespace diptych::base {
namespace fs = std::filesystem;
namespace {

fs::path Variable(const char* name) {
  const char* text = std::getenv(name);
  return text ? text : "";
}

fs::path UserFolder(const char* variable, const char* below_home) {
  if (fs::path folder = Variable(variable); folder.is_absolute()) return folder;
  const fs::path home = Variable("HOME");
  return home.empty() ? fs::path() : home / below_home;
}

}  // namespace

fs::path UserConfigFolder() { return UserFolder("XDG_CONFIG_HOME", ".config"); }

fs::path UserDataFolder() { return UserFolder("XDG_DATA_HOME", ".local/share"); }

}  // namespace diptych::base
