#include "train_kernels/batch_norm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "train_kernels/kernels_for_test.h"
#include "train_kernels/update.h"

namespace diptych::train_kernels {
namespace {

constexpr float kEpsilon = 1e-5f;

class BatchNorm : public OnEveryTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, BatchNorm, EveryTarget(), NameOfTarget);

std::vector<BF16> Rounded(const std::vector<float>& values) {
  std::vector<BF16> bits(values.size());
  Narrow(values.data(), static_cast<int64_t>(values.size()), bits.data());
  return bits;
}
std::vector<float> Wide(const std::vector<BF16>& bits) {
  std::vector<float> values(bits.size());
  Widen(bits.data(), static_cast<int64_t>(bits.size()), values.data());
  return values;
}

// One layer: its input and columns, rounded as the kernel reads them.
struct Layer {
  Layer(int64_t rows, int64_t width) : shape{rows, width} {
    const auto count = static_cast<size_t>(rows * width), columns = static_cast<size_t>(width);
    x = Rounded(Normals(count, 1));
    residual = Rounded(Normals(count, 2));
    dy = Rounded(Normals(count, 3));
    scale = Normals(columns, 4);
    shift = Normals(columns, 5);
    mean.resize(columns);
    variance.resize(columns);
    ColumnMoments(shape, x.data(), mean.data(), variance.data());
    for (float v : variance) inverse.push_back(1 / std::sqrt(v + kEpsilon));
  }
  BatchNormColumns Columns() const { return {mean.data(), inverse.data(), scale.data(), shift.data()}; }
  size_t At(int64_t row, int64_t column) const { return static_cast<size_t>(row * shape.width + column); }

