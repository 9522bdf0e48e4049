// The command line: verbs, flags, their defaults and their help, in one table.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/model.h"
#include "model/generation_config.h"
#include "numbers/number_types.h"
#include "record/picture_metadata.h"
#include "text/conversation.h"

namespace diptych::cli {

inline constexpr int kExitOk = 0, kExitFailure = 1, kExitUsage = 2, kExitClaimFailed = 3, kExitInterrupted = 130;

enum class Verb { kGenerate, kEdit, kDescribe, kAsk, kCheck, kPlan, kInfo, kDoctor, kConvert, kModel };

// What was asked for. Optional members that are empty mean "as the model's generation_config.json says".
struct Flags {
  Verb verb = Verb::kGenerate;
  std::string prompt;                           // generate, plan; edit: the instruction
  std::string picture;                          // describe, check: a PNG; info: a PNG or a model folder
  std::vector<std::string> pictures;            // ask, edit: PNGs
  std::string text;                             // ask: the question; check: the text
  std::string action;                           // model: ls, info or verify
  std::string source, target;                   // convert: model folders
  std::optional<std::string> format;            // convert: "gguf", "safetensors"
  numbers::DType type = numbers::DType::kQ4_K;  // convert
  std::vector<std::string> adapters;            // files
  std::string model;                            // a folder, a name under models/, or empty: the default model
  std::string folder = "diptych-out";
  std::string plan_file, from_file;
  std::optional<text::Language> language;
  int64_t seed = -1;  // -1: draw one
  bool seed_given = false;
  int count = 1;
  model::OptionValues options;  // by the names of model::GenerationOptions
  int threads = 0;              // 0: all available
  engine::Precision precision = engine::Precision::kAuto;
  record::MetadataLevel metadata = record::MetadataLevel::kFull;
  bool json = false, quiet = false, check = true, boxes = false, preview = true;
};

// The command line, the environment or the settings file cannot be used; exit code kExitUsage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ParsedCommand {
  Flags flags;
  std::optional<std::string> print;  // help or version: print it and stop
};

// `arguments` without the program's name. Without a verb in front, it is `generate`. A flag's value comes from the
// command line, else from $DIPTYCH_NAME, else from the settings file, else it is the default. Throws UsageError.
ParsedCommand ParseCommandLine(const std::vector<std::string>& arguments);

// The program's version, "0.1.0".
std::string Version();

}  // namespace diptych::cli
