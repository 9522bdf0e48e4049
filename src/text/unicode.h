// Below the level of words: UTF-8, Han characters, the words of a text, normalisation form C, and the byte-level
// alphabet that spells tokens in files. Whatever decodes or checks UTF-8 calls this.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diptych::text {

// One character of a text, or one byte that is part of no valid character.
struct Character {
  char32_t code = 0xFFFD;  // U+FFFD for such a byte too
  std::string_view bytes;  // within the text
};
// The first of `text`, which is not empty.
Character FirstCharacter(std::string_view text);
// All of them in order: their bytes, end to end, are the text.
std::vector<Character> CharactersOf(std::string_view text);

// Whether a byte goes on with a character that an earlier byte began.
constexpr bool ContinuesCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// Longest prefix of `bytes` that ends between characters: what a stream may print while a character is incomplete.
size_t CompleteUtf8(std::string_view bytes);
// `text` with every maximal invalid part replaced by U+FFFD (Unicode 15, section 3.9).
std::string RepairUtf8(std::string_view text);

// Whether a character lies in one of Unicode 15's blocks of Han characters, their radicals, and the signs that are
// written as one: U+3005 "々", U+3006 "〆", U+3007 "〇".
bool IsHan(char32_t code);

// The character in lower case, as UTF-8. One without a lower-case form, and a byte that is part of no character, stay
// as they are.
std::string SmallLetter(const Character& character);

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
