// Products of bfloat16 rows with a packed panel of 64 columns, in the processor's own bfloat16 instructions: Intel
// AMX's tiles where there are some, AVX-512's dot products of pairs (VDPBF16PS) otherwise.
#pragma once

#include <cstdint>

namespace diptych {

// A block of y = x W^T, or of y += x W^T: `rows` rows and at most 64 columns.
struct PanelBlock {
  const uint16_t* x = nullptr;        // [rows, inner], room for a multiple of 16 rows
  int64_t x_stride = 0;               // numbers from one row to the next
  const uint16_t* weights = nullptr;  // [inner / 2][64][2]
  int inner = 0;                      // a multiple of 32
  float* y = nullptr;
  int64_t y_stride = 0;
  int rows = 0, columns = 0;
  bool add = false;
};
// Every sum is over inner in ascending order, in pairs, whatever stands beside it. Only where
// HasPairProducts(): every CPU with bfloat16 tiles has the pairs too.
void MultiplyPanel(const PanelBlock& block);

}  // namespace diptych
