#include "kernels/panel_product.h"

#if defined(__x86_64__)
#include "kernels/amx.h"
#include "kernels/bfloat_pairs-inl.h"
#endif

#include <algorithm>

#include "base/error.h"
#include "kernels/row_product.h"

namespace diptych {

#if defined(__x86_64__)

namespace {

// --- Intel AMX -------------------------------------------------------------------------------------------------------

constexpr int kTileRows = 16, kTileColumns = 16;
constexpr int kTileInner = 32;  // numbers of the inner dimension in one step
constexpr int64_t kWeightStride =
    kPackedColumns * 2 * sizeof(uint16_t);  // bytes from one pair of inner rows to the next

#define DIPTYCH_TILES __attribute__((target("amx-tile,amx-bf16")))

// The layout of LDTILECFG's operand: Intel's manual, volume 2.
struct alignas(64) TileConfiguration {
  uint8_t palette = 1, start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t row_bytes[16] = {};
  uint8_t rows[16] = {};
};

TileConfiguration AllTilesWhole() {
  TileConfiguration configuration;
  std::fill_n(configuration.row_bytes, 8, uint16_t{64});
  std::fill_n(configuration.rows, 8, uint8_t{kTileRows});
  return configuration;
}

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

// A tile's number is part of the instruction's text, so each of the four results has its own.
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

// GCC does not know that tile loads read memory: the empty statement keeps earlier writes before them.
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

// 32 x 32 results, or fewer at the block's edges.
DIPTYCH_TILES void MultiplySquare(const PanelBlock& block, int row, int column) {
  const bool below = row + kTileRows < block.rows;
  const Target t00 = TargetAt(block, row, column), t01 = TargetAt(block, row, column + kTileColumns);
  const Target t10 = TargetAt(block, row + kTileRows, column);
  const Target t11 = TargetAt(block, row + kTileRows, column + kTileColumns);
  Begin(0, t00, block.add);
  Begin(1, t01, block.add);
  Begin(2, t10, block.add);
  Begin(3, t11, block.add);
  const int64_t x_bytes = block.x_stride * static_cast<int64_t>(sizeof(uint16_t));
  const uint16_t* x = block.x + row * block.x_stride;
  const uint16_t* w = block.weights + column * 2;
  for (int k = 0; k < block.inner; k += kTileInner, x += kTileInner, w += kTileInner * kPackedColumns) {
    _tile_loadd(4, x, x_bytes);
    _tile_loadd(6, w, kWeightStride);
    _tile_loadd(7, w + 2 * kTileColumns, kWeightStride);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    if (!below) continue;
    _tile_loadd(5, x + kTileRows * block.x_stride, x_bytes);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  End(0, t00);
  End(1, t01);
  End(2, t10);
  End(3, t11);
}

DIPTYCH_TILES void MultiplyOnTiles(const PanelBlock& block) {
  const TileConfiguration configuration = AllTilesWhole();
  asm volatile("" ::"r"(&configuration) : "memory");
  _tile_loadconfig(&configuration);
  for (int column = 0; column < block.columns; column += 2 * kTileColumns)
    for (int row = 0; row < block.rows; row += 2 * kTileRows) MultiplySquare(block, row, column);
  _tile_release();
}

// --- AVX-512 ---------------------------------------------------------------------------------------------------------

constexpr int kVectors = kPackedColumns / kPairLanes;
// 6 x 4 sums, 4 vectors of weights and a pair of x fill 29 of the 32 registers.
constexpr int kPairRows = 6;

template <int kRows>
DIPTYCH_PAIRS void MultiplyRows(const PanelBlock& block, int first) {
  const uint16_t* x = block.x + first * block.x_stride;
  float* y = block.y + first * block.y_stride;
  __m512 sums[kRows][kVectors];
  for (int row = 0; row < kRows; ++row)
    for (int v = 0; v < kVectors; ++v)
      sums[row][v] = block.add ? _mm512_maskz_loadu_ps(LanesOf(block.columns - v * kPairLanes),
                                                       y + row * block.y_stride + v * kPairLanes)
                               : _mm512_setzero_ps();
  const uint16_t* weights = block.weights;
  for (int k = 0; k < block.inner; k += 2, weights += 2 * kPackedColumns) {
    __m512bh panel[kVectors];
    for (int v = 0; v < kVectors; ++v)
      panel[v] = reinterpret_cast<__m512bh>(_mm512_load_si512(weights + v * 2 * kPairLanes));
    for (int row = 0; row < kRows; ++row) {
      const __m512bh pair = PairEverywhere(x + row * block.x_stride + k);
      for (int v = 0; v < kVectors; ++v) sums[row][v] = _mm512_dpbf16_ps(sums[row][v], pair, panel[v]);
    }
  }
  for (int row = 0; row < kRows; ++row)
    for (int v = 0; v < kVectors; ++v)
      _mm512_mask_storeu_ps(y + row * block.y_stride + v * kPairLanes, LanesOf(block.columns - v * kPairLanes),
                            sums[row][v]);
}

DIPTYCH_PAIRS void MultiplyOnPairs(const PanelBlock& block) {
  int row = 0;
  for (; row + kPairRows <= block.rows; row += kPairRows) MultiplyRows<kPairRows>(block, row);
  switch (block.rows - row) {
    case 1:
      return MultiplyRows<1>(block, row);
    case 2:
      return MultiplyRows<2>(block, row);
    case 3:
      return MultiplyRows<3>(block, row);
    case 4:
      return MultiplyRows<4>(block, row);
    case 5:
      return MultiplyRows<5>(block, row);
    default:
      return;
  }
}

}  // namespace

void MultiplyPanel(const PanelBlock& block) {
  DIPTYCH_CHECK(block.columns <= kPackedColumns && block.inner % kTileInner == 0, "a block of one panel");
  if (AmxUsable()) return MultiplyOnTiles(block);
  MultiplyOnPairs(block);
}

#else

void MultiplyPanel(const PanelBlock&) { DIPTYCH_CHECK(false, "no bfloat16 products on this CPU"); }

#endif

}  // namespace diptych
