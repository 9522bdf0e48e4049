// The loss of a text's tokens with its gradient.
// As in all kernels of this folder on the CPU: plain pointers, float32 arithmetic, bfloat16 storage, rows are tokens,
// OpenMP's threads; every sum has a fixed order, so results do not depend on the number of threads.
#pragma once

#include <cstdint>

#include "train_kernels/shapes.h"

namespace diptych::train_kernels {

// loss[i] = log(sum(exp(logits[i]))) - logits[i][target[i]]; logits [rows, width] are overwritten by
// softmax(logits) - one_hot(target), times scale[i].
void CrossEntropy(int64_t rows, int64_t width, const int32_t* target, const float* scale, BF16* logits, float* loss);

}  // namespace diptych::train_kernels
