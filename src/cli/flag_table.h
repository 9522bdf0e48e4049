// The table of flags: names, help, which verbs take them, and how a value is read. Parsing, help, environment and
// settings walk it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/flags.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace diptych::cli {

constexpr unsigned Bit(Verb verb) { return 1u << static_cast<unsigned>(verb); }

// How values from elsewhere than the command line are taken.
struct FlagTraits {
  bool recorded = false;            // --from takes it from a picture's record, which counts more than the environment
  bool may_be_empty = false;        // an empty environment variable counts as none; elsewhere it is a bad value
  std::string_view others_words{};  // values that are meant for another verb's flag of this name: "|gguf|"
};

struct FlagSpec {
  std::string names;  // as CLI11 reads them; the last without dashes is also the name in environment and settings
  std::string value;  // what stands for its value in help; empty for switches
  std::string help;
  unsigned verbs;
  std::function<CLI::Option*(CLI::App& app, const FlagSpec& spec, Flags& flags)> bind;
  FlagTraits traits{};
};

// Every flag of every verb.
const std::vector<FlagSpec>& AllFlags();
// "seed" for "-s,--seed", "check" for "--check,!--no-check": the key in settings.
std::string KeyOf(const FlagSpec& spec);
// Whether it is a switch that has the form "--no-NAME" too.
bool CanBeNegated(const FlagSpec& spec);
// "DIPTYCH_TOP_P" for "top-p".
std::string VariableOf(const std::string& key);

}  // namespace diptych::cli
