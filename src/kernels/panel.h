// The layout of packed bfloat16 matrices, which all products with them read.
#pragma once

#include <cstdint>

namespace diptych::kernels {

// A panel holds 64 columns of a right side, [inner / 32][4][16][16][2]: tiles of 16 columns and 32 inner numbers, a
// column's in pairs, as Intel's AMX takes them and AVX-512's products of pairs can.
//
//   the matrix, 64 columns n             in memory, one tile of 1 KiB after the other
//              n 0   16   32   48
//   k  0 ... 31 | t0 | t1 | t2 | t3 |        t0 t1 t2 t3 t4 t5 ...
//     32 ... 63 | t4 | t5 | t6 | t7 |
//
//   tile t0, a row of 64 bytes for each pair of inner numbers, (k,n) the element:
//   pair 0      (0,0) (1,0) | (0,1) (1,1) | ... | (0,15) (1,15)
//   pair 1      (2,0) (3,0) | (2,1) (3,1) | ... | (2,15) (3,15)
//   ...
//   pair 15   (30,0) (31,0) | ...         | ... | (30,15) (31,15)
//
// AVX-512 takes 6 rows of the left side against the panel's 64 columns: one register of 16 columns is one row of a
// tile, and 6 x 4 registers hold the sums. AMX takes 32 rows against two tiles (panel_product.h).
inline constexpr int kPackedColumns = 64, kTileColumns = 16, kTileInner = 32;
inline constexpr int kTileNumbers = kTileColumns * kTileInner;

// `count` rows of `inner` numbers, a multiple of 32, become columns [first, first + count) of a panel; `first` is a
// multiple of 16. The other columns of the last tile become 0. `stride` counts numbers and is even.
void PackPanel(const uint16_t* rows, int64_t stride, int count, int inner, int first, uint16_t* panel);

}  // namespace diptych::kernels
