#include "kernels/bfloat_pairs.h"

#include <cstddef>
#include <iterator>

#include "base/error.h"

#if defined(__x86_64__)
#include "kernels/bfloat_pairs-inl.h"
#endif

namespace diptych::kernels {

#if defined(__x86_64__)

namespace {

constexpr int kQueryBlock = 8;  // queries side by side

DIPTYCH_PAIRS __m512bh Load(const uint16_t* pairs) { return reinterpret_cast<__m512bh>(_mm512_loadu_si512(pairs)); }

// Scores of kBlocks * 16 keys.
template <int kRows, int kBlocks>
DIPTYCH_PAIRS void ScoreBlocks(const PairScores& all, int at) {
  __m512 sums[kRows][kBlocks];
  for (auto& row : sums)
    for (__m512& sum : row) sum = _mm512_setzero_ps();
  const int pairs = all.head / 2;
  const uint16_t* keys = all.keys + at * all.head;
  for (int k = 0; k < pairs; ++k) {
    __m512bh key[kBlocks];
    for (int b = 0; b < kBlocks; ++b) key[b] = Load(keys + (b * pairs + k) * 2 * kPairLanes);
    for (int row = 0; row < kRows; ++row) {
      const __m512bh query = PairEverywhere(all.queries + row * all.head + 2 * k);
      for (int b = 0; b < kBlocks; ++b) sums[row][b] = _mm512_dpbf16_ps(sums[row][b], query, key[b]);
    }
  }
  for (int row = 0; row < kRows; ++row)
    for (int b = 0; b < kBlocks; ++b)
      _mm512_storeu_ps(all.scores + row * all.score_stride + at + b * kPairLanes, sums[row][b]);
}

template <int kRows>
DIPTYCH_PAIRS void ScoreRows(const PairScores& all) {
  int at = 0;
  for (; at + 2 * kPairLanes <= all.count; at += 2 * kPairLanes) ScoreBlocks<kRows, 2>(all, at);
  if (at < all.count) ScoreBlocks<kRows, 1>(all, at);
}

// The sums of kParts * 16 numbers of the head.
template <int kRows, int kParts>
DIPTYCH_PAIRS void AddParts(const PairSums& all, int at) {
  __m512 sums[kRows][kParts];
  for (int row = 0; row < kRows; ++row)
    for (int p = 0; p < kParts; ++p) sums[row][p] = _mm512_loadu_ps(all.sums + row * all.head + at + p * kPairLanes);
  for (int pair = 0; pair < (all.count + 1) / 2; ++pair) {
    __m512bh value[kParts];
    for (int p = 0; p < kParts; ++p) value[p] = Load(all.values + (pair * all.head + at + p * kPairLanes) * 2);
    for (int row = 0; row < kRows; ++row) {
      const __m512bh weight = PairEverywhere(all.weights + row * all.weight_stride + 2 * pair);
      for (int p = 0; p < kParts; ++p) sums[row][p] = _mm512_dpbf16_ps(sums[row][p], weight, value[p]);
    }
  }
  for (int row = 0; row < kRows; ++row)
    for (int p = 0; p < kParts; ++p) _mm512_storeu_ps(all.sums + row * all.head + at + p * kPairLanes, sums[row][p]);
}

template <int kRows>
DIPTYCH_PAIRS void AddRows(const PairSums& all) {
  int at = 0;
  for (; at + 2 * kPairLanes <= all.head; at += 2 * kPairLanes) AddParts<kRows, 2>(all, at);
  if (at < all.head) AddParts<kRows, 1>(all, at);
}

DIPTYCH_PAIRS void StoreRounded(__mmask16 mask, __m512 numbers, uint16_t* to) {
  _mm256_mask_storeu_epi16(to, mask, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(numbers)));
}

// 2^x for x <= 0: the whole part by exponent, the rest in [-1/2, 1/2] by a polynomial (the series of exp(x ln 2)) with
// a relative error below 3e-7.
DIPTYCH_PAIRS __m512 PowerOfTwo(__m512 x) {
  constexpr float kSeries[] = {1.5403530e-4f, 1.3333558e-3f, 9.6181291e-3f,
                               5.5504109e-2f, 2.4022651e-1f, 6.9314718e-1f};
  const __m512 whole = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 rest = _mm512_sub_ps(x, whole);
  __m512 sum = _mm512_set1_ps(kSeries[0]);
  for (size_t i = 1; i < std::size(kSeries); ++i) sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(kSeries[i]));
  return _mm512_scalef_ps(_mm512_fmadd_ps(sum, rest, _mm512_set1_ps(1)), whole);
}

}  // namespace

DIPTYCH_PAIRS void RoundByPairs(const float* from, size_t count, uint16_t* to) {
  for (size_t i = 0; i < count; i += kPairLanes) {
    const __mmask16 mask = LanesOf(static_cast<ptrdiff_t>(count - i));
    StoreRounded(mask, _mm512_maskz_loadu_ps(mask, from + i), to + i);
  }
}

DIPTYCH_PAIRS float WeighPairs(const float* scores, int visible, int count, float largest, uint16_t* weights) {
  const __m512 shift = _mm512_set1_ps(largest);
  __m512 sum = _mm512_setzero_ps();
  for (int i = 0; i < count; i += kPairLanes) {
    const __m512 power = PowerOfTwo(_mm512_sub_ps(_mm512_loadu_ps(scores + i), shift));
    const __m512 seen = _mm512_maskz_mov_ps(LanesOf(visible - i), power);
    sum = _mm512_add_ps(sum, seen);
    StoreRounded(0xFFFF, seen, weights + i);
  }
  return _mm512_reduce_add_ps(sum);
}

bool HasPairProducts() {
  static const bool has =
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bf16");
  return has;
}

void ScorePairs(const PairScores& all) {
  if (all.rows == 1) return ScoreRows<1>(all);
  ScoreRows<kQueryBlock>(all);
}

void AddPairs(const PairSums& all) {
  if (all.rows == 1) return AddRows<1>(all);
  AddRows<kQueryBlock>(all);
}

#else

bool HasPairProducts() { return false; }
void ScorePairs(const PairScores&) { DIPTYCH_CHECK(false, "no bfloat16 products on this CPU"); }
void RoundByPairs(const float*, size_t, uint16_t*) { DIPTYCH_CHECK(false, "no bfloat16 products on this CPU"); }
float WeighPairs(const float*, int, int, float, uint16_t*) {
  DIPTYCH_CHECK(false, "no bfloat16 products on this CPU");
  return 0;
}
void AddPairs(const PairSums&) { DIPTYCH_CHECK(false, "no bfloat16 products on this CPU"); }

#endif

}  // namespace diptych::kernels
