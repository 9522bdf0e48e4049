// The dot products of kernels/block_product.cc, compiled once for each instruction set: included inside a namespace
// and a `#pragma GCC target` with AVX2, FMA and F16C, and with DIPTYCH_VNNI 1 or 0. No include guard.

// Sums of four neighbouring products each, of 32 unsigned with 32 signed bytes. Without VNNI two products are summed in
// 16 bits: weights of up to 128 and activations of up to 127 fit.
inline __m256i DotBytes(__m256i weights, __m256i x) {
#if DIPTYCH_VNNI
  return _mm256_dpbusd_epi32(_mm256_setzero_si256(), weights, x);
#else
  return _mm256_madd_epi16(_mm256_maddubs_epi16(weights, x), _mm256_set1_epi16(1));
#endif
}

inline __m256i Bytes(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
inline __m256i LowerHalves(__m256i bytes) { return _mm256_and_si256(bytes, _mm256_set1_epi8(15)); }
inline __m256i UpperHalves(__m256i bytes) { return LowerHalves(_mm256_srli_epi16(bytes, 4)); }
inline __m256 ScaledDot(__m256i weights, const int8_t* x, __m256 scale, __m256 sum) {
  return _mm256_fmadd_ps(_mm256_cvtepi32_ps(DotBytes(weights, Bytes(x))), scale, sum);
}

inline float SumOf(__m256 v) {
  __m128 sum = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
  return _mm_cvtss_f32(_mm_add_ss(sum, _mm_movehdup_ps(sum)));
}

// Prefetches what is read some microseconds later, because the hardware prefetcher stops at the end of each page.
template <typename Block>
inline void Fetch(const Block* w) {
  constexpr size_t kAhead = 4096, kLine = 64;
  for (size_t at = 0; at < sizeof(Block); at += kLine)
    _mm_prefetch(reinterpret_cast<const char*>(w) + kAhead + at, _MM_HINT_T0);
}

inline float Dot(const numbers::BlockQ8_0* w, int blocks, const RowOfBytes& x) {
  __m256 sum = _mm256_setzero_ps();
  for (int b = 0; b < blocks; ++b, ++w) {
    Fetch(w);
    const __m256i q = Bytes(w->q);
    // |w| (x sign w): one operand of the instruction is unsigned.
    const __m256i signed_x = _mm256_sign_epi8(Bytes(x.q() + b * 32), q);
    const __m256 scale = _mm256_set1_ps(_cvtsh_ss(w->d) * x.scales()[b]);
    sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(DotBytes(_mm256_abs_epi8(q), signed_x)), scale, sum);
  }
  return SumOf(sum);
}

inline float Dot(const numbers::BlockQ4_0* w, int blocks, const RowOfBytes& x) {
  __m256 sum = _mm256_setzero_ps();
  float offsets = 0;
  for (int b = 0; b < blocks; ++b, ++w) {
    Fetch(w);
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(w->q));
    const __m256i q = LowerHalves(_mm256_set_m128i(_mm_srli_epi16(bytes, 4), bytes));
    const float d = _cvtsh_ss(w->d);
    sum = ScaledDot(q, x.q() + b * 32, _mm256_set1_ps(d * x.scales()[b]), sum);
    offsets += d * x.sums32()[b];
  }
  return SumOf(sum) - 8 * offsets;
}

// Eight bytes as float32.
inline __m256 Widened(uint64_t bytes) {
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<int64_t>(bytes))));
}

// The 6-bit numbers of UnpackScales, one to a byte: parts 0 to 3 in the lower half, 4 to 7 in the upper half.
struct PackedScales {
  uint64_t scales = 0, minima = 0;
};
inline PackedScales ReadScales(const uint8_t* packed) {
  uint32_t first = 0, second = 0, third = 0;
  std::memcpy(&first, packed, 4);
  std::memcpy(&second, packed + 4, 4);
  std::memcpy(&third, packed + 8, 4);
  const uint32_t upper_scales = (third & 0x0F0F0F0F) | (first >> 6 & 0x03030303) << 4;
  const uint32_t upper_minima = (third >> 4 & 0x0F0F0F0F) | (second >> 6 & 0x03030303) << 4;
  return {(first & 0x3F3F3F3F) | uint64_t{upper_scales} << 32, (second & 0x3F3F3F3F) | uint64_t{upper_minima} << 32};
}

// Stores the scales of block b's parts times the scales of the activations. Returns `minima` plus the block's minima
// times the sums of the activations.
template <typename Block>
inline __m256 ScaleParts(const Block& w, const RowOfBytes& x, int b, __m256 minima, float* scales) {
  const PackedScales packed = ReadScales(w.scales);
  const __m256 d = _mm256_mul_ps(_mm256_set1_ps(_cvtsh_ss(w.d)), _mm256_loadu_ps(x.scales() + b * 8));
  _mm256_store_ps(scales, _mm256_mul_ps(Widened(packed.scales), d));
  const __m256 dmin = _mm256_mul_ps(_mm256_set1_ps(_cvtsh_ss(w.dmin)), _mm256_loadu_ps(x.sums32() + b * 8));
  return _mm256_fmadd_ps(Widened(packed.minima), dmin, minima);
}

