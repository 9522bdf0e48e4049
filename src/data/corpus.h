// The world's texts, for learning a vocabulary.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace diptych::data {

// Plans, prompts, narratives, questions, claims and places of `scenes` training scenes, both languages.
std::vector<std::string> WorldTexts(const std::filesystem::path& words, int scenes);
// The family's special tokens, in the order of their ids.
std::vector<std::string> SpecialTokens();

}  // namespace diptych::data
