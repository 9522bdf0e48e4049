#include "numbers/number_types.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "numbers/bfloat16.h"

namespace diptych::numbers {
namespace {

static_assert(std::endian::native == std::endian::little, "weight files hold little-endian numbers");

struct TypeRow {
  DType type;
  const char* name;
  int numbers;  // in a block
  size_t bytes;
};
constexpr std::array kTypes = {TypeRow{DType::kF32, "F32", 1, 4},       TypeRow{DType::kF16, "F16", 1, 2},
                               TypeRow{DType::kBF16, "BF16", 1, 2},     TypeRow{DType::kF64, "F64", 1, 8},
                               TypeRow{DType::kI64, "I64", 1, 8},       TypeRow{DType::kI32, "I32", 1, 4},
                               TypeRow{DType::kU8, "U8", 1, 1},         TypeRow{DType::kBool, "BOOL", 1, 1},
                               TypeRow{DType::kQ8_0, "Q8_0", 32, 34},   TypeRow{DType::kQ4_0, "Q4_0", 32, 18},
                               TypeRow{DType::kQ4_K, "Q4_K", 256, 144}, TypeRow{DType::kQ5_K, "Q5_K", 256, 176},
                               TypeRow{DType::kQ6_K, "Q6_K", 256, 210}};

const TypeRow& RowOf(DType type) {
  const auto* found = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeRow& row) { return row.type == type; });
  DIPTYCH_CHECK(found != kTypes.end(), "a type without a row");
  return *found;
}

// --- Reading ---------------------------------------------------------------------------------------------------------

void Read(const BlockQ8_0& block, float* to) {
  const float d = FromF16(block.d);
  for (int i = 0; i < 32; ++i) to[i] = d * static_cast<float>(block.q[i]);
}

void Read(const BlockQ4_0& block, float* to) {
  const float d = FromF16(block.d);
  for (int i = 0; i < 16; ++i) {
    to[i] = d * static_cast<float>((block.q[i] & 15) - 8);
    to[i + 16] = d * static_cast<float>((block.q[i] >> 4) - 8);
  }
}

// Number i of a part of a block.
int PartNumber(const BlockQ4_K& block, size_t part, size_t i) {
  return block.q[part / 2 * 32 + i] >> (part % 2 == 0 ? 0 : 4) & 15;
}
int PartNumber(const BlockQ5_K& block, size_t part, size_t i) {
  return (block.q[part / 2 * 32 + i] >> (part % 2 == 0 ? 0 : 4) & 15) | (block.high[i] >> part & 1) << 4;
}

// A block of 8 parts with scales and minima.
template <typename Block>
void ReadParts(const Block& block, float* to) {
  const float d = FromF16(block.d), dmin = FromF16(block.dmin);
  std::array<uint8_t, 8> scales, minima;
  UnpackScales(block.scales, scales.data(), minima.data());
  for (size_t part = 0; part < 8; ++part) {
    const float scale = d * static_cast<float>(scales[part]), minimum = dmin * static_cast<float>(minima[part]);
    for (size_t i = 0; i < 32; ++i)
      to[part * 32 + i] = scale * static_cast<float>(PartNumber(block, part, i)) - minimum;
  }
}

void Read(const BlockQ4_K& block, float* to) { ReadParts(block, to); }
void Read(const BlockQ5_K& block, float* to) { ReadParts(block, to); }

// The number q of a Q6_K block at `at` of 256, from 0 to 63.
int SixBits(const BlockQ6_K& block, int at) {
  const int half = at / 128, quarter = at % 128 / 32, i = at % 32;
  const int low = block.low[half * 64 + quarter % 2 * 32 + i] >> (quarter < 2 ? 0 : 4) & 15;
  const int high = block.high[half * 32 + i] >> (2 * quarter) & 3;
  return low | high << 4;
}

