// PNG files: a picture and its texts, to bytes and back (W3C PNG specification, third edition).
#pragma once

#include <filesystem>
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
  std::vector<PngText> texts;  // tEXt, zTXt and iTXt, in file order
};

// The bytes of a PNG; texts become uncompressed iTXt. The same input gives the same bytes.
std::string EncodePng(const Image& picture, const std::vector<PngText>& texts);
// Atomic: the path holds the old file or the whole new one.
void WritePng(const std::filesystem::path& path, const Image& picture, const std::vector<PngText>& texts);

// Any kind of PNG as RGB, transparent parts over white. Error: not a PNG (says what it looks like), damaged or
// truncated, more than 16384 pixels a side or 32 million in all. `name` stands in messages.
PngFile DecodePng(std::string_view bytes, std::string_view name);
PngFile ReadPng(const std::filesystem::path& path);

// The text under `keyword`, or null.
const std::string* FindText(const PngFile& file, std::string_view keyword);

}  // namespace diptych::base
