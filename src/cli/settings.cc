#include "cli/settings.h"

#include <toml++/toml.h>

#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "base/user_folders.h"

namespace diptych::cli {
namespace {

[[noreturn]] void Fail(const std::string& origin, const std::string& key) {
  throw base::Error("config",
                    origin + ": \"" + key + "\" is neither a text, a number, true or false, nor a list of them.");
}

std::string ValueOf(const toml::node& node, const std::string& origin, const std::string& key) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (!node.is_integer() && !node.is_floating_point()) Fail(origin, key);
  std::ostringstream text;
  text.precision(17);
  if (node.is_integer())
    text << node.as_integer()->get();
  else
    text << node.as_floating_point()->get();
  return text.str();
}

std::vector<std::string> ValuesOf(const toml::node& node, const std::string& origin, const std::string& key) {
  std::vector<std::string> values;
  if (const toml::array* list = node.as_array()) {
    for (const toml::node& element : *list) values.push_back(ValueOf(element, origin, key));
  } else {
    values.push_back(ValueOf(node, origin, key));
  }
  return values;
}

std::string KeyOf(const toml::key& key) {
  std::string name(key.str());
  for (char& c : name)
    if (c == '_') c = '-';
  return name;
}

void AddTable(const toml::table& table, const std::string& verb, const std::string& file, Settings& settings) {
  for (const auto& [key, node] : table) {
    const std::string origin = file + ", line " + std::to_string(node.source().begin.line);
    const toml::table* inner = node.as_table();
    if (inner != nullptr && verb.empty())
      AddTable(*inner, std::string(key.str()), file, settings);
    else
      settings.push_back({KeyOf(key), verb, ValuesOf(node, origin, std::string(key.str())), origin});
  }
}

}  // namespace

Settings LoadSettings(const std::filesystem::path& file) {
  Settings settings;
  const std::string content = base::ReadFile(file);
  try {
    AddTable(toml::parse(content, file.string()), {}, file.string(), settings);
  } catch (const toml::parse_error& error) {
    throw base::Error(
        "config",
        file.string() + ", line " + std::to_string(error.source().begin.line) + ": " +
            std::string(error.description()) + ".",
        "the file is TOML: one `flag = value` a line, texts and numbers above 9223372036854775807 in quotes.");
  }
  return settings;
}

std::filesystem::path DefaultSettingsFile() {
  const std::filesystem::path folder = base::UserConfigFolder();
  return folder.empty() ? folder : folder / "diptych/config.toml";
}

}  // namespace diptych::cli
