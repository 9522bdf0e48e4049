#include "kernels/elementwise.h"

#include <gtest/gtest.h>

#include <limits>

#include "kernels/numbers_for_test.h"

namespace diptych::kernels {
namespace {

double ExactSilu(double x) { return x / (1 + std::exp(-x)); }
double ExactGelu(double x) { return x * 0.5 * std::erfc(-x / std::sqrt(2.0)); }

constexpr double kExpUnits = 16;  // exp's one unit, and the few operations around it
constexpr int kWidths[] = {1, 7, 16, 33, 100, 5000};

TEST(RmsNorm, IsThePlainLoop) {
  for (int width : kWidths)
    for (NumberFormat format : {NumberFormat::kFloat32, NumberFormat::kBFloat16}) {
      const auto size = static_cast<size_t>(width);
      const auto x = Normals(3 * size, 1), weight = Normals(size, 2);
      ThreadPool pool(2);
      Operand out(format);
      RmsNorm(pool, x, {weight, 1e-6f}, &out);
      for (int row = 0; row < 3; ++row) {
        double squares = 0;
        for (int i = 0; i < width; ++i) squares += std::pow(double{x[static_cast<size_t>(row * width + i)]}, 2);
        for (int i = 0; i < width; ++i) {
          const double exact = x[static_cast<size_t>(row * width + i)] / std::sqrt(squares / width + 1e-6) *
                               weight[static_cast<size_t>(i)];
          // The sum of squares errs by at most `width` units, its root by half of that.
          ASSERT_NEAR(At(out, row, i), exact, Bound(format, exact, (width / 2.0 + 6) * kFloatUnit * std::abs(exact)));
        }
      }
    }
}

TEST(SwiGlu, IsThePlainLoop) {
  for (int width : kWidths)
    for (NumberFormat format : {NumberFormat::kFloat32, NumberFormat::kBFloat16}) {
      const auto size = static_cast<size_t>(width);
      auto x = Normals(4 * size, 3);
      x[0] = 200;
      x[2 * size] = -200;
      ThreadPool pool(2);
      Operand out(format);
      SwiGlu(pool, x, width, &out);
      for (int row = 0; row < 2; ++row)
        for (int i = 0; i < width; ++i) {
          const double gate = x[static_cast<size_t>(2 * row * width + i)],
                       up = x[static_cast<size_t>((2 * row + 1) * width + i)];
          const double exact = ExactSilu(gate) * up;
          ASSERT_NEAR(At(out, row, i), exact, Bound(format, exact, kExpUnits * kFloatUnit * std::abs(exact) + 1e-35));
        }
    }
}

TEST(Gelu, IsTheExactFormEverywhere) {
  std::vector<float> x;
  for (int i = -3000; i <= 3000; ++i) x.push_back(static_cast<float>(i) * 0.003f);
  auto y = x;
  ThreadPool pool(2);
  Gelu(pool, std::span(y));
  for (size_t i = 0; i < x.size(); ++i) {
    // The fit's 1.2e-7 of erfc; the exponential's argument, x^2 / 2 and a little, errs by three units of itself.
    const double exact = ExactGelu(x[i]);
    const double near_one = x[i] > 0 ? std::abs(exact) : 0;
    const double tail = std::abs(x[i]) * 0.5 * std::erfc(std::abs(x[i]) / std::sqrt(2.0));
    ASSERT_NEAR(y[i], exact, tail * (1.2e-7 + (16 + 3 * x[i] * x[i]) * kFloatUnit) + near_one * 4 * kFloatUnit) << x[i];
  }
  Operand out(NumberFormat::kFloat32);
  Gelu(pool, x, static_cast<int>(x.size()), &out);
  for (int i = 0; i < out.columns(); ++i) EXPECT_EQ(At(out, 0, i), y[static_cast<size_t>(i)]);
}

TEST(Silu, IsThePlainLoop) {
  const auto x = Normals(9000, 5);
  auto y = x;
  ThreadPool pool(2);
  Silu(pool, y);
  for (size_t i = 0; i < x.size(); ++i) {
    const double exact = ExactSilu(x[i]);
    ASSERT_NEAR(y[i], exact, kExpUnits * kFloatUnit * std::abs(exact));
  }
}

TEST(Softmax, IsThePlainLoopAndBearsLargeNumbers) {
  for (int width : kWidths) {
    auto x = Normals(static_cast<size_t>(width), 6);
    for (float& number : x) number = number * 10 + 1000;
    double sum = 0;
    for (float number : x) sum += std::exp(double{number} - 1000);
    auto y = x;
    Softmax(y);
    for (size_t i = 0; i < x.size(); ++i) {
      const double exact = std::exp(double{x[i]} - 1000) / sum;
      ASSERT_NEAR(y[i], exact, (kExpUnits + width + 100 * 1.5) * kFloatUnit * exact + 1e-30);
    }
  }
}

TEST(RoundToBFloat16, RoundsToNearestEvenOnOddSizes) {
  const std::vector<float> from = {1,
                                   1 + 0x1p-8f,
                                   1 + 3 * 0x1p-8f,
                                   -2.5f,
                                   std::numeric_limits<float>::infinity(),
                                   std::numeric_limits<float>::quiet_NaN(),
                                   0,
                                   3.3e38f};
  for (size_t repeat : {1u, 3u}) {
    std::vector<float> many;
    for (size_t i = 0; i < repeat; ++i) many.insert(many.end(), from.begin(), from.end());
    many.push_back(1);
    std::vector<uint16_t> to(many.size());
    RoundToBFloat16(many, to.data());
    EXPECT_EQ(to[0], 0x3F80);
    EXPECT_EQ(to[1], 0x3F80);
    EXPECT_EQ(to[2], 0x3F82);
    EXPECT_EQ(to[3], 0xC020);
    EXPECT_EQ(to[4], 0x7F80);
    EXPECT_EQ(to[5] & 0x7FFF, 0x7FC0);
    EXPECT_EQ(to[7], 0x7F78);
    EXPECT_EQ(to.back(), 0x3F80);
  }
}

}  // namespace
}  // namespace diptych::kernels
