// The left side of a matrix product: rows of numbers in the format that the product computes in.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/aligned_array.h"

namespace diptych::kernels {

enum class NumberFormat { kFloat32, kBFloat16 };

// kBFloat16 when this CPU multiplies bfloat16 matrices in hardware, kFloat32 otherwise.
NumberFormat FastestFormat();

// A product reads rows in blocks of this many; an operand holds whole blocks.
inline constexpr int kRowGranule = 16;
// The inner dimension is padded with zeros to a multiple of this.
inline constexpr int kInnerGranule = 32;

class Operand {
 public:
  explicit Operand(NumberFormat format) : format_(format) {}
  // Room for [rows, columns]; the numbers are unspecified until SetRow. Memory is kept when it suffices.
  void Resize(int rows, int columns);
  // Converts one row, rounding to nearest even. Different rows may be set by different threads.
  void SetRow(int row, std::span<const float> values) { SetPart(row, 0, values); }
  // The same for part of a row, the columns from `first` on.
  void SetPart(int row, int first, std::span<const float> values);
  // A row of another operand of the same format and number of columns.
  void CopyRow(int row, const Operand& from, int from_row);
  // One row as float32.
  void GetRow(int row, std::span<float> values) const;

  int rows() const { return rows_; }
  int columns() const { return columns_; }
  int stride() const { return stride_; }  // numbers from one row to the next
  NumberFormat format() const { return format_; }
  const float* floats() const { return floats_.data(); }
  const uint16_t* bfloats() const { return bfloats_.data(); }
  void* data() const {
    return format_ == NumberFormat::kFloat32 ? static_cast<void*>(floats_.data()) : bfloats_.data();
  }

 private:
  int rows_ = 0, columns_ = 0, stride_ = 0;
  NumberFormat format_;
  AlignedArray<float> floats_;
  AlignedArray<uint16_t> bfloats_;
};

}  // namespace diptych::kernels
