#include "kernels/rope.h"

#include <gtest/gtest.h>

#include "kernels/numbers_for_test.h"

namespace diptych::kernels {
namespace {

// Normalises and rotates one head as docs/model-family.md states it, in double precision.
std::vector<double> PlainHead(std::span<const float> x, std::span<const float> weight, std::span<const float> weight_hw,
                              const Position& position) {
  const size_t head = x.size();
  std::vector<double> y(x.begin(), x.end());
  const auto norm = [&](size_t first, std::span<const float> w) {
    double squares = 0;
    for (size_t i = 0; i < head / 2; ++i) squares += y[first + i] * y[first + i];
    for (size_t i = 0; i < head / 2; ++i)
      y[first + i] *= w[i] / std::sqrt(squares / (static_cast<double>(head) / 2) + 1e-6);
  };
  const auto rotate = [&](size_t first, size_t part, int at, double base) {
    for (size_t i = 0; i < part / 2; ++i) {
      const double angle = at * std::pow(base, -2.0 * static_cast<double>(i) / static_cast<double>(part));
      const double a = y[first + i], b = y[first + i + part / 2];
      y[first + i] = a * std::cos(angle) - b * std::sin(angle);
      y[first + i + part / 2] = b * std::cos(angle) + a * std::sin(angle);
    }
  };
  norm(0, weight);
  norm(head / 2, weight_hw);
  rotate(0, head / 2, position.t, 5e6);
  rotate(head / 2, head / 4, position.h, 1e4);
  rotate(head * 3 / 4, head / 4, position.w, 1e4);
  return y;
}

TEST(NormAndRotate, IsThePlainLoop) {
  for (int head : {8, 24, 32, 128}) {
    const HeadLayout layout{.query_heads = 3, .key_value_heads = 2, .head = head};
    const auto size = static_cast<size_t>(head), width = static_cast<size_t>(layout.width());
    const std::vector<Position> positions = {{0, 0, 0}, {7, 2, 3}, {3000, 63, 17}, {12, 0, 9}, {13, 1, 0}};
    const auto x = Normals(positions.size() * width, 1), weights = Normals(2 * size, 2);
    const std::span<const float> all(weights);
    const HeadNorms norms{all.subspan(0, size / 2), all.subspan(size / 2, size / 2), all.subspan(size, size / 2),
                          all.subspan(size * 3 / 2), 1e-6f};
    auto y = x;
    ThreadPool pool(2);
    NormAndRotate(pool, {layout, y}, norms, MakeRopeTable(positions, head, {5e6, 1e4}));
    for (size_t row = 0; row < positions.size(); ++row)
      for (size_t part = 0; part < 7; ++part) {
        const std::span<const float> from = std::span(x).subspan(row * width + part * size, size);
        const std::span<const float> to = std::span(y).subspan(row * width + part * size, size);
        std::vector<double> exact(from.begin(), from.end());
        if (part < 3) exact = PlainHead(from, norms.query, norms.query_hw, positions[row]);
        if (part == 3 || part == 4) exact = PlainHead(from, norms.key, norms.key_hw, positions[row]);
        // The norm's sum, its root, the table's rounding, two products and a sum; numbers are a few units large.
        for (size_t i = 0; i < size; ++i) ASSERT_NEAR(to[i], exact[i], (head / 2.0 + 10) * kFloatUnit * 8) << head;
      }
  }
}

TEST(PatchRope, IsThePlainLoop) {
  const PatchGrid grid{3, 5};
  constexpr int kWidth = 12;
  const auto x = Normals(15 * kWidth, 4);
  auto y = x;
  ThreadPool pool(2);
  PatchRope(grid, kWidth, 1e4).Apply(pool, y);
  for (int patch = 0; patch < 15; ++patch)
    for (int i = 0; i < kWidth; i += 2) {
      const int at = i < kWidth / 2 ? patch % 5 : patch / 5;
      const double angle = at * std::pow(1e4, -2.0 * (i % 6 / 2) / 6);
      const double a = x[static_cast<size_t>(patch * kWidth + i)], b = x[static_cast<size_t>(patch * kWidth + i + 1)];
      EXPECT_NEAR(y[static_cast<size_t>(patch * kWidth + i)], a * std::cos(angle) - b * std::sin(angle),
                  16 * kFloatUnit);
      EXPECT_NEAR(y[static_cast<size_t>(patch * kWidth + i + 1)], a * std::sin(angle) + b * std::cos(angle),
                  16 * kFloatUnit);
    }
}

}  // namespace
}  // namespace diptych::kernels
