#include "train/flow.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace diptych::train {
namespace {

using torch::Tensor;

// Pictures of 16 pixels are four tokens; the noise's deviation is 1.5.
model::ModelConfig SmallConfig() {
  model::ModelConfig config;
  config.patch = 4;
  config.noise_scale = 1.5;
  return config;
}

TrainingBatch BatchOf(int drawings) {
  TrainingBatch batch;
  torch::manual_seed(1);
  const Tensor pictures = torch::rand({2, 3, 16, 16});
  std::vector<int64_t> index;
  for (int i = 0; i < drawings; ++i) index.push_back(i % 2);
  batch.ids = torch::zeros({1}, torch::kInt64);
  PicturesOfSize size;
  size.grid = {2, 2};
  size.pictures = pictures;
  size.drawing_index = torch::tensor(index, torch::kInt64);
  batch.sizes.push_back(size);
  batch.drawings = drawings;
  return batch;
}

NoisyPictures Noised(const TrainingBatch& batch, const model::ModelConfig& config, const StepOfRun& at) {
  return AddNoise(batch, config, {}, at).at(0);
}

TEST(AddNoise, FollowsFromSeedAndStep) {
  const model::ModelConfig config = SmallConfig();
  const TrainingBatch batch = BatchOf(6);
  const NoisyPictures a = Noised(batch, config, {7, 3}), again = Noised(batch, config, {7, 3});
  EXPECT_TRUE(torch::equal(a.noisy, again.noisy));
  EXPECT_TRUE(torch::equal(a.times, again.times));
  EXPECT_FALSE(torch::equal(a.times, Noised(batch, config, {7, 4}).times));
  EXPECT_FALSE(torch::equal(a.times, Noised(batch, config, {8, 3}).times));
}

// The noise that remains when the picture's part is taken away has the model's deviation.
TEST(AddNoise, MixesPictureAndNoiseByTime) {
  const model::ModelConfig config = SmallConfig();
  const NoisyPictures p = Noised(BatchOf(64), config, {7, 3});
  const Tensor t = p.times.view({64, 1, 1, 1});
  const Tensor noise = (p.noisy - t * p.clean) / (1 - t);
  const double scale = model::NoiseScale(config, 4);
  EXPECT_NEAR(noise.mean().item<double>(), 0, 0.05 * scale);
  EXPECT_NEAR(noise.square().mean().sqrt().item<double>(), scale, 0.03 * scale);
  EXPECT_GE(p.clean.min().item<double>(), -1);
  EXPECT_LE(p.clean.max().item<double>(), 1);
}

TEST(AddNoise, SpreadsTimesOverTheirQuantiles) {
  const FlowTraining options{.time_mean = -0.6, .time_deviation = 0.9};
  const int n = 40;
  const Tensor times = std::get<0>(AddNoise(BatchOf(n), SmallConfig(), options, {7, 3}).at(0).times.sort());
  for (int i = 0; i < n; ++i) {
    const double logit = std::log(times[i].item<double>() / (1 - times[i].item<double>()));
    const double quantile = 0.5 * std::erfc(-(logit + 0.6) / 0.9 / std::sqrt(2.0));
    EXPECT_GE(quantile, i / static_cast<double>(n) - 1e-4);
    EXPECT_LE(quantile, (i + 1) / static_cast<double>(n) + 1e-4);
  }
}

TEST(VelocityLosses, IsTheSquaredVelocityErrorOfEachDrawing) {
  const model::ModelConfig config = SmallConfig();
  const NoisyPictures p = Noised(BatchOf(5), config, {7, 3});
  const Tensor predicted = p.clean + torch::randn_like(p.clean);
  const Tensor tokens = ToTokens(predicted, config.token_pixels());
  const Tensor losses = VelocityLosses(p, tokens, torch::ones({5, 4}), config);
  for (int i = 0; i < 5; ++i) {
    const double rest = std::max(1 - p.times[i].item<double>(), config.t_epsilon);
    const Tensor v = (p.clean[i] - p.noisy[i]) / rest, own = (predicted[i] - p.noisy[i]) / rest;
    EXPECT_NEAR(losses[i].item<double>(), (own - v).square().mean().item<double>(), 1e-3);
  }
}

// A token that counts four times as much as the others has four times their part in the sum.
TEST(VelocityLosses, CountTokensByTheirWeights) {
  const model::ModelConfig config = SmallConfig();
  const NoisyPictures p = Noised(BatchOf(1), config, {7, 3});
  Tensor predicted = ToTokens(p.clean, config.token_pixels()).clone();
  predicted[2] += 1;
  const auto loss = [&](const Tensor& weights) { return VelocityLosses(p, predicted, weights, config).item<double>(); };
  const double even = loss(torch::ones({1, 4})), twice = loss(torch::tensor({{1.0f, 1.0f, 2.0f, 1.0f}}));
  EXPECT_GT(even, 0);
  EXPECT_NEAR(twice, 2 * even, 1e-4 * even);
}

TEST(TokenWeights, GiveEachSubjectItsShareAndKeepTheMean) {
  const auto mean = [](const std::vector<float>& weights) {
    return std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
  };
  EXPECT_EQ(TokenWeights({}, {4, 4}, 0.25), std::vector<float>(16, 1));
  // A box of one token gets the most a token can; one over the lower half spreads its share over eight.
  const std::vector<float> small = TokenWeights({{.left = 0, .top = 0, .right = 25, .bottom = 25}}, {4, 4}, 0.25);
  EXPECT_NEAR(small[0] / small[1], 1 + 0.25 * 16, 1e-4);
  EXPECT_NEAR(mean(small), 1, 1e-5);
  const std::vector<float> large = TokenWeights({{.left = 0, .top = 50, .right = 100, .bottom = 100}}, {4, 4}, 0.25);
  EXPECT_NEAR(large[15] / large[0], 1.5, 1e-4);
  // No token counts more than kMostWeight beyond the rest.
  const std::vector<float> tiny = TokenWeights({{.left = 0, .top = 0, .right = 12, .bottom = 12}}, {8, 8}, 0.5);
  EXPECT_LE(tiny[0] / tiny[63], 1 + kMostWeight);
}

// A box over the left half of a wide picture covers the same share of it as one over a square's.
TEST(TokenWeights, FollowThePicturesShape) {
  const std::vector<plan::Box> left = {{.left = 0, .top = 0, .right = 50, .bottom = 100}};
  const std::vector<float> wide = TokenWeights(left, {.high = 2, .wide = 8}, 0.25);
  const std::vector<float> square = TokenWeights(left, {4, 4}, 0.25);
  for (size_t row = 0; row < 2; ++row)
    for (size_t column = 0; column < 8; ++column)
      EXPECT_NEAR(wide[row * 8 + column], column < 4 ? square[0] : square[3], 1e-5);
}

TEST(Tokens, AreTheirOwnInverse) {
  const Tensor pictures = torch::rand({3, 3, 32, 32});
  EXPECT_TRUE(torch::equal(FromTokens(ToTokens(pictures, 8), 8, {4, 4}), pictures));
  const Tensor wide = torch::rand({2, 3, 16, 40});
  EXPECT_TRUE(torch::equal(FromTokens(ToTokens(wide, 8), 8, {.high = 2, .wide = 5}), wide));
  // Values of a token: row, column, channel.
  EXPECT_EQ(ToTokens(pictures, 8)[1][(2 * 8 + 5) * 3 + 1].item<float>(), pictures[0][1][2][8 + 5].item<float>());
}

}  // namespace
}  // namespace diptych::train
