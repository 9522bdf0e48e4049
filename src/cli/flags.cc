#include "cli/flags.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "cli/flag_table.h"
#include "cli/guesses.h"
#include "cli/implicit_verb.h"
#include "cli/settings.h"
#include "cli/verb_table.h"

namespace diptych::cli {
namespace {

constexpr const char* kClosing =
    "Every flag is also an environment variable (--seed: DIPTYCH_SEED) and a key of ~/.config/diptych/config.toml\n"
    "(seed = 7; another file with --config). The command line comes first, then the record behind --from, then the\n"
    "environment, then the file. - stands for standard input wherever a file or a text is wanted.\n"
    "\n"
    "Exit codes: 0 done; 1 bad input or a failure; 2 wrong usage; 3 a checked claim fails; 4 --strict refuses; "
    "130 stopped by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP.";

struct BoundFlag {
  const FlagSpec* spec;
  CLI::Option* option;
};

// One verb's parser: the flags of the table that it takes. Its words are left over by CLI11 and taken by the verb.
struct VerbParser {
  const VerbSpec* spec;
  CLI::App app;
  std::vector<BoundFlag> flags;
  std::string settings_file;

  VerbParser(const VerbSpec& verb, Flags& into) : spec(&verb), app(verb.help, std::string("diptych ") + verb.name) {
    for (const FlagSpec& flag : AllFlags()) {
      if ((flag.verbs & Bit(verb.verb)) == 0) continue;
      CLI::Option* option = flag.bind(app, flag, into);
      if (!flag.value.empty()) option->type_name(flag.value);
      flags.push_back({&flag, option});
    }
    app.add_option("--config", settings_file, "Settings file")->type_name("FILE");
    app.allow_extras();
  }
};

std::string HelpOf(const VerbSpec& verb) {
  Flags unused;
  VerbParser parser(verb, unused);
  std::vector<std::string> words(verb.positionals.size());
  for (size_t i = 0; i < words.size(); ++i)
    parser.app.add_option(verb.positionals[i].name, words[i], verb.positionals[i].help)
        ->type_name("")
        ->required(verb.positionals[i].required);
  parser.app.footer(std::string("Examples:\n") + verb.examples + "\n\n" + kClosing);
  return parser.app.help();
}

std::string HelpOfAll() {
  CLI::App root("One prompt in; one picture and one narrative out, checked claim by claim against each other.",
                "diptych");
  root.set_version_flag("--version", "");
  root.require_subcommand(1);
  root.get_formatter()->label("SUBCOMMAND", "VERB");
  for (const VerbSpec& verb : AllVerbs()) root.add_subcommand(verb.name, verb.help)->group("Verbs");
  root.footer(std::string("Examples:\n") + AllVerbs()[0].examples +
              "\n\n`diptych VERB --help` lists a verb's flags.\n\n" + kClosing);
  return root.help();
}

Settings SettingsFrom(const std::string& named) {
  if (!named.empty()) return LoadSettings(named);
  if (const char* variable = std::getenv("DIPTYCH_CONFIG"); variable != nullptr && *variable != 0)
    return LoadSettings(variable);
  const std::filesystem::path file = DefaultSettingsFile();
  std::error_code failed;
  return !file.empty() && std::filesystem::exists(file, failed) ? LoadSettings(file) : Settings();
}

std::vector<std::string> AllKeys() {
  std::vector<std::string> keys;
  for (const FlagSpec& flag : AllFlags()) {
    keys.push_back(KeyOf(flag));
    if (CanBeNegated(flag)) keys.push_back("no-" + KeyOf(flag));
  }
  return keys;
}

void CheckKeys(const Settings& settings) {
  const std::vector<std::string> keys = AllKeys();
  for (const Setting& setting : settings) {
    if (!setting.verb.empty() && FindVerb(setting.verb) == nullptr)
      throw UsageError(setting.origin + ": no verb is called \"" + setting.verb + "\".");
    if (std::find(keys.begin(), keys.end(), setting.key) != keys.end()) continue;
    const std::optional<std::string> meant = Nearest(setting.key, keys);
    throw UsageError(setting.origin + ": no flag is called \"" + setting.key + "\"." +
                     (meant ? " Did you mean " + *meant + "?" : ""));
  }
}

// Those with which the program's own variables begin, without their values.
std::vector<std::string> OwnVariables() {
  std::vector<std::string> names;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (text.starts_with("DIPTYCH_")) names.emplace_back(text.substr(0, text.find('=')));
  }
  return names;
}

std::vector<std::string> WarningsOfVariables() {
  std::vector<std::string> known = {"DIPTYCH_CONFIG"}, warnings;
  for (const std::string& key : AllKeys()) known.push_back(VariableOf(key));
  for (const std::string& name : OwnVariables()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::optional<std::string> meant = Nearest(name, known);
    warnings.push_back("the environment variable " + name + " stands for no flag" +
                       (meant ? "; did you mean " + *meant + "?" : "."));
  }
  return warnings;
}

// One value for a flag from outside of the command line.
struct Given {
  std::vector<std::string> values;
  std::string origin;
  bool negated = false;
};

std::optional<Given> FromEnvironment(const FlagSpec& spec) {
  for (const bool negated : {false, true}) {
    if (negated && !CanBeNegated(spec)) continue;
    const std::string name = VariableOf((negated ? "no-" : "") + KeyOf(spec));
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || (*value == 0 && (spec.traits.may_be_empty || spec.value.empty()))) continue;
    return Given{{value}, "$" + name, negated};
  }
  return std::nullopt;
}

