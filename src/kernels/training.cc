#include "kernels/training.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/attention_documents.h"
#include "kernels/attention_tiles.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/training.cc"
// One body, compiled for SSE2, AVX2 and AVX-512, chosen when the program runs.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef DIPTYCH_INLINE
#define DIPTYCH_INLINE inline __attribute__((always_inline))
#endif

HWY_BEFORE_NAMESPACE();
namespace diptych::kernels {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

DIPTYCH_INLINE float ToFloat(BF16 value) {
  const uint32_t bits = uint32_t{value} << 16;
  float result;
  std::memcpy(&result, &bits, sizeof(result));
  return result;
}

// Round to nearest even; NaN is not kept apart, the trainer stops on it before.
DIPTYCH_INLINE BF16 ToBF16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return static_cast<BF16>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

// exp(x) for x <= 0 or moderate x, relative error below 2e-7; a polynomial that compilers vectorise.
DIPTYCH_INLINE float Exp(float x) {
  x = std::max(x, -87.0f);
  x = std::min(x, 88.0f);
  const float scaled = x * 1.44269504f;
  const float whole = std::nearbyint(scaled);
  const float r = (x - whole * 0.693359375f) + whole * 2.12194440e-4f;
  const float p =
      1 + r * (1 + r * (0.5f + r * (0.166666667f + r * (0.0416666667f + r * (0.00833333333f + r * 0.00138888889f)))));
  const int32_t exponent = (static_cast<int32_t>(whole) + 127) << 23;
  float power;
  std::memcpy(&power, &exponent, sizeof(power));
  return p * power;
}

// Rows in each partial sum of a weight's gradient: fixed, so that sums do not depend on threads.
constexpr int64_t kRowsPerPart = 256;

int64_t Parts(int64_t rows) { return (rows + kRowsPerPart - 1) / kRowsPerPart; }

// --- RMSNorm ---------------------------------------------------------------------------------------------------------

void RmsNormRow(int64_t width, float epsilon, const float* x, const float* weight, BF16* y, float* inverse) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < width; ++i) sum += x[i] * x[i];
  const float scale = 1.0f / std::sqrt(sum / static_cast<float>(width) + epsilon);
  *inverse = scale;
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) y[i] = ToBF16(x[i] * scale * weight[i]);
}

void RmsNormRowBackward(int64_t width, const float* x, const float* weight, float inverse, const BF16* dy, float* dx,
                        float* d_weight) {
  float dot = 0;
#pragma omp simd reduction(+ : dot)
  for (int64_t i = 0; i < width; ++i) dot += ToFloat(dy[i]) * weight[i] * x[i];
  const float shift = dot * inverse * inverse / static_cast<float>(width);
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    const float d = ToFloat(dy[i]);
    dx[i] = inverse * (d * weight[i] - x[i] * shift);
    d_weight[i] += d * x[i] * inverse;
  }
}

// sum = stream + delta, then its norm.
void AddRmsNormRow(int64_t width, float epsilon, const float* stream, const BF16* delta, const float* weight,
                   float* sum, BF16* y, float* inverse) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) sum[i] = stream[i] + ToFloat(delta[i]);
  RmsNormRow(width, epsilon, sum, weight, y, inverse);
}

// The row of RmsNormRowBackward with the stream's own gradient added; the sum goes out twice.
void AddRmsNormRowBackward(int64_t width, const AddRmsNormGradients& row, const float* weight, float inverse,
                           float* d_weight) {
  float dot = 0;
#pragma omp simd reduction(+ : dot)
  for (int64_t i = 0; i < width; ++i) dot += ToFloat(row.dy[i]) * weight[i] * row.sum[i];
  const float shift = dot * inverse * inverse / static_cast<float>(width);
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    const float d = ToFloat(row.dy[i]), x = row.sum[i];
    const float dx = row.d_sum[i] + inverse * (d * weight[i] - x * shift);
    row.d_stream[i] = dx;
    row.d_delta[i] = ToBF16(dx);
    d_weight[i] += d * x * inverse;
  }
}

// --- head norm and rotation ------------------------------------------------------------------------------------------

constexpr int kLargestHead = 256;

