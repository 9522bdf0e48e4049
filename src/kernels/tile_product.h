// Products of bfloat16 matrices on the CPU's matrix tiles (Intel AMX), some three times faster than oneDNN 2.6 there.
#pragma once

#include <cstdint>

namespace diptych {

// Whether this CPU has tiles for bfloat16 and the system lets this process use them. Asks the system once.
bool HasTiles();

// A block of y = x W^T, or of y += x W^T: `rows` rows and at most 64 columns.
struct TileBlock {
  const uint16_t* x = nullptr;        // [rows, inner], room for a multiple of 16 rows
  int64_t x_stride = 0;               // numbers from one row to the next
  const uint16_t* weights = nullptr;  // [inner / 2][64][2]
  int inner = 0;                      // a multiple of 32
  float* y = nullptr;
  int64_t y_stride = 0;
  int rows = 0, columns = 0;
  bool add = false;
};
// Every sum is over inner in ascending order, in pairs, whatever stands beside it. Only where HasTiles().
void MultiplyTiles(const TileBlock& block);

}  // namespace diptych
