// Sums over rows in parts of a fixed number of them, so that results do not depend on how many threads there are:
//
//   rows      0 ... 255 | 256 ... 511 | ... | the rest      a thread takes whole parts
//   sums      part 0    | part 1      | ... | last part     [parts, width], added up in this order
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/round_up.h"

namespace diptych::train_kernels {

inline constexpr int64_t kRowsPerPart = 256;
constexpr int64_t PartsOf(int64_t rows) { return base::CeilDiv(rows, kRowsPerPart); }

// out [width] = the sum of parts [parts, width].
inline void SumParts(const std::vector<float>& parts, int64_t width, float* out) {
  std::fill(out, out + width, 0.0f);
  for (size_t first = 0; first < parts.size(); first += static_cast<size_t>(width))
    for (int64_t i = 0; i < width; ++i) out[i] += parts[first + static_cast<size_t>(i)];
}

}  // namespace diptych::train_kernels
