#include "kernels/block_product.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "kernels/elementwise.h"
#include "kernels/row_product.h"

namespace diptych {
namespace {

constexpr int kPart = 32;      // numbers that share a scale of the activations
constexpr int kLargest = 256;  // numbers of the largest block

// --- Plain forms -----------------------------------------------------------------------------------------------------

void PlainRowTimes(const RowOfBytes& x, const BlockRows& weights, float* sums) {
  const int block = BlockOf(weights.type);
  const size_t bytes = BytesOf(weights.type);
  std::array<float, kLargest> w;
  for (int n = 0; n < weights.rows; ++n) {
    const std::byte* from = weights.data + static_cast<size_t>(n) * weights.row_bytes();
    float sum = 0;
    for (int k = 0; k < weights.in; k += block, from += bytes) {
      Dequantise(weights.type, {from, bytes}, std::span(w).first(static_cast<size_t>(block)));
      for (int i = 0; i < block; ++i)
        sum += w[static_cast<size_t>(i)] * x.scales()[(k + i) / kPart] * static_cast<float>(x.q()[k + i]);
    }
    sums[n] = sum;
  }
}

// Number k of row n of a panel stands at [k / 2][n][k % 2].
void PlainUnpackPanel(const BlockRows& weights, int first, int count, uint16_t* panel) {
  const int block = BlockOf(weights.type);
  const size_t bytes = BytesOf(weights.type);
  std::array<float, kLargest> w;
  std::array<uint16_t, kLargest> rounded;
  for (int n = 0; n < weights.rows; ++n)
    for (int k = 0; k < count; k += block) {
      const std::byte* from = weights.data + static_cast<size_t>(n) * weights.row_bytes() +
                              static_cast<size_t>((first + k) / block) * bytes;
      Dequantise(weights.type, {from, bytes}, std::span(w).first(static_cast<size_t>(block)));
      RoundToBFloat16(std::span(w).first(static_cast<size_t>(block)), rounded.data());
      for (int i = 0; i < std::min(block, count - k); ++i)
        panel[((k + i) / 2 * kPackedColumns + n) * 2 + i % 2] = rounded[static_cast<size_t>(i)];
    }
}

#if defined(__x86_64__)

#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512vnni")
namespace vnni {
#define DIPTYCH_VNNI 1
#include "kernels/block_product-inl.h"
#undef DIPTYCH_VNNI
}  // namespace vnni
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")
namespace avx2 {
#define DIPTYCH_VNNI 0
#include "kernels/block_product-inl.h"
#undef DIPTYCH_VNNI

// --- Panels ----------------------------------------------------------------------------------------------------------

// 32 numbers of a row.
struct Part {
  __m256 v[4];
};

// scale * q + offset of 32 bytes.
inline Part Scaled(__m256i q, float scale, float offset) {
  alignas(32) uint8_t bytes[32];
  _mm256_store_si256(reinterpret_cast<__m256i*>(bytes), q);
  Part part;
  for (int i = 0; i < 4; ++i) {
    uint64_t eight = 0;
    std::memcpy(&eight, bytes + i * 8, 8);
    part.v[i] = _mm256_fmadd_ps(Widened(eight), _mm256_set1_ps(scale), _mm256_set1_ps(offset));
  }
  return part;
}

inline Part PartOf(const BlockQ8_0* w, int) {
  const float d = _cvtsh_ss(w->d);
  // As unsigned bytes: q + 128.
  return Scaled(_mm256_xor_si256(Bytes(w->q), _mm256_set1_epi8(static_cast<char>(128))), d, -128 * d);
}

inline Part PartOf(const BlockQ4_0* w, int) {
  const float d = _cvtsh_ss(w->d);
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(w->q));
  return Scaled(LowerHalves(_mm256_set_m128i(_mm_srli_epi16(bytes, 4), bytes)), d, -8 * d);
}

inline Part PartOf(const BlockQ4_K* w, int part) {
  const PackedScales packed = ReadScales(w->scales);
  const auto scale = static_cast<float>(packed.scales >> (8 * part) & 255);
  const auto minimum = static_cast<float>(packed.minima >> (8 * part) & 255);
  const __m256i bytes = Bytes(w->q + part / 2 * 32);
  return Scaled(part % 2 == 0 ? LowerHalves(bytes) : UpperHalves(bytes), _cvtsh_ss(w->d) * scale,
                -_cvtsh_ss(w->dmin) * minimum);
}

inline __m256i SixBitsAt(const BlockQ6_K* w, int part) {
  switch (part % 4) {
    case 0:
      return SixBitsOf<0>(w, part / 4);
    case 1:
      return SixBitsOf<1>(w, part / 4);
    case 2:
      return SixBitsOf<2>(w, part / 4);
    default:
      return SixBitsOf<3>(w, part / 4);
  }
}

inline Part PartOf(const BlockQ6_K* w, int part) {
  const float d = _cvtsh_ss(w->d);
  const __m256i q = SixBitsAt(w, part);
  const float first = d * static_cast<float>(w->scales[2 * part]);
  const float second = d * static_cast<float>(w->scales[2 * part + 1]);
  Part lower = Scaled(q, first, -32 * first);
  const Part upper = Scaled(q, second, -32 * second);
  lower.v[2] = upper.v[2];
  lower.v[3] = upper.v[3];
  return lower;
}

// Bits of bfloat16, to nearest even, in the lower halves of eight numbers. The numbers are finite.
inline __m256i RoundedBits(__m256 v) {
  const __m256i bits = _mm256_castps_si256(v);
  const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  return _mm256_srli_epi32(_mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7FFF))), 16);
}

