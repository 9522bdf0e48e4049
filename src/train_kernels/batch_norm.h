// Normalisation over a batch with what stands around it in a residual network, forward and backward, for the trainer on
// the CPU: y = max(0, (x - mean) * inverse * scale + shift + residual), each column with numbers of its own. bfloat16
// storage, float32 arithmetic, OpenMP's threads; every sum has a fixed order. arXiv 1502.03167.
#pragma once

#include <cstdint>

#include "train_kernels/shapes.h"

namespace diptych::train_kernels {

struct BatchNormShape {
  int64_t rows = 0, width = 0;
};

// Of each column of x [rows, width]: its mean and its variance (divided by rows, not by rows - 1).
void ColumnMoments(const BatchNormShape& shape, const BF16* x, float* mean, float* variance);

struct BatchNormColumns {  // each [width]; inverse: 1 / sqrt(variance + epsilon)
  const float *mean = nullptr, *inverse = nullptr, *scale = nullptr, *shift = nullptr;
};
// x, residual, y [rows, width]; without residual it is null.
void BatchNormReluForward(const BatchNormShape& shape, const BatchNormColumns& columns, const BF16* x,
                          const BF16* residual, BF16* y);

struct BatchNormGradients {
  const BF16 *x = nullptr, *y = nullptr, *dy = nullptr;
  BF16 *dx = nullptr, *d_residual = nullptr;     // overwritten; d_residual may be null
  float *d_scale = nullptr, *d_shift = nullptr;  // [width], overwritten
};
// Mean and inverse are those of x itself.
void BatchNormReluBackward(const BatchNormShape& shape, const BatchNormColumns& columns, const BatchNormGradients& all);

}  // namespace diptych::train_kernels