#if DIPTYCH_VNNI
// Parts a and b of the activations beside each other.
inline __m512i TwoParts(const int8_t* q, int a, int b) {
  return _mm512_inserti64x4(_mm512_castsi256_si512(Bytes(q + a * 32)), Bytes(q + b * 32), 1);
}

// Takes 64 bytes at a time: their lower halves are parts 0 and 2 of four parts, their upper halves parts 1 and 3.
inline float Dot(const numbers::BlockQ4_K* w, int blocks, const RowOfBytes& x) {
  const __m512i halves = _mm512_set1_epi8(15), zero = _mm512_setzero_si512();
  const __m512i lanes = _mm512_set_epi32(2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0);
  __m512 even = _mm512_setzero_ps(), odd = even;
  __m256 minima = _mm256_setzero_ps();
  for (int b = 0; b < blocks; ++b, ++w) {
    Fetch(w);
    const PackedScales packed = ReadScales(w->scales);
    const __m256 d = _mm256_mul_ps(_mm256_set1_ps(_cvtsh_ss(w->d)), _mm256_loadu_ps(x.scales() + b * 8));
    const __m512 scales = _mm512_castps256_ps512(_mm256_mul_ps(Widened(packed.scales), d));
    const __m256 dmin = _mm256_mul_ps(_mm256_set1_ps(_cvtsh_ss(w->dmin)), _mm256_loadu_ps(x.sums32() + b * 8));
    minima = _mm256_fmadd_ps(Widened(packed.minima), dmin, minima);
    const int8_t* q = x.q() + b * 256;
    for (int half = 0; half < 2; ++half) {
      const __m512i bytes = _mm512_loadu_si512(w->q + half * 64);
      const __m512i first = _mm512_add_epi32(lanes, _mm512_set1_epi32(4 * half));
      const __m512i low =
          _mm512_dpbusd_epi32(zero, _mm512_and_si512(bytes, halves), TwoParts(q, 4 * half, 4 * half + 2));
      const __m512i high = _mm512_dpbusd_epi32(zero, _mm512_and_si512(_mm512_srli_epi16(bytes, 4), halves),
                                               TwoParts(q, 4 * half + 1, 4 * half + 3));
      even = _mm512_fmadd_ps(_mm512_cvtepi32_ps(low), _mm512_permutexvar_ps(first, scales), even);
      odd = _mm512_fmadd_ps(_mm512_cvtepi32_ps(high),
                            _mm512_permutexvar_ps(_mm512_add_epi32(first, _mm512_set1_epi32(1)), scales), odd);
    }
  }
  const __m512 sum = _mm512_add_ps(even, odd);
  const __m256 halved = _mm256_add_ps(_mm512_castps512_ps256(sum), _mm512_extractf32x8_ps(sum, 1));
  return SumOf(_mm256_sub_ps(halved, minima));
}
#else
inline float Dot(const numbers::BlockQ4_K* w, int blocks, const RowOfBytes& x) {
  __m256 even = _mm256_setzero_ps(), odd = even, minima = even;
  alignas(32) float scales[8];
  for (int b = 0; b < blocks; ++b, ++w) {
    minima = ScaleParts(*w, x, b, minima, scales);
    const int8_t* q = x.q() + b * 256;
    for (int pair = 0; pair < 4; ++pair) {
      const __m256i bytes = Bytes(w->q + pair * 32);
      even = ScaledDot(LowerHalves(bytes), q + pair * 64, _mm256_set1_ps(scales[2 * pair]), even);
      odd = ScaledDot(UpperHalves(bytes), q + pair * 64 + 32, _mm256_set1_ps(scales[2 * pair + 1]), odd);
    }
  }
  return SumOf(_mm256_sub_ps(_mm256_add_ps(even, odd), minima));
}
#endif

// Numbers from 0 to 31 of a part of a Q5_K block.
inline __m256i FiveBitsOf(const numbers::BlockQ5_K* w, int part) {
  const __m256i bytes = Bytes(w->q + part / 2 * 32), high = Bytes(w->high);
  // Moves bit `part` to bit 4 of each byte; the mask removes what comes over from the next byte.
  const __m256i placed = part <= 4 ? _mm256_slli_epi16(high, 4 - part) : _mm256_srli_epi16(high, part - 4);
  return _mm256_or_si256(part % 2 == 0 ? LowerHalves(bytes) : UpperHalves(bytes),
                         _mm256_and_si256(placed, _mm256_set1_epi8(16)));
}

