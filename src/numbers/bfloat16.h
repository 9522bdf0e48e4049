// bfloat16 is the upper half of a float32: sign, 8 bits of exponent, 7 of fraction.
//
//   float32    s eeeeeeee fffffff ffffffffffffffff      bit 31 ... 0
//   bfloat16   s eeeeeeee fffffff                       bit 15 ... 0
//
// All code that rounds to bfloat16 calls these functions, unless it uses a hardware instruction (AVX-512's
// VCVTNEPS2BF16, CUDA's intrinsics). The compiler vectorises loops over them.
#pragma once

#include <bit>
#include <cstdint>

namespace diptych::numbers {

// Rounds to nearest, ties to even; beyond the range: infinity. Not for NaN, which may become infinity or a number.
constexpr uint16_t FiniteToBF16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

// The same with NaN kept, which makes loops 10 to 25 % slower.
constexpr uint16_t ToBF16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  return (bits & 0x7FFFFFFF) > 0x7F800000 ? static_cast<uint16_t>(bits >> 16 | 0x40) : FiniteToBF16(value);
}

constexpr float FromBF16(uint16_t value) { return std::bit_cast<float>(uint32_t{value} << 16); }

}  // namespace diptych::numbers
