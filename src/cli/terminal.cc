#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace diptych::cli {
namespace {

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

// no-color.org: any value that is not empty.
Colours ColoursOf(std::string_view term) {
  if (!Environment("NO_COLOR").empty()) return Colours::kNone;
  const std::string_view colour_term = Environment("COLORTERM");
  if (colour_term == "truecolor" || colour_term == "24bit" || term.find("direct") != term.npos) return Colours::kTrue;
  return term.find("256") != term.npos ? Colours::k256 : Colours::k16;
}

}  // namespace

Terminal DescribeTerminal(std::FILE* stream) {
  Terminal terminal;
  const std::string_view term = Environment("TERM");
  if (isatty(fileno(stream)) == 0 || term.empty() || term == "dumb") return terminal;
  terminal.is_terminal = true;
  terminal.colours = ColoursOf(term);
  terminal.columns = ColumnsOf(stream);
  return terminal;
}

int ColumnsOf(std::FILE* stream) {
  winsize size{};
  const bool told = ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return told ? size.ws_col : Terminal{}.columns;
}

int RowsOf(int cells, int columns) { return std::max(1, (cells + columns - 1) / columns); }

std::string WipeRows(int rows) {
  return "\r" + (rows > 1 ? "\x1b[" + std::to_string(rows - 1) + "A" : std::string()) + "\x1b[J";
}

}  // namespace diptych::cli
