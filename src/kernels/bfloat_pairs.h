// What AVX-512's bfloat16 instructions do for attention: inner products of pairs with float32 sums, and rounding.
#pragma once

#include <cstddef>
#include <cstdint>

namespace diptych::kernels {

// Whether this CPU has them. The functions below may be called only then.
bool HasPairProducts();

// Rounds to nearest even; subnormal numbers of float32 become 0.
void RoundByPairs(const float* from, size_t count, uint16_t* to);

// How cached keys and values lie: kernels/attention.h. Each pair is one 32-bit word of VDPBF16PS, which adds both
// products of two pairs to a float32 sum: for scores a pair is two neighbouring numbers of one key, for values it is
// one number of two neighbouring tokens.

// Scores of a chunk's keys: queries [rows][head], `rows` 1 or 8; keys [count / 16][head / 2][16][2], `count` a multiple
// of 16; scores of a row `score_stride` apart.
struct PairScores {
  const uint16_t* queries = nullptr;
  const uint16_t* keys = nullptr;
  int rows = 0, head = 0, count = 0;
  float* scores = nullptr;
  int score_stride = 0;
};
void ScorePairs(const PairScores& all);

// weights = 2^(scores - largest) as bfloat16, 0 for keys from number `visible` on. Returns their sum before rounding.
// Both arrays have `count` numbers, a multiple of 16.
float WeighPairs(const float* scores, int visible, int count, float largest, uint16_t* weights);

// sums[row] += weights[row] * values: weights of a row `weight_stride` apart, values [count / 2][head][2], head a
// multiple of 16, sums [rows][head]. Where the number of values is odd, the weight beside the last one must be 0.
struct PairSums {
  const uint16_t* weights = nullptr;
  int weight_stride = 0;
  const uint16_t* values = nullptr;
  int rows = 0, head = 0, count = 0;
  float* sums = nullptr;
};
void AddPairs(const PairSums& all);

}  // namespace diptych::kernels
