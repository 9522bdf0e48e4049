// Loading what a command needs to run: threads, model, known words.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/flags.h"
#include "cli/progress.h"
#include "coherence/known_words.h"
#include "engine/model.h"

namespace diptych::cli {

struct OpenedModel {
  std::string name;
  std::string precision, processor;   // as in the record of an answer
  std::vector<std::string> adapters;  // the names of their files
  engine::Model model;
  std::optional<coherence::KnownWords> known_words;
};

// Finds and loads the model that the flags name and sets the number of threads. Error as Model::Load.
OpenedModel OpenModel(const Flags& flags, Progress& progress);

// Warns of the text's words that the model has never seen.
void WarnOfUnknownWords(const OpenedModel& opened, const std::string& text, Progress& progress);

}  // namespace diptych::cli
