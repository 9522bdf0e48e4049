// The layout of packed bfloat16 matrices, which all products with them read.
#pragma once

#include <cstdint>

namespace diptych::kernels {

// A panel holds 64 columns, [inner / 32][4][16][16][2]: tiles of 16 columns and 32 inner numbers, a column's in pairs,
// as Intel's AMX takes them and AVX-512's products of pairs can.
inline constexpr int kPackedColumns = 64, kTileColumns = 16, kTileInner = 32;
inline constexpr int kTileNumbers = kTileColumns * kTileInner;

// `count` rows of `inner` numbers, a multiple of 32, become columns [first, first + count) of a panel; `first` is a
// multiple of 16. Columns that the last tile has beside them become 0. `stride` counts numbers and is even.
void PackPanel(const uint16_t* rows, int64_t stride, int count, int inner, int first, uint16_t* panel);

}  // namespace diptych::kernels
