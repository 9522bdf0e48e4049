// What somebody meant who typed a word that is nearly another.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::cli {

// How many characters must be added, dropped, changed or exchanged with their neighbour to turn one word into the other
// (Damerau and Levenshtein's distance, each character edited once). Counts bytes.
int EditDistance(std::string_view a, std::string_view b);

// The word of the list that is nearest to `word`, of equals the first: at most two edits away, at most one where either
// has fewer than five letters. Capitals do not count. Nothing when no word is that near.
std::optional<std::string> Nearest(std::string_view word, const std::vector<std::string>& words);

// ASCII letters in lower case.
std::string Lowered(std::string_view text);

}  // namespace diptych::cli
