// Shared by the kernels on AVX-512's bfloat16 pairs. Included on x86-64 by their sources alone.
#pragma once

#include <immintrin.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

// For functions that run only where HasPairProducts().
#define DIPTYCH_PAIRS __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))

namespace diptych::kernels {

inline constexpr int kPairLanes = 16;  // pairs, or float32 numbers, in a vector

// The first `left` lanes of a vector, none when it is negative.
inline __mmask16 LanesOf(ptrdiff_t left) {
  return static_cast<__mmask16>((1u << std::clamp<ptrdiff_t>(left, 0, kPairLanes)) - 1);
}

// One pair in all lanes.
DIPTYCH_PAIRS inline __m512bh PairEverywhere(const uint16_t* pair) {
  int bits = 0;
  std::memcpy(&bits, pair, sizeof(bits));
  return reinterpret_cast<__m512bh>(_mm512_set1_epi32(bits));
}

}  // namespace diptych::kernels
