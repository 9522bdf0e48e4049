#include "kernels/block_product.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/elementwise.h"
#include "kernels/matmul.h"
#include "kernels/numbers_for_test.h"
#include "kernels/panel_product.h"
#include "numbers/bfloat16.h"

namespace diptych::kernels {
namespace {

constexpr numbers::DType kTypes[] = {numbers::DType::kQ8_0, numbers::DType::kQ4_0, numbers::DType::kQ4_K,
                                     numbers::DType::kQ5_K, numbers::DType::kQ6_K};

// A quantised matrix and what its blocks mean.
struct Matrix {
  std::vector<std::byte> bytes;
  std::vector<float> numbers;
  BlockRows view;
};

Matrix MakeMatrix(numbers::DType type, int rows, int in, uint64_t stream = 2) {
  Matrix m;
  m.numbers = Normals(static_cast<size_t>(rows) * static_cast<size_t>(in), stream);
  m.bytes.resize(m.numbers.size() / static_cast<size_t>(numbers::BlockOf(type)) * numbers::BytesOf(type));
  numbers::Quantise(type, m.numbers, m.bytes);
  numbers::Dequantise(type, m.bytes, m.numbers);
  m.view = {type, m.bytes.data(), rows, in};
  return m;
}

// Every form against plain loops in double precision over the same rounded numbers. A sum of n terms errs by at most n
// units of its terms' sizes; here terms are products of sums, scales and offsets, a few more.
TEST(BlockProduct, EveryFormIsThePlainLoops) {
  for (numbers::DType type : kTypes)
    for (int in : {256, 512, 1280}) {
      const int rows = 7;
      const Matrix m = MakeMatrix(type, rows, in);
      std::vector<float> x = Normals(static_cast<size_t>(in), 1);
      x[5] = 9;  // an outlier costs its neighbours bits
      std::fill_n(x.begin() + 64, 32, 0.0f);
      RowOfBytes row;
      row.Set(x);
      for (const RowTimesBlocksForm form : RowTimesBlocksForms()) {
        std::vector<float> sums(rows);
        form(row, m.view, sums.data());
        for (int n = 0; n < rows; ++n) {
          double sum = 0, sizes = 0;
          for (int k = 0; k < in; ++k) {
            const double w = m.numbers[static_cast<size_t>(n * in + k)];
            const double rounded = double{row.scales()[k / 32]} * row.q()[k];
            ASSERT_NEAR(rounded, x[static_cast<size_t>(k)], row.scales()[k / 32] * 0.501);
            sum += w * rounded;
            // Offsets are added and taken away again: as large as the largest of the block's numbers.
            sizes += (std::abs(w) + 4) * std::abs(rounded);
          }
          ASSERT_NEAR(sums[static_cast<size_t>(n)], sum, in * kFloatUnit * sizes) << numbers::NameOf(type) << " " << in;
        }
      }
    }
}

// Blocks of any bytes, as a file may hold them: every form gives the same number or all give none.
TEST(BlockProduct, FormsAgreeOnBlocksOfAnyBytes) {
  base::Random random(3);
  for (numbers::DType type : kTypes)
    for (int round = 0; round < 50; ++round) {
      Matrix m = MakeMatrix(type, 1, 512);
      for (std::byte& byte : m.bytes) byte = static_cast<std::byte>(random.Below(256));
      // Scales of moderate size: float16 with the exponent of numbers around 1.
      const size_t size = numbers::BytesOf(type), at = type == numbers::DType::kQ6_K ? 208 : 0;
      for (size_t block = 0; block < m.bytes.size(); block += size) {
        m.bytes[block + at + 1] = std::byte{0x3C};
        if (type == numbers::DType::kQ4_K || type == numbers::DType::kQ5_K) m.bytes[block + 3] = std::byte{0xBC};
      }
      numbers::Dequantise(type, m.bytes, m.numbers);
      RowOfBytes row;
      row.Set(Normals(512, static_cast<uint64_t>(round)));
      double sizes = 0;
      for (int k = 0; k < 512; ++k)
        sizes += (std::abs(m.numbers[static_cast<size_t>(k)]) + 8192) * std::abs(row.scales()[k / 32] * row.q()[k]);
      float first = 0;
      for (const RowTimesBlocksForm form : RowTimesBlocksForms()) {
        float sum = 0;
        form(row, m.view, &sum);
        if (form == RowTimesBlocksForms()[0]) first = sum;
        ASSERT_NEAR(sum, first, 600 * kFloatUnit * sizes) << numbers::NameOf(type);
      }
    }
}

TEST(BlockProduct, TilesHoldTheNumbersRounded) {
  for (numbers::DType type : kTypes)
    for (int rows : {1, 13, 64}) {
      const Matrix m = MakeMatrix(type, rows, 768);
      AlignedArray<uint16_t> tiles(512 * 64);
      UnpackTiles(m.view, 256, 512, tiles.data());
      for (int n = 0; n < rows; ++n)
        for (int k = 0; k < 512; ++k) {
          const float got = numbers::FromBF16(tiles.data()[n / 16 * 16 * 512 + k / 32 * 512 + n % 16 * 32 + k % 32]);
          const float want = m.numbers[static_cast<size_t>(n * 768 + 256 + k)];
          // scale * q - offset in one rounding instead of two, and then to bfloat16.
          ASSERT_NEAR(got, want, std::abs(want) * kBFloatUnit + 1e-5) << numbers::NameOf(type) << " " << n << ", " << k;
        }
    }
}

// Whole products with matrices of several parts: rows few and many, formats all, against plain loops.
TEST(BlockProduct, ProductsOfAnyNumberOfRowsAreThePlainLoops) {
  ThreadPool pool(2);
  Matmul matmul(pool);
  for (NumberFormat format : Formats())
    for (numbers::DType type : kTypes)
      for (int rows : {1, 3, 8, 9, 130}) {
        const int in = 1280;
        const Matrix first = MakeMatrix(type, 70, in, 2), second = MakeMatrix(numbers::DType::kQ8_0, 5, in, 3);
        const PackedMatrix w(std::vector{first.view, second.view});
        ASSERT_EQ(w.out(), 75);
        const std::vector<float> x = Normals(static_cast<size_t>(rows * in), 1);
        Operand operand(format);
        Convert(pool, x, in, &operand);
        std::vector<float> y(static_cast<size_t>(rows) * 75, 2.5f);
        matmul.MultiplyAdd(operand, w, y);
        for (int row = 0; row < rows; ++row)
          for (int n = 0; n < 75; ++n) {
            const float* weights = n < 70 ? first.numbers.data() + n * in : second.numbers.data() + (n - 70) * in;
            double sum = 2.5, squares = 0;
            for (int k = 0; k < in; ++k) {
              const double term = double{x[static_cast<size_t>(row * in + k)]} * weights[k];
              sum += term;
              squares += term * term;
            }
            // Rounding errors of 8 bits (largest of 32 normals, over 127: steps of some 0.016) and of bfloat16 are as
            // good as random: they add up like the root of the sum of squares. Six times that is beyond chance.
            const double unit = (rows <= 8 ? 0.01 : 0) + (format == NumberFormat::kBFloat16 ? 0.005 : 1e-6);
            ASSERT_NEAR(y[static_cast<size_t>(row * 75 + n)], sum, 6 * unit * std::sqrt(squares) + 1e-4)
                << numbers::NameOf(type) << " " << rows << " at " << row << ", " << n;
          }
      }
}

// More rows than meet the unpacked weights at a time, and fewer.
TEST(BlockProduct, ARowDoesNotDependOnItsCompany) {
  constexpr int kIn = 1280, kOut = 40, kRows = 1100;
  const Matrix m = MakeMatrix(numbers::DType::kQ4_K, kOut, kIn);
  const PackedMatrix w(std::vector{m.view});
  const std::vector<float> x = Normals(static_cast<size_t>(kRows * kIn), 1);
  ThreadPool pool(2);
  Matmul matmul(pool);
  const auto product = [&](int first, int rows) {
    Operand operand(FastestFormat());
    Convert(pool, std::span(x).subspan(static_cast<size_t>(first * kIn), static_cast<size_t>(rows * kIn)), kIn,
            &operand);
    std::vector<float> y(static_cast<size_t>(rows * kOut));
    matmul.Multiply(operand, w, y);
    return y;
  };
  const std::vector<float> all = product(0, kRows);
  for (int first : {0, 1000, 1060})
    for (int rows : {10, 17, 40}) {
      const std::vector<float> some = product(first, rows);
      EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin() + first * kOut)) << first << ", " << rows;
    }
}

TEST(BlockProduct, IsTheSameForAnyNumberOfThreads) {
  const Matrix m = MakeMatrix(numbers::DType::kQ4_K, 330, 512);
  const PackedMatrix w(std::vector{m.view});
  for (int rows : {1, 8, 70}) {
    std::vector<std::vector<float>> results;
    for (int threads : {1, 2, 5}) {
      ThreadPool pool(threads);
      Operand x(FastestFormat());
      Convert(pool, Normals(static_cast<size_t>(rows) * 512, 1), 512, &x);
      results.emplace_back(static_cast<size_t>(rows) * 330);
      Matmul(pool).Multiply(x, w, results.back());
    }
    EXPECT_EQ(results[0], results[1]);
    EXPECT_EQ(results[0], results[2]);
  }
}

}  // namespace
}  // namespace diptych::kernels