// Where a rotated part of a head begins and how many pairs it has; the angles of the parts lie one after another.
struct RotatedPart {
  int first, pairs, angle;
};
DIPTYCH_INLINE RotatedPart PartOf(int head, int part) {
  if (part == 0) return {0, head / 4, 0};
  return {head / 2 + (part - 1) * head / 4, head / 8, head / 4 + (part - 1) * head / 8};
}

// kHead: the head's size where it is known when compiling, which makes short loops whole vectors; 0: `size`.
template <int kHead>
void RotateHead(int size, float epsilon, const float* weight_t, const float* weight_hw, const float* cos,
                const float* sin, const BF16* x, BF16* y, float* inverse) {
  float normed[kLargestHead];
  const int head = kHead > 0 ? kHead : size, half = head / 2;
  for (int part = 0; part < 2; ++part) {
    const BF16* in = x + part * half;
    const float* weight = part == 0 ? weight_t : weight_hw;
    float* out = normed + part * half;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < half; ++i) sum += ToFloat(in[i]) * ToFloat(in[i]);
    inverse[part] = 1.0f / std::sqrt(sum / static_cast<float>(half) + epsilon);
#pragma omp simd
    for (int i = 0; i < half; ++i) out[i] = ToFloat(in[i]) * inverse[part] * weight[i];
  }
  for (int p = 0; p < 3; ++p) {
    const RotatedPart part = PartOf(head, p);
#pragma omp simd
    for (int i = 0; i < part.pairs; ++i) {
      const float a = normed[part.first + i], b = normed[part.first + part.pairs + i];
      const float c = cos[part.angle + i], s = sin[part.angle + i];
      y[part.first + i] = ToBF16(a * c - b * s);
      y[part.first + part.pairs + i] = ToBF16(b * c + a * s);
    }
  }
}

template <int kHead>
void RotateHeadBackward(int size, const float* weight_t, const float* weight_hw, const float* cos, const float* sin,
                        const BF16* x, const float* inverse, const BF16* dy, BF16* dx, float* d_weight_t,
                        float* d_weight_hw) {
  float d_normed[kLargestHead];
  const int head = kHead > 0 ? kHead : size, half = head / 2;
  for (int p = 0; p < 3; ++p) {
    const RotatedPart part = PartOf(head, p);
#pragma omp simd
    for (int i = 0; i < part.pairs; ++i) {
      const float a = ToFloat(dy[part.first + i]), b = ToFloat(dy[part.first + part.pairs + i]);
      const float c = cos[part.angle + i], s = sin[part.angle + i];
      d_normed[part.first + i] = a * c + b * s;
      d_normed[part.first + part.pairs + i] = b * c - a * s;
    }
  }
  for (int part = 0; part < 2; ++part) {
    const BF16* in = x + part * half;
    const float* weight = part == 0 ? weight_t : weight_hw;
    float* d_weight = part == 0 ? d_weight_t : d_weight_hw;
    const float* d = d_normed + part * half;
    const float scale = inverse[part];
    float dot = 0;
#pragma omp simd reduction(+ : dot)
    for (int i = 0; i < half; ++i) dot += d[i] * weight[i] * ToFloat(in[i]);
    const float shift = dot * scale * scale / static_cast<float>(half);
#pragma omp simd
    for (int i = 0; i < half; ++i) {
      const float value = ToFloat(in[i]);
      dx[part * half + i] = ToBF16(scale * (d[i] * weight[i] - value * shift));
      d_weight[i] += d[i] * value * scale;
    }
  }
}

// --- small products --------------------------------------------------------------------------------------------------

// Keys and head sizes are padded to a multiple of this, which every instruction set's vector divides.
constexpr int kLanes = 16;

// C [m, n] = A [m, k] * B [k, n] with A(i, p) = a[i * a_row + p * a_column]; n is a multiple of 16.
struct SmallProduct {
  int m, n, k;
  const float* a;
  int64_t a_row, a_column;
  const float* b;
  int64_t ldb;
  float* c;
  int64_t ldc;
};

