// Varies a prompt as people type it: case, typing errors, punctuation, British and American spelling, traditional
// characters.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/random.h"
#include "text/conversation.h"

namespace diptych::world {

class PromptNoise {
 public:
  // `traditional` is words/zh/traditional.txt. Characters of `texts`, which are traditional, stay as they are.
  PromptNoise(const std::filesystem::path& traditional, std::string_view texts);
  // Adds the text's words to those that no typing error may turn another word into.
  void Know(std::string_view text);
  std::string Type(std::string text, text::Language language, base::Random& random) const;
  std::string InTraditional(std::string_view simplified) const;

 private:
  void Mistype(std::string& text, base::Random& random) const;
  std::string TypeEnglish(std::string text, base::Random& random) const;
  std::string TypeChinese(std::string text, base::Random& random) const;

  std::unordered_set<std::string> known_;
  std::unordered_map<char32_t, std::string> traditional_;
};

// The text with "a" or "an" as the sound of the next word asks.
std::string FixArticles(std::string_view text);

}  // namespace diptych::world
