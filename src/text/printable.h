// Texts of unknown origin on a terminal: what may be shown, and how wide it is.
#pragma once

#include <string>
#include <string_view>

namespace diptych::text {

// The text as valid UTF-8 that cannot control a terminal. Each control character (C0, DEL, C1) but line ends, and each
// mark or embedding of writing direction (Unicode Standard Annex 9), becomes a space.
std::string Printable(std::string_view text);

// How many cells of a terminal's line a text takes: two for wide characters of East Asia and emoji (Unicode Standard
// Annex 11), none for marks that stand on others.
int CellsOf(std::string_view text);

}  // namespace diptych::text
