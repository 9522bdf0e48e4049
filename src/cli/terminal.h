// What the two output streams can show.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace diptych::cli {

enum class Colours { kNone, k16, k256, kTrue };

struct Terminal {
  bool is_terminal = false;  // lines may be rewritten
  Colours colours = Colours::kNone;
  int columns = 80;
};

// Of stdout or stderr: NO_COLOR, TERM and COLORTERM count.
Terminal DescribeTerminal(std::FILE* stream);

// A text of unknown origin made fit for a terminal: valid UTF-8, control characters but line ends as spaces.
std::string Printable(std::string_view text);

}  // namespace diptych::cli
