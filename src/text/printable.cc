#include "text/printable.h"

#include <utf8proc.h>

#include "text/unicode.h"

namespace diptych::text {
namespace {

bool SteersTerminal(char32_t code) {
  const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  const bool direction = code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
                         (code >= 0x2066 && code <= 0x2069);
  return (control && code != '\n') || direction;
}

}  // namespace

std::string Printable(std::string_view text) {
  const std::string repaired = RepairUtf8(text);
  std::string out;
  for (const Character& character : CharactersOf(repaired)) {
    if (SteersTerminal(character.code))
      out += ' ';
    else
      out += character.bytes;
  }
  return out;
}

int CellsOf(std::string_view text) {
  int cells = 0;
  for (const Character& character : CharactersOf(text))
    cells += utf8proc_charwidth(static_cast<utf8proc_int32_t>(character.code));
  return cells;
}

}  // namespace diptych::text
