#include "numbers/number_types.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "base/random.h"
#include "numbers/bfloat16.h"

namespace diptych::numbers {
namespace {

constexpr DType kQuantised[] = {DType::kQ8_0, DType::kQ4_0, DType::kQ4_K, DType::kQ5_K, DType::kQ6_K};

std::vector<std::byte> Stored(DType type, std::span<const float> numbers) {
  std::vector<std::byte> bytes(numbers.size() / static_cast<size_t>(BlockOf(type)) * BytesOf(type));
  Quantise(type, numbers, bytes);
  return bytes;
}

std::vector<float> Through(DType type, std::span<const float> numbers) {
  std::vector<float> back(numbers.size());
  Dequantise(type, Stored(type, numbers), back);
  return back;
}

// Root of the mean squared error over that of the numbers.
double RelativeError(std::span<const float> numbers, std::span<const float> back) {
  double error = 0, size = 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    error += std::pow(double{numbers[i]} - back[i], 2);
    size += std::pow(double{numbers[i]}, 2);
  }
  return std::sqrt(error / size);
}

TEST(BF16, RoundsToNearestEvenAndBack) {
  EXPECT_EQ(ToBF16(1), 0x3F80);
  EXPECT_EQ(ToBF16(1 + 0x1p-8f), 0x3F80);      // a tie goes to the even neighbour below
  EXPECT_EQ(ToBF16(1 + 3 * 0x1p-8f), 0x3F82);  // and above
  EXPECT_EQ(ToBF16(1 + 0x1p-8f + 0x1p-20f), 0x3F81);
  EXPECT_EQ(FiniteToBF16(1 + 0x1p-8f), 0x3F80);
  EXPECT_EQ(FiniteToBF16(1 + 3 * 0x1p-8f), 0x3F82);
  EXPECT_EQ(FromBF16(ToBF16(0x1.ffp127f)), std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(FromBF16(ToBF16(std::bit_cast<float>(0x7F800001u)))));
  EXPECT_EQ(FromBF16(ToBF16(-std::numeric_limits<float>::infinity())), -std::numeric_limits<float>::infinity());
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float value = FromBF16(static_cast<uint16_t>(bits));
    if (std::isnan(value)) continue;
    EXPECT_EQ(ToBF16(value), bits);
    EXPECT_EQ(FiniteToBF16(value), bits);
  }
}

TEST(NumberTypes, HalvesAreExactThereAndBack) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    if (std::isnan(FromF16(half))) {
      EXPECT_TRUE(std::isnan(FromF16(ToF16(FromF16(half)))));
    } else {
      EXPECT_EQ(ToF16(FromF16(half)), half);
    }
  }
}

TEST(NumberTypes, F16RoundsToTheNearestAndThenToEven) {
  EXPECT_EQ(ToF16(1 + 0x1p-11f), ToF16(1));               // half way: to even
  EXPECT_EQ(ToF16(1 + 0x3p-11f), ToF16(1 + 0x1p-9f));     // half way: to even
  EXPECT_EQ(ToF16(1 + 0x1.1p-11f), ToF16(1 + 0x1p-10f));  // beyond half way
  EXPECT_EQ(FromF16(ToF16(65519)), kMaxF16);
  EXPECT_EQ(FromF16(ToF16(65520)), std::numeric_limits<float>::infinity());
  EXPECT_EQ(FromF16(ToF16(0x1p-24f)), 0x1p-24f);
  EXPECT_EQ(ToF16(0x1p-25f), 0);
  EXPECT_EQ(ToF16(-0x1.8p-25f), 0x8001);
  EXPECT_EQ(FromF16(ToF16(0x1.ff8p-15f)), 0x1.ff8p-15f);  // rounds within the small ones
}

