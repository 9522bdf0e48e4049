// The table of verbs: names, help, and what each makes of the words behind it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/flags.h"

namespace diptych::cli {

struct PositionalSpec {
  const char* name;
  const char* help;
  bool required;
};

struct VerbSpec {
  Verb verb;
  const char* name;
  const char* help;
  std::vector<PositionalSpec> positionals;
  // Stores the words that are no flags. UsageError when there are too few or too many.
  std::function<void(const std::vector<std::string>& words, Flags& flags)> take_words;
  const char* examples;
};

const std::vector<VerbSpec>& AllVerbs();
const VerbSpec* FindVerb(std::string_view name);  // null when there is none
const VerbSpec& SpecOf(Verb verb);

}  // namespace diptych::cli
