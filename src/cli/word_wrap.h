// Breaks a text that comes in pieces into lines of a terminal, between words.
#pragma once

#include <string>
#include <string_view>

namespace diptych::cli {

class WordWrap {
 public:
  // What can be printed now that `piece` has come, whole characters: words are held back until it is known that they
  // end, or that they fit. A line holds at most `columns` cells, where East Asian characters take two and lines may
  // break between any two of them (no closing mark begins a line). A word longer than a line is broken.
  std::string Add(std::string_view piece, int columns);
  // What is held back still.
  std::string Finish(int columns);

 private:
  void PutCharacter(std::string_view character, int columns, std::string& out);
  void PutWord(int columns, std::string& out);

  std::string word_;     // not printed yet
  bool spaced_ = false;  // a space comes before it
  int column_ = 0;       // cells of the line that are taken
};

// A whole text.
std::string WrapWords(std::string_view text, int columns);

}  // namespace diptych::cli
