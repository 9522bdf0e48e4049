// The transposition of 16 x 16 words in AVX-512's registers. Included on x86-64 by sources alone.
#pragma once

#include "kernels/bfloat_pairs-inl.h"

namespace diptych::kernels {

// Exchanges word j of register i with word i of register j.
DIPTYCH_PAIRS inline void TransposeSquare(__m512i* row) {
  __m512i pair[kPairLanes], quad[kPairLanes];
  for (int i = 0; i < kPairLanes; i += 2) {
    pair[i] = _mm512_unpacklo_epi32(row[i], row[i + 1]);
    pair[i + 1] = _mm512_unpackhi_epi32(row[i], row[i + 1]);
  }
  // Quarter q of quad[i + c]: word 4 q + c of rows i to i + 3.
  for (int i = 0; i < kPairLanes; i += 4)
    for (int c = 0; c < 2; ++c) {
      quad[i + 2 * c] = _mm512_unpacklo_epi64(pair[i + c], pair[i + c + 2]);
      quad[i + 2 * c + 1] = _mm512_unpackhi_epi64(pair[i + c], pair[i + c + 2]);
    }
  for (int c = 0; c < 4; ++c) {
    const __m512i even = _mm512_shuffle_i32x4(quad[c], quad[4 + c], 0x88);  // quarters 0 and 2 of both
    const __m512i odd = _mm512_shuffle_i32x4(quad[c], quad[4 + c], 0xDD);
    const __m512i lower_even = _mm512_shuffle_i32x4(quad[8 + c], quad[12 + c], 0x88);
    const __m512i lower_odd = _mm512_shuffle_i32x4(quad[8 + c], quad[12 + c], 0xDD);
    row[c] = _mm512_shuffle_i32x4(even, lower_even, 0x88);
    row[4 + c] = _mm512_shuffle_i32x4(odd, lower_odd, 0x88);
    row[8 + c] = _mm512_shuffle_i32x4(even, lower_even, 0xDD);
    row[12 + c] = _mm512_shuffle_i32x4(odd, lower_odd, 0xDD);
  }
}

}  // namespace diptych::kernels
