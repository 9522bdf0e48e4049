// What a prompt asks for: every word of it accounted for. The model's own reading and the lexicon's are joined, so that
// what one of them overlooked is still asked for, and what the prompt's words do not name is not.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coherence/check_data.h"
#include "plan/fact.h"

namespace diptych::coherence {

struct AskedFact {
  plan::Fact fact;
  std::optional<plan::TextSpan> words{};  // of the prompt, that state it
  bool denied = false;                    // "no clouds"
  bool near = false;                      // the words name a thing of which the fact's key is the nearest known kind
};

struct NearThing {
  std::string words;    // of the prompt: "jeep"
  plan::TextSpan span;  // where they stand
  std::string kind;     // as what it is drawn: "car"
  bool operator==(const NearThing&) const = default;
};

struct Asked {
  std::vector<AskedFact> facts{};         // kinds before what is said of them
  std::vector<plan::TextSpan> unknown{};  // words that nobody understood
  std::vector<NearThing> near{};
};

// `model_facts` is what the model reads in the prompt (engine::ReadFacts, lines of the plan language). Without a
// lexicon they are all that is known.
Asked AskedBy(std::string_view prompt, std::string_view model_facts, const CheckData& data);

// Everything that the plan states, asked for.
Asked AskedByPlan(std::string_view plan);

}  // namespace diptych::coherence
