// Operations on rows of numbers: norms, gates, activations. Rows are tokens.
#pragma once

#include <span>

#include "kernels/operand.h"
#include "kernels/thread_pool.h"

namespace diptych::kernels {

struct Norm {
  std::span<const float> weight;
  float epsilon = 0;
};
// out = x / rms(x) * weight for each row of x [rows, weight.size()]; rms(x) = sqrt(mean(x^2) + epsilon). `out` is
// resized.
void RmsNorm(ThreadPool& pool, std::span<const float> x, const Norm& norm, Operand* out);
// out = silu(gate) * up; rows of x [rows, 2 * width] hold the gates, then the ups. `out` is resized.
void SwiGlu(ThreadPool& pool, std::span<const float> x, int width, Operand* out);
// out = gelu(x), the exact form x * Phi(x), for x [rows, width]. `out` is resized.
void Gelu(ThreadPool& pool, std::span<const float> x, int width, Operand* out);
// The same in place.
void Gelu(ThreadPool& pool, std::span<float> x);
// x / (1 + exp(-x)) in place.
void Silu(ThreadPool& pool, std::span<float> x);
// out = x, for x [rows, width]. `out` is resized.
void Convert(ThreadPool& pool, std::span<const float> x, int width, Operand* out);
// In place: exp(x - max) / sum. Subtracting the maximum keeps exp from overflowing.
void Softmax(std::span<float> x);
// to[i] = from[i] rounded to bfloat16, to nearest even. Numbers below the normal ones of float32 may become 0.
void RoundToBFloat16(std::span<const float> from, uint16_t* to);

}  // namespace diptych::kernels
