#include "kernels/transpose.h"

#include <cstring>

#if defined(__x86_64__)
#include "kernels/bfloat_pairs-inl.h"
#endif
#include "kernels/bfloat_pairs.h"

namespace diptych::kernels {
namespace {

constexpr int64_t kWord = sizeof(uint32_t);

const std::byte* WordOf(const Transposition& all, int row, int column) {
  return static_cast<const std::byte*>(all.from) + (row * all.from_stride + column) * kWord;
}
std::byte* PlaceOf(const Transposition& all, int row, int column) {
  return static_cast<std::byte*>(all.to) + (column * all.to_stride + row) * kWord;
}

void TransposePlainly(const Transposition& all) {
  for (int row = 0; row < all.rows; ++row)
    for (int column = 0; column < all.columns; ++column)
      std::memcpy(PlaceOf(all, row, column), WordOf(all, row, column), kWord);
}

#if defined(__x86_64__)

// Word j of register i to word i of register j.
DIPTYCH_PAIRS void TransposeSquare(__m512i* row) {
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

DIPTYCH_PAIRS void TransposeBySquares(const Transposition& all) {
  for (int column = 0; column < all.columns; column += kPairLanes)  // whole rows of the result, sixteen at a time
    for (int row = 0; row < all.rows; row += kPairLanes) {
      const __mmask16 across = LanesOf(all.columns - column), down = LanesOf(all.rows - row);
      __m512i words[kPairLanes];
      for (int i = 0; i < kPairLanes; ++i)
        words[i] = row + i < all.rows ? _mm512_maskz_loadu_epi32(across, WordOf(all, row + i, column))
                                      : _mm512_setzero_si512();
      TransposeSquare(words);
      for (int i = 0; i < kPairLanes && column + i < all.columns; ++i)
        _mm512_mask_storeu_epi32(PlaceOf(all, row, column + i), down, words[i]);
    }
}

#endif

}  // namespace

void Transpose(const Transposition& all) {
#if defined(__x86_64__)
  if (HasPairProducts()) return TransposeBySquares(all);
#endif
  TransposePlainly(all);
}

}  // namespace diptych::kernels
