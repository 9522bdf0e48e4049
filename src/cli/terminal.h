// What the two output streams can show, and how a line that is rewritten is wiped.
#pragma once

#include <cstdio>
#include <string>

namespace diptych::cli {

enum class Colours { kNone, k16, k256, kTrue };

struct Terminal {
  bool is_terminal = false;  // lines may be rewritten
  Colours colours = Colours::kNone;
  int columns = 80;
};

// Of stdout or stderr: NO_COLOR, TERM and COLORTERM count.
Terminal DescribeTerminal(std::FILE* stream);

// How many cells a line of the stream's terminal has now; 80 where it does not say.
int ColumnsOf(std::FILE* stream);

// Rows of a terminal that a line of `cells` takes when the terminal is `columns` wide; one at least.
int RowsOf(int cells, int columns);
// Moves up to the first of the last `rows` rows, of which the cursor stands in the last one, and wipes all from there.
std::string WipeRows(int rows);

}  // namespace diptych::cli
