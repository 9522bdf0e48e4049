// The command line: verbs, flags, their defaults and their help, in one table.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/picture_file.h"
#include "engine/model.h"
#include "model/generation_config.h"
#include "numbers/number_types.h"
#include "record/picture_metadata.h"
#include "server/serve_options.h"
#include "text/conversation.h"

namespace diptych::cli {

inline constexpr int kExitOk = 0, kExitFailure = 1, kExitUsage = 2, kExitClaimFailed = 3, kExitNotUnderstood = 4,
                     kExitInterrupted = 130;

enum class Verb { kGenerate, kEdit, kDescribe, kAsk, kCheck, kPlan, kInfo, kWords, kDoctor, kConvert, kModel, kServe };

// What was asked for. Optional members that are empty mean "as the model's generation_config.json says".
struct Flags {
  Verb verb = Verb::kGenerate;
  std::string prompt;                           // generate, plan; edit: the instruction; "-": standard input
  bool prompt_given = false;                    // also when it is empty
  std::string picture;                          // describe, check: a picture; info: a picture or a model folder
  std::vector<std::string> pictures;            // ask, edit
  std::string text;                             // ask: the question; check: the text
  std::string action;                           // model: ls, info or verify
  std::string source, target;                   // convert: model folders
  std::optional<std::string> format;            // convert: "gguf", "safetensors"
  numbers::DType type = numbers::DType::kQ4_K;  // convert
  std::vector<std::string> adapters;            // files
  std::string model;                            // a folder, a name under models/, or empty: the default model
  std::string folder = "diptych-out";
  std::string file;                                   // in the folder; empty: named after the prompt; "-": stdout
  std::optional<base::PictureFormat> picture_format;  // empty: as `file` ends
  std::string plan_file, from_file;
  std::string settings_file;  // empty: the usual one
  std::optional<text::Language> language;
  std::optional<uint64_t> seed;  // empty: draw one
  bool seed_given = false;       // also as -1
  int count = 1;
  model::OptionValues options;  // by the names of model::GenerationOptions
  int threads = 0;              // 0: all available
  engine::Precision precision = engine::Precision::kAuto;
  record::MetadataLevel metadata = record::MetadataLevel::kFull;
  bool json = false, quiet = false, check = true, boxes = false, preview = true, repair = true, strict = false;
  server::ServeOptions serve;  // threads and quiet are those above
};

// The command line, the environment or the settings file cannot be used; exit code kExitUsage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ParsedCommand {
  Flags flags;
  std::optional<std::string> print;   // help or version: print it and stop
  std::vector<std::string> warnings;  // of environment variables that name no flag
};

// `arguments` without the program's name. Without a verb in front, it is `generate`. A flag's value comes from the
// command line, else from the record of the picture behind --from, else from $DIPTYCH_NAME, else from the settings
// file, else it is the default. A switch that can be negated is also read as DIPTYCH_NO_NAME and no-name. Throws
// UsageError. Bad values in environment and settings do not concern `doctor`, which reports them.
ParsedCommand ParseCommandLine(const std::vector<std::string>& arguments);

// What is wrong with the values that the environment and the settings file (empty: the usual one) give to flags, of any
// verb.
std::vector<std::string> ComplaintsOfSurroundings(const std::string& settings_file = {});

// Whether --json is asked for, by the command line or around it; also where the rest of it cannot be parsed.
bool WantsJson(const std::vector<std::string>& arguments);

// The program's version, "0.1.0".
std::string Version();

}  // namespace diptych::cli
