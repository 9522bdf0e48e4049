#include <cmath>
#include <vector>

#include "base/error.h"
#include "train_kernels/attention_documents.h"
#include "train_kernels/attention_tiles.h"

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__)
#define DIPTYCH_TILES 1
#include "train_kernels/tile_product-inl.h"
#endif

namespace diptych::train_kernels {

#if DIPTYCH_TILES
#pragma GCC push_options
#pragma GCC target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")
namespace {

// Keys and values of a run of rows, as the backward products read them.
struct BackwardKeys {
  int64_t padded = 0;              // rows, to a multiple of 32
  std::vector<BF16> keys, values;  // [padded, K]
  std::vector<Pair> paired_keys;   // [padded/2, K]

  void Load(const BF16* key, const BF16* value, int64_t stride, int64_t count, int64_t head) {
    padded = base::RoundUp(count, kStep);
    CopyRows({key, stride, count, head}, padded, Room(keys, padded * head));
    CopyRows({value, stride, count, head}, padded, Room(values, padded * head));
    PairRows({key, stride, count, head}, padded, Room(paired_keys, padded / 2 * head));
  }
};

// The queries' side of a span.
struct BackwardQueries {
  int64_t padded = 0;  // rows, to a multiple of 32
  std::vector<Pair> transposed, paired, turned_d_out, paired_d_out;
  std::vector<float> log_sums, dots, d_queries;  // dots: of out and d_out

  void Load(const StridedRows& queries, const StridedRows& out, const BF16* d_out) {
    padded = base::RoundUp(queries.count, kStep);
    const int64_t head = queries.width;
    const StridedRows d{d_out, out.stride, out.count, head};
    TransposeRows(queries, padded, Room(transposed, head / 2 * padded));
    PairRows(queries, padded, Room(paired, padded / 2 * head));
    TransposeRows(d, padded, Room(turned_d_out, head / 2 * padded));
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

// A run of keys that a span's queries attend to: every query to all of them or, if causal, query i to the keys up to i.
struct KeyRun {
  const BackwardKeys& keys;
  int64_t count, queries;
  bool causal;
  float *d_keys, *d_values;  // added to; null where none are wanted
};

// weights = exp(scores * scale - log_sum), d_scores = weights * (d_weights - dot) * scale; key by key, all queries.
void BackwardElements(const KeyRun& run, float scale, BackwardScratch& s) {
  const int64_t columns = s.queries.padded;
  for (int64_t i = 0; i < base::RoundUp(run.count, kStep); ++i)
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

// All matrices have a row for each key: the scores are computed transposed, so that the gradients of keys and values
// need no transposition; only the gradient of the queries does.
void RunBackward(const KeyRun& run, int64_t head, bool add_to_queries, BackwardScratch& s) {
  const int64_t keys = base::RoundUp(run.count, kStep), columns = s.queries.padded, size = keys * columns;
  BackwardQueries& q = s.queries;
  Room(s.scores, size);
  Room(s.d_weights, size);
  Room(s.weights, size);
  Room(s.d_scores, size);
  Room(s.turned_d_scores, size / 2);
  MultiplyOnTiles(
      {keys, columns, head, run.keys.keys.data(), head, q.transposed.data(), columns, s.scores.data(), columns, false});
  MultiplyOnTiles({keys, columns, head, run.keys.values.data(), head, q.turned_d_out.data(), columns,
                   s.d_weights.data(), columns, false});
  BackwardElements(run, 1.0f / std::sqrt(static_cast<float>(head)), s);
  if (run.d_keys != nullptr) {
    MultiplyOnTiles(
        {keys, head, columns, s.weights.data(), columns, q.paired_d_out.data(), head, run.d_values, head, true});
    MultiplyOnTiles({keys, head, columns, s.d_scores.data(), columns, q.paired.data(), head, run.d_keys, head, true});
  }
  TransposePairs(s.d_scores.data(), keys, columns, s.turned_d_scores.data());
  MultiplyOnTiles({columns, head, keys, reinterpret_cast<const BF16*>(s.turned_d_scores.data()), keys,
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
  // Room for kStep more rows, since the last tile may add zeros below the last row.
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
    const StridedRows size{nullptr, 0, gradients.rows.count(), head};
    StoreRows(gradients.keys.data(), nullptr, size, d_rows + gradients.rows.first * stride + at.key, stride);
    StoreRows(gradients.values.data(), nullptr, size, d_rows + gradients.rows.first * stride + at.value, stride);
  };
  if (understanding.d_rows != nullptr) store(s.understanding, understanding.d_rows);
  store(s.generation, generation.d_rows);
}

}  // namespace

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

#else

void TileAttentionBackward(const HeadShape&, std::span<const AttentionSpan>, std::span<const int>,
                           const AttentionGradientRows&, const AttentionGradientRows&) {
  DIPTYCH_CHECK(false, "this processor has no tiles");
}
#endif

}  // namespace diptych::train_kernels
