// Products of bfloat16 matrices on Intel AMX, and the layouts that they read, for the trainer's attention. Included on
// x86-64 by its sources alone, for functions that run only where TilesUsable().
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "base/round_up.h"
#include "kernels/amx.h"
#include "kernels/transpose-inl.h"
#include "train_kernels/shapes.h"

#pragma GCC push_options
#pragma GCC target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")
namespace diptych::train_kernels {

inline constexpr int kTile = 16;  // rows of a tile, and its columns of float32 or of pairs of bfloat16
inline constexpr int kStep = 32;  // bfloat16 numbers of a tile's row: the inner dimension of one tile product

// Two neighbouring bfloat16 numbers, the earlier one in the lower half.
using Pair = uint32_t;

// Makes room for `count` numbers; grows, never shrinks. The numbers are undefined.
template <typename T>
T* Room(std::vector<T>& buffer, int64_t count) {
  if (static_cast<int64_t>(buffer.size()) < count) buffer.resize(static_cast<size_t>(count));
  return buffer.data();
}

// Configures the AMX tiles of the current thread while it lives.
class Tiles {
 public:
  Tiles() { _tile_loadconfig(&kernels::kWholeTiles); }
  ~Tiles() { _tile_release(); }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;
};

// c [m, n] = a [m, k] * b [k, n], or added to c. m and n are multiples of 16, k of 32. b holds pairs of rows:
//
//   a [m, k] bfloat16                b [k/2, n] pairs                             c [m, n] float32
//   row 0:  a00 a01 a02 a03 ...      pair row 0:  (b00,b10) (b01,b11) ...         row 0:  c00 c01 ...
//   row 1:  a10 a11 a12 a13 ...      pair row 1:  (b20,b30) (b21,b31) ...         row 1:  c10 c11 ...
//
// A tile is 16 rows of 64 bytes: 16 x 32 numbers of a, 16 x 16 pairs of b, 16 x 16 numbers of c. TDPBF16PS adds one
// tile of a times one of b to one of c. Registers 0 to 3 hold 2 x 2 tiles of c, 4 and 5 those of a, 6 and 7 those of b:
//
//              b: 6   7
//         a: 4    0   1
//            5    2   3
struct TileProduct {
  int64_t m, n, k;
  const BF16* a;
  int64_t a_stride;  // numbers from row to row
  const Pair* b;
  int64_t b_stride;  // pairs from row to row
  float* c;
  int64_t c_stride;
  bool add;
};
// Call it while a Tiles lives.
void MultiplyOnTiles(const TileProduct& p);

// --- layouts ---------------------------------------------------------------------------------------------------------

// Rows of a packed buffer, [count, stride], of which one head uses `width` numbers each, from `first` on.
struct StridedRows {
  const BF16* first;
  int64_t stride, count;
  int64_t width;  // the head's numbers, a multiple of 32
};

// [padded, width], zero below the rows.
inline void CopyRows(const StridedRows& in, int64_t padded, BF16* out) {
  for (int64_t i = 0; i < in.count; ++i)
    std::memcpy(out + i * in.width, in.first + i * in.stride, static_cast<size_t>(in.width) * 2);
  std::memset(out + in.count * in.width, 0, static_cast<size_t>((padded - in.count) * in.width) * 2);
}

// The second factor of a product with these rows transposed: [width/2, padded] pairs of a row's neighbours.
//
//   in    row i:   x0 x1 x2 x3 ...         out   pair row p, column i:   (x[2p], x[2p+1]) of row i
inline void TransposeRows(const StridedRows& in, int64_t padded, Pair* out) {
  for (int64_t i = 0; i < padded; i += kTile)
    for (int64_t j = 0; j < in.width; j += kStep) {
      __m512i block[kTile];
      for (int64_t r = 0; r < kTile; ++r)
        block[r] = i + r < in.count ? _mm512_loadu_si512(in.first + (i + r) * in.stride + j) : _mm512_setzero_si512();
      kernels::TransposeSquare(block);
      for (int64_t r = 0; r < kTile; ++r) _mm512_storeu_si512(out + (j / 2 + r) * padded + i, block[r]);
    }
}

struct Interleaved {
  __m512i low, high;  // pairs of columns 0 ... 15 and 16 ... 31
};
inline Interleaved Interleave(__m512i upper, __m512i lower) {
  const __m512i low = _mm512_unpacklo_epi16(upper, lower), high = _mm512_unpackhi_epi16(upper, lower);
  // Lane l of low: columns 8l ... 8l + 3; of high: the four after them.
  const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11),
                second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
  return {_mm512_permutex2var_epi64(low, first, high), _mm512_permutex2var_epi64(low, second, high)};
}

