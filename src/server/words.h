// What the model can draw, in both languages, as its folder's lexicon has it.
#pragma once

#include <optional>

#include "coherence/check_data.h"
#include "record/json_object.h"

namespace diptych::server {

// {"kinds": [{"kind", "en", "zh", "many"}], "properties": [{"name", "of", "lead_in", "values": [{"value", "en",
// "zh"}]}], "near": [{"word", "kind"}]}. "of" is "subject" or the plan's line of the whole scene ("sky"); "near" are
// words for things that are drawn as the nearest known kind, thousands, and only there when they are wanted. Nothing
// where the model has no lexicon.
struct WordsOptions {
  bool near = false;
};
std::optional<record::JsonObject> WordsJson(const coherence::CheckData& data, const WordsOptions& options);

}  // namespace diptych::server
