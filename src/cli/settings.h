// The settings file: TOML with one key a flag, for all verbs or in a table for one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace diptych::cli {

// What one line gives to a flag, and where it stands ("config.toml, line 3").
struct Setting {
  std::string key;                  // the flag's name without dashes in front, "guidance-rescale"
  std::string verb;                 // of the table that it stands in, "generate"; empty: before all tables
  std::vector<std::string> values;  // as they would stand on the command line; several of a list
  std::string origin;
};
using Settings = std::vector<Setting>;

// Keys that are strings, numbers, booleans or lists of them; "_" in a key counts as "-". Error with the line for
// anything else.
Settings LoadSettings(const std::filesystem::path& file);
// $XDG_CONFIG_HOME/diptych/config.toml or ~/.config/diptych/config.toml; empty without a home.
std::filesystem::path DefaultSettingsFile();

}  // namespace diptych::cli
