// PNG files: a picture and its texts, to bytes and back (W3C PNG specification, third edition).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/image.h"

namespace diptych::base {

// One text entry. The keyword is Latin-1, 1 to 79 bytes; the text is UTF-8 without NUL.
struct PngText {
  std::string keyword;
  std::string text;
  bool operator==(const PngText&) const = default;
};

struct PngFile {
  Image picture;
  std::vector<PngText> texts;   // tEXt, zTXt and iTXt as UTF-8, in file order
  bool texts_left_out = false;  // there are more texts, too large or too many to be read
};

// The bytes of a PNG; texts become uncompressed iTXt. The same input gives the same bytes.
std::string EncodePng(const Image& picture, const std::vector<PngText>& texts);
// Atomic: the path holds the old file or the whole new one.
void WritePng(const std::filesystem::path& path, const Image& picture, const std::vector<PngText>& texts);

// Any kind of PNG as RGB, transparent parts over white. Error: not a PNG (says what it looks like), damaged or
// truncated, too large (picture_limits.h). tEXt and zTXt are Latin-1 by their standard; those that are valid UTF-8, as
// many programs write them, are taken for that. `name` stands in messages.
PngFile DecodePng(std::string_view bytes, std::string_view name);
PngFile ReadPng(const std::filesystem::path& path);

// RGBA, [pixels, 4], over white: RGB, [pixels, 3].
void OverWhite(std::span<const uint8_t> rgba, std::span<uint8_t> rgb);

// The text under `keyword`, or null.
const std::string* FindText(const PngFile& file, std::string_view keyword);

}  // namespace diptych::base
