#include "kernels/attention_tiles.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "base/error.h"
#include "kernels/attention_documents.h"

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__)
#define DIPTYCH_TILES 1
#include <immintrin.h>

#include "kernels/amx.h"
#endif

namespace diptych::kernels {

#if DIPTYCH_TILES
namespace {

constexpr int kTile = 16;  // rows of a tile, and its columns of float32 or of pairs of bfloat16
constexpr int kStep = 32;  // bfloat16 numbers of a tile's row: the inner dimension of one tile product

int64_t PaddedTo(int64_t count, int64_t multiple) { return (count + multiple - 1) / multiple * multiple; }

// Two neighbouring bfloat16 numbers, the earlier one in the lower half.
using Pair = uint32_t;

// Grows, never shrinks; its numbers are undefined.
template <typename T>
T* Room(std::vector<T>& buffer, int64_t count) {
  if (static_cast<int64_t>(buffer.size()) < count) buffer.resize(static_cast<size_t>(count));
  return buffer.data();
}

}  // namespace

#pragma GCC push_options
#pragma GCC target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")
namespace {

// Every tile whole: 16 rows of 64 bytes.
struct alignas(64) TileConfiguration {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
// In memory for good: the compiler thinks that loading it reads eight bytes.
constexpr TileConfiguration kWholeTiles;

// The tiles of the current thread, configured while this lives.
class Tiles {
 public:
  Tiles() { _tile_loadconfig(&kWholeTiles); }
  ~Tiles() { _tile_release(); }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;
};

// The compiler's tile loads do not say that they read memory.
inline void SettleMemory() { __asm__ volatile("" ::: "memory"); }

// c [m, n] = a [m, k] * b [k, n], or added to c. m and n are multiples of 16, k of 32. b holds pairs of rows: element
// (p, j) is (b[2p][j], b[2p+1][j]).
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

void Multiply(const TileProduct& p) {
  SettleMemory();
  int64_t i = 0;
  for (; i + 2 * kTile <= p.m; i += 2 * kTile) TileRows<true>(p, i);
  if (i < p.m) TileRows<false>(p, i);
  SettleMemory();
}

// --- layouts ---------------------------------------------------------------------------------------------------------

// 16 rows of 16 dwords, turned.
void Turn(__m512i r[kTile]) {
  __m512i s[kTile];
  for (int i = 0; i < kTile; i += 2) {
    s[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    s[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  for (int i = 0; i < kTile; i += 4) {
    r[i] = _mm512_unpacklo_epi64(s[i], s[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(s[i], s[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(s[i + 1], s[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(s[i + 1], s[i + 3]);
  }
  // r[4g + c], lane l: column 4l + c of the rows 4g ... 4g + 3. Lanes now gather the groups.
  for (int c = 0; c < 4; ++c) {
    s[c] = _mm512_shuffle_i32x4(r[c], r[4 + c], 0x88);
    s[4 + c] = _mm512_shuffle_i32x4(r[c], r[4 + c], 0xDD);
    s[8 + c] = _mm512_shuffle_i32x4(r[8 + c], r[12 + c], 0x88);
    s[12 + c] = _mm512_shuffle_i32x4(r[8 + c], r[12 + c], 0xDD);
  }
  for (int c = 0; c < 4; ++c) {
    r[c] = _mm512_shuffle_i32x4(s[c], s[8 + c], 0x88);
    r[8 + c] = _mm512_shuffle_i32x4(s[c], s[8 + c], 0xDD);
    r[4 + c] = _mm512_shuffle_i32x4(s[4 + c], s[12 + c], 0x88);
    r[12 + c] = _mm512_shuffle_i32x4(s[4 + c], s[12 + c], 0xDD);
  }
}

// Rows of a packed buffer that one head reads.
struct HeadRows {
  const BF16* first;
  int64_t stride, count;
  int64_t width;  // the head's numbers, a multiple of 32
};

// [padded, width], zero below the rows.
void CopyRows(const HeadRows& in, int64_t padded, BF16* out) {
  for (int64_t i = 0; i < in.count; ++i)
    std::memcpy(out + i * in.width, in.first + i * in.stride, static_cast<size_t>(in.width) * 2);
  std::memset(out + in.count * in.width, 0, static_cast<size_t>((padded - in.count) * in.width) * 2);
}

// The second factor of a product with these rows turned: [width/2, padded] pairs of a row's neighbours.
void TurnRows(const HeadRows& in, int64_t padded, Pair* out) {
  for (int64_t i = 0; i < padded; i += kTile)
    for (int64_t j = 0; j < in.width; j += kStep) {
      __m512i block[kTile];
      for (int64_t r = 0; r < kTile; ++r)
        block[r] = i + r < in.count ? _mm512_loadu_si512(in.first + (i + r) * in.stride + j) : _mm512_setzero_si512();
      Turn(block);
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
void PairRows(const HeadRows& in, int64_t padded, Pair* out) {
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

// turned [columns, rows/2] pairs of neighbouring rows of in [rows, columns], rows a multiple of 32, columns of 32.
void TurnPairs(const BF16* in, int64_t rows, int64_t columns, Pair* out) {
  for (int64_t i = 0; i < rows; i += kStep)
    for (int64_t j = 0; j < columns; j += kStep) {
      __m512i low[kTile], high[kTile];
      for (int64_t r = 0; r < kTile; ++r) {
        const BF16* row = in + (i + 2 * r) * columns + j;
        const Interleaved pairs = Interleave(_mm512_loadu_si512(row), _mm512_loadu_si512(row + columns));
        low[r] = pairs.low;
        high[r] = pairs.high;
      }
      Turn(low);
      Turn(high);
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

// Those of 16 columns from `column` that lie in [begin, end).
inline __mmask16 Between(int64_t begin, int64_t end, int64_t column) {
  const auto below = [&](int64_t count) { return count <= 0 ? 0u : count >= kTile ? 0xFFFFu : (1u << count) - 1; };
  return static_cast<__mmask16>(below(end - column) & ~below(begin - column));
}

// out [rows, width] bfloat16 = in [rows, width] * factor of the row.
void StoreRows(const float* in, const float* factors, const HeadRows& shape, BF16* out, int64_t stride) {
  for (int64_t i = 0; i < shape.count; ++i) {
    const __m512 factor = _mm512_set1_ps(factors == nullptr ? 1 : factors[i]);
    for (int64_t j = 0; j < shape.width; j += kTile)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i * stride + j),
                          Rounded(_mm512_mul_ps(_mm512_loadu_ps(in + i * shape.width + j), factor)));
  }
}

// --- forward ---------------------------------------------------------------------------------------------------------

// Keys and values of a run of rows, as the forward products read them.
struct ForwardKeys {
  int64_t padded = 0;              // rows, to a multiple of 32
  std::vector<Pair> keys, values;  // [K/2, padded], [padded/2, K]

  void Load(const BF16* key, const BF16* value, int64_t stride, int64_t count, int64_t head) {
    padded = PaddedTo(count, kStep);
    TurnRows({key, stride, count, head}, padded, Room(keys, head / 2 * padded));
    PairRows({value, stride, count, head}, padded, Room(values, padded / 2 * head));
  }
};

struct ForwardScratch {
  ForwardKeys prefix, own;
  std::vector<BF16> queries, weights;
  std::vector<float> scores, out, inverse_sums;
};

// A row of scores: its prefix columns [0, prefix) and its own from `own_first` on are seen.
struct ScoreRow {
  int64_t columns, prefix, own_first, own_end;
  __mmask16 Seen(int64_t column) const { return Between(0, prefix, column) | Between(own_first, own_end, column); }
};

struct RowSum {
  float largest, sum;  // of score * scale; of exp(score * scale - largest)
};
RowSum Weigh(const ScoreRow& row, const float* scores, float scale, BF16* weights) {
  __m512 largest = _mm512_set1_ps(-1e30f), sum = _mm512_setzero_ps();
  for (int64_t j = 0; j < row.columns; j += kTile)
    largest = _mm512_mask_max_ps(largest, row.Seen(j), largest, _mm512_loadu_ps(scores + j));
  const float top = _mm512_reduce_max_ps(largest) * scale;
  for (int64_t j = 0; j < row.columns; j += kTile) {
    const __m512 x = _mm512_fmsub_ps(_mm512_loadu_ps(scores + j), _mm512_set1_ps(scale), _mm512_set1_ps(top));
    const __m512 e = _mm512_maskz_mov_ps(row.Seen(j), Exp(x));
    sum = _mm512_add_ps(sum, e);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(weights + j), Rounded(e));
  }
  return {top, _mm512_reduce_add_ps(sum)};
}

// One head of one span; the prefix's keys are loaded already.
void SpanForward(const HeadShape& shape, const AttentionSpan& span, int head_index, const AttentionRows& own,
                 ForwardScratch& s) {
  const int64_t stride = shape.width(), head = shape.head, queries = PaddedTo(span.count, kTile);
  const HeadOffsets at = OffsetsOf(shape, head_index);
  const BF16* rows = own.rows + span.first * stride;
  s.own.Load(rows + at.key, rows + at.value, stride, span.count, head);
  CopyRows({rows + at.query, stride, span.count, head}, queries, Room(s.queries, queries * head));
  const int64_t prefix = PaddedTo(span.prefix_count, kStep), columns = prefix + s.own.padded;
  float* scores = Room(s.scores, queries * columns);
  BF16* weights = Room(s.weights, queries * columns);
  Multiply(
      {queries, prefix, head, s.queries.data(), head, s.prefix.keys.data(), s.prefix.padded, scores, columns, false});
  Multiply({queries, s.own.padded, head, s.queries.data(), head, s.own.keys.data(), s.own.padded, scores + prefix,
            columns, false});
  const float scale = 1.0f / std::sqrt(static_cast<float>(head));
  float* inverse_sums = Room(s.inverse_sums, queries);
  for (int64_t i = 0; i < span.count; ++i) {
    const ScoreRow row{columns, span.prefix_count, prefix, prefix + (span.causal ? i + 1 : span.count)};
    const RowSum sum = Weigh(row, scores + i * columns, scale, weights + i * columns);
    own.log_sum[(span.first + i) * shape.query_heads + head_index] = sum.largest + std::log(sum.sum);
    inverse_sums[i] = 1 / sum.sum;
  }
  float* out = Room(s.out, queries * head);
  Multiply({queries, head, prefix, weights, columns, s.prefix.values.data(), head, out, head, false});
  Multiply({queries, head, s.own.padded, weights + prefix, columns, s.own.values.data(), head, out, head, true});
  const int64_t out_stride = int64_t{shape.query_heads} * head;
  StoreRows(out, inverse_sums, {nullptr, 0, span.count, head}, own.out + span.first * out_stride + head_index * head,
            out_stride);
}

// The longest prefix of the spans that begin theirs where `span` does.
int64_t LongestPrefix(std::span<const AttentionSpan> document, const AttentionSpan& span) {
  int64_t longest = 0;
  for (const AttentionSpan& other : document)
    if (other.prefix_first == span.prefix_first) longest = std::max(longest, other.prefix_count);
  return longest;
}

void DocumentForward(const HeadShape& shape, std::span<const AttentionSpan> document, int head_index,
                     const AttentionRows& understanding, const AttentionRows& generation, ForwardScratch& s) {
  const HeadOffsets at = OffsetsOf(shape, head_index);
  int64_t loaded = -1;
  for (const AttentionSpan& span : document) {
    if (span.prefix_first != loaded) {
      const BF16* rows = understanding.rows + span.prefix_first * shape.width();
      s.prefix.Load(rows + at.key, rows + at.value, shape.width(), LongestPrefix(document, span), shape.head);
      loaded = span.prefix_first;
    }
    SpanForward(shape, span, head_index, span.generation ? generation : understanding, s);
  }
}

// --- backward --------------------------------------------------------------------------------------------------------

// Keys and values of a run of rows, as the backward products read them.
struct BackwardKeys {
  int64_t padded = 0;              // rows, to a multiple of 32
  std::vector<BF16> keys, values;  // [padded, K]
  std::vector<Pair> paired_keys;   // [padded/2, K]

  void Load(const BF16* key, const BF16* value, int64_t stride, int64_t count, int64_t head) {
    padded = PaddedTo(count, kStep);
    CopyRows({key, stride, count, head}, padded, Room(keys, padded * head));
    CopyRows({value, stride, count, head}, padded, Room(values, padded * head));
    PairRows({key, stride, count, head}, padded, Room(paired_keys, padded / 2 * head));
  }
};

// The queries' side of a span.
struct BackwardQueries {
  int64_t padded = 0;  // rows, to a multiple of 32
  std::vector<Pair> turned, paired, turned_d_out, paired_d_out;
  std::vector<float> log_sums, dots, d_queries;  // dots: of out and d_out

  void Load(const HeadRows& queries, const HeadRows& out, const BF16* d_out) {
    padded = PaddedTo(queries.count, kStep);
    const int64_t head = queries.width;
    const HeadRows d{d_out, out.stride, out.count, head};
    TurnRows(queries, padded, Room(turned, head / 2 * padded));
    PairRows(queries, padded, Room(paired, padded / 2 * head));
    TurnRows(d, padded, Room(turned_d_out, head / 2 * padded));
    PairRows(d, padded, Room(paired_d_out, padded / 2 * head));
    Room(log_sums, padded);
    Room(d_queries, padded * head);
    Room(dots, padded);
    for (int64_t i = 0; i < out.count; ++i) {
      __m512 sum = _mm512_setzero_ps();
      for (int64_t j = 0; j < head; j += kTile)
        sum = _mm512_fmadd_ps(Widened(out.first + i * out.stride + j), Widened(d_out + i * out.stride + j), sum);
      dots[static_cast<size_t>(i)] = _mm512_reduce_add_ps(sum);
    }
  }
};

struct BackwardScratch {
  BackwardKeys prefix, own;
  BackwardQueries queries;
  KeyGradients understanding, generation;
  std::vector<float> scores, d_weights;
  std::vector<BF16> weights, d_scores;
  std::vector<Pair> turned_d_scores;
};

// A run of keys that a span's queries see: all of them, or key i from query i on.
struct KeyRun {
  const BackwardKeys& keys;
  int64_t count, queries;
  bool causal;
  float *d_keys, *d_values;  // added to; null where none are wanted
};

// weights = exp(scores * scale - log_sum), d_scores = weights * (d_weights - dot) * scale; key by key, all queries.
void BackwardElements(const KeyRun& run, float scale, BackwardScratch& s) {
  const int64_t columns = s.queries.padded;
  for (int64_t i = 0; i < PaddedTo(run.count, kStep); ++i)
    for (int64_t j = 0; j < columns; j += kTile) {
      const __mmask16 seen = i < run.count ? Between(run.causal ? i : 0, run.queries, j) : __mmask16{0};
      const int64_t at = i * columns + j;
      const __m512 x = _mm512_fmsub_ps(_mm512_loadu_ps(s.scores.data() + at), _mm512_set1_ps(scale),
                                       _mm512_loadu_ps(s.queries.log_sums.data() + j));
      const __m512 weight = _mm512_maskz_mov_ps(seen, Exp(x));
      const __m512 change =
          _mm512_sub_ps(_mm512_loadu_ps(s.d_weights.data() + at), _mm512_loadu_ps(s.queries.dots.data() + j));
      const __m512 d = _mm512_maskz_mul_ps(seen, _mm512_mul_ps(weight, change), _mm512_set1_ps(scale));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(s.weights.data() + at), Rounded(weight));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(s.d_scores.data() + at), Rounded(d));
    }
}

// Everything lies key by key: scores turned, so that the keys' gradients need no turning, only the queries' do.
void RunBackward(const KeyRun& run, int64_t head, bool add_to_queries, BackwardScratch& s) {
  const int64_t keys = PaddedTo(run.count, kStep), columns = s.queries.padded, size = keys * columns;
  BackwardQueries& q = s.queries;
  Room(s.scores, size);
  Room(s.d_weights, size);
  Room(s.weights, size);
  Room(s.d_scores, size);
  Room(s.turned_d_scores, size / 2);
  Multiply(
      {keys, columns, head, run.keys.keys.data(), head, q.turned.data(), columns, s.scores.data(), columns, false});
  Multiply({keys, columns, head, run.keys.values.data(), head, q.turned_d_out.data(), columns, s.d_weights.data(),
            columns, false});
  BackwardElements(run, 1.0f / std::sqrt(static_cast<float>(head)), s);
  if (run.d_keys != nullptr) {
    Multiply({keys, head, columns, s.weights.data(), columns, q.paired_d_out.data(), head, run.d_values, head, true});
    Multiply({keys, head, columns, s.d_scores.data(), columns, q.paired.data(), head, run.d_keys, head, true});
  }
  TurnPairs(s.d_scores.data(), keys, columns, s.turned_d_scores.data());
  Multiply({columns, head, keys, reinterpret_cast<const BF16*>(s.turned_d_scores.data()), keys,
            run.keys.paired_keys.data(), head, q.d_queries.data(), head, add_to_queries});
}

void SpanBackward(const HeadShape& shape, const AttentionSpan& span, int head_index, const AttentionGradientRows& own,
                  bool prefix_gradients, BackwardScratch& s) {
  const int64_t stride = shape.width(), head = shape.head, out_stride = int64_t{shape.query_heads} * head;
  const HeadOffsets at = OffsetsOf(shape, head_index);
  const BF16* rows = own.rows + span.first * stride;
  const int64_t out_first = span.first * out_stride + head_index * head;
  s.own.Load(rows + at.key, rows + at.value, stride, span.count, head);
  s.queries.Load({rows + at.query, stride, span.count, head}, {own.out + out_first, out_stride, span.count, head},
                 own.d_out + out_first);
  for (int64_t i = 0; i < span.count; ++i)
    s.queries.log_sums[static_cast<size_t>(i)] = own.log_sum[(span.first + i) * shape.query_heads + head_index];
  KeyGradients& gradients = span.generation ? s.generation : s.understanding;
  const int64_t own_at = (span.first - gradients.rows.first) * head;
  RunBackward(
      {s.own, span.count, span.count, span.causal, gradients.keys.data() + own_at, gradients.values.data() + own_at},
      head, false, s);
  if (span.prefix_count > 0) {
    const int64_t prefix_at = (span.prefix_first - s.understanding.rows.first) * head;
    KeyRun prefix{s.prefix, span.prefix_count, span.count, false, nullptr, nullptr};
    if (prefix_gradients) {
      prefix.d_keys = s.understanding.keys.data() + prefix_at;
      prefix.d_values = s.understanding.values.data() + prefix_at;
    }
    RunBackward(prefix, head, true, s);
  }
  StoreRows(s.queries.d_queries.data(), nullptr, {nullptr, 0, span.count, head},
            own.d_rows + span.first * stride + at.query, stride);
}

// One head of keys with all its query heads.
void DocumentBackward(const HeadShape& shape, std::span<const AttentionSpan> document, int key_head,
                      const AttentionGradientRows& understanding, const AttentionGradientRows& generation,
                      BackwardScratch& s) {
  const int group = shape.query_heads / shape.key_value_heads;
  const int64_t stride = shape.width(), head = shape.head;
  const HeadOffsets at = OffsetsOf(shape, key_head * group);
  const DocumentRows rows = RowsOf(document);
  // A tile may add zeros to the rows below.
  s.understanding.Clear(rows.understanding, kStep, head);
  s.generation.Clear(rows.generation, kStep, head);
  int64_t loaded = -1;
  for (const AttentionSpan& span : document) {
    if (!HasGradient(span, understanding)) continue;
    if (span.prefix_first != loaded) {
      const BF16* first = understanding.rows + span.prefix_first * stride;
      s.prefix.Load(first + at.key, first + at.value, stride, LongestPrefix(document, span), head);
      loaded = span.prefix_first;
    }
    for (int query_head = key_head * group; query_head < (key_head + 1) * group; ++query_head)
      SpanBackward(shape, span, query_head, span.generation ? generation : understanding,
                   understanding.d_rows != nullptr, s);
  }
  const auto store = [&](const KeyGradients& gradients, BF16* d_rows) {
    const HeadRows size{nullptr, 0, gradients.rows.count(), head};
    StoreRows(gradients.keys.data(), nullptr, size, d_rows + gradients.rows.first * stride + at.key, stride);
    StoreRows(gradients.values.data(), nullptr, size, d_rows + gradients.rows.first * stride + at.value, stride);
  };
  if (understanding.d_rows != nullptr) store(s.understanding, understanding.d_rows);
  store(s.generation, generation.d_rows);
}

}  // namespace

void TileAttentionForward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                          const AttentionRows& understanding, const AttentionRows& generation) {
  const int64_t work = (static_cast<int64_t>(documents.size()) - 1) * shape.query_heads;
#pragma omp parallel
  {
    const Tiles tiles;
    ForwardScratch scratch;
#pragma omp for schedule(dynamic)
    for (int64_t item = 0; item < work; ++item)
      DocumentForward(shape, DocumentSpans(spans, documents, static_cast<size_t>(item / shape.query_heads)),
                      static_cast<int>(item % shape.query_heads), understanding, generation, scratch);
  }
}

void TileAttentionBackward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                           const AttentionGradientRows& understanding, const AttentionGradientRows& generation) {
  const int64_t work = (static_cast<int64_t>(documents.size()) - 1) * shape.key_value_heads;
#pragma omp parallel
  {
    const Tiles tiles;
    BackwardScratch scratch;
#pragma omp for schedule(dynamic)
    for (int64_t item = 0; item < work; ++item)
      DocumentBackward(shape, DocumentSpans(spans, documents, static_cast<size_t>(item / shape.key_value_heads)),
                       static_cast<int>(item % shape.key_value_heads), understanding, generation, scratch);
  }
}
#pragma GCC pop_options

bool TilesUsable() {
  return AmxUsable() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bf16");
}

#else

bool TilesUsable() { return false; }

void TileAttentionForward(const HeadShape&, std::span<const AttentionSpan>, std::span<const int>, const AttentionRows&,
                          const AttentionRows&) {
  DIPTYCH_CHECK(false, "this processor has no tiles");
}

void TileAttentionBackward(const HeadShape&, std::span<const AttentionSpan>, std::span<const int>,
                           const AttentionGradientRows&, const AttentionGradientRows&) {
  DIPTYCH_CHECK(false, "this processor has no tiles");
}
#endif

}  // namespace diptych::kernels
