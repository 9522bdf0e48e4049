// Texts of unknown origin on a terminal: what may be shown, and how wide it is.
#pragma once

#include <string>
#include <string_view>

namespace diptych::text {

// A text made fit for a terminal: valid UTF-8; what would steer the terminal or turn the order of what is read becomes
// a space, one a character: control characters (C0, DEL, C1) but line ends, and the marks and embeddings of writing
// direction (Unicode Standard Annex 9).
std::string Printable(std::string_view text);

// How many cells of a terminal's line a text takes: two for wide characters of East Asia and emoji (Unicode Standard
// Annex 11), none for marks that stand on others.
int CellsOf(std::string_view text);

}  // namespace diptych::text
