#include "cli/word_wrap.h"

#include <gtest/gtest.h>

#include "text/unicode.h"

namespace diptych::cli {
namespace {

// In pieces of `size` characters; how a text is cut changes nothing.
std::string Wrapped(const std::string& text, int columns, size_t size = 1) {
  WordWrap wrap;
  std::string out, piece;
  size_t in_piece = 0;
  for (const text::Character& character : text::CharactersOf(text)) {
    piece += character.bytes;
    if (++in_piece % size != 0) continue;
    out += wrap.Add(piece, columns);
    piece.clear();
  }
  out += wrap.Add(piece, columns);
  return out + wrap.Finish(columns);
}

TEST(WordWrap, BreaksBetweenWords) {
  for (const size_t size : {1u, 2u, 3u, 100u}) {
    EXPECT_EQ(Wrapped("the panda looks troubled", 12, size), "the panda\nlooks\ntroubled");
    EXPECT_EQ(Wrapped("the panda", 9, size), "the panda");
    EXPECT_EQ(Wrapped("one\n\ntwo three", 9, size), "one\n\ntwo three");
  }
}

TEST(WordWrap, LongWordsAreBroken) { EXPECT_EQ(Wrapped("a abcdefgh b", 4), "a\nabcd\nefgh\nb"); }

TEST(WordWrap, WideCharactersTakeTwoCellsAndMayPart) {
  EXPECT_EQ(Wrapped("星夜下的公交车", 6), "星夜下\n的公交\n车");
  EXPECT_EQ(Wrapped("星夜下。好", 6), "星夜\n下。好");  // no line begins with a full stop
}

}  // namespace
}  // namespace diptych::cli
