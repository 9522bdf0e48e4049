// FNV-1a, 64 bits: tells contents apart; no protection against forgery.
#pragma once

#include <cstdint>
#include <string_view>

namespace diptych::eval {

class Fingerprint {
 public:
  // Each piece ends in a separator: "ab", "c" differs from "a", "bc".
  void Add(std::string_view piece) {
    for (char c : piece) Step(static_cast<uint8_t>(c));
    Step(0xFF);  // no byte of UTF-8
  }
  uint64_t value() const { return value_; }

 private:
  void Step(uint8_t byte) { value_ = (value_ ^ byte) * 0x100000001B3; }
  uint64_t value_ = 0xCBF29CE484222325;
};

}  // namespace diptych::eval