template <int kRows, int kVectors>
DIPTYCH_INLINE void ProductTile(const SmallProduct& p, int i, int j) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  const int lanes = static_cast<int>(hn::Lanes(d));
  V sums[kRows][kVectors];
  for (int r = 0; r < kRows; ++r)
    for (int v = 0; v < kVectors; ++v) sums[r][v] = hn::Zero(d);
  for (int q = 0; q < p.k; ++q) {
    V b[kVectors];
    for (int v = 0; v < kVectors; ++v) b[v] = hn::LoadU(d, p.b + q * p.ldb + j + v * lanes);
    for (int r = 0; r < kRows; ++r) {
      const V a = hn::Set(d, p.a[(i + r) * p.a_row + q * p.a_column]);
      for (int v = 0; v < kVectors; ++v) sums[r][v] = hn::MulAdd(a, b[v], sums[r][v]);
    }
  }
  for (int r = 0; r < kRows; ++r)
    for (int v = 0; v < kVectors; ++v) hn::StoreU(sums[r][v], d, p.c + (i + r) * p.ldc + j + v * lanes);
}

template <int kRows>
DIPTYCH_INLINE void ProductRows(const SmallProduct& p, int i) {
  constexpr int kVectors = HWY_MAX_BYTES == 64 ? 4 : 2;
  const int lanes = static_cast<int>(hn::Lanes(hn::ScalableTag<float>()));
  int j = 0;
  for (; j + kVectors * lanes <= p.n; j += kVectors * lanes) ProductTile<kRows, kVectors>(p, i, j);
  for (; j < p.n; j += lanes) ProductTile<kRows, 1>(p, i, j);
}

void Multiply(const SmallProduct& p) {
  int i = 0;
  for (; i + 6 <= p.m; i += 6) ProductRows<6>(p, i);
  for (; i + 2 <= p.m; i += 2) ProductRows<2>(p, i);
  for (; i < p.m; ++i) ProductRows<1>(p, i);
}

// --- attention -------------------------------------------------------------------------------------------------------

// One span's view: where its queries and the two runs of its keys lie, for one head.
struct SpanView {
  int queries, prefix, keys, padded;  // keys = prefix + queries, padded to a multiple of 16
  bool causal;
};

SpanView ViewOf(const AttentionSpan& span) {
  const int queries = static_cast<int>(span.count), prefix = static_cast<int>(span.prefix_count);
  const int keys = prefix + queries;
  return {queries, prefix, keys, (keys + kLanes - 1) / kLanes * kLanes, span.causal};
}

struct AttentionScratch {
  std::vector<float> q, k, k_transposed, v, v_transposed, scores, d_scores, out, d_out, row_dot;
  KeyGradients understanding, generation;
};

void Widen(const BF16* in, int64_t stride, int rows, int width, float* out) {
  for (int i = 0; i < rows; ++i)
#pragma omp simd
    for (int j = 0; j < width; ++j) out[i * width + j] = ToFloat(in[i * stride + j]);
}

void Transpose(const float* in, int rows, int width, int ld_out, float* out) {
  for (int j0 = 0; j0 < width; j0 += kLanes)
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < kLanes; ++j) out[(j0 + j) * ld_out + i] = in[i * width + j0 + j];
  for (int j = 0; j < width; ++j)
    for (int i = rows; i < ld_out; ++i) out[j * ld_out + i] = 0;
}

// How many keys row i sees.
DIPTYCH_INLINE int Visible(const SpanView& view, int i) { return view.causal ? view.prefix + i + 1 : view.keys; }

// scores = exp(q k^T * scale - largest), zero where hidden, normalised; log_sum as the header says.
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
    for (int j = 0; j < head; ++j) y[i * y_stride + j] = ToBF16(out[i * head + j]);
}

// Scores again from the kept log sums; then the gradients by queries (overwritten), keys and values (added to).
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
    for (int j = 0; j < width; ++j) out[i * stride + j] = ToBF16(in[i * width + j]);
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
  Transpose(s.k.data(), view.keys, head, view.padded, s.k_transposed.data());
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
  Transpose(s.v.data(), view.keys, head, view.padded, s.v_transposed.data());
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

// --- pointwise -------------------------------------------------------------------------------------------------------

void SwiGluRow(int64_t width, const BF16* gate_up, BF16* y) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    const float gate = ToFloat(gate_up[i]), up = ToFloat(gate_up[width + i]);
    y[i] = ToBF16(gate / (1 + Exp(-gate)) * up);
  }
}

