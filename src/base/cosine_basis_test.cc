#include "base/cosine_basis.h"

#include <gtest/gtest.h>

#include <cmath>

namespace diptych::base {
namespace {

TEST(CosineBasis, AreOrthogonalAndBeginWithTheMean) {
  for (int size : {1, 2, 7, 32}) {
    const std::vector<float> basis = CosineBasis(size);
    const auto row = [&](int k) { return basis.data() + static_cast<std::ptrdiff_t>(k) * size; };
    for (int i = 0; i < size; ++i) EXPECT_NEAR(row(0)[i], 1 / std::sqrt(size), 1e-6);
    for (int k = 0; k < size; ++k)
      for (int other = 0; other < size; ++other) {
        double dot = 0;
        for (int i = 0; i < size; ++i) dot += double{row(k)[i]} * row(other)[i];
        EXPECT_NEAR(dot, k == other ? 1 : 0, 1e-5) << size;
      }
  }
}

}  // namespace
}  // namespace diptych::base