// The second factor of a product with these rows as they are: [padded/2, width] pairs of neighbouring rows.
//
//   in    rows 2p, 2p+1:   x0 x1 ... , y0 y1 ...         out   pair row p:   (x0,y0) (x1,y1) ...
inline void PairRows(const StridedRows& in, int64_t padded, Pair* out) {
  for (int64_t i = 0; i < padded; i += 2)
    for (int64_t j = 0; j < in.width; j += kStep) {
      const BF16* row = in.first + i * in.stride + j;
      const __m512i upper = i < in.count ? _mm512_loadu_si512(row) : _mm512_setzero_si512();
      const __m512i lower = i + 1 < in.count ? _mm512_loadu_si512(row + in.stride) : _mm512_setzero_si512();
      const Interleaved pairs = Interleave(upper, lower);
      _mm512_storeu_si512(out + i / 2 * in.width + j, pairs.low);
      _mm512_storeu_si512(out + i / 2 * in.width + j + kTile, pairs.high);
    }
}

// The same pairs of in [rows, columns] transposed: out [columns, rows/2] with (in[2p][j], in[2p+1][j]) at row j, column
// p. So out, read as bfloat16 [columns, rows], is in transposed. Rows and columns are multiples of 32.
inline void TransposePairs(const BF16* in, int64_t rows, int64_t columns, Pair* out) {
  for (int64_t i = 0; i < rows; i += kStep)
    for (int64_t j = 0; j < columns; j += kStep) {
      __m512i low[kTile], high[kTile];
      for (int64_t r = 0; r < kTile; ++r) {
        const BF16* row = in + (i + 2 * r) * columns + j;
        const Interleaved pairs = Interleave(_mm512_loadu_si512(row), _mm512_loadu_si512(row + columns));
        low[r] = pairs.low;
        high[r] = pairs.high;
      }
      kernels::TransposeSquare(low);
      kernels::TransposeSquare(high);
      for (int64_t r = 0; r < kTile; ++r) {
        _mm512_storeu_si512(out + (j + r) * (rows / 2) + i / 2, low[r]);
        _mm512_storeu_si512(out + (j + kTile + r) * (rows / 2) + i / 2, high[r]);
      }
    }
}

// --- elements --------------------------------------------------------------------------------------------------------

// exp(x), relative error below 1e-6; 0 far below.
inline __m512 Exp(__m512 x) {
  x = _mm512_max_ps(x, _mm512_set1_ps(-100.0f));
  const __m512 whole = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)), 0);
  __m512 r = _mm512_fnmadd_ps(whole, _mm512_set1_ps(0.693359375f), x);
  r = _mm512_fmadd_ps(whole, _mm512_set1_ps(2.12194440e-4f), r);
  __m512 p = _mm512_set1_ps(0.00833333333f);
  for (float c : {0.0416666667f, 0.166666667f, 0.5f, 1.0f, 1.0f}) p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(c));
  return _mm512_scalef_ps(p, whole);
}

inline __m256i Rounded(__m512 x) { return reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)); }

inline __m512 Widened(const BF16* in) {
  return _mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(in))), 16));
}

// A mask of those of the 16 columns from `column` on that lie in [begin, end).
inline __mmask16 Between(int64_t begin, int64_t end, int64_t column) {
  const auto below = [&](int64_t count) { return count <= 0 ? 0u : count >= kTile ? 0xFFFFu : (1u << count) - 1; };
  return static_cast<__mmask16>(below(end - column) & ~below(begin - column));
}

// out [rows, width] bfloat16 = in [rows, width] * factor of the row.
inline void StoreRows(const float* in, const float* factors, const StridedRows& shape, BF16* out, int64_t stride) {
  for (int64_t i = 0; i < shape.count; ++i) {
    const __m512 factor = _mm512_set1_ps(factors == nullptr ? 1 : factors[i]);
    for (int64_t j = 0; j < shape.width; j += kTile)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i * stride + j),
                          Rounded(_mm512_mul_ps(_mm512_loadu_ps(in + i * shape.width + j), factor)));
  }
}

}  // namespace diptych::train_kernels
#pragma GCC pop_options
