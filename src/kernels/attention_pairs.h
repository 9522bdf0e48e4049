// Attention's inner products of bfloat16 pairs (AVX-512's VDPBF16PS): two rounded factors, float32 sums.
#pragma once

#include <cstdint>

namespace diptych {

// Whether this CPU has them. All below only where it does. `rows` is 1 or 8.
bool HasPairProducts();

// scores[row][key] for `keys` keys, a multiple of 16: queries [head / 2][8][2], keys [keys / 16][head / 2][16][2],
// scores of a row `score_stride` apart.
struct PairScores {
  const uint16_t* queries = nullptr;
  const uint16_t* keys = nullptr;
  int rows = 0, head = 0, count = 0;
  float* scores = nullptr;
  int score_stride = 0;
};
void ScorePairs(const PairScores& all);

// sums[row] += weights[row] * values for `keys` keys: weights float32, rounded here, values [keys / 2][head][2], head a
// multiple of 16, sums [rows][head]. An odd last key stands beside a weight of 0.
struct PairSums {
  const float* weights = nullptr;
  int weight_stride = 0;
  const uint16_t* values = nullptr;
  int rows = 0, head = 0, count = 0;
  float* sums = nullptr;
};
void AddPairs(const PairSums& all);

}  // namespace diptych
