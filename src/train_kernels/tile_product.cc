#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__)
#include "train_kernels/tile_product-inl.h"

#pragma GCC push_options
#pragma GCC target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")
namespace diptych::train_kernels {
namespace {

// GCC does not know that tile loads read memory: this keeps earlier writes before them.
inline void SettleMemory() { __asm__ volatile("" ::: "memory"); }

template <bool kTwoRows, bool kTwoColumns>
void TileBlock(const TileProduct& p, int64_t i, int64_t j) {
  const int64_t a_bytes = p.a_stride * 2, b_bytes = p.b_stride * 4, c_bytes = p.c_stride * 4;
  float* c = p.c + i * p.c_stride + j;
  float* below = c + kTile * p.c_stride;
  if (p.add) {
    _tile_loadd(0, c, c_bytes);
    if (kTwoColumns) _tile_loadd(1, c + kTile, c_bytes);
    if (kTwoRows) _tile_loadd(2, below, c_bytes);
    if (kTwoRows && kTwoColumns) _tile_loadd(3, below + kTile, c_bytes);
  } else {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }
  const BF16* a = p.a + i * p.a_stride;
  const Pair* b = p.b + j;
  for (int64_t q = 0; q < p.k; q += kStep, a += kStep, b += kTile * p.b_stride) {
    _tile_loadd(6, b, b_bytes);
    _tile_loadd(4, a, a_bytes);
    _tile_dpbf16ps(0, 4, 6);
    if (kTwoColumns) {
      _tile_loadd(7, b + kTile, b_bytes);
      _tile_dpbf16ps(1, 4, 7);
    }
    if (kTwoRows) {
      _tile_loadd(5, a + kTile * p.a_stride, a_bytes);
      _tile_dpbf16ps(2, 5, 6);
      if (kTwoColumns) _tile_dpbf16ps(3, 5, 7);
    }
  }
  _tile_stored(0, c, c_bytes);
  if (kTwoColumns) _tile_stored(1, c + kTile, c_bytes);
  if (kTwoRows) _tile_stored(2, below, c_bytes);
  if (kTwoRows && kTwoColumns) _tile_stored(3, below + kTile, c_bytes);
}

template <bool kTwoRows>
void TileRows(const TileProduct& p, int64_t i) {
  int64_t j = 0;
  for (; j + 2 * kTile <= p.n; j += 2 * kTile) TileBlock<kTwoRows, true>(p, i, j);
  if (j < p.n) TileBlock<kTwoRows, false>(p, i, j);
}

}  // namespace

void MultiplyOnTiles(const TileProduct& p) {
  SettleMemory();
  int64_t i = 0;
  for (; i + 2 * kTile <= p.m; i += 2 * kTile) TileRows<true>(p, i);
  if (i < p.m) TileRows<false>(p, i);
  SettleMemory();
}

}  // namespace diptych::train_kernels
#pragma GCC pop_options
#endif
