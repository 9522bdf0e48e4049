// The words that a model has seen, and which words of a prompt are not among them.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::coherence {

class KnownWords {
 public:
  // One a line: English words in lower case, and single Han characters.
  explicit KnownWords(std::string_view lines);
  // FOLDER/words.txt; nothing when the model has none.
  static std::optional<KnownWords> Load(const std::filesystem::path& folder);

  // The words of the prompt that the model has not seen, each once, in order: English words with all their simple
  // inflections tried, runs of Han characters, and anything else that is neither a digit nor punctuation.
  std::vector<std::string> UnknownIn(std::string_view prompt) const;

 private:
  bool Knows(const std::string& word) const;
  std::set<std::string, std::less<>> words_;
};

}  // namespace diptych::coherence
