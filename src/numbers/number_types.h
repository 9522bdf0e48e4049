// How the numbers of a tensor are stored: plain, or quantised in blocks that share a scale.
// Block layouts: ggml's public documentation of GGUF and its block structures. Little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace diptych::numbers {

enum class DType { kF32, kF16, kBF16, kF64, kI64, kI32, kU8, kBool, kQ8_0, kQ4_0, kQ4_K, kQ5_K, kQ6_K };
// Numbers in one block: 1 for plain types.
int BlockOf(DType type);
// Bytes of one block.
size_t BytesOf(DType type);
const char* NameOf(DType type);
// kQ8_0, kQ4_0, kQ4_K, kQ5_K, kQ6_K.
bool IsQuantised(DType type);
// Real numbers that weights may have, plain or quantised.
bool IsReal(DType type);

// Blocks as they lie in memory, byte 0 at the left; in brackets how many bytes.

// 32 numbers d * q.
//
//   | d [2] | q0 | q1 | ... | q31 |
struct BlockQ8_0 {
  uint16_t d;  // float16
  int8_t q[32];
};
// 32 numbers d * (q - 8). A byte holds two of them:
//
//   | d [2] | q16 q0 | q17 q1 | ... | q31 q15 |        upper half, lower half
struct BlockQ4_0 {
  uint16_t d;  // float16
  uint8_t q[16];
};
// 256 numbers in 8 parts of 32: d * scale * q - dmin * minimum, a scale and a minimum of 6 bits for each part, packed
// as UnpackScales says. Parts 2c and 2c + 1 share 32 bytes: number i of the one is in the lower half of byte i, of the
// other in the upper half.
//
//   | d [2] | dmin [2] | scales and minima [12] | parts 1:0 [32] | parts 3:2 [32] | parts 5:4 [32] | parts 7:6 [32] |
struct BlockQ4_K {
  uint16_t d, dmin;  // float16
  uint8_t scales[12];
  uint8_t q[128];
};
// The same with q of 5 bits: bit p of high[i] is the uppermost of number i of part p.
//
//   | d [2] | dmin [2] | scales and minima [12] | high [32] | parts 1:0 [32] | ... | parts 7:6 [32] |
struct BlockQ5_K {
  uint16_t d, dmin;  // float16
  uint8_t scales[12];
  uint8_t high[32], q[128];
};
// 256 numbers in 16 parts of 16: d * scale * (q - 32), q of 6 bits. Each half of the block holds 128 numbers, four
// quarters of 32. Number i of each quarter has its lower 4 bits in a half of a byte of `low`, and the four numbers i
// share the byte high[i] with their upper 2 bits:
//
//   of a half    low[i]        quarter 2, quarter 0      upper half, lower half
//                low[32 + i]   quarter 3, quarter 1
//                high[i]       q3 q2 q1 q0               2 bits each, quarter 0 lowest
//
//   | low of half 0 [64] | low of half 1 [64] | high of half 0 [32] | high of half 1 [32] | scales [16] | d [2] |
struct BlockQ6_K {
  uint8_t low[128], high[64];
  int8_t scales[16];
  uint16_t d;  // float16
};
static_assert(sizeof(BlockQ8_0) == 34 && sizeof(BlockQ4_0) == 18 && sizeof(BlockQ4_K) == 144 &&
              sizeof(BlockQ5_K) == 176 && sizeof(BlockQ6_K) == 210);

// The scales and minima [8] of a Q4_K or Q5_K block's 12 bytes, of 6 bits each. With s_j, m_j those of part j:
//
//   byte j, j = 0 ... 3     upper 2 bits of s_(j+4), all of s_j
//   byte j + 4              upper 2 bits of m_(j+4), all of m_j
//   byte j + 8              lower 4 bits of m_(j+4), lower 4 bits of s_(j+4)
void UnpackScales(const uint8_t* packed, uint8_t* scales, uint8_t* minima);

// Numbers of any real type as float32. `bytes` holds whole blocks of exactly to.size() numbers.
void Dequantise(DType type, std::span<const std::byte> bytes, std::span<float> to);
// Rounds float32 to a real type; from.size() is a multiple of its block. A quantised block gets the scale (and minimum)
// of least squared error among some trial values near those that span its range. The numbers are finite, and those for
// kF16 within its range.
void Quantise(DType type, std::span<const float> from, std::span<std::byte> to);

// Round to nearest even; beyond the range: infinity. bfloat16: numbers/bfloat16.h.
uint16_t ToF16(float value);
float FromF16(uint16_t value);
inline constexpr float kMaxF16 = 65504;

}  // namespace diptych::numbers