void Read(const BlockQ6_K& block, float* to) {
  const float d = FromF16(block.d);
  for (int i = 0; i < 256; ++i)
    to[i] = d * static_cast<float>(block.scales[i / 16]) * static_cast<float>(SixBits(block, i) - 32);
}

// --- Writing ---------------------------------------------------------------------------------------------------------

// The nearest whole number, ties to even; |value| is below 2^22. Unlike lrint, loops over it vectorise.
float Rounded(float value) {
  constexpr float kOneAndAHalf = 0x1.8p23f;  // float32 numbers of this size have no fraction
  return (value + kOneAndAHalf) - kOneAndAHalf;
}

float Clamped(float value, float low, float high) {
  value = value < low ? low : value;
  return value > high ? high : value;
}

int Nearest(float value, int low, int high) {
  return static_cast<int>(Rounded(Clamped(value, static_cast<float>(low), static_cast<float>(high))));
}

// 1 / value, and 0 for 0.
float Inverse(float value) { return value == 0 ? 0 : 1 / value; }

float LargestSize(std::span<const float> from) {
  float largest = 0;
  for (float number : from) largest = std::max(largest, std::abs(number));
  return largest;
}

// Trial scales go from the one that spans the whole range to one that clips the largest number by a fifth.
constexpr int kTrials = 16;
constexpr float kTrialStep = 0.0125f;

// The scale d of least squared error for numbers d * q, q from -high - 1 to high.
float FitScale(std::span<const float> from, int high) {
  const float* numbers = from.data();
  const size_t count = from.size();
  float extreme = 0;  // the number of the largest size; it gets q = -high - 1, which has no counterpart
  for (float number : from)
    if (std::abs(number) > std::abs(extreme)) extreme = number;
  float best = 0, best_gain = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    const float inverse =
        -static_cast<float>(high + 1) * (1 + kTrialStep * static_cast<float>(trial)) * Inverse(extreme);
    if (!std::isfinite(inverse)) return 0;  // subnormal numbers become 0
    const auto low_end = static_cast<float>(-high - 1), high_end = static_cast<float>(high);
    float products = 0, squares = 0;
#pragma omp simd reduction(+ : products, squares)
    for (size_t i = 0; i < count; ++i) {
      const float q = Rounded(Clamped(numbers[i] * inverse, low_end, high_end));
      products += q * numbers[i];
      squares += q * q;
    }
    // With the best d for these q the squared error falls by this much.
    const float gain = squares == 0 ? 0 : products * products / squares;
    if (gain <= best_gain) continue;
    best_gain = gain;
    best = products / squares;
  }
  return best;
}

// Numbers scale * q + low, q from 0 up, low at most 0.
struct Affine {
  float scale = 0, low = 0;
};

// Sums over a part's numbers x and their q.
struct PartSums {
  float q = 0, qq = 0, x = 0, qx = 0;
};

// The scale and low of least squared error for these q.
Affine Solve(const PartSums& s, float count) {
  if (s.qq == 0) return {0, std::min(s.x / count, 0.0f)};
  const float determinant = count * s.qq - s.q * s.q;
  Affine fit;
  if (determinant > 0) {
    fit.scale = (count * s.qx - s.q * s.x) / determinant;
    fit.low = (s.qq * s.x - s.q * s.qx) / determinant;
  }
  if (determinant <= 0 || fit.low > 0) fit = {s.qx / s.qq, 0};
  return fit;
}

