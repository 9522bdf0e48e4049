#include "cli/flag_table.h"

#include <CLI/CLI.hpp>
#include <array>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>

#include "cli/guesses.h"

namespace diptych::cli {
namespace {

constexpr unsigned kGenerates = Bit(Verb::kGenerate);
constexpr unsigned kDraws = kGenerates | Bit(Verb::kEdit);
constexpr unsigned kPlans = kDraws | Bit(Verb::kPlan);
constexpr unsigned kLooks = Bit(Verb::kDescribe) | Bit(Verb::kAsk) | Bit(Verb::kCheck);
constexpr unsigned kConverts = Bit(Verb::kConvert);
constexpr unsigned kServes = Bit(Verb::kServe);
constexpr unsigned kRuns = kPlans | kLooks | kServes | Bit(Verb::kDoctor);
constexpr unsigned kLoads = kRuns | Bit(Verb::kInfo) | Bit(Verb::kWords);
constexpr unsigned kAll = kLoads | kConverts | Bit(Verb::kModel);

template <auto kMember>
CLI::Option* BindValue(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return app.add_option(spec.names, flags.*kMember, spec.help);
}

template <auto kMember>
CLI::Option* BindSwitch(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return app.add_flag(spec.names, flags.*kMember, spec.help);
}

// All digits of the text as a number; nothing when it is none, or too large.
template <typename Number>
std::optional<Number> WholeNumber(std::string_view text) {
  Number number{};
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

struct WholeRange {
  int first, last;
};
CLI::Option* BindWholeNumber(CLI::App& app, const FlagSpec& spec, WholeRange range, int* target) {
  const auto apply = [range, target, name = "--" + KeyOf(spec)](const std::string& text) {
    const auto number = WholeNumber<int>(text);
    if (!number || *number < range.first || *number > range.last)
      throw CLI::ValidationError(name, "\"" + text + "\" is no whole number from " + std::to_string(range.first) +
                                           " to " + std::to_string(range.last));
    *target = *number;
  };
  return app.add_option_function<std::string>(spec.names, apply, spec.help);
}

template <auto kMember, int kFirst, int kLast>
CLI::Option* BindRange(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return BindWholeNumber(app, spec, {kFirst, kLast}, &(flags.*kMember));
}

template <auto kMember>
CLI::Option* BindServeText(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return app.add_option(spec.names, flags.serve.*kMember, spec.help);
}

// A flag that may be given several times, with one value each time; further words after it are no values.
template <auto kMember>
CLI::Option* BindServeTexts(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return BindServeText<kMember>(app, spec, flags)->allow_extra_args(false);
}

template <auto kMember>
CLI::Option* BindServeSwitch(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return app.add_flag(spec.names, flags.serve.*kMember, spec.help);
}

template <auto kMember, int kFirst, int kLast>
CLI::Option* BindServeRange(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return BindWholeNumber(app, spec, {kFirst, kLast}, &(flags.serve.*kMember));
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

// Names as locales have them too: "en", "EN", "en-GB", "zh-CN", "zh_TW.UTF-8".
CLI::Option* BindLanguage(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  const auto apply = [&flags](const std::string& text) {
    const std::string language = Lowered(text.substr(0, text.find_first_of("-_.")));
    if (language != "en" && language != "zh")
      throw CLI::ValidationError("--lang", "\"" + text + "\" is neither en nor zh");
    flags.language = language == "zh" ? text::Language::kChinese : text::Language::kEnglish;
  };
  return app.add_option_function<std::string>(spec.names, apply, spec.help);
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

// May be given several times, with one file each time; further words after it are no files.
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

CLI::Option* BindPictureFormat(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  return BindChoice<base::PictureFormat>(app, spec,
                                         {{"png", base::PictureFormat::kPng},
                                          {"jpg", base::PictureFormat::kJpeg},
                                          {"jpeg", base::PictureFormat::kJpeg},
                                          {"webp", base::PictureFormat::kWebp}},
                                         [&flags](base::PictureFormat format) { flags.picture_format = format; });
}

// A folder; a file where the name ends as a picture's; "-".
CLI::Option* BindOutput(CLI::App& app, const FlagSpec& spec, Flags& flags) {
  const auto apply = [&flags](const std::string& text) {
    if (text.empty()) throw CLI::ValidationError("--output", "\"\" names neither a folder nor a file");
    if (text == "-") {
      flags.file = text;
      return;
    }
    const std::filesystem::path path(text);
    const std::optional<base::PictureFormat> format = base::FormatOfName(path);
    std::error_code failed;
    if (!format || std::filesystem::is_directory(path, failed)) {
      flags.folder = text;
      return;
    }
    flags.folder = path.has_parent_path() ? path.parent_path().string() : ".";
    flags.file = path.filename().string();
  };
  return app.add_option_function<std::string>(spec.names, apply, spec.help);
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
  const auto apply = [&flags](const std::string& text) {
    flags.seed = WholeNumber<uint64_t>(text);
    if (!flags.seed && text != "-1")
      throw CLI::ValidationError("--seed",
                                 "\"" + text + "\" is no whole number from 0 to 18446744073709551615, nor -1");
    flags.seed_given = true;
  };
  return app.add_option_function<std::string>(spec.names, apply, spec.help);
}

// Every flag of every verb, but for those of the table of options.
const std::array kOwnFlags = {
    FlagSpec{"-m,--model",
             "FOLDER",
             "Model folder, or a name under models/ (default: the model that comes with diptych)",
             kLoads,
             BindValue<&Flags::model>,
             {.may_be_empty = true}},
    FlagSpec{"-s,--seed",
             "N",
             "Same seed, same picture and narrative; -1 draws one (default: -1)",
             kPlans,
             BindSeed,
             {.recorded = true}},
    FlagSpec{"-n,--count", "N", "How many answers, with seeds N, N+1, ... (default: 1)", kDraws,
             BindRange<&Flags::count, 1, 10000>},
    FlagSpec{"--lang",
             "en|zh",
             "Language of the narrative or answer (default: the prompt's)",
             kPlans | kLooks,
             BindLanguage,
             {.recorded = true}},
    FlagSpec{"--size", "N|WxH", "Pixels of the picture (default: the model's)", kDraws, BindSize, {.recorded = true}},
    FlagSpec{"--plan",
             "FILE",
             "Follow this plan, - from standard input; `diptych plan` writes one to start from",
             kGenerates,
             BindValue<&Flags::plan_file>,
             {.may_be_empty = true}},
    FlagSpec{"--from",
             "PICTURE",
             "Repeat the answer that this picture's metadata describes; other flags change it",
             kGenerates,
             BindValue<&Flags::from_file>,
             {.may_be_empty = true}},
    FlagSpec{"-o,--output",
             "FOLDER|FILE",
             "Where picture, narrative and report go: a folder, or a file that ends in .png, .jpg or .webp, with the "
             "others beside it; - writes the picture to standard output (default: diptych-out)",
             kDraws,
             BindOutput,
             {.may_be_empty = true}},
    FlagSpec{"--format",
             "png|jpg|webp",
             "Format of the picture (default: as the file of --output, else png)",
             kDraws,
             BindPictureFormat,
             {.others_words = "|gguf|safetensors|"}},
    FlagSpec{"--metadata", "full|label|none",
             "In the picture: everything, only the mark of a generated picture, or nothing (default: full)", kDraws,
             BindMetadata},
    FlagSpec{"--check,!--no-check", "", "Check every claim against the picture (default: on)",
             kDraws | Bit(Verb::kDescribe), BindSwitch<&Flags::check>},
    FlagSpec{"--repair,!--no-repair", "",
             "Make again what the check finds wrong, and keep what is better (default: on)", kDraws,
             BindSwitch<&Flags::repair>},
    FlagSpec{"--strict,!--no-strict", "",
             "Refuse a prompt with words that are not understood, or with things that would be drawn as their nearest "
             "known kind; exit code 4 (default: off)",
             kPlans, BindSwitch<&Flags::strict>},
    FlagSpec{"--boxes,!--no-boxes", "", "Also say where each checked subject is; slower (default: off)", kDraws,
             BindSwitch<&Flags::boxes>},
    FlagSpec{"--preview,!--no-preview", "", "Show the forming picture in the terminal (default: on)", kDraws,
             BindSwitch<&Flags::preview>},
    FlagSpec{"--adapter",
             "FILE",
             "Add a LoRA adapter (safetensors) to the weights; may be given several times",
             (kRuns | kConverts) & ~Bit(Verb::kDoctor),
             BindAdapters,
             {.may_be_empty = true}},
    FlagSpec{"--type", "TYPE",
             "Number type to convert to: f32, f16, bf16, q8_0, q6_k, q5_k, q4_k or q4_0 (default: q4_k)", kConverts,
             BindType},
    FlagSpec{"--format",
             "gguf|safetensors",
             "Weight file to write (default: gguf for q types, safetensors for the others)",
             kConverts,
             BindFormat,
             {.others_words = "|png|jpg|jpeg|webp|"}},
    FlagSpec{"-t,--threads", "N", "Threads; 0 is all cores (default: 0)", kRuns | kConverts,
             BindRange<&Flags::threads, 0, 1024>},
    FlagSpec{"--precision",
             "auto|float32|bfloat16",
             "Number format of matrix products (default: auto, bfloat16 where the CPU has it)",
             kRuns,
             BindPrecision,
             {.recorded = true}},
    FlagSpec{"--host", "ADDRESS", "Listen there; beyond this machine it takes an API key (default: 127.0.0.1)", kServes,
             BindServeText<&server::ServeOptions::host>},
    FlagSpec{"--port", "N", "Listen there; 0 takes a free one (default: 8080)", kServes,
             BindServeRange<&server::ServeOptions::port, 0, 65535>},
    FlagSpec{"--parallel", "N", "Requests that are worked on at once; 0 is two to four (default: 0)", kServes,
             BindServeRange<&server::ServeOptions::parallel, 0, 64>},
    FlagSpec{"--queue", "N", "Requests that may wait; further ones are told to come again (default: 32)", kServes,
             BindServeRange<&server::ServeOptions::queue, 0, 10000>},
    FlagSpec{"--grace", "SECONDS", "After SIGTERM, for what runs and waits to finish (default: 30)", kServes,
             BindServeRange<&server::ServeOptions::grace_s, 0, 86400>},
    FlagSpec{"--api-key",
             "KEY",
             "Clients must send this key; may be given several times (better: --api-key-file)",
             kServes,
             BindServeTexts<&server::ServeOptions::api_keys>,
             {.may_be_empty = true}},
    FlagSpec{"--api-key-file",
             "FILE",
             "The keys, one a line",
             kServes,
             BindServeText<&server::ServeOptions::api_key_file>,
             {.may_be_empty = true}},
    FlagSpec{"--cors-origin",
             "ORIGIN",
             "Pages of this site may ask, https://example.org say; may be given several times (default: none)",
             kServes,
             BindServeTexts<&server::ServeOptions::cors_origins>,
             {.may_be_empty = true}},
    FlagSpec{"--allow-host",
             "NAME",
             "A name by which clients call this server; may be given several times (default: this machine's own)",
             kServes,
             BindServeTexts<&server::ServeOptions::allowed_hosts>,
             {.may_be_empty = true}},
    FlagSpec{"--gallery", "FOLDER", "Where the page keeps its pictures (default: ~/.local/share/diptych/gallery)",
             kServes, BindServeText<&server::ServeOptions::gallery>},
    FlagSpec{"--no-gallery", "", "Keep no pictures", kServes, BindServeSwitch<&server::ServeOptions::no_gallery>},
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

// The options of an answer stand before the size.
std::vector<FlagSpec> MakeTable() {
  std::vector<FlagSpec> flags;
  for (const FlagSpec& own : kOwnFlags) {
    if (own.names == "--size") {
      for (const model::GenerationOption& option : model::GenerationOptions()) {
        if (option.flag.empty()) continue;
        const auto bind = [&option](CLI::App& app, const FlagSpec& spec, Flags& into) {
          return BindOption(option, app, spec, into);
        };
        flags.push_back({"--" + std::string(option.flag),
                         std::string(option.value_name),
                         std::string(option.help),
                         VerbsOf(option.steers),
                         bind,
                         {.recorded = true}});
      }
    }
    flags.push_back(own);
  }
  return flags;
}

}  // namespace

const std::vector<FlagSpec>& AllFlags() {
  static const std::vector<FlagSpec> table = MakeTable();
  return table;
}

std::string KeyOf(const FlagSpec& spec) {
  const std::string names = spec.names.substr(0, spec.names.find(",!"));
  return names.substr(names.find("--") + 2);
}

bool CanBeNegated(const FlagSpec& spec) { return spec.names.find(",!") != std::string::npos; }

std::string VariableOf(const std::string& key) {
  std::string name = "DIPTYCH_" + key;
  for (char& c : name) c = c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

}  // namespace diptych::cli
