#include "engine/picture_layers.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "kernels/elementwise.h"

namespace diptych::engine {
namespace {

// A picture or a map of features, [rows, columns, channels].
struct FeatureMap {
  int rows = 0, columns = 0, channels = 0;
  std::vector<float> values;
  float* at(int row, int column) {
    return values.data() + static_cast<size_t>(row * columns + column) * static_cast<size_t>(channels);
  }
  const float* at(int row, int column) const {
    return values.data() + static_cast<size_t>(row * columns + column) * static_cast<size_t>(channels);
  }
};

FeatureMap MakeMap(int rows, int columns, int channels) {
  const size_t size = static_cast<size_t>(rows) * static_cast<size_t>(columns) * static_cast<size_t>(channels);
  return {rows, columns, channels, std::vector<float>(size)};
}

// PixelShuffle, arXiv 1609.05158: channels (c, i, j) of a pixel become channel c of the pixel (i, j) of the square that
// replaces it.
FeatureMap ShufflePixels(kernels::ThreadPool& pool, const FeatureMap& from, int factor) {
  FeatureMap to = MakeMap(from.rows * factor, from.columns * factor, from.channels / (factor * factor));
  pool.For(to.rows, [&](int row, int) {
    for (int column = 0; column < to.columns; ++column) {
      const float* place = from.at(row / factor, column / factor) + row % factor * factor + column % factor;
      float* channels = to.at(row, column);
      for (int c = 0; c < to.channels; ++c) channels[c] = place[c * factor * factor];
    }
  });
  return to;
}

// Convolution 3 x 3 with zeros around the map. Rows of the map are taken in bands, so that the gathered neighbourhoods
// stay small in memory.
FeatureMap Convolve3x3(const Linear& filter, const FeatureMap& from, Workspace& workspace) {
  constexpr int kBandPlaces = 2048;
  FeatureMap to = MakeMap(from.rows, from.columns, filter.weight.out());
  const int band = std::max(1, kBandPlaces / from.columns);
  const auto channels = static_cast<size_t>(from.channels);
  for (int first = 0; first < from.rows; first += band) {
    const int rows = std::min(band, from.rows - first);
    workspace.operand.Resize(rows * from.columns, 9 * from.channels);
    workspace.pool.For(rows * from.columns, [&](int place, int) {
      const int row = first + place / from.columns, column = place % from.columns;
      const std::vector<float> zeros(channels);
      for (int tap = 0; tap < 9; ++tap) {
        const int y = row + tap / 3 - 1, x = column + tap % 3 - 1;
        const bool inside = y >= 0 && y < from.rows && x >= 0 && x < from.columns;
        workspace.operand.SetPart(place, tap * from.channels, {inside ? from.at(y, x) : zeros.data(), channels});
      }
    });
    const size_t width = static_cast<size_t>(to.columns) * static_cast<size_t>(to.channels);
    const std::span<float> result =
        std::span(to.values).subspan(static_cast<size_t>(first) * width, static_cast<size_t>(rows) * width);
    workspace.matmul.Multiply(workspace.operand, filter.weight, filter.bias, result);
  }
  return to;
}

// One picture through the convolution head; `clean` [tokens, 32 * 32 * 3].
void PredictByConvolution(const Weights& weights, const kernels::PatchGrid& tokens, Workspace& workspace,
                          std::span<const float> features, std::span<float> clean) {
  const FeatureMap coarse{tokens.rows, tokens.columns, weights.config.hidden, {features.begin(), features.end()}};
  FeatureMap map = Convolve3x3(weights.head.first, ShufflePixels(workspace.pool, coarse, 2), workspace);
  kernels::Gelu(workspace.pool, std::span(map.values));
  map = ShufflePixels(workspace.pool,
                      Convolve3x3(weights.head.second, ShufflePixels(workspace.pool, map, 2), workspace), 8);
  const PixelTokens layout{tokens, weights.config.token_pixels(), {}};
  const auto row_bytes = static_cast<size_t>(layout.side) * 3;
  for (int token = 0; token < tokens.patches(); ++token)
    for (int row = 0; row < layout.side; ++row) {
      const float* from = map.at(token / tokens.columns * layout.side + row, token % tokens.columns * layout.side);
      std::copy_n(from, row_bytes, clean.data() + static_cast<size_t>(token * layout.side + row) * row_bytes);
    }
}

// Concatenates to each row of the operand its token's pixels.
void AppendPixels(const model::ModelConfig& c, std::span<const float> pixels, Workspace& s) {
  const auto rows = static_cast<size_t>(s.operand.rows()), width = static_cast<size_t>(c.hidden),
             values = static_cast<size_t>(c.picture_values());
  std::vector<float> hidden(rows * width);
  for (size_t row = 0; row < rows; ++row)
    s.operand.GetRow(static_cast<int>(row), std::span(hidden).subspan(row * width, width));
  s.operand.Resize(static_cast<int>(rows), c.head_inputs());
  s.pool.ForRows(static_cast<int>(rows), [&](int row, int) {
    const auto at = static_cast<size_t>(row);
    s.operand.SetPart(row, 0, std::span(hidden).subspan(at * width, width));
    s.operand.SetPart(row, c.hidden, pixels.subspan(at * values % pixels.size(), values));
  });
}

}  // namespace

PictureEmbedder::PictureEmbedder(const Weights& weights, model::Tower tower, const kernels::PatchGrid& patches)
    : weights_(weights.picture_embedder(tower)),
      config_(weights.config),
      patches_(patches),
      rotation_(patches, weights.config.vision_hidden, weights.config.rope_theta_vision) {
  DIPTYCH_CHECK(patches.rows % config_.merge == 0 && patches.columns % config_.merge == 0, "whole tokens");
}

void PictureEmbedder::Embed(std::span<const float> patches, Workspace& s, std::span<float> tokens) const {
  const auto width = static_cast<size_t>(config_.vision_hidden);
  const std::span<float> embedded = s.patches.Rows(patches_.patches(), config_.vision_hidden);
  kernels::Convert(s.pool, patches, weights_.patch.weight.in(), &s.operand);
  s.matmul.Multiply(s.operand, weights_.patch.weight, weights_.patch.bias, embedded);
  kernels::Gelu(s.pool, embedded);
  rotation_.Apply(s.pool, embedded);
  // M x M neighbours side by side.
  const int merge = config_.merge, columns = patches_.columns / merge, count = patches_.patches() / (merge * merge);
  s.operand.Resize(count, weights_.dense.weight.in());
  s.pool.ForRows(count, [&](int token, int) {
    for (int place = 0; place < merge * merge; ++place) {
      const int y = token / columns * merge + place / merge, x = token % columns * merge + place % merge;
      const size_t at = static_cast<size_t>(y * patches_.columns + x) * width;
      s.operand.SetPart(token, place * config_.vision_hidden, embedded.subspan(at, width));
    }
  });
  s.matmul.Multiply(s.operand, weights_.dense.weight, weights_.dense.bias, tokens);
}

std::vector<float> EmbedScalar(const Weights& weights, const ScalarEmbedderWeights& embedder, double value,
                               Workspace& s) {
  constexpr int kHalf = 128;
  std::vector<float> waves(2 * kHalf);
  for (int i = 0; i < kHalf; ++i) {
    const double angle = value * std::pow(10000.0, -static_cast<double>(i) / kHalf);
    waves[static_cast<size_t>(i)] = static_cast<float>(std::cos(angle));
    waves[static_cast<size_t>(kHalf + i)] = static_cast<float>(std::sin(angle));
  }
  std::vector<float> inner(static_cast<size_t>(weights.config.hidden)), result(inner.size());
  kernels::Convert(s.pool, waves, 2 * kHalf, &s.operand);
  s.matmul.Multiply(s.operand, embedder.first.weight, embedder.first.bias, inner);
  kernels::Silu(s.pool, inner);
  kernels::Convert(s.pool, inner, weights.config.hidden, &s.operand);
  s.matmul.Multiply(s.operand, embedder.second.weight, embedder.second.bias, result);
  return result;
}

void PredictClean(const Weights& weights, const kernels::PatchGrid& tokens, std::span<const float> x,
                  std::span<const float> pixels, Workspace& s, std::span<float> clean) {
  const model::ModelConfig& c = weights.config;
  FinalNorm(weights, model::Tower::kGeneration, x, s);
  if (!c.conv_head) {
    if (c.head_sees_pixels) AppendPixels(c, pixels, s);
    const std::span<float> hidden = s.hidden_pixels.Rows(s.operand.rows(), c.head_hidden);
    s.matmul.Multiply(s.operand, weights.head.first.weight, weights.head.first.bias, hidden);
    kernels::Gelu(s.pool, hidden, c.head_hidden, &s.operand);
    s.matmul.Multiply(s.operand, weights.head.second.weight, weights.head.second.bias, clean);
    return;
  }
  // Back to float32, since the pixel shuffle comes before the product.
  const auto rows = static_cast<size_t>(s.operand.rows()), width = static_cast<size_t>(c.hidden);
  std::vector<float> features(rows * width);
  for (size_t row = 0; row < rows; ++row)
    s.operand.GetRow(static_cast<int>(row), std::span(features).subspan(row * width, width));
  const auto picture = static_cast<size_t>(tokens.patches()), values = static_cast<size_t>(c.picture_values());
  for (size_t first = 0; first < rows; first += picture)
    PredictByConvolution(weights, tokens, s, std::span(features).subspan(first * width, picture * width),
                         clean.subspan(first * values, picture * values));
}

}  // namespace diptych::engine
