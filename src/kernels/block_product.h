// Products with weights that stay quantised in the mapped file: a row of activations in 8 bits times the blocks, and
// blocks unpacked to bfloat16 for kernels/panel_product.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/aligned_array.h"
#include "numbers/number_types.h"

namespace diptych::kernels {

// Rows of a weight matrix [rows, in] of one quantised type, one after another in memory. A view; its address is even.
struct BlockRows {
  numbers::DType type = numbers::DType::kQ8_0;
  const std::byte* data = nullptr;
  int rows = 0, in = 0;  // in is a multiple of the type's block

  size_t row_bytes() const {
    return static_cast<size_t>(in) / static_cast<size_t>(numbers::BlockOf(type)) * numbers::BytesOf(type);
  }
  BlockRows Part(int first, int count) const {
    return {type, data + static_cast<size_t>(first) * row_bytes(), count, in};
  }
};

// A row of activations rounded to 8 bits: every 32 neighbours share a scale, so a number is off by at most half of the
// largest of its 32 divided by 127.
class RowOfBytes {
 public:
  // x.size() is a multiple of 32. Memory is kept when it suffices.
  void Set(std::span<const float> x);
  int size() const { return size_; }
  const int8_t* q() const { return q_.data(); }
  const float* scales() const { return scales_.data(); }  // [size / 32]
  // Sums of the rounded numbers, scaled, of every 32 and every 16.
  const float* sums32() const { return sums32_.data(); }
  const float* sums16() const { return sums16_.data(); }

 private:
  int size_ = 0;
  AlignedArray<int8_t> q_;
  AlignedArray<float> scales_, sums32_, sums16_;
};

// sums[n] = sum over k of x[k] * weights[n][k]. Integer products in AVX-512's or AVX2's instructions where the CPU has
// them; a plain form otherwise.
void RowTimesBlocks(const RowOfBytes& x, const BlockRows& weights, float* sums);
// All forms of it that this CPU can run, for tests.
using RowTimesBlocksForm = void (*)(const RowOfBytes& x, const BlockRows& weights, float* sums);
std::vector<RowTimesBlocksForm> RowTimesBlocksForms();

// Numbers [first, first + count) of every row as bfloat16, in tiles [rows / 16][count / 32][16][32]
// (kernels/panel_product.h draws them), so that the 32 numbers of a row that a tile holds are one line of memory. Where
// the last tiles have more rows than the matrix, `to` is left unchanged. `first` and `count` are multiples of the
// type's block, and `to` lies at a multiple of 64 bytes.
void UnpackTiles(const BlockRows& weights, int first, int count, uint16_t* to);

}  // namespace diptych::kernels
