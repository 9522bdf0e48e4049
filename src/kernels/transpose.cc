#include "kernels/transpose.h"

#include <algorithm>
#include <cstring>

#if defined(__x86_64__)
#include "kernels/transpose-inl.h"
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

// Takes some columns at a time, so that the cache lines written to stay in the first-level cache.
void TransposePlainly(const Transposition& all) {
  constexpr int kColumns = 16;
  for (int first = 0; first < all.columns; first += kColumns)
    for (int row = 0; row < all.rows; ++row)
      for (int column = first; column < std::min(first + kColumns, all.columns); ++column)
        std::memcpy(PlaceOf(all, row, column), WordOf(all, row, column), kWord);
}

#if defined(__x86_64__)

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
