// The settings file: TOML with one key a flag.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace diptych::cli {

// A value as it would stand on the command line, and where it came from ("config.toml, line 3").
struct Setting {
  std::string value;
  std::string origin;
};
using Settings = std::map<std::string, Setting>;  // by flag name without dashes

// Keys at the top level that are strings, numbers or booleans. Error with the line for anything else.
Settings LoadSettings(const std::filesystem::path& file);
// $XDG_CONFIG_HOME/diptych/config.toml or ~/.config/diptych/config.toml; empty without a home.
std::filesystem::path DefaultSettingsFile();

}  // namespace diptych::cli
