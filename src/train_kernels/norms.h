// RMSNorm of the trainer, alone and fused with the addition to the residual stream, forward and backward.
// As in all kernels of this folder on the CPU: plain pointers, float32 arithmetic, bfloat16 storage, rows are tokens,
// OpenMP's threads; every sum has a fixed order, so results do not depend on the number of threads.
#pragma once

#include "train_kernels/shapes.h"

namespace diptych::train_kernels {

// y = x / rms(x) * weight. x [rows, width] float32, y bfloat16, inverse_rms [rows] is kept for the backward pass.
void RmsNormForward(const RmsNormShape& shape, const float* x, const float* weight, BF16* y, float* inverse_rms);
// dx [rows, width], d_weight [width] are overwritten.
void RmsNormBackward(const RmsNormShape& shape, const float* x, const float* weight, const float* inverse_rms,
                     const BF16* dy, float* dx, float* d_weight);

// Addition to the residual stream and its norm: sum = stream + delta, y = sum / rms(sum) * weight. stream, sum float32;
// delta, y bfloat16; all [rows, width].
void AddRmsNormForward(const RmsNormShape& shape, const float* stream, const BF16* delta, const float* weight,
                       float* sum, BF16* y, float* inverse_rms);
void AddRmsNormBackward(const RmsNormShape& shape, const float* weight, const float* inverse_rms,
                        const AddRmsNormGradients& all, float* d_weight);

}  // namespace diptych::train_kernels
