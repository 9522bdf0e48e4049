// A single row times a packed matrix: what a token at a time needs, bound by the speed of memory.
#pragma once

#include <cstdint>
#include <span>

namespace diptych {

// Columns side by side in a packed bfloat16 matrix.
inline constexpr int kPackedColumns = 64;

// sums[n] = sum over k of x[k] * weights[k / 2][n][k % 2], for 64 columns of bfloat16 weights; inner is even, weights
// and sums lie at a multiple of 64 bytes.
void RowTimesPacked(const float* x, const uint16_t* weights, int inner, float* sums);
// sums[n] = sum over k of x[k] * weights[n][k], for `columns` columns.
void RowTimesRows(std::span<const float> x, const float* weights, int columns, float* sums);
// to[i] = from[i] as float32.
void WidenBFloat16(std::span<const uint16_t> from, float* to);

}  // namespace diptych
