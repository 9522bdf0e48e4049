#include "train_kernels/head_norms.h"

#include <gtest/gtest.h>

#include <cmath>

#include "train_kernels/kernels_for_test.h"

namespace diptych::train_kernels {
namespace {

class HeadNorms : public OnEveryTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, HeadNorms, EveryTarget(), NameOfTarget);

constexpr HeadShape kHeads{.rows = 7, .query_heads = 4, .key_value_heads = 2, .head = 32};

struct HeadCase {
  Bits x = Inputs(static_cast<size_t>(kHeads.rows * kHeads.width()), 11);
  std::vector<float> weights = Normals(4 * 16, 12);  // query t, query hw, key t, key hw
  std::vector<float> cos, sin;
  HeadCase() {
    for (float angle : Normals(static_cast<size_t>(kHeads.rows) * 16, 13)) {
      cos.push_back(std::cos(3 * angle));
      sin.push_back(std::sin(3 * angle));
    }
  }
  HeadNormWeights Pointers() const {
    return {weights.data(), weights.data() + 16, weights.data() + 32, weights.data() + 48};
  }
};

// One head as docs/model-family.md says ("Position"): its halves normed apart, the first rotated by t, the last two
// quarters by h and by w.
void PlainHead(const double* x, const double* weights, const float* cos, const float* sin, double* y) {
  double normed[32];
  for (int half = 0; half < 2; ++half) {
    double sum = 0;
    for (int i = 0; i < 16; ++i) sum += x[half * 16 + i] * x[half * 16 + i];
    for (int i = 0; i < 16; ++i)
      normed[half * 16 + i] = x[half * 16 + i] / std::sqrt(sum / 16 + 1e-6) * weights[half * 16 + i];
  }
  const int first[] = {0, 16, 24}, size[] = {16, 8, 8}, angle[] = {0, 8, 12};
  for (int part = 0; part < 3; ++part)
    for (int i = 0; i < size[part] / 2; ++i) {
      const int a = first[part] + i, b = a + size[part] / 2;
      const double c = cos[angle[part] + i], s = sin[angle[part] + i];
      y[a] = normed[a] * c - normed[b] * s;
      y[b] = normed[b] * c + normed[a] * s;
    }
}

Numbers PlainHeads(const HeadCase& at, const Numbers& x, const Numbers& weights) {
  Numbers y = x;
  for (int64_t row = 0; row < kHeads.rows; ++row)
    for (int head = 0; head < kHeads.rotated_heads(); ++head) {
      const int64_t first = row * kHeads.width() + head * 32;
      PlainHead(x.data() + first, weights.data() + (head < kHeads.query_heads ? 0 : 32), at.cos.data() + row * 16,
                at.sin.data() + row * 16, y.data() + first);
    }
  return y;
}

TEST_P(HeadNorms, HeadNormRopeIsThePlainLoop) {
  const HeadCase at;
  Bits y(at.x.size());
  std::vector<float> inverse(static_cast<size_t>(kHeads.rows * kHeads.rotated_heads() * 2));
  HeadNormRopeForward(kHeads, at.Pointers(), at.cos.data(), at.sin.data(), at.x.data(), y.data(), inverse.data());
  const Numbers exact = PlainHeads(at, Wide(at.x), Wide(at.weights));
  ExpectNear(Wide(y), exact, RoundingBound(exact, 32, Largest(exact)), "y");
}

TEST_P(HeadNorms, HeadNormRopeGradientsAreDifferences) {
  const HeadCase at;
  const Bits dy = Inputs(at.x.size(), 14);
  Bits y(at.x.size()), dx(at.x.size());
  std::vector<float> inverse(static_cast<size_t>(kHeads.rows * kHeads.rotated_heads() * 2)), d(64, 9.0f);
  HeadNormRopeForward(kHeads, at.Pointers(), at.cos.data(), at.sin.data(), at.x.data(), y.data(), inverse.data());
  HeadNormRopeBackward(kHeads, at.Pointers(), at.cos.data(), at.sin.data(), at.x.data(), inverse.data(), dy.data(),
                       dx.data(), {d.data(), d.data() + 16, d.data() + 32, d.data() + 48});
  const Numbers x = Wide(at.x), weights = Wide(at.weights);
  const Numbers exact = Differences([&](const Numbers& v) { return PlainHeads(at, v, weights); }, x, Wide(dy));
  ExpectNear(Wide(dx), exact, RoundingBound(exact, 64, Largest(exact)), "dx");
  const Numbers exact_weights = Differences([&](const Numbers& v) { return PlainHeads(at, x, v); }, weights, Wide(dy));
  ExpectNear(Wide(d), exact_weights, FloatBound(64, 64, 4 * Largest(exact_weights) + 16), "d_weights");
}

}  // namespace
}  // namespace diptych::train_kernels