void SwiGluRowBackward(int64_t width, const BF16* gate_up, const BF16* dy, BF16* d) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    const float gate = ToFloat(gate_up[i]), up = ToFloat(gate_up[width + i]), g = ToFloat(dy[i]);
    const float sigmoid = 1 / (1 + Exp(-gate));
    d[i] = ToBF16(g * up * sigmoid * (1 + gate * (1 - sigmoid)));
    d[width + i] = ToBF16(g * gate * sigmoid);
  }
}

// The integral of the normal density up to x, absolute error below 1e-7 (Abramowitz and Stegun, 7.1.26), and the
// density.
struct Normal {
  float integral, density;
};
DIPTYCH_INLINE Normal NormalAt(float x) {
  const float z = std::fabs(x) * 0.707106781f, t = 1 / (1 + 0.3275911f * z), e = Exp(-z * z);
  const float tail =
      t * (0.127414796f + t * (-0.142248368f + t * (0.710706871f + t * (-0.7265760135f + t * 0.5307027145f)))) * e;
  return {x < 0 ? tail : 1 - tail, e * 0.398942280f};
}

constexpr int kLargestPatchWidth = 1024;

// One patch: GELU, then neighbouring pairs turned; channel i goes to out[i * stride].
void PatchRow(int width, const float* cos, const float* sin, const BF16* x, BF16* out, int stride) {
  float seen[kLargestPatchWidth];
#pragma omp simd
  for (int i = 0; i < width; ++i) seen[i] = ToFloat(x[i]) * NormalAt(ToFloat(x[i])).integral;
  for (int i = 0; i < width / 2; ++i) {
    const float a = seen[2 * i], b = seen[2 * i + 1];
    out[2 * i * stride] = ToBF16(a * cos[i] - b * sin[i]);
    out[(2 * i + 1) * stride] = ToBF16(a * sin[i] + b * cos[i]);
  }
}

void PatchRowBackward(int width, const float* cos, const float* sin, const BF16* x, const BF16* dy, int stride,
                      BF16* dx) {
  float d_seen[kLargestPatchWidth];
  for (int i = 0; i < width / 2; ++i) {
    const float a = ToFloat(dy[2 * i * stride]), b = ToFloat(dy[(2 * i + 1) * stride]);
    d_seen[2 * i] = a * cos[i] + b * sin[i];
    d_seen[2 * i + 1] = b * cos[i] - a * sin[i];
  }
#pragma omp simd
  for (int i = 0; i < width; ++i) {
    const float value = ToFloat(x[i]);
    const Normal normal = NormalAt(value);
    dx[i] = ToBF16(d_seen[i] * (normal.integral + value * normal.density));
  }
}

float CrossEntropyRow(int64_t width, int32_t target, float scale, BF16* logits) {
  const float wanted = ToFloat(logits[target]);
  float largest = -1e30f, sum = 0;
#pragma omp simd reduction(max : largest)
  for (int64_t i = 0; i < width; ++i) largest = std::max(largest, ToFloat(logits[i]));
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < width; ++i) sum += Exp(ToFloat(logits[i]) - largest);
  const float factor = scale / sum;
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) logits[i] = ToBF16(Exp(ToFloat(logits[i]) - largest) * factor);
  logits[target] = ToBF16((Exp(wanted - largest) / sum - 1) * scale);
  return largest + std::log(sum) - wanted;
}

void SumParts(const std::vector<float>& parts, int64_t width, float* out) {
  std::fill(out, out + width, 0.0f);
  for (size_t first = 0; first < parts.size(); first += static_cast<size_t>(width))
    for (int64_t i = 0; i < width; ++i) out[i] += parts[first + static_cast<size_t>(i)];
}

}  // namespace

void RmsNormForward(const RmsNormShape& shape, const float* x, const float* weight, BF16* y, float* inverse_rms) {
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < shape.rows; ++i)
    RmsNormRow(shape.width, shape.epsilon, x + i * shape.width, weight, y + i * shape.width, inverse_rms + i);
}

