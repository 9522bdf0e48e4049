#include <algorithm>
#include <cmath>
#include <vector>

#include "base/round_up.h"
#include "kernels/transpose.h"
#include "train_kernels/attention_documents.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train_kernels/vector_attention.cc"
// Compiled for SSE2, AVX2 and AVX-512; the best one is chosen at run time.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include "train_kernels/small_product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace diptych::train_kernels {
namespace HWY_NAMESPACE {
namespace {

// One head of one span: where its queries and the two runs of its keys are.
struct SpanView {
  int queries, prefix, keys, padded;  // keys = prefix + queries, padded to a multiple of 16
  bool causal;
};

SpanView ViewOf(const AttentionSpan& span) {
  const int queries = static_cast<int>(span.count), prefix = static_cast<int>(span.prefix_count);
  const int keys = prefix + queries;
  return {queries, prefix, keys, base::RoundUp(keys, kLanes), span.causal};
}

struct AttentionScratch {
  std::vector<float> q, k, k_transposed, v, v_transposed, scores, d_scores, out, d_out, row_dot;
  KeyGradients understanding, generation;
};

void Widen(const BF16* in, int64_t stride, int rows, int width, float* out) {
  for (int i = 0; i < rows; ++i)
#pragma omp simd
    for (int j = 0; j < width; ++j) out[i * width + j] = FromBF16(in[i * stride + j]);
}

// [rows, width] -> [width, padded], zeros behind each row.
void TransposePadded(const float* in, int rows, int width, int padded, float* out) {
  kernels::Transpose(
      {.from = in, .from_stride = width, .rows = rows, .columns = width, .to = out, .to_stride = padded});
  for (int j = 0; j < width; ++j) std::fill_n(out + j * padded + rows, padded - rows, 0.0f);
}

// How many keys row i attends to.
DIPTYCH_INLINE int Visible(const SpanView& view, int i) { return view.causal ? view.prefix + i + 1 : view.keys; }

// scores = softmax of q k^T * scale over the keys that each row attends to, zero for the others; log_sum as the header
// says.
void SoftmaxScores(const SpanView& view, int head, float scale, const float* q, const float* k_transposed,
                   float* scores, float* log_sum, int64_t log_sum_stride) {
  Multiply({view.queries, view.padded, head, q, head, 1, k_transposed, view.padded, scores, view.padded});
  for (int i = 0; i < view.queries; ++i) {
    float* row = scores + static_cast<int64_t>(i) * view.padded;
    const int visible = Visible(view, i);
    float largest = -1e30f, sum = 0;
#pragma omp simd reduction(max : largest)
    for (int j = 0; j < visible; ++j) largest = std::max(largest, row[j]);
    largest *= scale;
#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < visible; ++j) {
      const float e = Exp(row[j] * scale - largest);
      row[j] = e;
      sum += e;
    }
    const float inverse = 1.0f / sum;
#pragma omp simd
    for (int j = 0; j < visible; ++j) row[j] *= inverse;
    for (int j = visible; j < view.padded; ++j) row[j] = 0;
    log_sum[i * log_sum_stride] = largest + std::log(sum);
  }
}

void WeighValues(const SpanView& view, int head, const float* scores, const float* v, float* out, BF16* y,
                 int64_t y_stride) {
  Multiply({view.queries, head, view.keys, scores, view.padded, 1, v, head, out, head});
  for (int i = 0; i < view.queries; ++i)
#pragma omp simd
    for (int j = 0; j < head; ++j) y[i * y_stride + j] = FiniteToBF16(out[i * head + j]);
}

// Computes the scores again from the kept log sums, then the gradients of the queries (overwritten), keys and values
// (added to).
struct SpanGradients {
  float *d_q, *d_k, *d_v;
};
void BackwardProducts(const SpanView& view, int head, float scale, AttentionScratch& s, const float* log_sum,
                      int64_t log_sum_stride, const SpanGradients& gradients) {
  Multiply({view.queries, view.padded, head, s.q.data(), head, 1, s.k_transposed.data(), view.padded, s.scores.data(),
            view.padded});
  Multiply({view.queries, view.padded, head, s.d_out.data(), head, 1, s.v_transposed.data(), view.padded,
            s.d_scores.data(), view.padded});
  for (int i = 0; i < view.queries; ++i) {
    float* p = s.scores.data() + static_cast<int64_t>(i) * view.padded;
    float* d = s.d_scores.data() + static_cast<int64_t>(i) * view.padded;
    const int visible = Visible(view, i);
    const float shift = log_sum[i * log_sum_stride], dot = s.row_dot[static_cast<size_t>(i)];
#pragma omp simd
    for (int j = 0; j < visible; ++j) {
      p[j] = Exp(p[j] * scale - shift);
      d[j] = p[j] * (d[j] - dot) * scale;
    }
    for (int j = visible; j < view.padded; ++j) p[j] = d[j] = 0;
  }
  Multiply({view.queries, head, view.keys, s.d_scores.data(), view.padded, 1, s.k.data(), head, gradients.d_q, head});
  Multiply({view.keys, head, view.queries, s.d_scores.data(), 1, view.padded, s.q.data(), head, gradients.d_k, head});
  Multiply({view.keys, head, view.queries, s.scores.data(), 1, view.padded, s.d_out.data(), head, gradients.d_v, head});
}

void AddNumbers(const float* in, int64_t count, float* out) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) out[i] += in[i];
}

