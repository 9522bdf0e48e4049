// Transposition of matrices of 32-bit words: float32 numbers, or pairs of bfloat16.
#pragma once

#include <cstdint>

namespace diptych::kernels {

// to[c * to_stride + r] = from[r * from_stride + c] for r below `rows` and c below `columns`; strides in words.
struct Transposition {
  const void* from = nullptr;
  int64_t from_stride = 0;
  int rows = 0, columns = 0;
  void* to = nullptr;
  int64_t to_stride = 0;
};
void Transpose(const Transposition& all);

}  // namespace diptych::kernels
