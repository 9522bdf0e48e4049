#include "train_kernels/attention_tiles.h"

#include <cmath>
#include <vector>

#include "base/error.h"
#include "train_kernels/attention_documents.h"

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__)
#define DIPTYCH_TILES 1
#include "train_kernels/tile_product-inl.h"
#endif

namespace diptych::train_kernels {

#if DIPTYCH_TILES
#pragma GCC push_options
#pragma GCC target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")
namespace {

// Keys and values of a run of rows, as the forward products read them.
struct ForwardKeys {
  int64_t padded = 0;              // rows, to a multiple of 32
  std::vector<Pair> keys, values;  // [K/2, padded], [padded/2, K]

  void Load(const BF16* key, const BF16* value, int64_t stride, int64_t count, int64_t head) {
    padded = base::RoundUp(count, kStep);
    TransposeRows({key, stride, count, head}, padded, Room(keys, head / 2 * padded));
    PairRows({value, stride, count, head}, padded, Room(values, padded / 2 * head));
  }
};

struct ForwardScratch {
  ForwardKeys prefix, own;
  std::vector<BF16> queries, weights;
  std::vector<float> scores, out, inverse_sums;
};

// A row of scores. It attends to the prefix columns [0, prefix) and to its own columns from `own_first` on.
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
  const int64_t stride = shape.width(), head = shape.head, queries = base::RoundUp(span.count, kTile);
  const HeadOffsets at = OffsetsOf(shape, head_index);
  const BF16* rows = own.rows + span.first * stride;
  s.own.Load(rows + at.key, rows + at.value, stride, span.count, head);
  CopyRows({rows + at.query, stride, span.count, head}, queries, Room(s.queries, queries * head));
  const int64_t prefix = base::RoundUp(span.prefix_count, kStep), columns = prefix + s.own.padded;
  float* scores = Room(s.scores, queries * columns);
  BF16* weights = Room(s.weights, queries * columns);
  MultiplyOnTiles(
      {queries, prefix, head, s.queries.data(), head, s.prefix.keys.data(), s.prefix.padded, scores, columns, false});
  MultiplyOnTiles({queries, s.own.padded, head, s.queries.data(), head, s.own.keys.data(), s.own.padded,
                   scores + prefix, columns, false});
  const float scale = 1.0f / std::sqrt(static_cast<float>(head));
  float* inverse_sums = Room(s.inverse_sums, queries);
  for (int64_t i = 0; i < span.count; ++i) {
    const ScoreRow row{columns, span.prefix_count, prefix, prefix + (span.causal ? i + 1 : span.count)};
    const RowSum sum = Weigh(row, scores + i * columns, scale, weights + i * columns);
    own.log_sum[(span.first + i) * shape.query_heads + head_index] = sum.largest + std::log(sum.sum);
    inverse_sums[i] = 1 / sum.sum;
  }
  float* out = Room(s.out, queries * head);
  MultiplyOnTiles({queries, head, prefix, weights, columns, s.prefix.values.data(), head, out, head, false});
  MultiplyOnTiles({queries, head, s.own.padded, weights + prefix, columns, s.own.values.data(), head, out, head, true});
  const int64_t out_stride = int64_t{shape.query_heads} * head;
  StoreRows(out, inverse_sums, {nullptr, 0, span.count, head}, own.out + span.first * out_stride + head_index * head,
            out_stride);
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
#pragma GCC pop_options

bool TilesUsable() {
  return kernels::AmxUsable() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bf16");
}

#else

bool TilesUsable() { return false; }

void TileAttentionForward(const HeadShape&, std::span<const AttentionSpan>, std::span<const int>, const AttentionRows&,
                          const AttentionRows&) {
  DIPTYCH_CHECK(false, "this processor has no tiles");
}
#endif

}  // namespace diptych::train_kernels
