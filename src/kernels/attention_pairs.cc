#include "kernels/attention_pairs.h"

#include <cstring>

#include "base/error.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace diptych {

#if defined(__x86_64__)

namespace {

#define DIPTYCH_PAIRS __attribute__((target("avx512f,avx512bw,avx512bf16")))

constexpr int kLanes = 16;      // pairs in a vector
constexpr int kQueryBlock = 8;  // queries side by side
constexpr int kMostKeys = 128;  // in one call of AddPairs

DIPTYCH_PAIRS __m512bh Load(const uint16_t* pairs) { return reinterpret_cast<__m512bh>(_mm512_loadu_si512(pairs)); }
DIPTYCH_PAIRS __m512bh Everywhere(const uint16_t* pair) {
  int bits = 0;
  std::memcpy(&bits, pair, sizeof(bits));
  return reinterpret_cast<__m512bh>(_mm512_set1_epi32(bits));
}

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
    for (int b = 0; b < kBlocks; ++b) key[b] = Load(keys + (b * pairs + k) * 2 * kLanes);
    for (int row = 0; row < kRows; ++row) {
      const __m512bh query = Everywhere(all.queries + (k * kQueryBlock + row) * 2);
      for (int b = 0; b < kBlocks; ++b) sums[row][b] = _mm512_dpbf16_ps(sums[row][b], query, key[b]);
    }
  }
  for (int row = 0; row < kRows; ++row)
    for (int b = 0; b < kBlocks; ++b)
      _mm512_storeu_ps(all.scores + row * all.score_stride + at + b * kLanes, sums[row][b]);
}

template <int kRows>
DIPTYCH_PAIRS void ScoreRows(const PairScores& all) {
  int at = 0;
  for (; at + 2 * kLanes <= all.count; at += 2 * kLanes) ScoreBlocks<kRows, 2>(all, at);
  if (at < all.count) ScoreBlocks<kRows, 1>(all, at);
}

// The sums of kParts * 16 numbers of the head.
template <int kRows, int kParts>
DIPTYCH_PAIRS void AddParts(const PairSums& all, const uint16_t (&weights)[kQueryBlock][kMostKeys], int at) {
  __m512 sums[kRows][kParts];
  for (int row = 0; row < kRows; ++row)
    for (int p = 0; p < kParts; ++p) sums[row][p] = _mm512_loadu_ps(all.sums + row * all.head + at + p * kLanes);
  for (int pair = 0; pair < (all.count + 1) / 2; ++pair) {
    __m512bh value[kParts];
    for (int p = 0; p < kParts; ++p) value[p] = Load(all.values + (pair * all.head + at + p * kLanes) * 2);
    for (int row = 0; row < kRows; ++row) {
      const __m512bh weight = Everywhere(weights[row] + 2 * pair);
      for (int p = 0; p < kParts; ++p) sums[row][p] = _mm512_dpbf16_ps(sums[row][p], weight, value[p]);
    }
  }
  for (int row = 0; row < kRows; ++row)
    for (int p = 0; p < kParts; ++p) _mm512_storeu_ps(all.sums + row * all.head + at + p * kLanes, sums[row][p]);
}

template <int kRows>
DIPTYCH_PAIRS void AddRows(const PairSums& all) {
  alignas(64) uint16_t weights[kQueryBlock][kMostKeys];
  for (int row = 0; row < kRows; ++row)
    for (int key = 0; key < all.count; key += kLanes) {
      const auto in_reach = static_cast<__mmask16>(all.count - key >= kLanes ? 0xFFFF : (1 << (all.count - key)) - 1);
      const __m512 exact = _mm512_maskz_loadu_ps(in_reach, all.weights + row * all.weight_stride + key);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(weights[row] + key),
                          reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(exact)));
    }
  int at = 0;
  for (; at + 2 * kLanes <= all.head; at += 2 * kLanes) AddParts<kRows, 2>(all, weights, at);
  if (at < all.head) AddParts<kRows, 1>(all, weights, at);
}

}  // namespace

bool HasPairProducts() {
  static const bool has = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512bf16");
  return has;
}

void ScorePairs(const PairScores& all) {
  if (all.rows == 1) return ScoreRows<1>(all);
  ScoreRows<kQueryBlock>(all);
}

void AddPairs(const PairSums& all) {
  DIPTYCH_CHECK(all.count <= kMostKeys, "one chunk of keys");
  if (all.rows == 1) return AddRows<1>(all);
  AddRows<kQueryBlock>(all);
}

#else

bool HasPairProducts() { return false; }
void ScorePairs(const PairScores&) { DIPTYCH_CHECK(false, "no bfloat16 products on this CPU"); }
void AddPairs(const PairSums&) { DIPTYCH_CHECK(false, "no bfloat16 products on this CPU"); }

#endif

}  // namespace diptych
