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
#include "kernels/panel.h"

namespace diptych::kernels {
namespace {

constexpr int kPart = 32;      // numbers that share a scale of the activations
constexpr int kLargest = 256;  // numbers of the largest block

// --- Plain forms -----------------------------------------------------------------------------------------------------

void PlainRowTimes(const RowOfBytes& x, const BlockRows& weights, float* sums) {
  const int block = numbers::BlockOf(weights.type);
  const size_t bytes = numbers::BytesOf(weights.type);
  std::array<float, kLargest> w;
  for (int n = 0; n < weights.rows; ++n) {
    const std::byte* from = weights.data + static_cast<size_t>(n) * weights.row_bytes();
    float sum = 0;
    for (int k = 0; k < weights.in; k += block, from += bytes) {
      numbers::Dequantise(weights.type, {from, bytes}, std::span(w).first(static_cast<size_t>(block)));
      for (int i = 0; i < block; ++i)
        sum += w[static_cast<size_t>(i)] * x.scales()[(k + i) / kPart] * static_cast<float>(x.q()[k + i]);
    }
    sums[n] = sum;
  }
}

// Where row n begins in tiles, for rows of `count` numbers.
uint16_t* RowOfTiles(uint16_t* tiles, int n, int count) {
  return tiles + int64_t{n / kTileColumns} * kTileColumns * count + n % kTileColumns * kTileInner;
}

void PlainUnpack(const BlockRows& weights, int first, int count, uint16_t* tiles) {
  const int block = numbers::BlockOf(weights.type);
  const size_t bytes = numbers::BytesOf(weights.type);
  std::array<float, kLargest> w;
  const std::span<float> numbers = std::span(w).first(static_cast<size_t>(block));
  for (int n = 0; n < weights.rows; ++n) {
    const std::byte* from = weights.Part(n, 1).data + static_cast<size_t>(first / block) * bytes;
    uint16_t* to = RowOfTiles(tiles, n, count);
    for (int k = 0; k < count; k += block, from += bytes) {
      numbers::Dequantise(weights.type, {from, bytes}, numbers);
      for (size_t part = 0; part < numbers.size(); part += kTileInner, to += kTileNumbers)
        RoundToBFloat16(numbers.subspan(part, kTileInner), to);
    }
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

// --- Blocks as bfloat16 ----------------------------------------------------------------------------------------------

#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512bf16")
namespace pairs {

struct Scale {
  float scale = 0, offset = 0;
};

// The scales and offsets of a block of 8 parts.
class PartScales {
 public:
  template <typename Block>
  explicit PartScales(const Block& w) {
    const avx2::PackedScales packed = avx2::ReadScales(w.scales);
    _mm256_store_ps(scales_, _mm256_mul_ps(avx2::Widened(packed.scales), _mm256_set1_ps(_cvtsh_ss(w.d))));
    _mm256_store_ps(offsets_, _mm256_mul_ps(avx2::Widened(packed.minima), _mm256_set1_ps(-_cvtsh_ss(w.dmin))));
  }
  Scale of(int part) const { return {scales_[part], offsets_[part]}; }

 private:
  alignas(32) float scales_[8], offsets_[8];
};

// 32 numbers scale * q + offset, each 16 with their own.
inline __m512 Scaled(__m128i q, Scale s) {
  return _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(q)), _mm512_set1_ps(s.scale),
                         _mm512_set1_ps(s.offset));
}
inline __m512i Numbers(__m256i q, Scale first, Scale second) {
  const __m512 low = Scaled(_mm256_castsi256_si128(q), first);
  const __m512 high = Scaled(_mm256_extracti128_si256(q, 1), second);
  return reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(high, low));
}

// scale * q + offset for the 16 q from `first`.
inline __m512 Sixteen(float first, Scale s) {
  const __m512 q =
      _mm512_add_ps(_mm512_set_ps(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_ps(first));
  return _mm512_fmadd_ps(q, _mm512_set1_ps(s.scale), _mm512_set1_ps(s.offset));
}
// The same for q from 0 to 15, as a table for VPERMW; and for q from 0 to 31.
inline __m512i TableOf(Scale s) {
  return _mm512_castsi256_si512(reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(Sixteen(0, s))));
}
inline __m512i LongTableOf(Scale s) {
  return reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(Sixteen(16, s), Sixteen(0, s)));
}

// Each 32 numbers of a block go to another tile.
inline void Unpack(const numbers::BlockQ8_0& w, uint16_t* to) {
  const float d = _cvtsh_ss(w.d);
  const Scale scale{d, -128 * d};  // of q + 128, which has no sign
  const __m256i q = _mm256_xor_si256(avx2::Bytes(w.q), _mm256_set1_epi8(static_cast<char>(128)));
  _mm512_store_si512(to, Numbers(q, scale, scale));
}

inline void Unpack(const numbers::BlockQ4_0& w, uint16_t* to) {
  const float d = _cvtsh_ss(w.d);
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(w.q));
  const __m256i q = avx2::LowerHalves(_mm256_set_m128i(_mm_srli_epi16(bytes, 4), bytes));
  _mm512_store_si512(to, _mm512_permutexvar_epi16(_mm512_cvtepu8_epi16(q), TableOf({d, -8 * d})));
}

