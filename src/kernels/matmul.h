// Products of activations with weight matrices: float32 on oneDNN, bfloat16 on kernels/panel_product.h, quantised
// weights by kernels/block_product.h.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "kernels/aligned.h"
#include "kernels/block_product.h"
#include "kernels/operand.h"
#include "kernels/team.h"

namespace diptych::kernels {

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

  // Quantised rows, one part below the other, of the same `in`. They stay where they are and must outlive this;
  // operands of any format multiply them. A few rows of activations are rounded to 8 bits for that (see RowOfBytes),
  // many meet the weights unpacked to the operand's format, block by block.
  explicit PackedMatrix(std::vector<BlockRows> parts);

  int out() const { return out_; }
  int in() const { return in_; }
  NumberFormat format() const { return format_; }
  // Of memory that is its own.
  size_t bytes() const { return floats_.size() * sizeof(float) + bfloats_.size() * sizeof(uint16_t); }

 private:
  PackedMatrix(std::span<const float> weights, const Size& size, PageArena* arena);

  friend class Matmul;
  int out_ = 0, in_ = 0, inner_ = 0;
  NumberFormat format_ = NumberFormat::kFloat32;
  std::vector<BlockRows> parts_;    // or one of these:
  AlignedArray<float> floats_;      // [out, inner]
  AlignedArray<uint16_t> bfloats_;  // [out / 64] panels, padded with zeros
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

}  // namespace diptych::kernels
