// The parameters of the trainer's kernels, on the CPU (norms.h, head_norms.h, gates.h ...) and on a GPU (cuda.h). In
// C++17, for the CUDA compiler. Sizes, and tensors that belong together, are structs; every other buffer is a parameter
// of its own, named as in the kernel's formula, so many kernels have more than four.
#pragma once

#include <cstdint>

namespace diptych::train_kernels {

using BF16 = uint16_t;  // the 16 bits of a bfloat16

struct RmsNormShape {
  int64_t rows = 0, width = 0;
  float epsilon = 1e-6f;
};
struct AddRmsNormGradients {  // each [rows, width]
  const float* sum = nullptr;
  const BF16* dy = nullptr;
  const float* d_sum = nullptr;  // gradient of the sum from its other uses
  float* d_stream = nullptr;     // may be d_sum
  BF16* d_delta = nullptr;       // the same in bfloat16
};

// Rows hold H query heads, G key heads, G value heads of K numbers.
struct HeadShape {
  int64_t rows = 0;
  int query_heads = 0, key_value_heads = 0, head = 0;
  float epsilon = 1e-6f;
  int64_t width() const { return int64_t{query_heads + 2 * key_value_heads} * head; }
  int rotated_heads() const { return query_heads + key_value_heads; }
};
struct HeadNormWeights {  // each [K/2]
  const float *query_t = nullptr, *query_hw = nullptr, *key_t = nullptr, *key_hw = nullptr;
};
struct HeadNormGradients {  // each [K/2], overwritten
  float *query_t = nullptr, *query_hw = nullptr, *key_t = nullptr, *key_hw = nullptr;
};

}  // namespace diptych::train_kernels
