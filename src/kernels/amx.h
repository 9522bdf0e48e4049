// Intel AMX's tiles of bfloat16.
#pragma once

#include <cstdint>

namespace diptych::kernels {

// Whether the processor has AMX, Linux grants this process its registers, and ONEDNN_MAX_CPU_ISA, which oneDNN reads,
// does not name an older instruction set. Determined once.
bool AmxUsable();

// The operand of LDTILECFG (Intel's manual, volume 2), 64 bytes:
//
//   byte 0         1          2 ... 15   16 ... 47                        48 ... 63
//   | palette 1 | start row | reserved | bytes of a row, 16 x 2 bytes | rows, 16 x 1 byte |
struct alignas(64) TileConfiguration {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t row_bytes[16] = {};
  uint8_t rows[16] = {};
};
static_assert(sizeof(TileConfiguration) == 64);
// All eight registers whole: 16 rows of 64 bytes, which are 16 float32 numbers or 32 of bfloat16. A named constant,
// because compilers assume that LDTILECFG reads only eight bytes and might not write all of a temporary.
inline constexpr TileConfiguration kWholeTiles{.row_bytes = {64, 64, 64, 64, 64, 64, 64, 64},
                                               .rows = {16, 16, 16, 16, 16, 16, 16, 16}};

}  // namespace diptych::kernels
