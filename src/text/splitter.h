// Pre-tokenization: cuts text into words, which byte-pair merges never cross, by the patterns of a tokenizer's file.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::text {

// What becomes of a match, named as in Hugging Face's tokenizer.json.
enum class SplitBehavior { kRemoved, kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };

struct SplitRule {
  std::string pattern;  // a regular expression, or the text itself when `literal`
  bool literal = false;
  SplitBehavior behavior = SplitBehavior::kIsolated;
  bool invert = false;  // the text between matches counts as the match
};

// The patterns that belong to a tokenizer's class rather than to its files.
inline constexpr std::string_view kQwen2Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
inline constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

// Immutable; safe to share between threads.
class Splitter {
 public:
  // Error when the pattern is no regular expression, with the position of the mistake.
  explicit Splitter(const SplitRule& rule);
  Splitter(Splitter&&) noexcept;
  Splitter& operator=(Splitter&&) noexcept;
  ~Splitter();

  // Appends the non-empty pieces of `text` (valid UTF-8) in order; they are views into it.
  void Split(std::string_view text, std::vector<std::string_view>& pieces) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace diptych::text