void RmsNormBackward(const RmsNormShape& shape, const float* x, const float* weight, const float* inverse_rms,
                     const BF16* dy, float* dx, float* d_weight) {
  const int64_t parts = Parts(shape.rows), width = shape.width;
  std::vector<float> sums(static_cast<size_t>(parts * width), 0.0f);
#pragma omp parallel for schedule(static)
  for (int64_t part = 0; part < parts; ++part)
    for (int64_t i = part * kRowsPerPart; i < std::min(shape.rows, (part + 1) * kRowsPerPart); ++i)
      RmsNormRowBackward(width, x + i * width, weight, inverse_rms[i], dy + i * width, dx + i * width,
                         sums.data() + part * width);
  SumParts(sums, width, d_weight);
}

void AddRmsNormForward(const RmsNormShape& shape, const float* stream, const BF16* delta, const float* weight,
                       float* sum, BF16* y, float* inverse_rms) {
  const int64_t width = shape.width;
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < shape.rows; ++i)
    AddRmsNormRow(width, shape.epsilon, stream + i * width, delta + i * width, weight, sum + i * width, y + i * width,
                  inverse_rms + i);
}

void AddRmsNormBackward(const RmsNormShape& shape, const float* weight, const float* inverse_rms,
                        const AddRmsNormGradients& all, float* d_weight) {
  const int64_t parts = Parts(shape.rows), width = shape.width;
  std::vector<float> sums(static_cast<size_t>(parts * width), 0.0f);
#pragma omp parallel for schedule(static)
  for (int64_t part = 0; part < parts; ++part)
    for (int64_t i = part * kRowsPerPart; i < std::min(shape.rows, (part + 1) * kRowsPerPart); ++i) {
      const int64_t at = i * width;
      AddRmsNormRowBackward(width, {all.sum + at, all.dy + at, all.d_sum + at, all.d_stream + at, all.d_delta + at},
                            weight, inverse_rms[i], sums.data() + part * width);
    }
  SumParts(sums, width, d_weight);
}

void HeadNormRotateForward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                           const BF16* x, BF16* y, float* inverse_rms) {
  const int64_t width = shape.width();
  const int head = shape.head, heads = shape.rotated_heads(), half = head / 2;
  const auto rotate = head == 64 ? RotateHead<64> : RotateHead<0>;
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < shape.rows; ++i) {
    for (int j = 0; j < heads; ++j) {
      const bool query = j < shape.query_heads;
      const int64_t at = i * width + int64_t{j} * head;
      rotate(head, shape.epsilon, query ? weights.query_t : weights.key_t, query ? weights.query_hw : weights.key_hw,
             cos + i * half, sin + i * half, x + at, y + at, inverse_rms + (i * heads + j) * 2);
    }
    const int64_t values = int64_t{heads} * head;
    std::copy(x + i * width + values, x + (i + 1) * width, y + i * width + values);
  }
}

void HeadNormRotateBackward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                            const BF16* x, const float* inverse_rms, const BF16* dy, BF16* dx,
                            const HeadNormGradients& gradients) {
  const int64_t width = shape.width(), parts = Parts(shape.rows);
  const int head = shape.head, heads = shape.rotated_heads(), half = head / 2;
  const auto rotate = head == 64 ? RotateHeadBackward<64> : RotateHeadBackward<0>;
  // A part's sums: query t, query hw, key t, key hw.
  std::vector<float> sums(static_cast<size_t>(parts * 2 * head), 0.0f);
#pragma omp parallel for schedule(static)
  for (int64_t part = 0; part < parts; ++part) {
    float* sum = sums.data() + part * 2 * head;
    for (int64_t i = part * kRowsPerPart; i < std::min(shape.rows, (part + 1) * kRowsPerPart); ++i) {
      for (int j = 0; j < heads; ++j) {
        const bool query = j < shape.query_heads;
        const int64_t at = i * width + int64_t{j} * head;
        float* own = sum + (query ? 0 : head);
        rotate(head, query ? weights.query_t : weights.key_t, query ? weights.query_hw : weights.key_hw, cos + i * half,
               sin + i * half, x + at, inverse_rms + (i * heads + j) * 2, dy + at, dx + at, own, own + half);
      }
      const int64_t values = int64_t{heads} * head;
      std::copy(dy + i * width + values, dy + (i + 1) * width, dx + i * width + values);
    }
  }
  std::vector<float> total(static_cast<size_t>(2 * head));
  SumParts(sums, 2 * head, total.data());
  float* const outputs[] = {gradients.query_t, gradients.query_hw, gradients.key_t, gradients.key_hw};
  for (int i = 0; i < 4; ++i) std::copy_n(total.data() + i * half, half, outputs[i]);
}

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
  // A key head's gradient gathers from all its query heads: one thread takes the whole group.
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

