// RMSNorm and RoPE of queries and keys, forward and backward.
// As in all kernels of this folder on the CPU: plain pointers, float32 arithmetic, bfloat16 storage, rows are tokens,
// OpenMP's threads; every sum has a fixed order, so results do not depend on the number of threads.
#pragma once

#include "train_kernels/shapes.h"

namespace diptych::train_kernels {

// RMSNorm of each query and key head in two halves, then RoPE by (t, h, w); values are copied. Rows hold H query heads,
// G key heads and G value heads of K numbers. See docs/model-family.md, "Position: three axes in one head". cos, sin
// [rows, K/2]: K/4 angles of t, then K/8 of h, then K/8 of w. inverse_rms [rows, H+G, 2].
void HeadNormRopeForward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                         const BF16* x, BF16* y, float* inverse_rms);
void HeadNormRopeBackward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                          const BF16* x, const float* inverse_rms, const BF16* dy, BF16* dx,
                          const HeadNormGradients& gradients);

}  // namespace diptych::train_kernels