// Blocks written by hand after the layouts' descriptions.
TEST(NumberTypes, BlocksLieAsDescribed) {
  BlockQ8_0 q8{ToF16(0.5f), {}};
  q8.q[0] = -127;
  q8.q[31] = 3;
  std::vector<float> numbers(32);
  Dequantise(DType::kQ8_0, std::as_bytes(std::span(&q8, 1)), numbers);
  EXPECT_EQ(numbers[0], -63.5f);
  EXPECT_EQ(numbers[31], 1.5f);

  BlockQ4_0 q4{ToF16(2), {}};
  q4.q[1] = 0xF0;
  Dequantise(DType::kQ4_0, std::as_bytes(std::span(&q4, 1)), numbers);
  EXPECT_EQ(numbers[1], -16);
  EXPECT_EQ(numbers[17], 14);

  BlockQ4_K q4k{ToF16(1), ToF16(0.5f), {}, {}};
  q4k.scales[1] = 63 | 1 << 6;  // part 1: scale 63; part 5: scale 16 + ...
  q4k.scales[5] = 2 | 3 << 6;   // part 1: minimum 2; part 5: minimum 48 + ...
  q4k.scales[9] = 5 | 7 << 4;   // part 5: ... 5 and ... 7
  q4k.q[3] = 0xA0;              // part 1, number 3: 10
  q4k.q[64 + 4] = 0x90;         // part 5, number 4: 9
  numbers.resize(256);
  Dequantise(DType::kQ4_K, std::as_bytes(std::span(&q4k, 1)), numbers);
  EXPECT_EQ(numbers[32 + 3], 630 - 1);
  EXPECT_EQ(numbers[32 + 4], -1);
  EXPECT_EQ(numbers[160 + 4], 21 * 9 - 55 * 0.5f);
  EXPECT_EQ(numbers[0], 0);

  BlockQ5_K q5k{ToF16(1), ToF16(0.5f), {}, {}, {}};
  q5k.scales[1] = 3;       // part 1: scale 3
  q5k.scales[5] = 2;       // part 1: minimum 2
  q5k.q[3] = 0xA0;         // part 1, number 3: lower bits 10
  q5k.high[3] = 1 << 1;    // its upper bit
  q5k.high[4] = 0xFF ^ 2;  // all but part 1's
  Dequantise(DType::kQ5_K, std::as_bytes(std::span(&q5k, 1)), numbers);
  EXPECT_EQ(numbers[32 + 3], 3 * 26 - 1);
  EXPECT_EQ(numbers[32 + 4], -1);
  EXPECT_EQ(numbers[0], 0);

  BlockQ6_K q6{};
  q6.d = ToF16(1);
  q6.scales[8 + 2 * 2 + 1] = -3;  // numbers 128 + 64 + 16 and on
  q6.low[64 + 20] = 0xB0;         // second half, quarter 2, number 20: lower bits 11
  q6.high[32 + 20] = 2 << 4;      // its upper bits 2
  Dequantise(DType::kQ6_K, std::as_bytes(std::span(&q6, 1)), numbers);
  EXPECT_EQ(numbers[128 + 64 + 20], -3.0f * (32 + 11 - 32));
  EXPECT_EQ(numbers[128 + 64 + 21], -3.0f * -32);
  EXPECT_EQ(numbers[0], 0);
}

// The error of a number is at most half a step of its part, and the steps follow from the part's range.
TEST(NumberTypes, ErrorsAreBoundedByTheSteps) {
  std::vector<float> numbers(256 * 64);
  base::FillNormal(3, 0, 0, numbers);
  for (DType type : kQuantised) {
    const size_t part = type == DType::kQ6_K ? 16 : 32;
    const std::vector<float> back = Through(type, numbers);
    for (size_t first = 0; first < numbers.size(); first += part) {
      double largest = 0;
      for (size_t i = first; i < first + part; ++i) largest = std::max(largest, std::abs(double{numbers[i]}));
      // Q8_0 spans the range. Q4_0 and Q6_K end at 7/8 and 31/32 of the largest number on the side that it is not on,
      // and may cut a fifth for the squared error's sake. Q4_K's and
      // Q5_K's scales are rounded to 6 bits of the block's largest.
      const double steps = type == DType::kQ8_0   ? 0.51 / 127
                           : type == DType::kQ6_K ? 1 - 31.0 / 32 / 1.2
                           : type == DType::kQ4_0 ? 1 - 7.0 / 8 / 1.2
                           : type == DType::kQ5_K ? 2.0 / 31
                                                  : 2.0 / 15;
      for (size_t i = first; i < first + part; ++i) EXPECT_NEAR(back[i], numbers[i], steps * largest) << NameOf(type);
    }
  }
}

TEST(NumberTypes, NormalNumbersKeepTheirAccuracy) {
  std::vector<float> numbers(256 * 256);
  base::FillNormal(4, 0, 0, numbers);
  const auto error = [&](DType type) { return RelativeError(numbers, Through(type, numbers)); };
  EXPECT_LT(error(DType::kQ8_0), 0.006);
  EXPECT_LT(error(DType::kQ6_K), 0.020);
  EXPECT_LT(error(DType::kQ5_K), 0.040);
  EXPECT_LT(error(DType::kQ4_K), 0.080);
  EXPECT_LT(error(DType::kQ4_0), 0.095);
  EXPECT_GT(error(DType::kQ4_0), 0.02);  // four bits cannot do better: the test looks at what was quantised
}

TEST(NumberTypes, WhatIsOnTheGridStaysThere) {
  for (DType type : kQuantised) {
    std::vector<float> numbers(512);
    base::FillNormal(5, 0, 0, numbers);
    const std::vector<float> once = Through(type, numbers);
    EXPECT_LT(RelativeError(once, Through(type, once)), type == DType::kQ8_0 ? 1e-6 : 0.03) << NameOf(type);
  }
}

TEST(NumberTypes, OddNumbersAreHarmless) {
  for (DType type : kQuantised) {
    for (float value : {0.0f, 1.0f, -1.0f, 1e-30f, -1e-8f, 60000.0f}) {
      const std::vector<float> numbers(256, value);
      for (float number : Through(type, numbers))
        EXPECT_NEAR(number, value, std::abs(value) * 0.01 + 1e-6) << NameOf(type);
    }
    std::vector<float> lonely(256);
    lonely[77] = -3;
    EXPECT_NEAR(Through(type, lonely)[77], -3, 0.02) << NameOf(type);
  }
}

}  // namespace
}  // namespace diptych::numbers
