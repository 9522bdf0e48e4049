#include "text/tokenizer_training.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <queue>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "text/conversation.h"
#include "text/splitter.h"
#include "text/tokenizer.h"
#include "text/unicode.h"

namespace diptych::text {
namespace {

using Json = nlohmann::ordered_json;

// Longer runs are data, not words: they teach nothing and cost time.
constexpr size_t kLongestWord = 1024;

// A distinct word as its current tokens.
struct Word {
  std::vector<int32_t> ids;
  int64_t count = 0;
};

struct Pair {
  int32_t left = 0, right = 0;
  auto operator<=>(const Pair&) const = default;
};

struct PairHash {
  size_t operator()(const Pair& pair) const {
    const auto key = static_cast<uint64_t>(static_cast<uint32_t>(pair.left)) << 32 | static_cast<uint32_t>(pair.right);
    return key * 0x9E3779B97F4A7C15 >> 16;
  }
};

struct PairState {
  int64_t count = 0;
  std::vector<uint32_t> words;  // every word that holds the pair, perhaps some that no longer do
};

struct Candidate {
  int64_t count;
  Pair pair;
  // The most frequent first, then the smaller pair.
  bool operator<(const Candidate& other) const {
    return count != other.count ? count < other.count : other.pair < pair;
  }
};

// What training finds: tokens by id as bytes, and the merges in order.
struct Learned {
  std::vector<std::string> tokens;
  std::vector<Pair> merges;
};

// Distinct words in the order of their bytes, so that the result does not depend on a hash.
std::vector<std::pair<std::string, int64_t>> CountWords(std::span<const std::string> texts) {
  const Splitter splitter({.pattern = std::string(kQwen2Pattern)});
  std::unordered_map<std::string, int64_t> counts;
  std::vector<std::string_view> pieces;
  for (const std::string& text : texts) {
    const std::string normal = ComposeUnicode(RepairUtf8(text));
    pieces.clear();
    splitter.Split(normal, pieces);
    for (std::string_view piece : pieces) {
      if (piece.size() <= kLongestWord) ++counts[std::string(piece)];
    }
  }
  std::vector<std::pair<std::string, int64_t>> words(counts.begin(), counts.end());
  std::sort(words.begin(), words.end());
  return words;
}

// Keeps the count of every pair of neighbours current while pairs are merged.
class Learner {
 public:
  Learner(std::span<const std::string> texts, const std::vector<std::string>& forbidden)
      : forbidden_(forbidden.begin(), forbidden.end()) {
    std::array<int32_t, 256> id_of_byte{};
    for (char byte : ByteAlphabet()) {
      id_of_byte[static_cast<uint8_t>(byte)] = IdOf(std::string(1, byte));
    }
    for (const auto& [bytes, count] : CountWords(texts)) {
      Word word{.ids = {}, .count = count};
      for (char byte : bytes) word.ids.push_back(id_of_byte[static_cast<uint8_t>(byte)]);
      words_.push_back(std::move(word));
    }
    for (uint32_t w = 0; w < words_.size(); ++w) {
      const auto& ids = words_[w].ids;
      for (size_t i = 0; i + 1 < ids.size(); ++i) Gain({ids[i], ids[i + 1]}, w);
    }
    Offer();
  }

  // Merges until there are `size` tokens or no pair occurs twice.
  Learned Learn(size_t size) && {
    while (learned_.tokens.size() < size && !candidates_.empty()) {
      const Candidate best = candidates_.top();
      candidates_.pop();
      const int64_t count = pairs_[best.pair].count;
      if (count != best.count) {
        if (count > 0) candidates_.push({count, best.pair});
        continue;
      }
      if (count < 2) break;
      Take(best.pair);
    }
    return std::move(learned_);
  }

 private:
  // The id of a token, a new one when the bytes have none: two merges may spell the same token.
  int32_t IdOf(const std::string& bytes) {
    const auto [place, is_new] = ids_.emplace(bytes, static_cast<int32_t>(learned_.tokens.size()));
    if (is_new) learned_.tokens.push_back(bytes);
    return place->second;
  }

  void Take(const Pair& pair) {
    const std::string bytes =
        learned_.tokens[static_cast<size_t>(pair.left)] + learned_.tokens[static_cast<size_t>(pair.right)];
    if (forbidden_.contains(bytes)) return;
    const int32_t merged = IdOf(bytes);
    learned_.merges.push_back(pair);
    const std::vector<uint32_t> words = std::move(pairs_[pair].words);
    for (uint32_t w : words) MergeIn(w, pair, merged);
    pairs_[pair] = {};
    Offer();
  }

  void MergeIn(uint32_t w, const Pair& pair, int32_t merged) {
    std::vector<int32_t>& ids = words_[w].ids;
    const int64_t count = words_[w].count;
    size_t out = 0;
    for (size_t i = 0; i < ids.size(); ++out) {
      if (i + 1 == ids.size() || ids[i] != pair.left || ids[i + 1] != pair.right) {
        ids[out] = ids[i++];
        continue;
      }
      if (out > 0) {
        pairs_[{ids[out - 1], pair.left}].count -= count;
        Gain({ids[out - 1], merged}, w);
      }
      if (i + 2 < ids.size()) {
        pairs_[{pair.right, ids[i + 2]}].count -= count;
        Gain({merged, ids[i + 2]}, w);
      }
      ids[out] = merged;
      i += 2;
    }
    ids.resize(out);
  }

  void Gain(const Pair& pair, uint32_t w) {
    PairState& state = pairs_[pair];
    state.count += words_[w].count;
    if (state.words.empty() || state.words.back() != w) state.words.push_back(w);
    gained_.push_back(pair);
  }

