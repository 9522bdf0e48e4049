// How texts are searched: English by the beginnings of words, Chinese by characters that follow each other.
#pragma once

#include <string>
#include <string_view>

namespace diptych::gallery {

// The words of a text with a space between them, each Han character a word of its own: "蓝色 Bus" → "蓝 色 bus". What
// SQLite's full-text index is given, so that its ordinary tokenizer serves both languages. (Its trigram tokenizer would
// find "car" in "scarf", and no Chinese word of two characters.)
std::string IndexedText(std::string_view text);

// The same for what is searched, as an expression of SQLite's MATCH: every word must begin a word of the text, and Han
// characters must follow each other as they do here. Empty where there is no word.
std::string MatchOf(std::string_view search);

}  // namespace diptych::gallery