// The scale and low of least squared error for q up to `high`.
Affine FitAffine(std::span<const float> from, float high) {
  const auto [least, most] = std::minmax_element(from.begin(), from.end());
  const float start = std::min(*least, 0.0f), range = *most - start;
  const float* numbers = from.data();
  float sum = 0;
  for (float number : from) sum += number;
  Affine best{range / high, start};
  float best_error = INFINITY;
  for (int trial = -kTrials / 4; trial < kTrials; ++trial) {
    const float inverse = high * (1 + kTrialStep * static_cast<float>(trial)) * Inverse(range);
    if (!std::isfinite(inverse)) return {};
    float q[32], sum_q = 0, sum_qq = 0, sum_qx = 0;
#pragma omp simd reduction(+ : sum_q, sum_qq, sum_qx)
    for (size_t i = 0; i < 32; ++i) {
      q[i] = Rounded(Clamped((numbers[i] - start) * inverse, 0, high));
      sum_q += q[i];
      sum_qq += q[i] * q[i];
      sum_qx += q[i] * numbers[i];
    }
    const Affine fit = Solve({.q = sum_q, .qq = sum_qq, .x = sum, .qx = sum_qx}, 32);
    float error = 0;
#pragma omp simd reduction(+ : error)
    for (size_t i = 0; i < 32; ++i) {
      const float difference = fit.scale * q[i] + fit.low - numbers[i];
      error += difference * difference;
    }
    if (error >= best_error || fit.scale < 0) continue;
    best_error = error;
    best = fit;
  }
  return best;
}

void Write(std::span<const float> from, BlockQ8_0* block) {
  block->d = ToF16(LargestSize(from) / 127);
  const float inverse = Inverse(FromF16(block->d));
  for (size_t i = 0; i < 32; ++i) block->q[i] = static_cast<int8_t>(Nearest(from[i] * inverse, -127, 127));
}

void Write(std::span<const float> from, BlockQ4_0* block) {
  block->d = ToF16(FitScale(from, 7));
  const float inverse = Inverse(FromF16(block->d));
  for (size_t i = 0; i < 16; ++i) {
    const int low = Nearest(from[i] * inverse, -8, 7) + 8, high = Nearest(from[i + 16] * inverse, -8, 7) + 8;
    block->q[i] = static_cast<uint8_t>(low | high << 4);
  }
}

void PackScales(const std::array<uint8_t, 8>& scales, const std::array<uint8_t, 8>& minima, uint8_t* packed) {
  for (size_t j = 0; j < 4; ++j) {
    packed[j] = static_cast<uint8_t>(scales[j] | scales[j + 4] >> 4 << 6);
    packed[j + 4] = static_cast<uint8_t>(minima[j] | minima[j + 4] >> 4 << 6);
    packed[j + 8] = static_cast<uint8_t>((scales[j + 4] & 15) | (minima[j + 4] & 15) << 4);
  }
}

void SetPartNumber(size_t part, size_t i, int q, BlockQ4_K* block) {
  block->q[part / 2 * 32 + i] |= static_cast<uint8_t>((q & 15) << (part % 2 == 0 ? 0 : 4));
}
void SetPartNumber(size_t part, size_t i, int q, BlockQ5_K* block) {
  block->q[part / 2 * 32 + i] |= static_cast<uint8_t>((q & 15) << (part % 2 == 0 ? 0 : 4));
  block->high[i] |= static_cast<uint8_t>(q >> 4 << part);
}

// A block of 8 parts with scales and minima, q from 0 to `high`.
template <typename Block>
void WriteParts(std::span<const float> from, int high, Block* block) {
  std::array<Affine, 8> fits;
  float scale = 0, minimum = 0;
  for (size_t part = 0; part < 8; ++part) {
    fits[part] = FitAffine(from.subspan(part * 32, 32), static_cast<float>(high));
    scale = std::max(scale, fits[part].scale);
    minimum = std::max(minimum, -fits[part].low);
  }
  *block = {};
  block->d = ToF16(scale / 63);
  block->dmin = ToF16(minimum / 63);
  const float d = FromF16(block->d), dmin = FromF16(block->dmin);
  std::array<uint8_t, 8> scales, minima;
  for (size_t part = 0; part < 8; ++part) {
    scales[part] = static_cast<uint8_t>(Nearest(fits[part].scale * Inverse(d), 0, 63));
    minima[part] = static_cast<uint8_t>(Nearest(-fits[part].low * Inverse(dmin), 0, 63));
    const float inverse = Inverse(d * static_cast<float>(scales[part]));
    const float low = dmin * static_cast<float>(minima[part]);
    for (size_t i = 0; i < 32; ++i)
      SetPartNumber(part, i, Nearest((from[part * 32 + i] + low) * inverse, 0, high), block);
  }
  PackScales(scales, minima, block->scales);
}