  BatchNormShape shape;
  std::vector<BF16> x, residual, dy;
  std::vector<float> scale, shift, mean, variance, inverse;
};

// In double precision, for one column: outputs without the rectifier.
std::vector<double> Plain(const Layer& layer, const std::vector<double>& x, int64_t column, bool with_residual) {
  double mean = 0, square = 0;
  for (double value : x) mean += value / static_cast<double>(x.size());
  for (double value : x) square += (value - mean) * (value - mean) / static_cast<double>(x.size());
  const auto c = static_cast<size_t>(column);
  const std::vector<float> residual = Wide(layer.residual);
  std::vector<double> y;
  for (size_t row = 0; row < x.size(); ++row)
    y.push_back((x[row] - mean) / std::sqrt(square + kEpsilon) * layer.scale[c] + layer.shift[c] +
                (with_residual ? residual[layer.At(static_cast<int64_t>(row), column)] : 0));
  return y;
}

std::vector<double> ColumnOf(const Layer& layer, int64_t column) {
  const std::vector<float> x = Wide(layer.x);
  std::vector<double> values;
  for (int64_t row = 0; row < layer.shape.rows; ++row) values.push_back(x[layer.At(row, column)]);
  return values;
}

// The gradients' product with the outputs: what finite differences differentiate.
double Loss(const Layer& layer, const std::vector<double>& x, int64_t column) {
  const std::vector<double> y = Plain(layer, x, column, true);
  const std::vector<float> dy = Wide(layer.dy);
  double loss = 0;
  for (size_t row = 0; row < y.size(); ++row)
    loss += std::max(0.0, y[row]) * dy[layer.At(static_cast<int64_t>(row), column)];
  return loss;
}

TEST_P(BatchNorm, ForwardIsThePlainFormula) {
  for (const auto& [rows, width] : {std::pair<int64_t, int64_t>{7, 3}, {513, 17}, {1200, 48}}) {
    const Layer layer(rows, width);
    for (bool with_residual : {false, true}) {
      std::vector<BF16> y(layer.x.size());
      BatchNormReluForward(layer.shape, layer.Columns(), layer.x.data(),
                           with_residual ? layer.residual.data() : nullptr, y.data());
      const std::vector<float> got = Wide(y);
      for (int64_t column = 0; column < width; ++column) {
        const std::vector<double> plain = Plain(layer, ColumnOf(layer, column), column, with_residual);
        for (int64_t row = 0; row < rows; ++row) {
          const double exact = std::max(0.0, plain[static_cast<size_t>(row)]);
          ASSERT_NEAR(got[layer.At(row, column)], exact, kBFloatUnit * exact + 1e-4) << row << ' ' << column;
        }
      }
    }
  }
}

TEST_P(BatchNorm, BackwardAgreesWithFiniteDifferences) {
  const Layer layer(40, 5);
  std::vector<BF16> y(layer.x.size()), dx(layer.x.size()), d_residual(layer.x.size());
  std::vector<float> d_scale(5), d_shift(5);
  BatchNormReluForward(layer.shape, layer.Columns(), layer.x.data(), layer.residual.data(), y.data());
  BatchNormReluBackward(layer.shape, layer.Columns(),
                        {.x = layer.x.data(),
                         .y = y.data(),
                         .dy = layer.dy.data(),
                         .dx = dx.data(),
                         .d_residual = d_residual.data(),
                         .d_scale = d_scale.data(),
                         .d_shift = d_shift.data()});
  constexpr double kStep = 1e-6;
  const std::vector<float> got = Wide(dx), got_residual = Wide(d_residual), dy = Wide(layer.dy);
  for (int64_t column = 0; column < 5; ++column) {
    const std::vector<double> x = ColumnOf(layer, column);
    const std::vector<double> plain = Plain(layer, x, column, true);
    for (int64_t row = 0; row < 40; ++row) {
      std::vector<double> more = x, less = x;
      more[static_cast<size_t>(row)] += kStep;
      less[static_cast<size_t>(row)] -= kStep;
      const double exact = (Loss(layer, more, column) - Loss(layer, less, column)) / (2 * kStep);
      EXPECT_NEAR(got[layer.At(row, column)], exact, 2 * kBFloatUnit * std::abs(exact) + 2e-3);
      const double passed = plain[static_cast<size_t>(row)] > 0 ? dy[layer.At(row, column)] : 0;
      EXPECT_EQ(got_residual[layer.At(row, column)], static_cast<float>(passed));
    }
    for (auto [values, gradient] : {std::pair{&Layer::scale, d_scale}, {&Layer::shift, d_shift}}) {
      Layer more = layer, less = layer;
      (more.*values)[static_cast<size_t>(column)] += 1e-3f;
      (less.*values)[static_cast<size_t>(column)] -= 1e-3f;
      const double step = static_cast<double>((more.*values)[static_cast<size_t>(column)]) -
                          (less.*values)[static_cast<size_t>(column)];
      const double exact = (Loss(more, x, column) - Loss(less, x, column)) / step;
      EXPECT_NEAR(gradient[static_cast<size_t>(column)], exact, 0.02 * std::abs(exact) + 0.02);
    }
  }
}

TEST_P(BatchNorm, WithoutAResidualTheGradientOfXIsTheSame) {
  const Layer layer(100, 8);
  std::vector<BF16> y(layer.x.size()), with(layer.x.size()), without(layer.x.size()), d_residual(layer.x.size());
  std::vector<float> d_scale(8), d_shift(8);
  BatchNormReluForward(layer.shape, layer.Columns(), layer.x.data(), nullptr, y.data());
  BatchNormGradients all = {.x = layer.x.data(),
                            .y = y.data(),
                            .dy = layer.dy.data(),
                            .dx = with.data(),
                            .d_residual = d_residual.data(),
                            .d_scale = d_scale.data(),
                            .d_shift = d_shift.data()};
  BatchNormReluBackward(layer.shape, layer.Columns(), all);
  all.dx = without.data();
  all.d_residual = nullptr;
  BatchNormReluBackward(layer.shape, layer.Columns(), all);
  EXPECT_EQ(with, without);
}

}  // namespace
}  // namespace diptych::train_kernels
