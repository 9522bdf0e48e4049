#include "kernels/block_product.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "kernels/bfloat_pairs.h"
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
#pragma GCC target("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")
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

}  // namespace avx2
#pragma GCC pop_options

// --- Panels ----------------------------------------------------------------------------------------------------------

#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512bf16")
namespace panels {

// 32 numbers scale * q + offset, each 16 with their own, as 16 pairs of bfloat16 in order.
struct Scale {
  float scale = 0, offset = 0;
};
inline __m512 Scaled(__m128i q, Scale s) {
  return _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(q)), _mm512_set1_ps(s.scale),
                         _mm512_set1_ps(s.offset));
}
inline __m512i Pairs(__m256i q, Scale first, Scale second) {
  const __m512 low = Scaled(_mm256_castsi256_si128(q), first);
  const __m512 high = Scaled(_mm256_extracti128_si256(q, 1), second);
  return reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(high, low));
}

inline __m512i PairsOf(const BlockQ8_0* w, int) {
  const float d = _cvtsh_ss(w->d);
  const Scale scale{d, -128 * d};  // of q + 128, which has no sign
  return Pairs(_mm256_xor_si256(avx2::Bytes(w->q), _mm256_set1_epi8(static_cast<char>(128))), scale, scale);
}

inline __m512i PairsOf(const BlockQ4_0* w, int) {
  const float d = _cvtsh_ss(w->d);
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(w->q));
  const Scale scale{d, -8 * d};
  return Pairs(avx2::LowerHalves(_mm256_set_m128i(_mm_srli_epi16(bytes, 4), bytes)), scale, scale);
}

inline __m512i PairsOf(const BlockQ4_K* w, int part) {
  const avx2::PackedScales packed = avx2::ReadScales(w->scales);
  const Scale scale{_cvtsh_ss(w->d) * static_cast<float>(packed.scales >> (8 * part) & 255),
                    -_cvtsh_ss(w->dmin) * static_cast<float>(packed.minima >> (8 * part) & 255)};
  const __m256i bytes = avx2::Bytes(w->q + part / 2 * 32);
  return Pairs(part % 2 == 0 ? avx2::LowerHalves(bytes) : avx2::UpperHalves(bytes), scale, scale);
}

inline __m256i SixBitsAt(const BlockQ6_K* w, int part) {
  switch (part % 4) {
    case 0:
      return avx2::SixBitsOf<0>(w, part / 4);
    case 1:
      return avx2::SixBitsOf<1>(w, part / 4);
    case 2:
      return avx2::SixBitsOf<2>(w, part / 4);
    default:
      return avx2::SixBitsOf<3>(w, part / 4);
  }
}

inline __m512i PairsOf(const BlockQ6_K* w, int part) {
  const float d = _cvtsh_ss(w->d);
  const float first = d * static_cast<float>(w->scales[2 * part]);
  const float second = d * static_cast<float>(w->scales[2 * part + 1]);
  return Pairs(SixBitsAt(w, part), {first, -32 * first}, {second, -32 * second});
}

// Number j of register i to number i of register j, and that to to[j * stride].
inline void StoreTransposed(const __m512i* row, uint32_t* to, int stride) {
  __m512i pair[16], quad[16];
  for (int i = 0; i < 16; i += 2) {
    pair[i] = _mm512_unpacklo_epi32(row[i], row[i + 1]);
    pair[i + 1] = _mm512_unpackhi_epi32(row[i], row[i + 1]);
  }
  // Quarter q of quad[i + c]: number 4 q + c of rows i to i + 3.
  for (int i = 0; i < 16; i += 4)
    for (int c = 0; c < 2; ++c) {
      quad[i + 2 * c] = _mm512_unpacklo_epi64(pair[i + c], pair[i + c + 2]);
      quad[i + 2 * c + 1] = _mm512_unpackhi_epi64(pair[i + c], pair[i + c + 2]);
    }
  for (int c = 0; c < 4; ++c) {
    const __m512i even = _mm512_shuffle_i32x4(quad[c], quad[4 + c], 0x88);  // quarters 0 and 2 of both
    const __m512i odd = _mm512_shuffle_i32x4(quad[c], quad[4 + c], 0xDD);
    const __m512i lower_even = _mm512_shuffle_i32x4(quad[8 + c], quad[12 + c], 0x88);
    const __m512i lower_odd = _mm512_shuffle_i32x4(quad[8 + c], quad[12 + c], 0xDD);
    _mm512_store_si512(to + c * stride, _mm512_shuffle_i32x4(even, lower_even, 0x88));
    _mm512_store_si512(to + (4 + c) * stride, _mm512_shuffle_i32x4(odd, lower_odd, 0x88));
    _mm512_store_si512(to + (8 + c) * stride, _mm512_shuffle_i32x4(even, lower_even, 0xDD));
    _mm512_store_si512(to + (12 + c) * stride, _mm512_shuffle_i32x4(odd, lower_odd, 0xDD));
  }
}

template <typename Block>
void Unpack(const BlockRows& weights, int first, int count, uint32_t* panel) {
  constexpr int kRows = 16;
  const int parts = BlockOf(weights.type) / kPart, blocks = weights.in / BlockOf(weights.type);
  const auto* all = reinterpret_cast<const Block*>(weights.data);
  for (int n = 0; n < weights.rows; n += kRows)
    for (int k = 0; k < count; k += kPart) {
      const int at = (first + k) / kPart;
      const Block* block = all + static_cast<int64_t>(n) * blocks + at / parts;
      __m512i pairs[kRows];
      for (int row = 0; row < kRows; ++row, block += blocks)
        pairs[row] = n + row < weights.rows ? PairsOf(block, at % parts) : _mm512_setzero_si512();
      StoreTransposed(pairs, panel + k / 2 * kPackedColumns + n, kPackedColumns);
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

}  // namespace panels
#pragma GCC pop_options

bool HasAvx2() {
  static const bool has =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  return has;
}

bool HasVnni() {
  static const bool has = HasAvx2() && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni");
  return has;
}

bool HasFastPanels() {
  static const bool has = HasAvx2() && HasPairProducts();
  return has;
}

RowTimesBlocksForm FastestForm() { return HasVnni() ? vnni::RowTimes : HasAvx2() ? avx2::RowTimes : PlainRowTimes; }

#else

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
  if (HasFastPanels()) return panels::UnpackAny(weights, first, count, panel);
#endif
  PlainUnpackPanel(weights, first, count, panel);
}

}  // namespace diptych
