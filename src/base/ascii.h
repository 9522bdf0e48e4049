// Letters of ASCII, whatever the locale.
#pragma once

namespace diptych::base {

constexpr bool IsAsciiCapital(char c) { return c >= 'A' && c <= 'Z'; }
constexpr char AsciiLower(char c) { return IsAsciiCapital(c) ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool IsAsciiLetter(char c) { return AsciiLower(c) >= 'a' && AsciiLower(c) <= 'z'; }

}  // namespace diptych::base