inline float Dot(const numbers::BlockQ5_K* w, int blocks, const RowOfBytes& x) {
  __m256 even = _mm256_setzero_ps(), odd = even, minima = even;
  alignas(32) float scales[8];
  for (int b = 0; b < blocks; ++b, ++w) {
    Fetch(w);
    minima = ScaleParts(*w, x, b, minima, scales);
    const int8_t* q = x.q() + b * 256;
    for (int part = 0; part < 8; part += 2) {
      even = ScaledDot(FiveBitsOf(w, part), q + part * 32, _mm256_set1_ps(scales[part]), even);
      odd = ScaledDot(FiveBitsOf(w, part + 1), q + part * 32 + 32, _mm256_set1_ps(scales[part + 1]), odd);
    }
  }
  return SumOf(_mm256_sub_ps(_mm256_add_ps(even, odd), minima));
}

// Numbers from 0 to 63 of quarter `quarter` of a half of a Q6_K block.
template <int quarter>
inline __m256i SixBitsOf(const numbers::BlockQ6_K* w, int half) {
  const __m256i low = Bytes(w->low + half * 64 + quarter % 2 * 32), high = Bytes(w->high + half * 32);
  const __m256i upper = _mm256_and_si256(high, _mm256_set1_epi8(static_cast<char>(3 << (2 * quarter))));
  constexpr int kShift = 4 - 2 * quarter;  // to the bits above the lower four
  const __m256i placed = kShift >= 0 ? _mm256_slli_epi16(upper, kShift >= 0 ? kShift : 0)
                                     : _mm256_srli_epi16(upper, kShift >= 0 ? 0 : -kShift);
  return _mm256_or_si256(quarter < 2 ? LowerHalves(low) : UpperHalves(low), placed);
}

// Two scales, each for four sums of products.
inline __m256 TwoScales(const float* scales) {
  return _mm256_set_m128(_mm_broadcast_ss(scales + 1), _mm_broadcast_ss(scales));
}

inline float Dot(const numbers::BlockQ6_K* w, int blocks, const RowOfBytes& x) {
  __m256 even = _mm256_setzero_ps(), odd = even, offsets = even;
  alignas(32) float scales[16];
  for (int b = 0; b < blocks; ++b, ++w) {
    Fetch(w);
    const __m256 d = _mm256_set1_ps(_cvtsh_ss(w->d));
    for (int half = 0; half < 2; ++half) {
      const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(w->scales + half * 8));
      const __m256 part = _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)), d);
      const __m128 of_x = _mm_loadu_ps(x.scales() + b * 8 + half * 4);
      const __m256 twice = _mm256_set_m128(_mm_unpackhi_ps(of_x, of_x), _mm_unpacklo_ps(of_x, of_x));
      _mm256_store_ps(scales + half * 8, _mm256_mul_ps(part, twice));
      offsets = _mm256_fmadd_ps(part, _mm256_loadu_ps(x.sums16() + b * 16 + half * 8), offsets);
    }
    for (int half = 0; half < 2; ++half) {
      const int8_t* q = x.q() + b * 256 + half * 128;
      const float* s = scales + half * 8;
      even = ScaledDot(SixBitsOf<0>(w, half), q, TwoScales(s), even);
      odd = ScaledDot(SixBitsOf<1>(w, half), q + 32, TwoScales(s + 2), odd);
      even = ScaledDot(SixBitsOf<2>(w, half), q + 64, TwoScales(s + 4), even);
      odd = ScaledDot(SixBitsOf<3>(w, half), q + 96, TwoScales(s + 6), odd);
    }
  }
  const __m256 sum = _mm256_add_ps(even, odd);
  return SumOf(_mm256_fnmadd_ps(_mm256_set1_ps(32), offsets, sum));
}

template <typename Block>
inline void AllRows(const RowOfBytes& x, const BlockRows& weights, float* sums) {
  const int blocks = weights.in / BlockOf(weights.type);
  const auto* block = reinterpret_cast<const Block*>(weights.data);
  for (int n = 0; n < weights.rows; ++n, block += blocks) sums[n] = Dot(block, blocks, x);
}

inline void RowTimes(const RowOfBytes& x, const BlockRows& weights, float* sums) {
  switch (weights.type) {
    case numbers::DType::kQ8_0:
      return AllRows<numbers::BlockQ8_0>(x, weights, sums);
    case numbers::DType::kQ4_0:
      return AllRows<numbers::BlockQ4_0>(x, weights, sums);
    case numbers::DType::kQ4_K:
      return AllRows<numbers::BlockQ4_K>(x, weights, sums);
    case numbers::DType::kQ5_K:
      return AllRows<numbers::BlockQ5_K>(x, weights, sums);
    case numbers::DType::kQ6_K:
      return AllRows<numbers::BlockQ6_K>(x, weights, sums);
    default:
      return;
  }
}
