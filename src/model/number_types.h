// How the numbers of a tensor are stored: plain, or quantised in blocks that share a scale.
// Block layouts: ggml's public documentation of GGUF and its block structures. Little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace diptych::model {

enum class DType { kF32, kF16, kBF16, kI64, kI32, kU8, kBool, kQ8_0, kQ4_0, kQ4_K, kQ5_K, kQ6_K };
// Numbers in one block: 1 for plain types.
int BlockOf(DType type);
// Bytes of one block.
size_t BytesOf(DType type);
const char* NameOf(DType type);
// kQ8_0, kQ4_0, kQ4_K, kQ5_K, kQ6_K.
bool IsQuantised(DType type);
// Real numbers, plain or quantised.
bool IsReal(DType type);

// 32 numbers d * q.
struct BlockQ8_0 {
  uint16_t d;  // float16
  int8_t q[32];
};
// 32 numbers d * (q - 8); byte i holds number i in its lower half and number i + 16 in its upper.
struct BlockQ4_0 {
  uint16_t d;  // float16
  uint8_t q[16];
};
// 256 numbers in 8 parts of 32: d * scale * q - dmin * minimum. Bytes 32 c + i of q hold number i of part 2c in their
// lower half and of part 2c + 1 in their upper. Scales and minima have 6 bits, packed; see UnpackScales.
struct BlockQ4_K {
  uint16_t d, dmin;  // float16
  uint8_t scales[12];
  uint8_t q[128];
};
// The same with q of 5 bits: bit p of high[i] is the uppermost of number i of part p.
struct BlockQ5_K {
  uint16_t d, dmin;  // float16
  uint8_t scales[12];
  uint8_t high[32], q[128];
};
// 256 numbers in 16 parts of 16: d * scale * (q - 32), q of 6 bits. Each half of the block holds 128 numbers: number i
// (of 32) of its quarters 0 and 2 has its lower 4 bits in the two halves of low[i], of quarters 1 and 3 of low[32 + i];
// the upper 2 bits of the four stand in high[i], quarter 0 lowest.
struct BlockQ6_K {
  uint8_t low[128], high[64];
  int8_t scales[16];
  uint16_t d;  // float16
};
static_assert(sizeof(BlockQ8_0) == 34 && sizeof(BlockQ4_0) == 18 && sizeof(BlockQ4_K) == 144 &&
              sizeof(BlockQ5_K) == 176 && sizeof(BlockQ6_K) == 210);

// The scales and minima [8] of a Q4_K or Q5_K block's 12 bytes: part j < 4 has its scale in the lower 6 bits of byte j
// and its minimum in those of byte j + 4; part j >= 4 has their lower 4 bits in the halves of byte j + 4 and their
// upper 2 in the upper bits of bytes j - 4 and j.
void UnpackScales(const uint8_t* packed, uint8_t* scales, uint8_t* minima);

// Numbers of any real type as float32. `bytes` holds whole blocks of exactly to.size() numbers.
void Dequantise(DType type, std::span<const std::byte> bytes, std::span<float> to);
// Rounds float32 to a real type; from.size() is a multiple of its block. Quantised blocks get the scale, and minimum,
// of least squared error among some near the one that spans their range. The numbers are finite, and those for kF16
// within its range.
void Quantise(DType type, std::span<const float> from, std::span<std::byte> to);

// Round to nearest even.
uint16_t ToBF16(float value);
float FromBF16(uint16_t value);
uint16_t ToF16(float value);  // beyond the range: infinity
float FromF16(uint16_t value);
inline constexpr float kMaxF16 = 65504;

}  // namespace diptych::model
