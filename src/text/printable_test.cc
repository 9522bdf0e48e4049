#include "text/printable.h"

#include <gtest/gtest.h>

namespace diptych::text {
namespace {

TEST(Printable, TakesWhatSteersATerminalAway) {
  EXPECT_EQ(Printable("\x1b[31mred\x7f\tx\r\ny"), " [31mred  x \ny");
  EXPECT_EQ(Printable("a\u0085b\u009bc"), "a b c");                    // C1: next line, control sequence introducer
  EXPECT_EQ(Printable("a\u202Eb\u2066c\u200Fd\u061Ce"), "a b c d e");  // right-to-left override, isolates, marks
  EXPECT_EQ(Printable("caf\xe9"), "caf\uFFFD");
  EXPECT_EQ(Printable("星夜下的 Füße — ✓"), "星夜下的 Füße — ✓");
}

TEST(CellsOf, WideCharactersTakeTwo) {
  EXPECT_EQ(CellsOf("bus"), 3);
  EXPECT_EQ(CellsOf("星夜"), 4);
  EXPECT_EQ(CellsOf("e\u0301"), 1);
  EXPECT_EQ(CellsOf(""), 0);
}

}  // namespace
}  // namespace diptych::text
