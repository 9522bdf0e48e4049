#include "balance/interference.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace diptych::balance {

double Cosine(const GradientProducts& products) {
  const double norms = std::sqrt(products.text_text * products.picture_picture);
  return norms > 0 ? products.text_picture / norms : 0;
}

double NormRatio(const GradientProducts& products) {
  return products.text_text > 0 ? std::sqrt(products.picture_picture / products.text_text) : 0;
}

BalanceMode ParseBalanceMode(const std::string& word) {
  if (word == "fixed") return BalanceMode::kFixed;
  if (word == "norm") return BalanceMode::kNorm;
  throw base::Error("balance", "'" + word + "' is no balancing mode.", "use fixed or norm.");
}

void Balancer::Observe(const GradientProducts& products) {
  if (mode_ == BalanceMode::kFixed || products.text_text <= 0 || products.picture_picture <= 0) return;
  // A moving average of the logarithm, so that halving and doubling count alike; clamped, so that one outlier among the
  // measurements moves it little.
  constexpr double kAverage = 0.8, kLargest = 16;
  const double wanted = std::clamp(NormRatio(products) * weights_.picture, 1 / kLargest, kLargest);
  weights_.text = std::exp(kAverage * std::log(weights_.text) + (1 - kAverage) * std::log(wanted));
}

}  // namespace diptych::balance
