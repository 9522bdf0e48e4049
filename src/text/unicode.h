// What is known of single characters: words, normalisation form C, and the byte-level alphabet that spells tokens in
// files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diptych::text {

// `text` in normalisation form C (Unicode Standard Annex 15); `text` is valid UTF-8. Takes time linear in the text,
// also for long runs of combining marks.
std::string ComposeUnicode(std::string_view text);

// The words of a text in small letters and normalisation form C: runs of letters and digits of any script, each with
// the marks on it. All else separates them, invisible characters and bytes that are no UTF-8 too.
std::vector<std::string> UnicodeWords(std::string_view text);

// Bytes as the printable characters that stand for them in vocabularies, GPT-2's table: a space is "Ġ".
std::string SpellBytes(std::string_view bytes);
// The bytes behind a spelling; a spelling with other characters stands for itself, as in Hugging Face's decoder.
std::string UnspellBytes(std::string_view spelling);
// All 256 bytes in the order of their characters: the order in which vocabularies list them.
std::string ByteAlphabet();

}  // namespace diptych::text
