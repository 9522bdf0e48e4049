#include "kernels/panel_product.h"

#if defined(__x86_64__)
#include "kernels/amx.h"
#include "kernels/bfloat_pairs-inl.h"
#endif

#include <algorithm>

#include "base/error.h"
#include "kernels/panel.h"

namespace diptych::kernels {

#if defined(__x86_64__)

namespace {

constexpr int kTileRows = 16;

// The distance from 32 inner numbers of x to the next 32, in numbers.
int64_t StepOf(const PanelBlock& block) { return block.x_tiles ? kTileRows * kTileInner : kTileInner; }

// --- Intel AMX -------------------------------------------------------------------------------------------------------

// The inner dimension is cut into parts of this many numbers, and all tiles of the result are computed for one part
// before the next: 32 columns of the panel are then 32 KiB and stay in the first-level cache. Inner dimensions below
// twice this are not cut, since the results would have to be read again.
constexpr int kTilesInner = 512;

#define DIPTYCH_TILES __attribute__((target("amx-tile,amx-bf16")))

// A tile of the result that may reach over the block's edge.
struct Target {
  float* y = nullptr;
  int64_t stride = 0;  // numbers
  int rows = 0, columns = 0;
  bool empty() const { return rows <= 0 || columns <= 0; }
  bool whole() const { return rows >= kTileRows && columns >= kTileColumns; }
};

Target TargetAt(const PanelBlock& block, int row, int column) {
  return {block.y + row * block.y_stride + column, block.y_stride, block.rows - row, block.columns - column};
}

struct alignas(64) EdgeTile {
  float values[kTileRows][kTileColumns];
};

void CopyEdge(const EdgeTile& from, const Target& to) {
  for (int row = 0; row < std::min(to.rows, kTileRows); ++row)
    std::copy_n(from.values[row], std::min(to.columns, kTileColumns), to.y + row * to.stride);
}

EdgeTile ReadEdge(const Target& from) {
  EdgeTile to{};
  for (int row = 0; row < std::min(from.rows, kTileRows); ++row)
    std::copy_n(from.y + row * from.stride, std::min(from.columns, kTileColumns), to.values[row]);
  return to;
}

// The number of a tile is part of the instruction, so each of the four results needs an instruction of its own.
DIPTYCH_TILES void ZeroResult(int tile) {
  switch (tile) {
    case 0:
      _tile_zero(0);
      return;
    case 1:
      _tile_zero(1);
      return;
    case 2:
      _tile_zero(2);
      return;
    default:
      _tile_zero(3);
      return;
  }
}

// GCC does not know that tile loads read memory: the empty asm statement keeps earlier writes before them.
DIPTYCH_TILES void LoadResult(int tile, const float* from, int64_t stride) {
  const int64_t bytes = stride * static_cast<int64_t>(sizeof(float));
  asm volatile("" ::"r"(from) : "memory");
  switch (tile) {
    case 0:
      _tile_loadd(0, from, bytes);
      return;
    case 1:
      _tile_loadd(1, from, bytes);
      return;
    case 2:
      _tile_loadd(2, from, bytes);
      return;
    default:
      _tile_loadd(3, from, bytes);
      return;
  }
}

DIPTYCH_TILES void StoreResult(int tile, float* to, int64_t stride) {
  const int64_t bytes = stride * static_cast<int64_t>(sizeof(float));
  switch (tile) {
    case 0:
      _tile_stored(0, to, bytes);
      return;
    case 1:
      _tile_stored(1, to, bytes);
      return;
    case 2:
      _tile_stored(2, to, bytes);
      return;
    default:
      _tile_stored(3, to, bytes);
      return;
  }
}

DIPTYCH_TILES void Begin(int tile, const Target& target, bool add) {
  if (!add || target.empty()) return ZeroResult(tile);
  if (target.whole()) return LoadResult(tile, target.y, target.stride);
  const EdgeTile edge = ReadEdge(target);
  LoadResult(tile, edge.values[0], kTileColumns);
}

DIPTYCH_TILES void End(int tile, const Target& target) {
  if (target.empty()) return;
  if (target.whole()) return StoreResult(tile, target.y, target.stride);
  EdgeTile edge;
  StoreResult(tile, edge.values[0], kTileColumns);
  CopyEdge(edge, target);
}

// 32 x 32 results, or fewer at the block's edges: kBelow and kBeside say whether there are more than 16 rows or
// columns.
template <bool kBelow, bool kBeside>
DIPTYCH_TILES void MultiplySquare(const PanelBlock& block, const TileLayout& layout, int row, int column) {
  const Target t00 = TargetAt(block, row, column), t01 = TargetAt(block, row, column + kTileColumns);
  const Target t10 = TargetAt(block, row + kTileRows, column);
  const Target t11 = TargetAt(block, row + kTileRows, column + kTileColumns);
  Begin(0, t00, block.add);
  if (kBeside) Begin(1, t01, block.add);
  if (kBelow) Begin(2, t10, block.add);
  if (kBelow && kBeside) Begin(3, t11, block.add);
  const int64_t x_bytes = (block.x_tiles ? kTileInner : block.x_stride) * static_cast<int64_t>(sizeof(uint16_t));
  const int64_t x_step = StepOf(block);
  const uint16_t* x = block.x + row * block.x_stride;
  const int64_t w_bytes = layout.pair_step * static_cast<int64_t>(sizeof(uint16_t));
  const uint16_t* w = block.weights + column / kTileColumns * layout.column_step;
  for (int k = 0; k < block.inner; k += kTileInner, x += x_step, w += layout.inner_step) {
    _tile_loadd(4, x, x_bytes);
    _tile_loadd(6, w, w_bytes);
    if (kBeside) _tile_loadd(7, w + layout.column_step, w_bytes);
    _tile_dpbf16ps(0, 4, 6);
    if (kBeside) _tile_dpbf16ps(1, 4, 7);
    if (!kBelow) continue;
    _tile_loadd(5, x + kTileRows * block.x_stride, x_bytes);
    _tile_dpbf16ps(2, 5, 6);
    if (kBeside) _tile_dpbf16ps(3, 5, 7);
  }
  End(0, t00);
  if (kBeside) End(1, t01);
  if (kBelow) End(2, t10);
  if (kBelow && kBeside) End(3, t11);
}

template <bool kBeside>
DIPTYCH_TILES void MultiplyStrip(const PanelBlock& block, const TileLayout& layout, int column) {
  int row = 0;
  for (; row + kTileRows < block.rows; row += 2 * kTileRows) MultiplySquare<true, kBeside>(block, layout, row, column);
  if (row < block.rows) MultiplySquare<false, kBeside>(block, layout, row, column);
}

DIPTYCH_TILES void MultiplyOnTiles(const PanelBlock& block, const TileLayout& layout) {
  asm volatile("" ::: "memory");  // writes of the callers stay before the tile loads, whose reads GCC does not know
  _tile_loadconfig(&kWholeTiles);
  const int inner = block.inner < 2 * kTilesInner ? block.inner : kTilesInner;
  for (int first = 0; first < block.inner; first += inner) {
    PanelBlock part = block;
    part.x += first / kTileInner * StepOf(block);
    part.weights += first / kTileInner * layout.inner_step;
    part.inner = std::min(inner, block.inner - first);
    part.add = block.add || first > 0;
    int column = 0;
    for (; column + kTileColumns < block.columns; column += 2 * kTileColumns) MultiplyStrip<true>(part, layout, column);
    if (column < block.columns) MultiplyStrip<false>(part, layout, column);
  }
  _tile_release();
}

// --- AVX-512 ---------------------------------------------------------------------------------------------------------

const uint16_t* RowOf(const PanelBlock& block, int row) {
  if (!block.x_tiles) return block.x + row * block.x_stride;
  return block.x + row / kTileRows * kTileRows * block.x_stride + row % kTileRows * kTileInner;
}

// 6 x 4 sums, 4 vectors of weights and a pair of x fill 29 of the 32 registers.
constexpr int kPairRows = 6;

template <int kRows, int kVectors>
DIPTYCH_PAIRS void MultiplyRows(const PanelBlock& block, int first) {
  const uint16_t* x[kRows];
  for (int row = 0; row < kRows; ++row) x[row] = RowOf(block, first + row);
  const int64_t step = StepOf(block);
  float* y = block.y + first * block.y_stride;
  __m512 sums[kRows][kVectors];
  for (int row = 0; row < kRows; ++row)
    for (int v = 0; v < kVectors; ++v)
      sums[row][v] = block.add ? _mm512_maskz_loadu_ps(LanesOf(block.columns - v * kPairLanes),
                                                       y + row * block.y_stride + v * kPairLanes)
                               : _mm512_setzero_ps();
  const uint16_t* weights = block.weights;
  for (int tile = 0; tile < block.inner; tile += kTileInner, weights += kTileInner * kPackedColumns)
    for (int k = 0; k < kTileInner; k += 2) {
      __m512bh panel[kVectors];
      for (int v = 0; v < kVectors; ++v)
        panel[v] = reinterpret_cast<__m512bh>(_mm512_load_si512(weights + v * kTileNumbers + k * kTileColumns));
      for (int row = 0; row < kRows; ++row) {
        const __m512bh pair = PairEverywhere(x[row] + tile / kTileInner * step + k);
        for (int v = 0; v < kVectors; ++v) sums[row][v] = _mm512_dpbf16_ps(sums[row][v], pair, panel[v]);
      }
    }
  for (int row = 0; row < kRows; ++row)
    for (int v = 0; v < kVectors; ++v)
      _mm512_mask_storeu_ps(y + row * block.y_stride + v * kPairLanes, LanesOf(block.columns - v * kPairLanes),
                            sums[row][v]);
}

// The rows from `first` on that are left of a group of at most kRows.
template <int kRows, int kVectors>
DIPTYCH_PAIRS void MultiplyLastRows(const PanelBlock& block, int first) {
  if constexpr (kRows > 0) {
    if (block.rows - first == kRows) return MultiplyRows<kRows, kVectors>(block, first);
    MultiplyLastRows<kRows - 1, kVectors>(block, first);
  }
}

template <int kVectors>
DIPTYCH_PAIRS void MultiplyOnPairs(const PanelBlock& block) {
  int row = 0;
  for (; row + kPairRows <= block.rows; row += kPairRows) MultiplyRows<kPairRows, kVectors>(block, row);
  MultiplyLastRows<kPairRows - 1, kVectors>(block, row);
}

DIPTYCH_PAIRS void MultiplyOnPairs(const PanelBlock& block) {
  static_assert(kTileColumns == kPairLanes && kPackedColumns == 4 * kPairLanes);
  if (block.columns <= kPairLanes) return MultiplyOnPairs<1>(block);
  if (block.columns <= 2 * kPairLanes) return MultiplyOnPairs<2>(block);
  if (block.columns <= 3 * kPairLanes) return MultiplyOnPairs<3>(block);
  MultiplyOnPairs<4>(block);
}

}  // namespace

void MultiplyPanel(const PanelBlock& block) {
  DIPTYCH_CHECK(block.columns <= kPackedColumns && block.inner % kTileInner == 0, "a block of one panel");
  if (AmxUsable()) return MultiplyOnTiles(block, TileLayout());
  MultiplyOnPairs(block);
}

void MultiplyTiles(const PanelBlock& block, const TileLayout& layout) {
  DIPTYCH_CHECK(AmxUsable() && block.inner % kTileInner == 0, "tiles");
  MultiplyOnTiles(block, layout);
}

#else

void MultiplyPanel(const PanelBlock&) { DIPTYCH_CHECK(false, "no bfloat16 products on this CPU"); }
void MultiplyTiles(const PanelBlock&, const TileLayout&) { DIPTYCH_CHECK(false, "no bfloat16 tiles on this CPU"); }

#endif

}  // namespace diptych::kernels
