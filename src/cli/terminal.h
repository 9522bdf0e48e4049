// What the two output streams can show.
#pragma once

#include <cstdio>

namespace diptych {

enum class Colours { kNone, k16, k256, kTrue };

struct Terminal {
  bool is_terminal = false;  // lines may be rewritten
  Colours colours = Colours::kNone;
  int columns = 80;
};

// Of stdout or stderr: NO_COLOR, TERM and COLORTERM count.
Terminal DescribeTerminal(std::FILE* stream);

}  // namespace diptych
