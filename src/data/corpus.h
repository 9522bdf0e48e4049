// The world's texts, for learning a vocabulary and for knowing which words a model has seen.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "world/words.h"

namespace diptych::data {

// Plans, prompts, narratives, questions, claims and places of `scenes` training scenes, both languages.
std::vector<std::string> WorldTexts(const std::filesystem::path& words, int scenes);
// The family's special tokens, in the order of their ids.
std::vector<std::string> SpecialTokens();
// FOLDER/words.txt: a line for each word or Han character that training can show.
void WriteKnownWords(const world::Words& words, const std::filesystem::path& folder);

}  // namespace diptych::data
