// A picture in memory: 8-bit RGB, row-major.
#pragma once

#include <cstdint>
#include <vector>

namespace diptych {

struct Image {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgb;  // [height, width, 3]
};

}  // namespace diptych
