#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "text/unicode.h"

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
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) terminal.columns = size.ws_col;
  return terminal;
}

std::string Printable(std::string_view text) {
  std::string out = text::RepairUtf8(text);
  for (char& c : out) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) c = ' ';
  }
  return out;
}

}  // namespace diptych::cli
