// Numbers and bounds that the tests of this folder share.
#pragma once

#include <cmath>
#include <vector>

#include "base/random.h"
#include "kernels/operand.h"
#include "kernels/row_product.h"

namespace diptych::kernels {

inline constexpr double kFloatUnit = 0x1p-24;  // half the distance of float32 numbers near 1
inline constexpr double kBFloatUnit = 0x1p-8;  // of bfloat16 numbers

inline std::vector<float> Normals(size_t count, uint64_t stream) {
  std::vector<float> numbers(count);
  base::FillNormal(7, stream, 0, numbers);
  return numbers;
}

// Element (row, column) of an operand as float32.
inline float At(const Operand& x, int row, int column) {
  const size_t at = static_cast<size_t>(row) * static_cast<size_t>(x.stride()) + static_cast<size_t>(column);
  if (x.format() == NumberFormat::kFloat32) return x.floats()[at];
  float wide = 0;
  WidenBFloat16({x.bfloats() + at, 1}, &wide);
  return wide;
}

// How far a result of this format may be from the exact number when float32 arithmetic erred by `error`.
inline double Bound(NumberFormat format, double exact, double error) {
  return error + (format == NumberFormat::kBFloat16 ? kBFloatUnit * (std::abs(exact) + error) : 0);
}

// Formats that products of this machine can be tested in.
inline std::vector<NumberFormat> Formats() {
  if (FastestFormat() == NumberFormat::kFloat32) return {NumberFormat::kFloat32};
  return {NumberFormat::kFloat32, NumberFormat::kBFloat16};
}

}  // namespace diptych::kernels
