// What a model's folder brings along for the check.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coherence/calibration.h"
#include "plan/lexicon.h"
#include "plan/text_facts.h"
#include "plan/vocabulary.h"

namespace diptych::coherence {

// Vocabulary and lexicon are there both or neither: a model of other makers has none. Const, shared by threads.
struct CheckData {
  std::optional<plan::Vocabulary> vocabulary{};
  std::optional<plan::Lexicon> lexicon{};
  Calibration calibration{};

  // FOLDER's vocabulary.txt, lexicon.tsv and calibration.json, as far as they are there. Error names file and line, or
  // that one of the first two is missing.
  static CheckData Load(const std::filesystem::path& folder);

  // The property that says there is such a thing, "kind"; empty without a vocabulary.
  std::string presence() const;
  // What the text states by the lexicon; nothing without one.
  std::optional<plan::TextFacts> Read(std::string_view text, plan::Spelling spelling = plan::Spelling::kOfPeople) const;
  // The text as the model reads it best (plan::Lexicon::ForModel); as it is without a lexicon.
  std::string ForModel(std::string_view text) const;
  // The words of a text that the lexicon does not know, each once, in order; none without one.
  std::vector<std::string> UnknownWords(std::string_view text) const;
};

}  // namespace diptych::coherence
