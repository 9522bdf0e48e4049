// What a text says of a picture, read by a lexicon: which facts, of what, and which words it does not know.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/lexicon.h"
#include "plan/vocabulary.h"

namespace diptych::plan {

struct StatedFact {
  TypedFact fact;        // of a subject's property; its subject is empty where the text does not tell which
  TextSpan words;        // the words that state it
  bool denied = false;   // "no bus", "not red"
  bool near = false;     // the words name a thing of which the fact's subject is the nearest known kind
  bool many = false;     // of a kind: the words stand for several
  bool certain = false;  // of a property: its words stand with the subject's ("a blue bus"); else the likeliest subject
};

struct TextFacts {
  std::vector<StatedFact> facts;  // in the order of their words; of a sentence each once
  std::vector<TextSpan> unknown;  // words and numbers that the lexicon does not know
  // Every property and value that the text names and does not deny, also where it is unclear of which subject.
  std::vector<std::pair<size_t, std::string>> named;
};

// English and Chinese, and texts of both. Values and kinds that the vocabulary does not have count as unknown.
TextFacts ReadTextFacts(const Lexicon& lexicon, const Vocabulary& vocabulary, std::string_view text,
                        Spelling spelling = Spelling::kOfPeople);

}  // namespace diptych::plan
