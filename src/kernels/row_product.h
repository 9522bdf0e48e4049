// A single row times a packed matrix (matrix-vector product): what decoding one token needs, bound by memory bandwidth.
#pragma once

#include <cstdint>
#include <span>

namespace diptych::kernels {

// sums[n] = sum over k of x[k] * weights[k][n], for a panel of 64 columns (kernels/panel.h); weights and sums lie at a
// multiple of 64 bytes.
void RowTimesPacked(const float* x, const uint16_t* weights, int inner, float* sums);
// sums[n] = sum over k of x[k] * weights[n][k], for `columns` columns.
void RowTimesRows(std::span<const float> x, const float* weights, int columns, float* sums);
// to[i] = from[i] as float32.
void WidenBFloat16(std::span<const uint16_t> from, float* to);

}  // namespace diptych::kernels