  // Queues the pairs whose count grew. A queued count that has shrunk since is corrected when it comes up.
  void Offer() {
    std::sort(gained_.begin(), gained_.end());
    gained_.erase(std::unique(gained_.begin(), gained_.end()), gained_.end());
    for (const Pair& pair : gained_) {
      if (const int64_t count = pairs_[pair].count; count > 1) candidates_.push({count, pair});
    }
    gained_.clear();
  }

  std::unordered_set<std::string> forbidden_;
  std::unordered_map<std::string, int32_t> ids_;
  std::vector<Word> words_;
  std::unordered_map<Pair, PairState, PairHash> pairs_;
  std::priority_queue<Candidate> candidates_;
  std::vector<Pair> gained_;
  Learned learned_;
};

void CheckTraining(const TokenizerTraining& training) {
  std::unordered_set<std::string_view> seen;
  for (const std::string& token : training.special_tokens) {
    if (token.size() < 2 || RepairUtf8(token) != token) {
      throw base::Error("tokenizer training",
                        "special token \"" + RepairUtf8(token) + "\" must be UTF-8 of two bytes or more.");
    }
    if (!seen.insert(token).second)
      throw base::Error("tokenizer training", "special token \"" + token + "\" is named twice.");
  }
  const auto least = static_cast<int64_t>(256 + training.special_tokens.size());
  if (training.vocabulary_size < least) {
    throw base::Error("tokenizer training", "a vocabulary of " + std::to_string(training.vocabulary_size) +
                                                " tokens is too small: bytes and special tokens alone are " +
                                                std::to_string(least) + ".");
  }
}

Json AddedTokenJson(const std::string& spelling) {
  return {{"content", spelling}, {"lstrip", false},      {"normalized", false},
          {"rstrip", false},     {"single_word", false}, {"special", true}};
}

Json ModelJson(const Learned& learned) {
  Json vocab = Json::object(), merges = Json::array();
  // emplace_back of the underlying list: the map's own insertion looks through all members each time.
  auto& members = vocab.get_ref<Json::object_t&>();
  std::vector<std::string> spellings;
  for (const std::string& token : learned.tokens) {
    members.emplace_back(spellings.emplace_back(SpellBytes(token)), members.size());
  }
  for (const Pair& merge : learned.merges) {
    merges.push_back(spellings[static_cast<size_t>(merge.left)] + " " + spellings[static_cast<size_t>(merge.right)]);
  }
  return {{"type", "BPE"},
          {"dropout", nullptr},
          {"unk_token", nullptr},
          {"continuing_subword_prefix", nullptr},
          {"end_of_word_suffix", nullptr},
          {"fuse_unk", false},
          {"byte_fallback", false},
          {"ignore_merges", false},
          {"vocab", std::move(vocab)},
          {"merges", std::move(merges)}};
}

Json PreTokenizerJson() {
  const Json split = {
      {"type", "Split"}, {"pattern", {{"Regex", kQwen2Pattern}}}, {"behavior", "Isolated"}, {"invert", false}};
  const Json bytes = {
      {"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", false}, {"use_regex", false}};
  return {{"type", "Sequence"}, {"pretokenizers", {split, bytes}}};
}

Json TokenizerJson(const Learned& learned, const std::vector<std::string>& special_tokens) {
  Json added = Json::array();
  for (const std::string& token : special_tokens) {
    Json entry = {{"id", learned.tokens.size() + added.size()}};
    entry.update(AddedTokenJson(token));
    added.push_back(std::move(entry));
  }
  return {
      {"version", "1.0"},
      {"truncation", nullptr},
      {"padding", nullptr},
      {"added_tokens", std::move(added)},
      {"normalizer", {{"type", "NFC"}}},
      {"pre_tokenizer", PreTokenizerJson()},
      {"post_processor", nullptr},
      {"decoder", {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", false}, {"use_regex", false}}},
      {"model", ModelJson(learned)}};
}

std::string ChatTemplate() {
  const std::string start(kTurnStart), end(kTurnEnd);
  return "{% for message in messages %}{{ '" + start + "' + message['role'] + '\\n' + message['content'] + '" + end +
         "\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '" + start + "assistant\\n' }}{% endif %}";
}

Json TokenizerConfigJson(const Learned& learned, const std::vector<std::string>& special_tokens) {
  Json decoder = Json::object();
  for (const std::string& token : special_tokens) {
    decoder[std::to_string(learned.tokens.size() + decoder.size())] = AddedTokenJson(token);
  }
  const auto named = [&](std::string_view token) {
    const bool known = std::find(special_tokens.begin(), special_tokens.end(), token) != special_tokens.end();
    return known ? Json(token) : Json();
  };
  return {{"tokenizer_class", "Qwen2Tokenizer"},
          {"add_prefix_space", false},
          {"added_tokens_decoder", std::move(decoder)},
          {"bos_token", nullptr},
          {"chat_template", ChatTemplate()},
          {"clean_up_tokenization_spaces", false},
          {"eos_token", named(kTurnEnd)},
          {"errors", "replace"},
          {"pad_token", named(kTextEnd)},
          {"split_special_tokens", false},
          {"unk_token", nullptr}};
}

}  // namespace

void TrainTokenizer(std::span<const std::string> texts, const TokenizerTraining& training,
                    const std::filesystem::path& folder) {
  CheckTraining(training);
  const size_t size = static_cast<size_t>(training.vocabulary_size) - training.special_tokens.size();
  const Learned learned = Learner(texts, training.special_tokens).Learn(size);
  base::WriteFileAtomically(folder / "tokenizer_config.json",
                            TokenizerConfigJson(learned, training.special_tokens).dump(2) + "\n");
  base::WriteFileAtomically(folder / "tokenizer.json", TokenizerJson(learned, training.special_tokens).dump(2) + "\n");
}

}  // namespace diptych::text
