#include "balance/interference.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"

namespace diptych::balance {
namespace {

TEST(Cosine, OfKnownVectors) {
  // Text (1, 0), picture (-3, 3).
  const GradientProducts products{.text_text = 1, .text_picture = -3, .picture_picture = 18};
  EXPECT_NEAR(Cosine(products), -std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(NormRatio(products), std::sqrt(18.0), 1e-12);
  EXPECT_EQ(Cosine({}), 0);
}

TEST(Balancer, FixedKeepsItsWeights) {
  Balancer balancer(BalanceMode::kFixed, {.text = 0.25, .picture = 1});
  balancer.Observe({.text_text = 1, .text_picture = 0, .picture_picture = 100});
  EXPECT_EQ(balancer.weights().text, 0.25);
}

TEST(Balancer, NormMakesTheWeightedNormsEqual) {
  Balancer balancer(BalanceMode::kNorm, {.text = 1, .picture = 1});
  const GradientProducts products{.text_text = 4, .text_picture = 1, .picture_picture = 36};
  for (int i = 0; i < 100; ++i) balancer.Observe(products);
  const LossWeights weights = balancer.weights();
  EXPECT_NEAR(weights.text * 2, weights.picture * 6, 1e-6);
  EXPECT_EQ(weights.picture, 1);
}

TEST(BalanceMode, RefusesOtherWords) { EXPECT_THROW(ParseBalanceMode("best"), base::Error); }

}  // namespace
}  // namespace diptych::balance
