// A picture in memory: 8-bit RGB, row-major.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace diptych::base {

struct Image {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgb;  // [height, width, 3]
  bool operator==(const Image&) const = default;
};

// The same picture at width x height: each new pixel is the mean of the area it covers in the old one, weighted by
// overlap; growing repeats pixels. The sizes are positive and the picture is not empty.
Image Resize(const Image& picture, int width, int height);

// A contact sheet: pictures of one size side by side, `columns` in a row, the last row filled with black.
Image Tile(std::span<const Image> pictures, int columns);

}  // namespace diptych::base