void NarrowRows(const float* in, int rows, int width, BF16* out, int64_t stride) {
  for (int i = 0; i < rows; ++i)
#pragma omp simd
    for (int j = 0; j < width; ++j) out[i * stride + j] = FiniteToBF16(in[i * width + j]);
}

void RowDots(const float* a, const float* b, int rows, int width, float* out) {
  for (int i = 0; i < rows; ++i) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < width; ++j) sum += a[i * width + j] * b[i * width + j];
    out[i] = sum;
  }
}

void Grow(std::vector<float>& buffer, int64_t size) {
  if (static_cast<int64_t>(buffer.size()) < size) buffer.resize(static_cast<size_t>(size));
}

// Loads queries, keys and values of a span's head into the scratch, keys also transposed.
void LoadSpan(const HeadShape& shape, const AttentionSpan& span, const SpanView& view, int head_index,
              const BF16* understanding, const BF16* own, AttentionScratch& s) {
  const int64_t stride = shape.width();
  const int head = shape.head;
  const HeadOffsets at = OffsetsOf(shape, head_index);
  Grow(s.q, int64_t{view.queries} * head);
  Grow(s.k, int64_t{view.keys} * head);
  Grow(s.v, int64_t{view.keys} * head);
  Grow(s.k_transposed, int64_t{view.padded} * head);
  Grow(s.scores, int64_t{view.queries} * view.padded);
  Grow(s.out, int64_t{view.keys} * head);
  const BF16* prefix_rows = understanding + span.prefix_first * stride;
  const BF16* own_rows = own + span.first * stride;
  Widen(own_rows + at.query, stride, view.queries, head, s.q.data());
  Widen(prefix_rows + at.key, stride, view.prefix, head, s.k.data());
  Widen(own_rows + at.key, stride, view.queries, head, s.k.data() + int64_t{view.prefix} * head);
  Widen(prefix_rows + at.value, stride, view.prefix, head, s.v.data());
  Widen(own_rows + at.value, stride, view.queries, head, s.v.data() + int64_t{view.prefix} * head);
  TransposePadded(s.k.data(), view.keys, head, view.padded, s.k_transposed.data());
}

void SpanForward(const HeadShape& shape, const AttentionSpan& span, int head_index, const BF16* understanding,
                 const AttentionRows& own, AttentionScratch& s) {
  const SpanView view = ViewOf(span);
  LoadSpan(shape, span, view, head_index, understanding, own.rows, s);
  const float scale = 1.0f / std::sqrt(static_cast<float>(shape.head));
  SoftmaxScores(view, shape.head, scale, s.q.data(), s.k_transposed.data(), s.scores.data(),
                own.log_sum + span.first * shape.query_heads + head_index, shape.query_heads);
  const int64_t out_stride = int64_t{shape.query_heads} * shape.head;
  WeighValues(view, shape.head, s.scores.data(), s.v.data(), s.out.data(),
              own.out + span.first * out_stride + int64_t{head_index} * shape.head, out_stride);
}

