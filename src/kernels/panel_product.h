// Products of bfloat16 rows with a packed panel of 64 columns, in the processor's own bfloat16 instructions: Intel
// AMX's tiles where there are some, AVX-512's dot products of pairs (VDPBF16PS) otherwise.
#pragma once

#include <cstdint>

#include "kernels/panel.h"

namespace diptych::kernels {

// A block of y = x W^T, or of y += x W^T: `rows` rows and at most 64 columns, those of one panel. How the sums lie in
// registers:
//
//   AVX-512, 6 rows at a time                        AMX, 32 rows and 32 columns at a time
//                panel: 4 vectors of 16 columns                panel: tile 6    tile 7
//   x, row 0:           s00  s01  s02  s03            x: tile 4       sums 0    sums 1
//   ...                                                  tile 5       sums 2    sums 3
//   x, row 5:           s50  s51  s52  s53
//
// The left side lies in rows, or in tiles of 16 rows and 32 inner numbers, each tile whole:
//
//   rows    x(0,0) x(0,1) ... x(0,inner-1) | x(1,0) ...
//   tiles   x(0,0) ... x(0,31) | x(1,0) ... x(1,31) | ... | x(15,31) || x(0,32) ... x(0,63) | x(1,32) ... || ...
struct PanelBlock {
  const uint16_t* x = nullptr;  // [rows, inner], or tiles [rows / 16][inner / 32][16][32]; room for 16 times n rows
  int64_t x_stride = 0;         // numbers from one row to the next
  bool x_tiles = false;
  const uint16_t* weights = nullptr;  // a panel: kernels/panel.h
  int inner = 0;                      // a multiple of 32
  float* y = nullptr;
  int64_t y_stride = 0;
  int rows = 0, columns = 0;
  bool add = false;
};
// Every sum goes over inner in ascending order, in pairs, however many rows and columns are computed beside it. Only
// where HasPairProducts(); every CPU with bfloat16 tiles has the pairs too.
void MultiplyPanel(const PanelBlock& block);

// Where the tiles of the right side lie, as distances in numbers: from 32 inner numbers to the next 32, from 16 columns
// to the next 16, and from a pair of inner numbers to the next within a tile.
struct TileLayout {
  int64_t inner_step = kTileInner * kPackedColumns, column_step = kTileNumbers, pair_step = 2 * kTileColumns;
};
// The same with tiles of any layout and any number of columns, the last tile whole. Only where AmxUsable().
void MultiplyTiles(const PanelBlock& block, const TileLayout& layout);

}  // namespace diptych::kernels