// 32 numbers as 16 pairs of bfloat16, in order.
inline void StorePairs(const Part& part, uint32_t* to) {
  for (int i = 0; i < 2; ++i) {
    const __m256i packed = _mm256_packus_epi32(RoundedBits(part.v[2 * i]), RoundedBits(part.v[2 * i + 1]));
    // The instruction packs within halves of the register.
    _mm256_store_si256(reinterpret_cast<__m256i*>(to + i * 8), _mm256_permute4x64_epi64(packed, 0xD8));
  }
}

// to[i * to_stride + j] = from[j * 16 + i] for i, j in [0, 8).
inline void Transpose(const uint32_t* from, uint32_t* to, int to_stride) {
  __m256i row[8], pair[8], quad[8];
  for (int j = 0; j < 8; ++j) row[j] = _mm256_load_si256(reinterpret_cast<const __m256i*>(from + j * 16));
  for (int j = 0; j < 8; j += 2) {
    pair[j] = _mm256_unpacklo_epi32(row[j], row[j + 1]);
    pair[j + 1] = _mm256_unpackhi_epi32(row[j], row[j + 1]);
  }
  for (int j = 0; j < 8; j += 4)
    for (int i = 0; i < 2; ++i) {
      quad[j + 2 * i] = _mm256_unpacklo_epi64(pair[j + i], pair[j + i + 2]);
      quad[j + 2 * i + 1] = _mm256_unpackhi_epi64(pair[j + i], pair[j + i + 2]);
    }
  for (int i = 0; i < 4; ++i) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(to + i * to_stride),
                       _mm256_permute2x128_si256(quad[i], quad[i + 4], 0x20));
    _mm256_store_si256(reinterpret_cast<__m256i*>(to + (i + 4) * to_stride),
                       _mm256_permute2x128_si256(quad[i], quad[i + 4], 0x31));
  }
}

template <typename Block>
void Unpack(const BlockRows& weights, int first, int count, uint32_t* panel) {
  constexpr int kRows = 8;
  constexpr int kPairs = kPart / 2;
  const int parts = BlockOf(weights.type) / kPart, blocks = weights.in / BlockOf(weights.type);
  const auto* all = reinterpret_cast<const Block*>(weights.data);
  alignas(64) uint32_t pairs[kRows * kPairs];
  for (int n = 0; n < weights.rows; n += kRows)
    for (int k = 0; k < count; k += kPart) {
      const int at = (first + k) / kPart;
      for (int row = 0; row < kRows; ++row) {
        if (n + row < weights.rows)
          StorePairs(PartOf(all + static_cast<int64_t>(n + row) * blocks + at / parts, at % parts),
                     pairs + row * kPairs);
        else
          std::fill_n(pairs + row * kPairs, kPairs, 0u);
      }
      uint32_t* to = panel + k / 2 * kPackedColumns + n;
      Transpose(pairs, to, kPackedColumns);
      Transpose(pairs + 8, to + 8 * kPackedColumns, kPackedColumns);
    }
}

