// A picture as coloured half blocks: two pixels a character cell.
#pragma once

#include <string>

#include "base/image.h"
#include "cli/terminal.h"

namespace diptych::cli {

struct Preview {
  std::string text;  // each line ends with a reset and "\n"
  int lines = 0;
  int columns = 0;  // cells of each line
};

// At most `columns` cells wide, in the picture's shape. Empty when there are fewer than 256 colours.
Preview DrawPreview(const base::Image& picture, Colours colours, int columns);

}  // namespace diptych::cli
