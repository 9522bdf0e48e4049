// What a folder's tokenizer files say, read and checked but not yet built into a Tokenizer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "text/splitter.h"

namespace diptych::text {

struct AddedToken {
  int64_t id = 0;
  std::string spelling;
  bool special = false;
  bool normalized = false;  // looked for after normalisation instead of before
};

struct TokenizerDescription {
  std::vector<std::pair<std::string, int64_t>> vocabulary;  // spelling and id, ids not yet checked
  std::vector<std::pair<std::string, std::string>> merges;  // in the order of their ranks
  std::vector<AddedToken> added;
  bool compose = false;            // normalisation form C
  std::vector<SplitRule> splits;   // applied one after the other
  bool prefix_space = false;       // then each piece gets a space in front unless it starts with one
  bool gpt2_split = false;         // then kGpt2Pattern is applied
  bool whole_words_first = false;  // a word of the vocabulary is its token, whatever the merges say
};

// Hugging Face's tokenizer.json, or Qwen2's vocab.json + merges.txt + tokenizer_config.json where there is none.
// Error, naming the file and the part: missing, not JSON, of another form, or of a kind that is not supported.
TokenizerDescription ReadTokenizerFiles(const std::filesystem::path& folder);

}  // namespace diptych::text
