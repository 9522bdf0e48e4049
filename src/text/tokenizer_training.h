// Learns a byte-level BPE vocabulary from text and writes it as tokenizer.json.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace diptych::text {

struct TokenizerTraining {
  int vocabulary_size = 4096;               // bytes, merges and special tokens together
  std::vector<std::string> special_tokens;  // take the last ids, in this order
};

// Byte-pair merges by count over the pre-tokenized texts (Sennrich et al., arXiv 1508.07909), ties broken by the
// smaller pair, so the same texts give the same file. Writes FOLDER/tokenizer.json and tokenizer_config.json
// atomically.
void TrainTokenizer(std::span<const std::string> texts, const TokenizerTraining& training,
                    const std::filesystem::path& folder);

}  // namespace diptych::text
