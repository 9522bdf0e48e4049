#include "cli/word_wrap.h"

#include <algorithm>

#include "text/printable.h"
#include "text/unicode.h"

namespace diptych::cli {
namespace {

// Marks that belong to the character before them.
bool ClosesLine(std::string_view character) {
  constexpr std::string_view kMarks[] = {"，", "。", "、", "！", "？", "：", "；",
                                         "）", "”",  "’",  "》", "」", "』", "…"};
  return std::find(std::begin(kMarks), std::end(kMarks), character) != std::end(kMarks);
}

}  // namespace

std::string WordWrap::Add(std::string_view piece, int columns) {
  std::string out;
  for (const text::Character& character : text::CharactersOf(piece)) PutCharacter(character.bytes, columns, out);
  return out;
}

std::string WordWrap::Finish(int columns) {
  std::string out;
  PutWord(columns, out);
  return out;
}

void WordWrap::PutCharacter(std::string_view character, int columns, std::string& out) {
  if (character == "\n") {
    PutWord(columns, out);
    out += "\n";
    column_ = 0;
    spaced_ = false;
  } else if (character == " ") {
    PutWord(columns, out);
    spaced_ = true;
  } else {
    // A wide character ends the word before it, and is one itself.
    const bool wide = text::CellsOf(character) > 1;
    if (wide && !ClosesLine(character)) PutWord(columns, out);
    word_ += character;
  }
}

void WordWrap::PutWord(int columns, std::string& out) {
  if (word_.empty()) return;
  const int cells = text::CellsOf(word_), space = spaced_ && column_ > 0 ? 1 : 0;
  if (column_ > 0 && column_ + space + cells > columns) {
    out += "\n";
    column_ = 0;
  } else if (space > 0) {
    out += " ";
    ++column_;
  }
  for (const text::Character& character : text::CharactersOf(word_)) {
    const int width = text::CellsOf(character.bytes);
    if (column_ > 0 && column_ + width > columns) {
      out += "\n";
      column_ = 0;
    }
    out += character.bytes;
    column_ += width;
  }
  word_.clear();
  spaced_ = false;
}

std::string WrapWords(std::string_view text, int columns) {
  WordWrap wrap;
  const std::string begun = wrap.Add(text, columns);
  return begun + wrap.Finish(columns);
}

}  // namespace diptych::cli
