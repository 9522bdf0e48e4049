#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "kernels/bfloat_pairs.h"

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__)
#include "train_kernels/tile_product-inl.h"

namespace diptych::train_kernels {
namespace {

constexpr int64_t kWidth = 64, kStride = 70;

// Every number its own: where it stands in a buffer of rows `stride` apart.
std::vector<BF16> Counted(int64_t count) {
  std::vector<BF16> numbers(static_cast<size_t>(count));
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<BF16>(i + 1);
  return numbers;
}

Pair PairOf(BF16 earlier, BF16 later) { return earlier | Pair{later} << 16; }

// As the layouts are drawn, for rows that fill their tiles and rows that do not. They need no AMX.
class TileLayouts : public testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override {
    if (!kernels::HasPairProducts()) GTEST_SKIP() << "no AVX-512 with bfloat16 here";
  }
  // Number k of row i; 0 below the rows.
  BF16 At(int64_t i, int64_t k) const { return i < rows_.count ? numbers_[static_cast<size_t>(i * kStride + k)] : 0; }

  const std::vector<BF16> numbers_ = Counted(GetParam() * kStride);
  const StridedRows rows_{numbers_.data(), kStride, GetParam(), kWidth};
  const int64_t padded_ = base::RoundUp(GetParam(), kStep);
};

INSTANTIATE_TEST_SUITE_P(Rows, TileLayouts, testing::Values(1, 31, 32, 45, 64));

TEST_P(TileLayouts, CopiedRowsEndWithZeros) {
  std::vector<BF16> out(static_cast<size_t>(padded_ * kWidth), 9);
  CopyRows(rows_, padded_, out.data());
  for (int64_t i = 0; i < padded_; ++i)
    for (int64_t k = 0; k < kWidth; ++k) ASSERT_EQ(out[static_cast<size_t>(i * kWidth + k)], At(i, k)) << i << " " << k;
}

TEST_P(TileLayouts, TransposedRowsHoldPairsOfARowsNeighbours) {
  std::vector<Pair> out(static_cast<size_t>(kWidth / 2 * padded_), 9);
  TransposeRows(rows_, padded_, out.data());
  for (int64_t i = 0; i < padded_; ++i)
    for (int64_t p = 0; p < kWidth / 2; ++p)
      ASSERT_EQ(out[static_cast<size_t>(p * padded_ + i)], PairOf(At(i, 2 * p), At(i, 2 * p + 1))) << i << " " << p;
}

TEST_P(TileLayouts, PairedRowsHoldPairsOfNeighbouringRows) {
  std::vector<Pair> out(static_cast<size_t>(padded_ / 2 * kWidth), 9);
  PairRows(rows_, padded_, out.data());
  for (int64_t p = 0; p < padded_ / 2; ++p)
    for (int64_t k = 0; k < kWidth; ++k)
      ASSERT_EQ(out[static_cast<size_t>(p * kWidth + k)], PairOf(At(2 * p, k), At(2 * p + 1, k))) << p << " " << k;
}

TEST_P(TileLayouts, TransposedPairsAreTheTransposedMatrix) {
  const std::vector<BF16> in = Counted(padded_ * kWidth);
  std::vector<Pair> out(static_cast<size_t>(kWidth * padded_ / 2), 9);
  TransposePairs(in.data(), padded_, kWidth, out.data());
  const auto* numbers = reinterpret_cast<const BF16*>(out.data());  // [kWidth, padded_]
  for (int64_t i = 0; i < padded_; ++i)
    for (int64_t k = 0; k < kWidth; ++k) ASSERT_EQ(numbers[k * padded_ + i], in[static_cast<size_t>(i * kWidth + k)]);
}

}  // namespace
}  // namespace diptych::train_kernels
#endif
