// The gated activation of a feed-forward, forward and backward.
// As in all kernels of this folder on the CPU: plain pointers, float32 arithmetic, bfloat16 storage, rows are tokens,
// OpenMP's threads; every sum has a fixed order, so results do not depend on the number of threads.
#pragma once

#include <cstdint>

#include "train_kernels/shapes.h"

namespace diptych::train_kernels {

// y = silu(gate) * up; rows hold F gate numbers, then F up numbers.
void SwiGluForward(int64_t rows, int64_t width, const BF16* gate_up, BF16* y);
void SwiGluBackward(int64_t rows, int64_t width, const BF16* gate_up, const BF16* dy, BF16* d_gate_up);

}  // namespace diptych::train_kernels