void SwiGluForward(int64_t rows, int64_t width, const BF16* gate_up, BF16* y) {
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < rows; ++i) SwiGluRow(width, gate_up + i * 2 * width, y + i * width);
}

void SwiGluBackward(int64_t rows, int64_t width, const BF16* gate_up, const BF16* dy, BF16* d_gate_up) {
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < rows; ++i)
    SwiGluRowBackward(width, gate_up + i * 2 * width, dy + i * width, d_gate_up + i * 2 * width);
}

void PatchesForward(const PatchShape& shape, const float* cos, const float* sin, const BF16* x, BF16* y) {
  const int64_t half = shape.width / 2, row = int64_t{shape.width} * shape.merged;
#pragma omp parallel for schedule(static)
  for (int64_t token = 0; token < shape.pictures * shape.tokens; ++token)
    for (int p = 0; p < shape.merged; ++p) {
      const int64_t turn = (token % shape.tokens * shape.merged + p) * half;
      PatchRow(shape.width, cos + turn, sin + turn, x + token * row + int64_t{p} * shape.width, y + token * row + p,
               shape.merged);
    }
}

void PatchesBackward(const PatchShape& shape, const float* cos, const float* sin, const BF16* x, const BF16* dy,
                     BF16* dx) {
  const int64_t half = shape.width / 2, row = int64_t{shape.width} * shape.merged;
#pragma omp parallel for schedule(static)
  for (int64_t token = 0; token < shape.pictures * shape.tokens; ++token)
    for (int p = 0; p < shape.merged; ++p) {
      const int64_t turn = (token % shape.tokens * shape.merged + p) * half,
                    at = token * row + int64_t{p} * shape.width;
      PatchRowBackward(shape.width, cos + turn, sin + turn, x + at, dy + token * row + p, shape.merged, dx + at);
    }
}

void CutPatches(const PictureShape& shape, const float* pictures, const int64_t* index, const ChannelScale& scale,
                BF16* patches) {
  const int cell = shape.patch * shape.merge, wide = shape.width / cell, patch = shape.patch;
  const int64_t plane = int64_t{shape.height} * shape.width, tokens = int64_t{wide} * (shape.height / cell);
#pragma omp parallel for schedule(static)
  for (int64_t token = 0; token < shape.count * tokens; ++token) {
    const int64_t picture = index == nullptr ? token / tokens : index[token / tokens];
    const int64_t row = token % tokens / wide * cell, column = token % tokens % wide * cell;
    BF16* out = patches + token * 3 * cell * cell;
    for (int inner = 0; inner < shape.merge * shape.merge; ++inner)
      for (int channel = 0; channel < 3; ++channel)
        for (int y = 0; y < patch; ++y, out += patch) {
          const float* in = pictures + (picture * 3 + channel) * plane +
                            (row + inner / shape.merge * patch + y) * shape.width + column +
                            inner % shape.merge * patch;
          for (int x = 0; x < patch; ++x) out[x] = ToBF16((in[x] - scale.mean[channel]) * scale.factor[channel]);
        }
  }
}