void Write(std::span<const float> from, BlockQ4_K* block) { WriteParts(from, 15, block); }
void Write(std::span<const float> from, BlockQ5_K* block) { WriteParts(from, 31, block); }

void Write(std::span<const float> from, BlockQ6_K* block) {
  std::array<float, 16> fits;
  for (size_t part = 0; part < 16; ++part) fits[part] = FitScale(from.subspan(part * 16, 16), 31);
  const float largest = LargestSize(fits);
  block->d = ToF16(largest / 127);
  const float d = FromF16(block->d);
  std::memset(block->low, 0, sizeof(block->low));
  std::memset(block->high, 0, sizeof(block->high));
  for (int i = 0; i < 256; ++i) {
    int8_t& scale = block->scales[i / 16];
    if (i % 16 == 0) scale = static_cast<int8_t>(Nearest(fits[static_cast<size_t>(i / 16)] * Inverse(d), -127, 127));
    const float inverse = Inverse(d * static_cast<float>(scale));
    const int q = Nearest(from[static_cast<size_t>(i)] * inverse, -32, 31) + 32;
    const int half = i / 128, quarter = i % 128 / 32, at = i % 32;
    block->low[half * 64 + quarter % 2 * 32 + at] |= static_cast<uint8_t>((q & 15) << (quarter < 2 ? 0 : 4));
    block->high[half * 32 + at] |= static_cast<uint8_t>(q >> 4 << (2 * quarter));
  }
}

// --- Whole tensors ---------------------------------------------------------------------------------------------------

template <typename Block>
void ReadBlocks(std::span<const std::byte> bytes, int numbers, float* to) {
  for (size_t at = 0; at < bytes.size(); at += sizeof(Block), to += numbers) {
    Block block;  // a copy, since blocks in files are not aligned
    std::memcpy(&block, bytes.data() + at, sizeof(block));
    Read(block, to);
  }
}

template <typename Block>
void WriteBlocks(std::span<const float> from, size_t numbers, std::byte* to) {
  for (size_t at = 0; at < from.size(); at += numbers, to += sizeof(Block)) {
    Block block;
    Write(from.subspan(at, numbers), &block);
    std::memcpy(to, &block, sizeof(block));
  }
}

template <typename Convert>
void ReadHalves(std::span<const std::byte> bytes, std::span<float> to, const Convert& convert) {
  for (size_t i = 0; i < to.size(); ++i) {
    uint16_t bits = 0;
    std::memcpy(&bits, bytes.data() + i * sizeof(bits), sizeof(bits));
    to[i] = convert(bits);
  }
}

template <typename Convert>
void WriteHalves(std::span<const float> from, std::span<std::byte> to, const Convert& convert) {
  for (size_t i = 0; i < from.size(); ++i) {
    const uint16_t bits = convert(from[i]);
    std::memcpy(to.data() + i * sizeof(bits), &bits, sizeof(bits));
  }
}

void CheckSizes(DType type, size_t numbers, size_t bytes) {
  const auto block = static_cast<size_t>(BlockOf(type));
  DIPTYCH_CHECK(numbers % block == 0 && bytes == numbers / block * BytesOf(type), "whole blocks of the numbers");
}

}  // namespace

int BlockOf(DType type) { return RowOf(type).numbers; }
size_t BytesOf(DType type) { return RowOf(type).bytes; }
const char* NameOf(DType type) { return RowOf(type).name; }
bool IsQuantised(DType type) { return BlockOf(type) > 1; }
bool IsReal(DType type) {
  return type == DType::kF32 || type == DType::kF16 || type == DType::kBF16 || IsQuantised(type);
}