inline void Unpack(const numbers::BlockQ4_K& w, uint16_t* to) {
  const PartScales parts(w);
  for (int part = 0; part < 8; part += 2) {
    const __m512i bytes = _mm512_cvtepu8_epi16(avx2::Bytes(w.q + part * 16));
    const __m512i low = _mm512_and_si512(bytes, _mm512_set1_epi16(15)), high = _mm512_srli_epi16(bytes, 4);
    _mm512_store_si512(to + part * kTileNumbers, _mm512_permutexvar_epi16(low, TableOf(parts.of(part))));
    _mm512_store_si512(to + (part + 1) * kTileNumbers, _mm512_permutexvar_epi16(high, TableOf(parts.of(part + 1))));
  }
}

inline void Unpack(const numbers::BlockQ5_K& w, uint16_t* to) {
  const PartScales parts(w);
  for (int part = 0; part < 8; ++part)
    _mm512_store_si512(
        to + part * kTileNumbers,
        _mm512_permutexvar_epi16(_mm512_cvtepu8_epi16(avx2::FiveBitsOf(&w, part)), LongTableOf(parts.of(part))));
}

template <int half>
inline void UnpackHalf(const numbers::BlockQ6_K& w, uint16_t* to) {
  const float d = _cvtsh_ss(w.d);
  const __m256i quarters[] = {avx2::SixBitsOf<0>(&w, half), avx2::SixBitsOf<1>(&w, half), avx2::SixBitsOf<2>(&w, half),
                              avx2::SixBitsOf<3>(&w, half)};
  for (int quarter = 0; quarter < 4; ++quarter) {
    const int8_t* scales = w.scales + half * 8 + quarter * 2;
    const float first = d * static_cast<float>(scales[0]), second = d * static_cast<float>(scales[1]);
    _mm512_store_si512(to + (half * 4 + quarter) * kTileNumbers,
                       Numbers(quarters[quarter], {first, -32 * first}, {second, -32 * second}));
  }
}

inline void Unpack(const numbers::BlockQ6_K& w, uint16_t* to) {
  UnpackHalf<0>(w, to);
  UnpackHalf<1>(w, to);
}

template <typename Block>
void UnpackRows(const BlockRows& weights, int first, int count, uint16_t* tiles) {
  constexpr size_t kLine = 64;
  constexpr int kAhead = 8;  // rows to prefetch ahead, half a microsecond
  const int numbers = numbers::BlockOf(weights.type), blocks = weights.in / numbers;
  const auto* row = reinterpret_cast<const Block*>(weights.data) + first / numbers;
  for (int n = 0; n < weights.rows; ++n, row += blocks) {
    const Block* block = row;
    uint16_t* to = RowOfTiles(tiles, n, count);
    for (int k = 0; k < count; k += numbers, ++block, to += numbers / kTileInner * kTileNumbers) {
      for (size_t at = 0; at < sizeof(Block); at += kLine)
        _mm_prefetch(reinterpret_cast<const char*>(block + kAhead * blocks) + at, _MM_HINT_T0);
      Unpack(*block, to);
    }
  }
}

void UnpackAny(const BlockRows& weights, int first, int count, uint16_t* to) {
  switch (weights.type) {
    case numbers::DType::kQ8_0:
      return UnpackRows<numbers::BlockQ8_0>(weights, first, count, to);
    case numbers::DType::kQ4_0:
      return UnpackRows<numbers::BlockQ4_0>(weights, first, count, to);
    case numbers::DType::kQ4_K:
      return UnpackRows<numbers::BlockQ4_K>(weights, first, count, to);
    case numbers::DType::kQ5_K:
      return UnpackRows<numbers::BlockQ5_K>(weights, first, count, to);
    case numbers::DType::kQ6_K:
      return UnpackRows<numbers::BlockQ6_K>(weights, first, count, to);
    default:
      return;
  }
}

}  // namespace pairs
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
        constexpr float kOneAndAHalf = 0x1.8p23f;  // float32 numbers of this size have no fraction: rounds to nearest
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
  DIPTYCH_CHECK(x.size() == weights.in && numbers::IsQuantised(weights.type), "a row that fits the blocks");
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

void UnpackTiles(const BlockRows& weights, int first, int count, uint16_t* to) {
  const int block = numbers::BlockOf(weights.type);
  DIPTYCH_CHECK(
      numbers::IsQuantised(weights.type) && first % block == 0 && count % block == 0 && first + count <= weights.in,
      "whole blocks of the rows");
#if defined(__x86_64__)
  if (HasAvx2() && HasPairProducts()) return pairs::UnpackAny(weights, first, count, to);
#endif
  PlainUnpack(weights, first, count, to);
}

}  // namespace diptych::kernels
