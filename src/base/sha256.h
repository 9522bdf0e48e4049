// SHA-256 (FIPS 180-4): what a file's content is known by.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace diptych::base {

// Takes bytes piece by piece.
class Sha256 {
 public:
  void Add(std::span<const std::byte> bytes);
  // The hash of all that was added, as 64 hexadecimal digits in small letters. To be called once, at the end.
  std::string Finish();

 private:
  void Block(const std::byte* block);

  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, 64> waiting_{};
  size_t waits_ = 0;    // bytes in waiting_
  uint64_t bytes_ = 0;  // in all
};

}  // namespace diptych::base