void UnpackAny(const BlockRows& weights, int first, int count, uint16_t* panel) {
  auto* pairs = reinterpret_cast<uint32_t*>(panel);  // one number holds both weights of a column
  switch (weights.type) {
    case DType::kQ8_0:
      return Unpack<BlockQ8_0>(weights, first, count, pairs);
    case DType::kQ4_0:
      return Unpack<BlockQ4_0>(weights, first, count, pairs);
    case DType::kQ4_K:
      return Unpack<BlockQ4_K>(weights, first, count, pairs);
    case DType::kQ6_K:
      return Unpack<BlockQ6_K>(weights, first, count, pairs);
    default:
      return;
  }
}

}  // namespace avx2
#pragma GCC pop_options

bool HasAvx2() {
  static const bool has =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  return has;
}

bool HasVnni() {
  static const bool has = HasAvx2() && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512vnni");
  return has;
}

RowTimesBlocksForm FastestForm() { return HasVnni() ? vnni::RowTimes : HasAvx2() ? avx2::RowTimes : PlainRowTimes; }

#else

bool HasAvx2() { return false; }
bool HasVnni() { return false; }
RowTimesBlocksForm FastestForm() { return PlainRowTimes; }

#endif

}  // namespace

void RowOfBytes::Set(std::span<const float> x) {
  DIPTYCH_CHECK(x.size() % kPart == 0, "whole parts");
  if (q_.size() < x.size()) {
    q_ = AlignedArray<int8_t>(x.size());
    scales_ = AlignedArray<float>(x.size() / kPart);
    sums32_ = AlignedArray<float>(x.size() / kPart);
    sums16_ = AlignedArray<float>(x.size() / kPart * 2);
  }
  size_ = static_cast<int>(x.size());
  for (size_t part = 0; part < x.size() / kPart; ++part) {
    const float* from = x.data() + part * kPart;
    int8_t* to = q_.data() + part * kPart;
    float largest = 0;
#pragma omp simd reduction(max : largest)
    for (int i = 0; i < kPart; ++i) largest = std::abs(from[i]) > largest ? std::abs(from[i]) : largest;
    const float scale = largest / 127, inverse = largest > 0 ? 127 / largest : 0;
    int sums[2] = {0, 0};
    for (int half = 0; half < 2; ++half) {
      int sum = 0;
#pragma omp simd reduction(+ : sum)
      for (int i = half * 16; i < half * 16 + 16; ++i) {
        constexpr float kOneAndAHalf = 0x1.8p23f;  // numbers of this size have no fraction: rounds to nearest
        const float q = (from[i] * inverse + kOneAndAHalf) - kOneAndAHalf;
        to[i] = static_cast<int8_t>(static_cast<int>(q));
        sum += static_cast<int>(q);
      }
      sums[half] = sum;
      sums16_.data()[part * 2 + static_cast<size_t>(half)] = scale * static_cast<float>(sum);
    }
    scales_.data()[part] = scale;
    sums32_.data()[part] = scale * static_cast<float>(sums[0] + sums[1]);
  }
}

void RowTimesBlocks(const RowOfBytes& x, const BlockRows& weights, float* sums) {
  static const RowTimesBlocksForm form = FastestForm();
  DIPTYCH_CHECK(x.size() == weights.in && IsQuantised(weights.type), "a row that fits the blocks");
  form(x, weights, sums);
}

std::vector<RowTimesBlocksForm> RowTimesBlocksForms() {
  std::vector<RowTimesBlocksForm> forms = {PlainRowTimes};
#if defined(__x86_64__)
  if (HasAvx2()) forms.push_back(avx2::RowTimes);
  if (HasVnni()) forms.push_back(vnni::RowTimes);
#endif
  return forms;
}

void UnpackPanel(const BlockRows& weights, int first, int count, uint16_t* panel) {
  DIPTYCH_CHECK(weights.rows <= kPackedColumns && first % BlockOf(weights.type) == 0 && count % kPart == 0 &&
                    first + count <= weights.in && IsQuantised(weights.type),
                "a panel's part of the blocks");
  if (weights.rows < kPackedColumns) std::fill_n(panel, static_cast<size_t>(count) * kPackedColumns, uint16_t{0});
#if defined(__x86_64__)
  if (HasAvx2()) return avx2::UnpackAny(weights, first, count, panel);
#endif
  PlainUnpackPanel(weights, first, count, panel);
}

}  // namespace diptych
