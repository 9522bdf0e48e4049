// Where a person's own files of this program lie (XDG Base Directory Specification).
#pragma once

#include <filesystem>

namespace diptych::base {

// The person's folder of settings or of data, with nothing of ours in it: $XDG_CONFIG_HOME and $XDG_DATA_HOME where
// they are absolute, else ~/.config and ~/.local/share. Empty without a home.
std::filesystem::path UserConfigFolder();
std::filesystem::path UserDataFolder();

}  // namespace diptych::base
