// Matrix products in bfloat16. libtorch multiplies bfloat16 fast on a GPU and on CPUs that have such instructions; on others
// it falls back on plain loops, many times slower than its float32 products. There the products widen their operands.
#pragma once

#include <torch/types.h>

namespace diptych::train {

// Whether the device has instructions that multiply bfloat16: every GPU, and CPUs with AVX512-BF16.
bool MultipliesBFloat16(torch::Device device);

// a [rows, n] times b [n, columns], of one type, rounded to it. Without a gradient.
torch::Tensor Product(const torch::Tensor& a, const torch::Tensor& b);

// x [rows, in] times the transpose of matrix [out, in], plus bias [out] unless it is undefined; all of one type, rounded to
// it. With gradients.
torch::Tensor Linear(const torch::Tensor& x, const torch::Tensor& matrix, const torch::Tensor& bias = {});
// The same of bfloat16 tensors with float32 products, as Linear computes it where bfloat16 is slow.
torch::Tensor WideLinear(const torch::Tensor& x, const torch::Tensor& matrix, const torch::Tensor& bias = {});

}  // namespace diptych::train
