// Loading what a command needs to run: threads, model, its lexicon.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cli/flags.h"
#include "cli/progress.h"
#include "coherence/check_data.h"
#include "engine/model.h"

namespace diptych::cli {

struct OpenedModel {
  std::string name;
  std::string precision, processor;   // as in the record of an answer
  std::vector<std::string> adapters;  // the names of their files
  engine::Model model;
  coherence::CheckData check_data;
};

// Finds and loads the model that the flags name and sets the number of threads. Error as Model::Load.
OpenedModel OpenModel(const Flags& flags, Progress& progress);

// Warns of the text's words that nobody understands, and of what follows from it.
void WarnOfUnknownWords(const OpenedModel& opened, const std::string& text, Progress& progress,
                        std::string_view consequence);
// The same where they are known.
void WarnOfWords(const std::vector<std::string>& unknown, Progress& progress, std::string_view consequence);

}  // namespace diptych::cli