// The verb's own table counts more than what stands before all tables.
std::optional<Given> FromSettings(const FlagSpec& spec, const std::string& verb, const Settings& settings) {
  std::optional<Given> given;
  for (const Setting& setting : settings) {
    const bool negated = CanBeNegated(spec) && setting.key == "no-" + KeyOf(spec);
    if ((setting.key != KeyOf(spec) && !negated) || (!setting.verb.empty() && setting.verb != verb)) continue;
    if (!given || !setting.verb.empty()) given = Given{setting.values, setting.origin, negated};
  }
  return given;
}

std::string Negated(const std::string& value) { return CLI::detail::to_flag_value(value) > 0 ? "false" : "true"; }

void Fill(const BoundFlag& flag, const Given& given) {
  try {
    for (const std::string& value : given.values) {
      // A word of another verb's flag of this name, in settings for all verbs, does not concern this one.
      if (flag.spec->traits.others_words.find("|" + value + "|") != std::string::npos) return;
      flag.option->add_result(given.negated ? Negated(value) : value);
    }
    flag.option->run_callback();
  } catch (const CLI::Error& error) {
    throw UsageError(given.origin + ": " + error.what());
  } catch (const std::invalid_argument&) {
    throw UsageError(given.origin + ": \"" + given.values[0] + "\" is neither true nor false.");
  }
}

// Gives the flags that the command line left out their values from the environment or the settings file.
void FillFlags(const VerbParser& parser, const Settings& settings, bool repeats) {
  for (const BoundFlag& flag : parser.flags) {
    if (flag.option->count() > 0 || (repeats && flag.spec->traits.recorded)) continue;
    std::optional<Given> given = FromEnvironment(*flag.spec);
    if (!given) given = FromSettings(*flag.spec, parser.spec->name, settings);
    if (given) Fill(flag, *given);
  }
}

// Why a flag is none: another verb's, or nearly one of this verb's.
[[noreturn]] void RefuseFlag(const std::string& flag, const VerbSpec& verb) {
  const std::string name = flag.substr(0, flag.find('='));
  std::vector<std::string> names, others;
  for (const FlagSpec& spec : AllFlags()) {
    auto& list = (spec.verbs & Bit(verb.verb)) != 0 ? names : others;
    list.push_back("--" + KeyOf(spec));
    if (CanBeNegated(spec)) list.push_back("--no-" + KeyOf(spec));
  }
  std::string message = "There is no flag " + name + ".";
  if (std::find(others.begin(), others.end(), name) != others.end())
    message = std::string("`diptych ") + verb.name + "` takes no " + name + ".";
  else if (const auto meant = Nearest(name, names))
    message += " Did you mean " + *meant + "?";
  throw UsageError(message);
}

// CLI11 takes "++" for the end of a subcommand; it passes over a word that begins with this character.
constexpr char kShield = '\x01';

// The words that CLI11 left over. UsageError for a flag among them that stands before "--".
std::vector<std::string> WordsOf(const VerbParser& parser) {
  std::vector<std::string> words;
  bool only_words = false;
  for (std::string& word : parser.app.remaining()) {
    if (!only_words && word == "--") {
      only_words = true;
      continue;
    }
    if (!only_words && word.size() > 1 && word[0] == '-') RefuseFlag(word, *parser.spec);
    words.push_back(!word.empty() && word[0] == kShield ? word.substr(1) : std::move(word));
  }
  return words;
}

