// Products of activations with weight matrices: float32 on oneDNN, bfloat16 on kernels/panel_product.h, quantised
// weights by kernels/block_product.h.
#pragma once

#include <memory>
#include <span>

#include "kernels/operand.h"
#include "kernels/packed_matrix.h"
#include "kernels/thread_pool.h"

namespace diptych::kernels {

// Multiplies; owns the compiled products and the scratch memory, so one session has one. Every product is cut into
// fixed blocks, each computed whole by one thread: results do not depend on the number of threads.
class Matmul {
 public:
  // The pool must outlive this.
  explicit Matmul(ThreadPool& pool);
  ~Matmul();

  // y = x W^T; x [rows, in] in the weights' format, y [rows, out].
  void Multiply(const Operand& x, const PackedMatrix& weights, std::span<float> y);
  // y = x W^T + bias, bias [out].
  void Multiply(const Operand& x, const PackedMatrix& weights, std::span<const float> bias, std::span<float> y);
  // y += x W^T.
  void MultiplyAdd(const Operand& x, const PackedMatrix& weights, std::span<float> y);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace diptych::kernels
