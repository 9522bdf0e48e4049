#include "train_kernels/norms.h"

#include <gtest/gtest.h>

#include <cmath>

#include "train_kernels/kernels_for_test.h"

namespace diptych::train_kernels {
namespace {

class Norms : public OnEveryTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, Norms, EveryTarget(), NameOfTarget);

constexpr int64_t kNormRows = 259, kNormWidth = 45;  // more rows than one part of the weight's gradient holds

Numbers PlainRmsNorm(const Numbers& x, const Numbers& weight) {
  const size_t width = weight.size();
  Numbers y(x.size());
  for (size_t row = 0; row < x.size(); row += width) {
    double sum = 0;
    for (size_t i = 0; i < width; ++i) sum += x[row + i] * x[row + i];
    const double scale = 1 / std::sqrt(sum / static_cast<double>(width) + 1e-6);
    for (size_t i = 0; i < width; ++i) y[row + i] = x[row + i] * scale * weight[i];
  }
  return y;
}

TEST_P(Norms, RmsNormIsThePlainLoop) {
  const std::vector<float> x = Normals(kNormRows * kNormWidth, 1), weight = Normals(kNormWidth, 2);
  Bits y(x.size());
  std::vector<float> inverse(kNormRows);
  RmsNormForward({kNormRows, kNormWidth, 1e-6f}, x.data(), weight.data(), y.data(), inverse.data());
  const Numbers exact = PlainRmsNorm(Wide(x), Wide(weight));
  ExpectNear(Wide(y), exact, RoundingBound(exact, kNormWidth, Largest(exact)), "y");
}

TEST_P(Norms, RmsNormGradientsAreDifferences) {
  const int64_t rows = 5, repeats = 60;  // the same five rows again and again fill two parts of the weight's sum
  const std::vector<float> once = Normals(rows * kNormWidth, 1), weight = Normals(kNormWidth, 2);
  const Bits dy_once = Inputs(once.size(), 3);
  std::vector<float> x;
  Bits dy;
  for (int64_t i = 0; i < repeats; ++i) {
    x.insert(x.end(), once.begin(), once.end());
    dy.insert(dy.end(), dy_once.begin(), dy_once.end());
  }
  const RmsNormShape shape{rows * repeats, kNormWidth, 1e-6f};
  Bits y(x.size());
  std::vector<float> inverse(rows * repeats), dx(x.size(), 9.0f), d_weight(kNormWidth, 9.0f);
  RmsNormForward(shape, x.data(), weight.data(), y.data(), inverse.data());
  RmsNormBackward(shape, x.data(), weight.data(), inverse.data(), dy.data(), dx.data(), d_weight.data());

  const Numbers exact_x =
      Differences([&](const Numbers& v) { return PlainRmsNorm(v, Wide(weight)); }, Wide(once), Wide(dy_once));
  Numbers exact_weight =
      Differences([&](const Numbers& v) { return PlainRmsNorm(Wide(once), v); }, Wide(weight), Wide(dy_once));
  for (double& value : exact_weight) value *= static_cast<double>(repeats);
  const Numbers last(dx.end() - rows * kNormWidth, dx.end());
  ExpectNear(last, exact_x, FloatBound(exact_x.size(), 2 * kNormWidth, Largest(exact_x)), "dx");
  const double terms = static_cast<double>(rows * repeats);
  ExpectNear(Wide(d_weight), exact_weight, FloatBound(kNormWidth, terms, 8 * terms), "d_weight");
}

}  // namespace
}  // namespace diptych::train_kernels
