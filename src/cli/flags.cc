#include "cli/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

#include "base/error.h"
#include "cli/settings.h"

namespace diptych::cli {
namespace {

constexpr unsigned Bit(Verb verb) { return 1u << static_cast<unsigned>(verb); }
constexpr unsigned kGenerates = Bit(Verb::kGenerate);
constexpr unsigned kDraws = kGenerates | Bit(Verb::kEdit);
constexpr unsigned kPlans = kDraws | Bit(Verb::kPlan);
constexpr unsigned kTakesProse = kGenerates | Bit(Verb::kPlan);
constexpr unsigned kLooks = Bit(Verb::kDescribe) | Bit(Verb::kAsk) | Bit(Verb::kCheck);
constexpr unsigned kConverts = Bit(Verb::kConvert);
constexpr unsigned kRuns = kPlans | kLooks | Bit(Verb::kDoctor);
constexpr unsigned kLoads = kRuns | Bit(Verb::kInfo);
constexpr unsigned kAll = kLoads | kConverts | Bit(Verb::kModel);

struct FlagSpec {
  std::string names;  // as CLI11 reads them; the last without dashes is also the name in environment and settings
  std::string value;  // what stands for its value in help; empty for switches
  std::string help;
  unsigned verbs;
  std::function<CLI::Option*(CLI::App& app, const FlagSpec& spec, Flags& flags)> bind;
};

template <auto kMember>
CLI::Option* BindValue(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return app.add_option(spec.names, flags.*kMember, spec.help);
}

template <auto kMember>
CLI::Option* BindSwitch(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return app.add_flag(spec.names, flags.*kMember, spec.help);
}

template <auto kMember, int kFirst, int kLast>
CLI::Option* BindRange(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  const auto check = [](const std::string& text) -> std::string {
    double value = 0;
    if (CLI::detail::lexical_cast(text, value) && value >= kFirst && value <= kLast) return "";
    return "\"" + text + "\" is no number from " + std::to_string(kFirst) + " to " + std::to_string(kLast);
  };
  return BindValue<kMember>(app, spec, flags)->check(CLI::Validator(check, ""));
}

// An option whose value is one of a few words.
template <typename Value>
CLI::Option* BindChoice(CLI::App& app, const FlagSpec& spec, const std::map<std::string, Value>& choices,
                        std::function<void(Value)> set) {
  std::vector<std::string> words;
  for (const auto& [word, value] : choices) words.push_back(word);
  const auto apply = [choices, set](const std::string& word) { set(choices.at(word)); };
  return app.add_option_function<std::string>(spec.names, apply, spec.help)
      ->check(CLI::IsMember(words).description(""));
}

CLI::Option* BindLanguage(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return BindChoice<text::Language>(app, spec, {{"en", text::Language::kEnglish}, {"zh", text::Language::kChinese}},
                                    [&flags](text::Language language) { flags.language = language; });
}

CLI::Option* BindMetadata(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return BindChoice<record::MetadataLevel>(app, spec,
                                           {{"full", record::MetadataLevel::kFull},
                                            {"label", record::MetadataLevel::kLabel},
                                            {"none", record::MetadataLevel::kNone}},
                                           [&flags](record::MetadataLevel level) { flags.metadata = level; });
}

CLI::Option* BindPrecision(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return BindChoice<engine::Precision>(app, spec,
                                       {{"auto", engine::Precision::kAuto},
                                        {"float32", engine::Precision::kFloat32},
                                        {"bfloat16", engine::Precision::kBFloat16}},
                                       [&flags](engine::Precision precision) { flags.precision = precision; });
}

// One file for each time that the flag stands there; the word behind it is not taken.
CLI::Option* BindAdapters(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return BindValue<&Flags::adapters>(app, spec, flags)->allow_extra_args(false);
}

CLI::Option* BindType(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return BindChoice<numbers::DType>(app, spec,
                                    {{"f32", numbers::DType::kF32},
                                     {"f16", numbers::DType::kF16},
                                     {"bf16", numbers::DType::kBF16},
                                     {"q8_0", numbers::DType::kQ8_0},
                                     {"q6_k", numbers::DType::kQ6_K},
                                     {"q5_k", numbers::DType::kQ5_K},
                                     {"q4_k", numbers::DType::kQ4_K},
                                     {"q4_0", numbers::DType::kQ4_0}},
                                    [&flags](numbers::DType type) { flags.type = type; });
}

CLI::Option* BindFormat(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return BindChoice<std::string>(app, spec, {{"gguf", "gguf"}, {"safetensors", "safetensors"}},
                                 [&flags](const std::string& format) { flags.format = format; });
}

// "128" or "192x128": width and height of the table of options.
CLI::Option* BindSize(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  const auto apply = [&flags](const std::string& text) {
    const size_t times = text.find_first_of("xX");
    const std::string width = text.substr(0, times),
                      height = times == std::string::npos ? width : text.substr(times + 1);
    for (const auto& [name, side] : {std::pair("width", width), std::pair("height", height)}) {
      const model::GenerationOption& option = *model::FindOption(name);
      const auto value = model::ParseOption(option, side);
      if (!value)
        throw CLI::ValidationError("--size",
                                   "\"" + text + "\" is neither N nor WIDTHxHEIGHT, each " + model::RangeOf(option));
      flags.options[option.name] = *value;
    }
  };
  return app.add_option_function<std::string>(spec.names, apply, spec.help);
}

CLI::Option* BindOption(const model::GenerationOption& option, CLI::App& app, const FlagSpec& spec, Flags& flags) {
  const auto apply = [&option, &flags](const std::string& text) {
    const auto value = model::ParseOption(option, text);
    if (!value)
      throw CLI::ValidationError("--" + std::string(option.flag), "\"" + text + "\" must be " + model::RangeOf(option));
    flags.options[option.name] = *value;
  };
  return app.add_option_function<std::string>(spec.names, apply, spec.help);
}

CLI::Option* BindSeed(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  const auto apply = [&flags](const int64_t& seed) {
    if (seed < -1) throw CLI::ValidationError("--seed", std::to_string(seed) + " is below -1");
    flags.seed = seed;
    flags.seed_given = true;
  };
  return app.add_option_function<int64_t>(spec.names, apply, spec.help);
}

// Every flag of every verb, but for those of the table of options.
const std::array kOwnFlags = {
    FlagSpec{"-m,--model", "FOLDER",
             "Model folder, or a name under models/ (default: the model that comes with diptych)", kLoads,
             BindValue<&Flags::model>},
    FlagSpec{"-s,--seed", "N", "Same seed, same picture and narrative; -1 draws one (default: -1)", kPlans, BindSeed},
    FlagSpec{"-n,--count", "N", "How many answers, with seeds N, N+1, ... (default: 1)", kDraws,
             BindRange<&Flags::count, 1, 10000>},
    FlagSpec{"--lang", "en|zh", "Language of the narrative or answer (default: the prompt's)", kPlans | kLooks,
             BindLanguage},
    FlagSpec{"--size", "N|WxH", "Pixels of the picture (default: the model's)", kDraws, BindSize},
    FlagSpec{"--plan", "FILE", "Follow this plan; `diptych plan` writes one to start from", kGenerates,
             BindValue<&Flags::plan_file>},
    FlagSpec{"--from", "PNG", "Repeat the answer that this picture's metadata describes; other flags change it",
             kGenerates, BindValue<&Flags::from_file>},
    FlagSpec{"-o,--output", "FOLDER", "Where picture, narrative and report go (default: diptych-out)", kDraws,
             BindValue<&Flags::folder>},
    FlagSpec{"--metadata", "full|label|none",
             "In the PNG: everything, only the mark of a generated picture, or nothing (default: full)", kDraws,
             BindMetadata},
    FlagSpec{"--check,!--no-check", "", "Check every claim against the picture (default: on)", kDraws,
             BindSwitch<&Flags::check>},
    FlagSpec{"--boxes,!--no-boxes", "", "Also say where each checked subject is; slower (default: off)", kDraws,
             BindSwitch<&Flags::boxes>},
    FlagSpec{"--preview,!--no-preview", "", "Show the forming picture in the terminal (default: on)", kDraws,
             BindSwitch<&Flags::preview>},
    FlagSpec{"--adapter", "FILE", "Add a LoRA adapter (safetensors) to the weights; may be given several times",
             (kRuns | kConverts) & ~Bit(Verb::kDoctor), BindAdapters},
    FlagSpec{"--type", "TYPE",
             "Number type to convert to: f32, f16, bf16, q8_0, q6_k, q5_k, q4_k or q4_0 (default: q4_k)", kConverts,
             BindType},
    FlagSpec{"--format", "gguf|safetensors",
             "Weight file to write (default: gguf for q types, safetensors for the others)", kConverts, BindFormat},
    FlagSpec{"-t,--threads", "N", "Threads; 0 is all cores (default: 0)", kRuns | kConverts,
             BindRange<&Flags::threads, 0, 1024>},
    FlagSpec{"--precision", "auto|float32|bfloat16",
             "Number format of matrix products (default: auto, bfloat16 where the CPU has it)", kRuns, BindPrecision},
    FlagSpec{"--json", "", "Events and results as JSON on stdout, one a line", kAll, BindSwitch<&Flags::json>},
    FlagSpec{"-q,--quiet", "", "No progress, only results", kAll, BindSwitch<&Flags::quiet>},
};

unsigned VerbsOf(model::Steers steers) {
  switch (steers) {
    case model::Steers::kDrawing:
      return kDraws;
    case model::Steers::kWriting:
      return kPlans;
    case model::Steers::kStory:
      break;
  }
  return kGenerates;
}

// Every flag of every verb: the options of an answer stand before the size.
std::vector<FlagSpec> AllFlags() {
  std::vector<FlagSpec> flags;
  for (const FlagSpec& own : kOwnFlags) {
    if (own.names == "--size") {
      for (const model::GenerationOption& option : model::GenerationOptions()) {
        if (option.flag.empty()) continue;
        const auto bind = [&option](CLI::App& app, const FlagSpec& spec, Flags& into) {
          return BindOption(option, app, spec, into);
        };
        flags.push_back({"--" + std::string(option.flag), std::string(option.value_name), std::string(option.help),
                         VerbsOf(option.steers), bind});
      }
    }
    flags.push_back(own);
  }
  return flags;
}

const std::vector<FlagSpec> kFlags = AllFlags();

struct PositionalSpec {
  const char* name;
  const char* help;
  std::string Flags::*member;
  bool required;
  std::vector<std::string> Flags::*members = nullptr;  // instead of `member`: takes all words, see TakeLastWord
};

struct VerbSpec {
  Verb verb;
  const char* name;
  const char* help;
  std::vector<PositionalSpec> positionals;
  const char* examples;
};

const std::array kVerbs = {
    VerbSpec{Verb::kGenerate,
             "generate",
             "Draw a picture and write its narrative (the verb may be left out)",
             {{"PROMPT", "What to draw", &Flags::prompt, false}},
             "  diptych \"a blue bus driving under a starry night\"\n"
             "  diptych \"两只黑色的猫在雪地上\" --seed 7 -o pictures\n"
             "  diptych \"a red sailing boat at sunset\" -n 4 --steps 32\n"
             "  diptych generate --plan plan.txt\n"
             "  diptych generate --from diptych-out/red-sailing-boat-at-sunset-7.png --seed 8"},
    VerbSpec{Verb::kEdit,
             "edit",
             "Draw a picture anew with a change, and write its narrative",
             {{"PICTURE", "A PNG, or several that the instruction speaks of", nullptr, true, &Flags::pictures},
              {"INSTRUCTION", "What to change", &Flags::prompt, false}},
             "  diptych edit bus.png \"make the bus red\"\n"
             "  diptych edit bus.png \"make it night\" --guidance 4 --picture-guidance 1.5"},
    VerbSpec{Verb::kDescribe,
             "describe",
             "Write a narrative of a picture",
             {{"PICTURE", "A PNG", &Flags::picture, true}},
             "  diptych describe bus.png\n  diptych describe bus.png --lang zh"},
    VerbSpec{Verb::kAsk,
             "ask",
             "Answer a question about a picture, or about several",
             {{"PICTURE", "A PNG, or several", nullptr, true, &Flags::pictures},
              {"QUESTION", "What to ask", &Flags::text, false}},
             "  diptych ask bus.png \"What colour is the bus?\"\n"
             "  diptych ask first.png second.png \"What is different in the second picture?\""},
    VerbSpec{Verb::kCheck,
             "check",
             "Check each sentence of a text against a picture; exit code 3 when one fails",
             {{"PICTURE", "A PNG", &Flags::picture, true}, {"TEXT", "One or more sentences", &Flags::text, true}},
             "  diptych check bus.png \"The bus is blue. It is night.\""},
    VerbSpec{Verb::kPlan,
             "plan",
             "Write only the plan, to read, change and draw with --plan",
             {{"PROMPT", "What to plan", &Flags::prompt, true}},
             "  diptych plan \"a blue bus\" > plan.txt\n  diptych generate --plan plan.txt"},
    VerbSpec{Verb::kInfo,
             "info",
             "Show how a picture was made, or what a model is; loads no model",
             {{"PATH", "A PNG or a model folder (default: the default model)", &Flags::picture, false}},
             "  diptych info diptych-out/blue-bus-42.png\n  diptych info models/default"},
    VerbSpec{
        Verb::kDoctor, "doctor", "Report CPU, threads, memory and model, and what is wrong", {}, "  diptych doctor"},
    VerbSpec{Verb::kConvert,
             "convert",
             "Write a model folder with its weights in another number type, in little memory",
             {{"IN", "A model folder", &Flags::source, true},
              {"OUT", "The new folder; it must not exist", &Flags::target, true}},
             "  diptych convert SenseNova-U1-8B u1-q4 --type q4_k\n"
             "  diptych convert SenseNova-U1-8B u1-fast --adapter 8-step.safetensors"},
    VerbSpec{
        Verb::kModel,
        "model",
        "List the models (ls), show what one is (info), or check every byte of it (verify)",
        {{"ACTION", "ls, info or verify", &Flags::action, true},
         {"FOLDER", "A model folder, or a name under models/ (default: the default model)", &Flags::source, false}},
        "  diptych model ls\n  diptych model verify u1-q4"},
};

constexpr const char* kClosing =
    "Every flag is also an environment variable (--seed: DIPTYCH_SEED) and a key of ~/.config/diptych/config.toml\n"
    "(seed = 7; another file with --config). The command line comes first, then the environment, then the file.\n"
    "\n"
    "Exit codes: 0 done; 1 bad input or a failure; 2 wrong usage; 3 a checked claim fails; 130 stopped by Ctrl-C.";

const VerbSpec* FindVerb(const std::string& name) {
  const auto found =
      std::find_if(kVerbs.begin(), kVerbs.end(), [&](const VerbSpec& spec) { return name == spec.name; });
  return found == kVerbs.end() ? nullptr : &*found;
}

// "--no-check" does not count: "check" for "--check,!--no-check", "seed" for "-s,--seed".
std::string KeyOf(const FlagSpec& spec) {
  std::string names = spec.names;
  names = names.substr(0, names.find(",!"));
  return names.substr(names.find("--") + 2);
}

std::string VariableOf(const std::string& key) {
  std::string name = "DIPTYCH_" + key;
  for (char& c : name) c = c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

struct BoundFlag {
  std::string key;
  CLI::Option* option;
};

// One verb's parser: its positionals and the flags of the table that it takes.
struct VerbParser {
  CLI::App* app = nullptr;
  const VerbSpec* spec = nullptr;
  std::vector<BoundFlag> flags;
  std::vector<std::string> further_words;
  std::string settings_file;
};

void AddVerb(CLI::App& root, const VerbSpec& spec, Flags& flags, VerbParser& parser) {
  parser.spec = &spec;
  parser.app = root.add_subcommand(spec.name, spec.help);
  for (const PositionalSpec& positional : spec.positionals) {
    CLI::Option* option = positional.members != nullptr
                              ? parser.app->add_option(positional.name, flags.*positional.members, positional.help)
                              : parser.app->add_option(positional.name, flags.*positional.member, positional.help);
    option->type_name("")->required(positional.required);
  }
  if ((Bit(spec.verb) & kTakesProse) != 0) parser.app->add_option("WORDS", parser.further_words)->group("");
  for (const FlagSpec& flag : kFlags) {
    if ((flag.verbs & Bit(spec.verb)) == 0) continue;
    CLI::Option* option = flag.bind(*parser.app, flag, flags);
    if (!flag.value.empty()) option->type_name(flag.value);
    parser.flags.push_back({KeyOf(flag), option});
  }
  parser.app->add_option("--config", parser.settings_file, "Settings file")->type_name("FILE");
  parser.app->footer(std::string("Examples:\n") + spec.examples + "\n\n" + kClosing);
}

Settings SettingsOf(const VerbParser& parser) {
  if (!parser.settings_file.empty()) return LoadSettings(parser.settings_file);
  if (const char* named = std::getenv("DIPTYCH_CONFIG"); named != nullptr && *named != 0) return LoadSettings(named);
  const std::filesystem::path file = DefaultSettingsFile();
  std::error_code failed;
  return !file.empty() && std::filesystem::exists(file, failed) ? LoadSettings(file) : Settings();
}

void CheckKeys(const Settings& settings) {
  for (const auto& [key, setting] : settings) {
    const auto is_key = [&, name = key](const FlagSpec& flag) { return KeyOf(flag) == name; };
    if (std::none_of(kFlags.begin(), kFlags.end(), is_key))
      throw UsageError(setting.origin + ": no flag is called \"" + key + "\".");
  }
}

// Gives the flags that the command line left out their values from the environment or the settings file.
void FillFlags(const VerbParser& parser) {
  const Settings settings = SettingsOf(parser);
  CheckKeys(settings);
  for (const BoundFlag& flag : parser.flags) {
    if (flag.option->count() > 0) continue;
    Setting setting;
    const std::string variable = VariableOf(flag.key);
    if (const char* value = std::getenv(variable.c_str()); value != nullptr && *value != 0) {
      setting = {value, "$" + variable};
    } else if (const auto found = settings.find(flag.key); found != settings.end()) {
      setting = found->second;
    } else {
      continue;
    }
    try {
      flag.option->add_result(setting.value);
      flag.option->run_callback();
    } catch (const CLI::Error& error) {
      throw UsageError(setting.origin + ": " + error.what());
    }
  }
}

// Joins a prompt whose quotes were forgotten; refuses a verb behind flags, which would be drawn otherwise.
void JoinPrompt(const VerbParser& parser, bool verb_given, Flags& flags) {
  if (!verb_given && FindVerb(flags.prompt) != nullptr)
    throw UsageError("The verb \"" + flags.prompt + "\" must come first.");
  for (const std::string& word : parser.further_words) flags.prompt += " " + word;
}

// The word behind several pictures; CLI11 gives a positional of many words all of them.
void TakeLastWord(const VerbParser& parser, Flags& flags) {
  const std::vector<PositionalSpec>& positionals = parser.spec->positionals;
  if (positionals.empty() || positionals[0].members == nullptr) return;
  std::vector<std::string>& words = flags.*positionals[0].members;
  if (words.size() < 2) throw UsageError(std::string(positionals[1].name) + " is required behind the picture");
  flags.*positionals[1].member = words.back();
  words.pop_back();
}

// Parses into `command`, whose flags the parsers are bound to.
void Parse(CLI::App& root, const std::array<VerbParser, kVerbs.size()>& parsers, std::vector<std::string> arguments,
           ParsedCommand& command) {
  const bool verb_given = !arguments.empty() && FindVerb(arguments[0]) != nullptr;
  const bool asks_root =
      !arguments.empty() && (arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "--version");
  if (!verb_given && !asks_root) arguments.insert(arguments.begin(), "generate");
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    root.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    command.print = root.help();
    return;
  } catch (const CLI::CallForVersion&) {
    command.print = "diptych " + Version() + "\n";
    return;
  }
  for (const VerbParser& parser : parsers) {
    if (!parser.app->parsed()) continue;
    FillFlags(parser);
    command.flags.verb = parser.spec->verb;
    JoinPrompt(parser, verb_given, command.flags);
    TakeLastWord(parser, command.flags);
  }
}

}  // namespace

ParsedCommand ParseCommandLine(const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw UsageError("Say what to draw: diptych \"a blue bus driving under a starry night\"");
  ParsedCommand command;
  CLI::App root("One prompt in; one picture and one narrative out, checked claim by claim against each other.",
                "diptych");
  root.set_version_flag("--version", "diptych " + Version());
  root.require_subcommand(1);
  root.get_formatter()->label("SUBCOMMAND", "VERB");
  root.get_formatter()->label("Subcommands", "Verbs");
  root.footer("Examples:\n" + std::string(kVerbs[0].examples) + "\n\n`diptych VERB --help` lists a verb's flags.\n\n" +
              kClosing);
  std::array<VerbParser, kVerbs.size()> parsers;
  for (size_t i = 0; i < kVerbs.size(); ++i) AddVerb(root, kVerbs[i], command.flags, parsers[i]);
  try {
    Parse(root, parsers, arguments, command);
  } catch (const CLI::Error& error) {
    throw UsageError(error.what());
  }
  return command;
}

std::string Version() { return DIPTYCH_VERSION; }

}  // namespace diptych::cli
