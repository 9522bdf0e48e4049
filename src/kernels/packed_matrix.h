// Weights in the form that products read.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/aligned_array.h"
#include "kernels/block_product.h"
#include "kernels/operand.h"

namespace diptych::kernels {

class Matmul;

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

  // Quantised rows of the same `in`, the parts one below the other. They are used where they are and must outlive this;
  // operands of any format multiply them. Few rows of activations are rounded to 8 bits for that (RowOfBytes); for many
  // rows the weights are unpacked to the operand's format, block by block.
  explicit PackedMatrix(std::vector<BlockRows> parts);

  int out() const { return out_; }
  int in() const { return in_; }
  NumberFormat format() const { return format_; }
  // Bytes of its own memory, quantised rows not counted.
  size_t bytes() const { return floats_.size() * sizeof(float) + bfloats_.size() * sizeof(uint16_t); }

 private:
  PackedMatrix(std::span<const float> weights, const Size& size, PageArena* arena);

  friend class Matmul;
  int out_ = 0, in_ = 0, inner_ = 0;
  NumberFormat format_ = NumberFormat::kFloat32;
  std::vector<BlockRows> parts_;    // or one of these:
  AlignedArray<float> floats_;      // [out, inner], zeros behind each row
  AlignedArray<uint16_t> bfloats_;  // [out / 64, rounded up] panels (kernels/panel.h), padded with zeros
};

}  // namespace diptych::kernels