void CrossEntropy(int64_t rows, int64_t width, const int32_t* target, const float* scale, BF16* logits, float* loss) {
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < rows; ++i) loss[i] = CrossEntropyRow(width, target[i], scale[i], logits + i * width);
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diptych::kernels {

HWY_EXPORT(RmsNormForward);
void RmsNormForward(const RmsNormShape& shape, const float* x, const float* weight, BF16* y, float* inverse_rms) {
  HWY_DYNAMIC_DISPATCH(RmsNormForward)(shape, x, weight, y, inverse_rms);
}

HWY_EXPORT(RmsNormBackward);
void RmsNormBackward(const RmsNormShape& shape, const float* x, const float* weight, const float* inverse_rms,
                     const BF16* dy, float* dx, float* d_weight) {
  HWY_DYNAMIC_DISPATCH(RmsNormBackward)(shape, x, weight, inverse_rms, dy, dx, d_weight);
}

HWY_EXPORT(AddRmsNormForward);
void AddRmsNormForward(const RmsNormShape& shape, const float* stream, const BF16* delta, const float* weight,
                       float* sum, BF16* y, float* inverse_rms) {
  HWY_DYNAMIC_DISPATCH(AddRmsNormForward)(shape, stream, delta, weight, sum, y, inverse_rms);
}

HWY_EXPORT(AddRmsNormBackward);
void AddRmsNormBackward(const RmsNormShape& shape, const float* weight, const float* inverse_rms,
                        const AddRmsNormGradients& all, float* d_weight) {
  HWY_DYNAMIC_DISPATCH(AddRmsNormBackward)(shape, weight, inverse_rms, all, d_weight);
}

HWY_EXPORT(PatchesForward);
void PatchesForward(const PatchShape& shape, const float* cos, const float* sin, const BF16* x, BF16* y) {
  HWY_DYNAMIC_DISPATCH(PatchesForward)(shape, cos, sin, x, y);
}

HWY_EXPORT(PatchesBackward);
void PatchesBackward(const PatchShape& shape, const float* cos, const float* sin, const BF16* x, const BF16* dy,
                     BF16* dx) {
  HWY_DYNAMIC_DISPATCH(PatchesBackward)(shape, cos, sin, x, dy, dx);
}

HWY_EXPORT(CutPatches);
void CutPatches(const PictureShape& shape, const float* pictures, const int64_t* index, const ChannelScale& scale,
                BF16* patches) {
  HWY_DYNAMIC_DISPATCH(CutPatches)(shape, pictures, index, scale, patches);
}

HWY_EXPORT(HeadNormRotateForward);
void HeadNormRotateForward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                           const BF16* x, BF16* y, float* inverse_rms) {
  HWY_DYNAMIC_DISPATCH(HeadNormRotateForward)(shape, weights, cos, sin, x, y, inverse_rms);
}

HWY_EXPORT(HeadNormRotateBackward);
void HeadNormRotateBackward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                            const BF16* x, const float* inverse_rms, const BF16* dy, BF16* dx,
                            const HeadNormGradients& gradients) {
  HWY_DYNAMIC_DISPATCH(HeadNormRotateBackward)(shape, weights, cos, sin, x, inverse_rms, dy, dx, gradients);
}

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

void AttentionForward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                      const AttentionRows& understanding, const AttentionRows& generation) {
  const bool tiles = shape.head % 32 == 0 && TilesUsable();
  (tiles ? TileAttentionForward : VectorAttentionForward)(shape, spans, documents, understanding, generation);
}

void AttentionBackward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                       const AttentionGradientRows& understanding, const AttentionGradientRows& generation) {
  const bool tiles = shape.head % 32 == 0 && TilesUsable();
  (tiles ? TileAttentionBackward : VectorAttentionBackward)(shape, spans, documents, understanding, generation);
}

HWY_EXPORT(SwiGluForward);
void SwiGluForward(int64_t rows, int64_t width, const BF16* gate_up, BF16* y) {
  HWY_DYNAMIC_DISPATCH(SwiGluForward)(rows, width, gate_up, y);
}

HWY_EXPORT(SwiGluBackward);
void SwiGluBackward(int64_t rows, int64_t width, const BF16* gate_up, const BF16* dy, BF16* d_gate_up) {
  HWY_DYNAMIC_DISPATCH(SwiGluBackward)(rows, width, gate_up, dy, d_gate_up);
}

HWY_EXPORT(CrossEntropy);
void CrossEntropy(int64_t rows, int64_t width, const int32_t* target, const float* scale, BF16* logits, float* loss) {
  HWY_DYNAMIC_DISPATCH(CrossEntropy)(rows, width, target, scale, logits, loss);
}

}  // namespace diptych::kernels
#endif
