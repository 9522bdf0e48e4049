// Byte-level BPE as Hugging Face's tokenizer.json describes it. Invariant: Decode(Encode(x)) == x for any valid UTF-8,
// in normalisation form C where the file asks for it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::text {

// Immutable after loading; safe to share between threads.
class Tokenizer {
 public:
  // Reads tokenizer.json, or vocab.json + merges.txt (+ added_tokens in tokenizer_config.json) when that is what the
  // folder holds. Error: a missing, truncated or inconsistent file, a model type other than BPE, an unsupported
  // pre-tokenizer; the message names the part.
  static Tokenizer Load(const std::filesystem::path& folder);
  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  // Token ids of `text`. Added tokens' spellings inside are recognised (as templates need). Invalid UTF-8 bytes are
  // replaced by U+FFFD first, one for each maximal invalid part (Unicode 15, section 3.9). The file's post-processor,
  // which would put tokens around the text, is left to the caller.
  std::vector<int32_t> Encode(std::string_view text) const;
  // The same, but the spellings of added tokens, special or not, are ordinary text: for words that come from a user.
  std::vector<int32_t> EncodeOrdinary(std::string_view text) const;
  // Bytes of the ids joined; special tokens are written out. An id outside the vocabulary is an Error.
  std::string Decode(std::span<const int32_t> ids) const;
  // The id of a token by its spelling, "<|im_end|>" say.
  std::optional<int32_t> Find(std::string_view token) const;
  bool IsSpecial(int32_t id) const;
  // Largest id + 1.
  int32_t vocabulary_size() const;

 private:
  struct State;
  explicit Tokenizer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace diptych::text
