// Whole numbers rounded up: how many parts hold something, and how large they are together.
#pragma once

#include <concepts>
#include <type_traits>

namespace diptych::base {

// The smallest whole number that is not below value / divisor; value >= 0, divisor > 0.
template <std::integral T>
constexpr T CeilDiv(T value, std::type_identity_t<T> divisor) {
  return (value + divisor - 1) / divisor;
}

// The smallest multiple of `multiple` that is not below `value`; value >= 0, multiple > 0.
template <std::integral T>
constexpr T RoundUp(T value, std::type_identity_t<T> multiple) {
  return CeilDiv(value, multiple) * multiple;
}

}  // namespace diptych::base
