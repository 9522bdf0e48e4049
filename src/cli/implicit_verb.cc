#include "cli/implicit_verb.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "base/ascii.h"
#include "base/picture_file.h"
#include "cli/guesses.h"
#include "cli/verb_table.h"

namespace diptych::cli {
namespace {

namespace fs = std::filesystem;

// Verbs of other programs, and what comes nearest to them here.
const std::map<std::string, std::string> kUsualVerbs = {
    {"help", "--help"},     {"version", "--version"},   {"list", "model ls"}, {"ls", "model ls"},
    {"models", "model ls"}, {"verify", "model verify"}, {"server", "serve"},  {"config", "doctor"}};

std::string Quoted(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return "\"" + text + "\"";
}

// The words as they would be typed again, those with spaces in quotes.
std::string Typed(const std::vector<std::string>& words, size_t from) {
  std::string text;
  for (size_t i = from; i < words.size(); ++i)
    text += " " + (words[i].find(' ') == std::string::npos ? words[i] : "\"" + words[i] + "\"");
  return text;
}

[[noreturn]] void Ask(const std::vector<std::string>& words, const std::string& what, const std::string& command) {
  throw UsageError(what + " Did you mean `diptych " + command + "`?\nTo draw it: diptych generate " + Quoted(words));
}

bool IsPlainWord(const std::string& word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), base::IsAsciiLetter);
}

// What a file of this name is likely for; nothing when there is no such file and no picture is named so.
std::optional<std::string> CommandForFile(const std::string& name, bool alone) {
  std::error_code failed;
  if (name.find_first_of(" \n") != std::string::npos && !fs::exists(name, failed)) return std::nullopt;
  if (base::FormatOfName(name)) return alone ? "describe" : "ask";
  if (alone && fs::is_directory(name, failed) && fs::exists(fs::path(name) / "config.json", failed)) return "info";
  if (alone && fs::is_regular_file(name, failed)) return "generate --plan";
  return std::nullopt;
}

// "help ask" means "ask --help", "models info" means "model info".
std::string UsualCommand(const std::string& command, const std::vector<std::string>& words) {
  if (words.size() == 1) return command;
  if (command == "--help") return FindVerb(words[1]) != nullptr ? words[1] + " --help" : command;
  if (command == "model ls") return "model" + Typed(words, 1);
  return command + Typed(words, 1);
}

}  // namespace

void RefuseUnmeantPrompt(const std::vector<std::string>& words) {
  if (words.empty()) return;
  const std::string& first = words[0];
  if (FindVerb(first) != nullptr) throw UsageError("The verb \"" + first + "\" must come first.");
  if (const auto command = CommandForFile(first, words.size() == 1))
    Ask(words, "\"" + first + "\" is the name of a file.", *command + Typed(words, 0));
  if (!IsPlainWord(first)) return;
  const std::string lowered = Lowered(first);
  if (const auto usual = kUsualVerbs.find(lowered); usual != kUsualVerbs.end())
    Ask(words, "\"" + first + "\" is no verb.", UsualCommand(usual->second, words));
  std::vector<std::string> verbs;
  for (const VerbSpec& verb : AllVerbs()) verbs.emplace_back(verb.name);
  if (const auto verb = Nearest(first, verbs)) Ask(words, "\"" + first + "\" is no verb.", *verb + Typed(words, 1));
}

}  // namespace diptych::cli
