// Products of activations with weight matrices: float32 on oneDNN, bfloat16 on kernels/panel_product.h.
#pragma once

#include <memory>
#include <span>

#include "kernels/aligned.h"
#include "kernels/operand.h"
#include "kernels/team.h"

namespace diptych {

// A weight matrix [out, in], packed once for products in one number format. Const after construction, shared freely.
class PackedMatrix {
 public:
  PackedMatrix() = default;
  // `weights` [out, in] row-major.
  struct Size {
    int out = 0, in = 0;
    NumberFormat format = NumberFormat::kFloat32;
  };
  PackedMatrix(std::span<const float> weights, const Size& size);
  // The same with its memory in an arena that outlives it.
  PackedMatrix(std::span<const float> weights, const Size& size, PageArena& arena);

  int out() const { return out_; }
  int in() const { return in_; }
  NumberFormat format() const { return format_; }
  size_t bytes() const { return floats_.size() * sizeof(float) + bfloats_.size() * sizeof(uint16_t); }

 private:
  PackedMatrix(std::span<const float> weights, const Size& size, PageArena* arena);

  friend class Matmul;
  int out_ = 0, in_ = 0, inner_ = 0;
  NumberFormat format_ = NumberFormat::kFloat32;
  AlignedArray<float> floats_;      // [out, inner]
  AlignedArray<uint16_t> bfloats_;  // [out / 64][inner / 2][64][2], padded with zeros
};

// Multiplies; owns the compiled products and the scratch memory, so one session has one. Every product is cut into
// fixed blocks, each computed whole by one thread: results do not depend on the number of threads.
class Matmul {
 public:
  // The team must outlive this.
  explicit Matmul(Team& team);
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

}  // namespace diptych
