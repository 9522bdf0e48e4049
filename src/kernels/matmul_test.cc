#include "kernels/matmul.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "kernels/elementwise.h"
#include "kernels/numbers_for_test.h"

namespace diptych::kernels {
namespace {

struct Sizes {
  int rows = 0, out = 0, in = 0;
};

struct Case {
  NumberFormat format = NumberFormat::kFloat32;
  Sizes sizes;
  std::vector<float> x, w;  // already rounded to the format
};

std::vector<float> Rounded(std::vector<float> numbers, NumberFormat format) {
  if (format == NumberFormat::kFloat32) return numbers;
  std::vector<uint16_t> bits(numbers.size());
  RoundToBFloat16(numbers, bits.data());
  WidenBFloat16(bits, numbers.data());
  return numbers;
}

Case MakeCase(NumberFormat format, const Sizes& s) {
  return {format, s, Rounded(Normals(static_cast<size_t>(s.rows) * static_cast<size_t>(s.in), 1), format),
          Rounded(Normals(static_cast<size_t>(s.out) * static_cast<size_t>(s.in), 2), format)};
}

std::vector<float> Product(const Case& c, int rows, float start, int threads = 2) {
  ThreadPool pool(threads);
  Operand x(c.format);
  Convert(pool, std::span(c.x).first(static_cast<size_t>(rows) * static_cast<size_t>(c.sizes.in)), c.sizes.in, &x);
  const PackedMatrix w(c.w, {c.sizes.out, c.sizes.in, c.format});
  std::vector<float> y(static_cast<size_t>(rows) * static_cast<size_t>(c.sizes.out), start);
  Matmul matmul(pool);
  if (start != 0)
    matmul.MultiplyAdd(x, w, y);
  else
    matmul.Multiply(x, w, y);
  return y;
}

// Plain loops in double precision. A sum of n terms in float32, in any order, errs by at most n units of the sum of its
// terms' sizes (Higham, Accuracy and Stability of Numerical Algorithms, section 4.2).
void ExpectProduct(const Case& c, std::span<const float> y, float start) {
  const auto& s = c.sizes;
  for (int row = 0; row < s.rows; ++row) {
    for (int n = 0; n < s.out; ++n) {
      double sum = start, sizes = std::abs(start);
      for (int k = 0; k < s.in; ++k) {
        const double term = double{c.x[static_cast<size_t>(row * s.in + k)]} * c.w[static_cast<size_t>(n * s.in + k)];
        sum += term;
        sizes += std::abs(term);
      }
      ASSERT_NEAR(y[static_cast<size_t>(row * s.out + n)], sum, (s.in + 2) * kFloatUnit * sizes)
          << s.rows << " x " << s.out << " x " << s.in << " at " << row << ", " << n;
    }
  }
}

TEST(Matmul, IsThePlainLoopsOnOddSizes) {
  for (NumberFormat format : Formats())
    for (int rows : {1, 2, 15, 16, 17, 130})
      for (int out : {1, 63, 64, 65, 129, 200})
        for (int in : {1, 31, 32, 33, 100}) {
          const Case c = MakeCase(format, {rows, out, in});
          ExpectProduct(c, Product(c, rows, 0), 0);
          ExpectProduct(c, Product(c, rows, 2.5f), 2.5f);
        }
}

// An inner dimension that is cut into parts.
TEST(Matmul, IsThePlainLoopsOnLongRows) {
  for (NumberFormat format : Formats())
    for (int in : {1000, 1100, 4200}) {
      const Case c = MakeCase(format, {70, 100, in});
      ExpectProduct(c, Product(c, 70, 0), 0);
      ExpectProduct(c, Product(c, 70, 2.5f), 2.5f);
    }
}

TEST(Matmul, AddsABias) {
  const Case c = MakeCase(NumberFormat::kFloat32, {3, 5, 7});
  ThreadPool pool(2);
  Operand x(c.format);
  Convert(pool, c.x, 7, &x);
  const std::vector<float> bias = {1, 2, 3, 4, 5};
  std::vector<float> y(15, 99);
  Matmul(pool).Multiply(x, PackedMatrix(c.w, {5, 7, c.format}), bias, y);
  const std::vector<float> plain = Product(c, 3, 0);
  for (size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], plain[i] + bias[i % 5], 1e-5);
}

TEST(Matmul, IsTheSameForAnyNumberOfThreads) {
  for (NumberFormat format : Formats())
    for (int rows : {1, 16, 70, 300}) {
      const Case c = MakeCase(format, {rows, 330, 200});
      EXPECT_EQ(Product(c, rows, 0, 1), Product(c, rows, 0, 2));
      EXPECT_EQ(Product(c, rows, 0, 1), Product(c, rows, 0, 5));
    }
}

// Rows of a bfloat16 product are the same however many stand beside them, but for a single row.
TEST(Matmul, ARowDoesNotDependOnItsCompany) {
  for (NumberFormat format : Formats()) {
    if (format == NumberFormat::kFloat32) continue;
    const Case c = MakeCase(format, {300, 330, 700});
    const std::vector<float> all = Product(c, 300, 0);
    for (int rows : {2, 16, 17, 100, 128, 129}) {
      const std::vector<float> some = Product(c, rows, 0);
      EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin())) << rows;
    }
  }
}

TEST(Matmul, OneObjectServesManyShapesInTurn) {
  ThreadPool pool(2);
  Matmul matmul(pool);
  for (int round = 0; round < 2; ++round)
    for (int rows : {4, 64, 1, 130}) {
      const Case c = MakeCase(FastestFormat(), {rows, 96, 64});
      Operand x(c.format);
      Convert(pool, c.x, 64, &x);
      std::vector<float> y(static_cast<size_t>(rows) * 96);
      matmul.Multiply(x, PackedMatrix(c.w, {96, 64, c.format}), y);
      ExpectProduct(c, y, 0);
    }
}

}  // namespace
}  // namespace diptych::kernels