// Whether help was asked for.
bool ParseFlags(VerbParser& parser, std::vector<std::string> arguments) {
  for (std::string& argument : arguments)
    if (argument == "++") argument.insert(argument.begin(), kShield);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    parser.app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return true;
  } catch (const CLI::Error& error) {
    throw UsageError(error.what());
  }
  return false;
}

void CheckSeeds(const Flags& flags) {
  const uint64_t further = static_cast<uint64_t>(flags.count) - 1;
  if (flags.seed && *flags.seed > std::numeric_limits<uint64_t>::max() - further)
    throw UsageError("--count: seeds end at 18446744073709551615, so from " + std::to_string(*flags.seed) +
                     " on there are not " + std::to_string(flags.count) + ".");
}

void ParseVerb(const VerbSpec& verb, bool verb_given, const std::vector<std::string>& arguments,
               ParsedCommand& command) {
  VerbParser parser(verb, command.flags);
  if (ParseFlags(parser, arguments)) {
    command.print = HelpOf(verb);
    return;
  }
  const std::vector<std::string> words = WordsOf(parser);
  if (!verb_given) RefuseUnmeantPrompt(words);
  command.flags.verb = verb.verb;
  verb.take_words(words, command.flags);
  command.flags.settings_file = parser.settings_file;
  command.warnings = WarningsOfVariables();
  try {
    const Settings settings = SettingsFrom(parser.settings_file);
    CheckKeys(settings);
    FillFlags(parser, settings, !command.flags.from_file.empty());
    CheckSeeds(command.flags);
  } catch (const std::exception&) {
    if (verb.verb != Verb::kDoctor) throw;
  }
}

}  // namespace

ParsedCommand ParseCommandLine(const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw UsageError("Say what to draw: diptych \"a blue bus driving under a starry night\"");
  ParsedCommand command;
  if (arguments[0] == "--help" || arguments[0] == "-h") {
    command.print = HelpOfAll();
  } else if (arguments[0] == "--version") {
    command.print = "diptych " + Version() + "\n";
  } else if (const VerbSpec* verb = FindVerb(arguments[0])) {
    ParseVerb(*verb, true, {arguments.begin() + 1, arguments.end()}, command);
  } else {
    ParseVerb(SpecOf(Verb::kGenerate), false, arguments, command);
  }
  return command;
}

std::vector<std::string> ComplaintsOfSurroundings(const std::string& settings_file) {
  std::vector<std::string> complaints = WarningsOfVariables();
  Settings settings;
  std::set<std::string> seen;
  const auto complain = [&](const std::exception& error) {
    if (seen.insert(error.what()).second) complaints.emplace_back(error.what());
  };
  try {
    settings = SettingsFrom(settings_file);
    CheckKeys(settings);
  } catch (const std::exception& error) {
    complain(error);
  }
  for (const VerbSpec& verb : AllVerbs()) {
    Flags unused;
    const VerbParser parser(verb, unused);
    for (const BoundFlag& flag : parser.flags) {
      try {
        if (const auto given = FromEnvironment(*flag.spec)) Fill(flag, *given);
        if (const auto given = FromSettings(*flag.spec, verb.name, settings)) Fill(flag, *given);
      } catch (const UsageError& error) {
        complain(error);
      }
    }
  }
  return complaints;
}

namespace {

// The file that --config names, before the arguments are parsed; empty where none does.
std::string SettingsNamedIn(const std::vector<std::string>& arguments) {
  constexpr std::string_view kFlag = "--config";
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == kFlag && i + 1 < arguments.size()) return arguments[i + 1];
    if (arguments[i].starts_with(std::string(kFlag) + "=")) return arguments[i].substr(kFlag.size() + 1);
  }
  return {};
}

}  // namespace

bool WantsJson(const std::vector<std::string>& arguments) {
  if (std::find(arguments.begin(), arguments.end(), "--json") != arguments.end()) return true;
  const auto is_json = [](const FlagSpec& spec) { return KeyOf(spec) == "json"; };
  const FlagSpec& spec = *std::find_if(AllFlags().begin(), AllFlags().end(), is_json);
  try {
    std::optional<Given> given = FromEnvironment(spec);
    if (!given) given = FromSettings(spec, SpecOf(Verb::kGenerate).name, SettingsFrom(SettingsNamedIn(arguments)));
    return given && CLI::detail::to_flag_value(given->values.at(0)) > 0;
  } catch (const std::exception&) {
    return false;
  }
}

std::string Version() { return DIPTYCH_VERSION; }

}  // namespace diptych::cli