void SpanBackward(const HeadShape& shape, const AttentionSpan& span, int head_index,
                  const AttentionGradientRows& understanding, const AttentionGradientRows& own, AttentionScratch& s) {
  const SpanView view = ViewOf(span);
  const int head = shape.head;
  LoadSpan(shape, span, view, head_index, understanding.rows, own.rows, s);
  Grow(s.v_transposed, int64_t{view.padded} * head);
  Grow(s.d_out, int64_t{view.queries} * head);
  Grow(s.d_scores, int64_t{view.queries} * view.padded);
  Grow(s.row_dot, view.queries);
  TransposePadded(s.v.data(), view.keys, head, view.padded, s.v_transposed.data());
  const int64_t out_stride = int64_t{shape.query_heads} * head;
  const int64_t out_first = span.first * out_stride + int64_t{head_index} * head;
  Widen(own.out + out_first, out_stride, view.queries, head, s.out.data());
  Widen(own.d_out + out_first, out_stride, view.queries, head, s.d_out.data());
  RowDots(s.out.data(), s.d_out.data(), view.queries, head, s.row_dot.data());

  const int64_t stride = shape.width();
  const HeadOffsets at = OffsetsOf(shape, head_index);
  const int64_t keys = view.keys;
  Grow(s.out, (view.queries + 2 * keys) * head);
  const SpanGradients gradients{s.out.data(), s.out.data() + int64_t{view.queries} * head,
                                s.out.data() + (view.queries + keys) * head};
  BackwardProducts(view, head, 1.0f / std::sqrt(static_cast<float>(head)), s,
                   own.log_sum + span.first * shape.query_heads + head_index, shape.query_heads, gradients);
  NarrowRows(gradients.d_q, view.queries, head, own.d_rows + span.first * stride + at.query, stride);
  KeyGradients& own_sums = span.generation ? s.generation : s.understanding;
  const int64_t prefix_size = int64_t{view.prefix} * head, own_size = int64_t{view.queries} * head;
  const int64_t prefix_at = (span.prefix_first - s.understanding.rows.first) * head;
  const int64_t own_at = (span.first - own_sums.rows.first) * head;
  if (view.prefix > 0 && understanding.d_rows != nullptr) {
    AddNumbers(gradients.d_k, prefix_size, s.understanding.keys.data() + prefix_at);
    AddNumbers(gradients.d_v, prefix_size, s.understanding.values.data() + prefix_at);
  }
  AddNumbers(gradients.d_k + prefix_size, own_size, own_sums.keys.data() + own_at);
  AddNumbers(gradients.d_v + prefix_size, own_size, own_sums.values.data() + own_at);
}

void StoreKeyGradients(const KeyGradients& gradients, const HeadOffsets& at, const HeadShape& shape, BF16* d_rows) {
  BF16* first = d_rows + gradients.rows.first * shape.width();
  const int rows = static_cast<int>(gradients.rows.count());
  NarrowRows(gradients.keys.data(), rows, shape.head, first + at.key, shape.width());
  NarrowRows(gradients.values.data(), rows, shape.head, first + at.value, shape.width());
}

}  // namespace

void AttentionForward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                      const AttentionRows& understanding, const AttentionRows& generation) {
  const int64_t work = (static_cast<int64_t>(documents.size()) - 1) * shape.query_heads;
#pragma omp parallel
  {
    AttentionScratch scratch;
#pragma omp for schedule(dynamic)
    for (int64_t item = 0; item < work; ++item) {
      const size_t document = static_cast<size_t>(item / shape.query_heads);
      for (const AttentionSpan& span : DocumentSpans(spans, documents, document))
        SpanForward(shape, span, static_cast<int>(item % shape.query_heads), understanding.rows,
                    span.generation ? generation : understanding, scratch);
    }
  }
}

void AttentionBackward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                       const AttentionGradientRows& understanding, const AttentionGradientRows& generation) {
  // The gradient of a key head is a sum over all its query heads, so one thread takes the whole group.
  const int group = shape.query_heads / shape.key_value_heads;
  const int64_t work = (static_cast<int64_t>(documents.size()) - 1) * shape.key_value_heads;
#pragma omp parallel
  {
    AttentionScratch scratch;
#pragma omp for schedule(dynamic)
    for (int64_t item = 0; item < work; ++item) {
      const auto document = DocumentSpans(spans, documents, static_cast<size_t>(item / shape.key_value_heads));
      const int first = static_cast<int>(item % shape.key_value_heads) * group;
      const DocumentRows rows = RowsOf(document);
      scratch.understanding.Clear(rows.understanding, 0, shape.head);
      scratch.generation.Clear(rows.generation, 0, shape.head);
      for (int head = first; head < first + group; ++head)
        for (const AttentionSpan& span : document)
          if (HasGradient(span, understanding))
            SpanBackward(shape, span, head, understanding, span.generation ? generation : understanding, scratch);
      if (understanding.d_rows != nullptr)
        StoreKeyGradients(scratch.understanding, OffsetsOf(shape, first), shape, understanding.d_rows);
      StoreKeyGradients(scratch.generation, OffsetsOf(shape, first), shape, generation.d_rows);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::train_kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diptych::train_kernels {

HWY_EXPORT(AttentionForward);
void VectorAttentionForward(const HeadShape& shape, std::span<const AttentionSpan> spans,
                            std::span<const int> documents, const AttentionRows& understanding,
                            const AttentionRows& generation) {
  HWY_DYNAMIC_DISPATCH(AttentionForward)(shape, spans, documents, understanding, generation);
}

HWY_EXPORT(AttentionBackward);
void VectorAttentionBackward(const HeadShape& shape, std::span<const AttentionSpan> spans,
                             std::span<const int> documents, const AttentionGradientRows& understanding,
                             const AttentionGradientRows& generation) {
  HWY_DYNAMIC_DISPATCH(AttentionBackward)(shape, spans, documents, understanding, generation);
}

}  // namespace diptych::train_kernels
#endif
