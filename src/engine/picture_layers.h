// The layers around the transformer that pictures need: the embedder of patches, the embedders of time and noise scale,
// and the head that predicts clean patches.
#pragma once

#include <span>
#include <vector>

#include "engine/forward.h"
#include "engine/pixel_tokens.h"

namespace diptych::engine {

// Patch embedding for pictures of one size: patches [grid, 3 * P * P] of a grid of P x P patches become tokens [grid /
// M^2, D].
class PictureEmbedder {
 public:
  // `patches` counts P x P patches; both sides are multiples of M.
  PictureEmbedder(const Weights& weights, model::Tower tower, const kernels::PatchGrid& patches);
  void Embed(std::span<const float> patches, Workspace& workspace, std::span<float> tokens) const;

 private:
  const PictureEmbedderWeights& weights_;
  const model::ModelConfig& config_;
  kernels::PatchGrid patches_;
  kernels::PatchRope rotation_;
};

// 128 cosines then 128 sines of value * 10000^(-i/128) -> Linear -> SiLU -> Linear. Returns D numbers.
std::vector<float> EmbedScalar(const Weights& weights, const ScalarEmbedderWeights& embedder, double value,
                               Workspace& workspace);

// The picture head: clean patches [rows, 3 * Q^2], each ordered (row, column, channel), from hidden rows x [rows, D] of
// pictures of `tokens` one after the other. `pixels` [n, 3 * Q^2], n a divisor of rows: what a head that sees pixels
// gets beside each n rows in turn; empty for other heads.
void PredictClean(const Weights& weights, const kernels::PatchGrid& tokens, std::span<const float> x,
                  std::span<const float> pixels, Workspace& workspace, std::span<float> clean);

}  // namespace diptych::engine
