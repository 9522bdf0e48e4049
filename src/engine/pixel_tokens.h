// Pictures as numbers: pixels to normalised patches and back, and the size that a picture is read at.
#pragma once

#include <span>
#include <vector>

#include "base/image.h"
#include "kernels/rope.h"
#include "model/config.h"

namespace diptych::engine {

// A picture's pixels in [-1, 1], as the sampler holds them: one row for each token, row-major over `tokens`; within a
// row (row, column, channel) of its Q x Q pixels.
struct PixelTokens {
  kernels::PatchGrid tokens;
  int side = 0;  // Q
  std::vector<float> values;
  int width() const { return tokens.columns * side; }
  int height() const { return tokens.rows * side; }
};

// Pixels [3, height, width] in any range, and back.
PixelTokens FromPlanes(std::span<const float> planes, const kernels::PatchGrid& tokens, int side);
std::vector<float> ToPlanes(const PixelTokens& pixels);
// 8-bit pixels: v / 127.5 - 1, and back with rounding; values outside [-1, 1] are clamped.
PixelTokens FromImage(const base::Image& picture, int side);
base::Image ToImage(const PixelTokens& pixels);

// Patches [grid of P x P patches, 3 * P * P], channel first, in [-1, 1] without normalisation: for the generation
// tower, which reads pictures being drawn.
std::vector<float> PatchesOf(const PixelTokens& pixels, int patch);
// The same with (v + 1) / 2 normalised by ImageNet's mean and standard deviation of each channel: for the understanding
// tower, which reads finished pictures.
std::vector<float> NormalisedPatchesOf(const PixelTokens& pixels, int patch);

// The size at which a picture is read: sides that are multiples of `factor`, an area within [min_pixels, max_pixels],
// the aspect ratio kept as far as that allows. The rule of Qwen2-VL (arXiv 2409.12191). Error: an empty picture, or one
// more than 200 times longer than wide.
struct PictureSize {
  int width = 0, height = 0;
  bool operator==(const PictureSize&) const = default;
};
struct PixelLimits {
  int factor = 0;
  double min_pixels = 0, max_pixels = 0;
};
PictureSize FitPicture(const PictureSize& size, const PixelLimits& limits);

}  // namespace diptych::engine