void UnpackScales(const uint8_t* packed, uint8_t* scales, uint8_t* minima) {
  for (int j = 0; j < 4; ++j) {
    scales[j] = packed[j] & 63;
    minima[j] = packed[j + 4] & 63;
    scales[j + 4] = static_cast<uint8_t>((packed[j + 8] & 15) | packed[j] >> 6 << 4);
    minima[j + 4] = static_cast<uint8_t>(packed[j + 8] >> 4 | packed[j + 4] >> 6 << 4);
  }
}

void Dequantise(DType type, std::span<const std::byte> bytes, std::span<float> to) {
  CheckSizes(type, to.size(), bytes.size());
  if (to.empty()) return;
  switch (type) {
    case DType::kF32:
      std::memcpy(to.data(), bytes.data(), bytes.size());
      return;
    case DType::kF16:
      return ReadHalves(bytes, to, FromF16);
    case DType::kBF16:
      return ReadHalves(bytes, to, FromBF16);
    case DType::kQ8_0:
      return ReadBlocks<BlockQ8_0>(bytes, 32, to.data());
    case DType::kQ4_0:
      return ReadBlocks<BlockQ4_0>(bytes, 32, to.data());
    case DType::kQ4_K:
      return ReadBlocks<BlockQ4_K>(bytes, 256, to.data());
    case DType::kQ5_K:
      return ReadBlocks<BlockQ5_K>(bytes, 256, to.data());
    case DType::kQ6_K:
      return ReadBlocks<BlockQ6_K>(bytes, 256, to.data());
    default:
      DIPTYCH_CHECK(false, "a type of real numbers");
  }
}

void Quantise(DType type, std::span<const float> from, std::span<std::byte> to) {
  CheckSizes(type, from.size(), to.size());
  if (from.empty()) return;
  switch (type) {
    case DType::kF32:
      std::memcpy(to.data(), from.data(), to.size());
      return;
    case DType::kF16:
      return WriteHalves(from, to, ToF16);
    case DType::kBF16:
      return WriteHalves(from, to, ToBF16);
    case DType::kQ8_0:
      return WriteBlocks<BlockQ8_0>(from, 32, to.data());
    case DType::kQ4_0:
      return WriteBlocks<BlockQ4_0>(from, 32, to.data());
    case DType::kQ4_K:
      return WriteBlocks<BlockQ4_K>(from, 256, to.data());
    case DType::kQ5_K:
      return WriteBlocks<BlockQ5_K>(from, 256, to.data());
    case DType::kQ6_K:
      return WriteBlocks<BlockQ6_K>(from, 256, to.data());
    default:
      DIPTYCH_CHECK(false, "a type of real numbers");
  }
}

uint16_t ToF16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = bits >> 16 & 0x8000, size = bits & 0x7FFFFFFF;
  if (size > 0x7F800000) return static_cast<uint16_t>(sign | 0x7E00);   // NaN stays NaN
  if (size >= 0x477FF000) return static_cast<uint16_t>(sign | 0x7C00);  // 65520 and more round to infinity
  if (size < 0x38800000)                                                // below 2^-14: units of 2^-24
    return static_cast<uint16_t>(sign | static_cast<uint32_t>(std::lrint(std::bit_cast<float>(size) * 0x1p24f)));
  return static_cast<uint16_t>(sign | (size - 0x38000000 + 0xFFF + (size >> 13 & 1)) >> 13);
}

float FromF16(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16;
  const uint32_t exponent = (half >> 10) & 0x1F, fraction = half & 0x3FF;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000 | fraction << 13);
  if (exponent == 0) {
    const float value = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -value : value;
  }
  return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
}

}  // namespace diptych::numbers
