#include "cli/settings.h"

#include <toml++/toml.h>

#include <cstdlib>
#include <sstream>

#include "base/error.h"
#include "base/files.h"

namespace diptych::cli {
namespace {

std::string ValueOf(const toml::node& node, const std::string& origin, std::string_view key) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (node.is_integer() || node.is_floating_point()) {
    std::ostringstream text;
    text.precision(17);
    if (node.is_integer())
      text << node.as_integer()->get();
    else
      text << node.as_floating_point()->get();
    return text.str();
  }
  throw base::Error("config", origin + ": \"" + std::string(key) + "\" is neither a text, a number nor true or false.");
}

}  // namespace

Settings LoadSettings(const std::filesystem::path& file) {
  Settings settings;
  const std::string content = base::ReadFile(file);
  try {
    const toml::table table = toml::parse(content, file.string());
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      const std::string origin = file.string() + ", line " + std::to_string(node.source().begin.line);
      settings[name] = {ValueOf(node, origin, name), origin};
    }
  } catch (const toml::parse_error& error) {
    throw base::Error("config",
                      file.string() + ", line " + std::to_string(error.source().begin.line) + ": " +
                          std::string(error.description()) + ".",
                      "the file is TOML: one `flag = value` a line, texts in quotes.");
  }
  return settings;
}

std::filesystem::path DefaultSettingsFile() {
  if (const char* folder = std::getenv("XDG_CONFIG_HOME"); folder != nullptr && *folder != 0) {
    return std::filesystem::path(folder) / "diptych/config.toml";
  }
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == 0 ? std::filesystem::path()
                                       : std::filesystem::path(home) / ".config/diptych/config.toml";
}

}  // namespace diptych::cli
