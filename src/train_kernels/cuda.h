// The functions of norms.h, head_norms.h and gates.h that also run on an NVIDIA GPU: on pointers into the memory of the
// current device, started on its default stream. Sums over rows have no fixed order. Built where CMake finds the CUDA
// compiler.
#pragma once

#include "train_kernels/shapes.h"

namespace diptych::train_kernels::cuda {

#ifdef DIPTYCH_CUDA_KERNELS
inline constexpr bool kBuilt = true;
#else
inline constexpr bool kBuilt = false;  // nothing below may be called
#endif

// Widths that the norms take.
constexpr bool TakesRmsNorm(int64_t width) {
  return width == 64 || width == 128 || width == 256 || width == 512 || width == 1024;
}
// `delta` null: nothing is added, `sum` is not written.
void AddRmsNormForward(const RmsNormShape& shape, const float* stream, const BF16* delta, const float* weight,
                       float* sum, BF16* y, float* inverse_rms);
// `d_sum` null: it counts as zero. `d_delta` null: not written.
void AddRmsNormBackward(const RmsNormShape& shape, const float* weight, const float* inverse_rms,
                        const AddRmsNormGradients& all, float* d_weight);

constexpr bool TakesHeads(int head) { return head == 32 || head == 64 || head == 128; }
void HeadNormRopeForward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                         const BF16* x, BF16* y, float* inverse_rms);
void HeadNormRopeBackward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                          const BF16* x, const float* inverse_rms, const BF16* dy, BF16* dx,
                          const HeadNormGradients& gradients);

// `width` is even.
void SwiGluForward(int64_t rows, int64_t width, const BF16* gate_up, BF16* y);
void SwiGluBackward(int64_t rows, int64_t width, const BF16* gate_up, const BF16* dy, BF16* d_gate_up);

}  // namespace diptych::train_kernels::cuda
