// What typing does to a prompt: case, errors, missing signs, spellings of two countries, traditional characters.
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
  // Words of a text are never the outcome of a typing error.
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

// "a" and "an" as the words after them sound.
std::string FixArticles(std::string_view text);

}  // namespace diptych::world
