#include "gallery/search_text.h"

#include <vector>

#include "text/unicode.h"

namespace diptych::gallery {
namespace {

struct Piece {
  bool is_han = false;
  std::string text;  // one Han character, or a run of others
};

std::vector<Piece> PiecesOf(const std::string& word) {
  std::vector<Piece> pieces;
  for (const text::Character& character : text::CharactersOf(word)) {
    const bool is_han = text::IsHan(character.code);
    if (is_han || pieces.empty() || pieces.back().is_han) pieces.push_back({is_han, {}});
    pieces.back().text += character.bytes;
  }
  return pieces;
}

}  // namespace

std::string IndexedText(std::string_view text) {
  std::string indexed;
  for (const std::string& word : text::UnicodeWords(text))
    for (const Piece& piece : PiecesOf(word)) indexed.append(indexed.empty() ? "" : " ").append(piece.text);
  return indexed;
}

std::string MatchOf(std::string_view search) {
  std::string match;
  for (const std::string& word : text::UnicodeWords(search)) {
    bool in_phrase = false;
    for (const Piece& piece : PiecesOf(word)) {
      if (in_phrase && !piece.is_han) match += '"';
      if (!match.empty() && !(in_phrase && piece.is_han)) match += ' ';
      if (piece.is_han)
        match.append(in_phrase ? " " : "\"").append(piece.text);
      else
        match.append("\"").append(piece.text).append("\"*");
      in_phrase = piece.is_han;
    }
    if (in_phrase) match += '"';
  }
  return match;
}

}  // namespace diptych::gallery
