#include "engine/pixel_tokens.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"

namespace diptych::engine {
namespace {

constexpr int kChannels = 3;
// Of ImageNet, channel by channel.
constexpr std::array kMean = {0.485f, 0.456f, 0.406f}, kDeviation = {0.229f, 0.224f, 0.225f};

size_t ValuesOf(const kernels::PatchGrid& tokens, int side) {
  return static_cast<size_t>(tokens.patches()) * static_cast<size_t>(side) * static_cast<size_t>(side) * kChannels;
}

// Calls visit(index in PixelTokens::values, x, y, channel) for every number.
template <typename Visit>
void ForEachValue(const kernels::PatchGrid& tokens, int side, const Visit& visit) {
  size_t index = 0;
  for (int token = 0; token < tokens.patches(); ++token)
    for (int row = 0; row < side; ++row)
      for (int column = 0; column < side; ++column)
        for (int channel = 0; channel < kChannels; ++channel, ++index)
          visit(index, token % tokens.columns * side + column, token / tokens.columns * side + row, channel);
}

template <typename Change>
std::vector<float> ChangedPatches(const PixelTokens& pixels, int patch, const Change& change) {
  std::vector<float> patches(pixels.values.size());
  const auto p = static_cast<size_t>(patch), columns = static_cast<size_t>(pixels.width() / patch);
  ForEachValue(pixels.tokens, pixels.side, [&](size_t index, int x, int y, int channel) {
    const auto px = static_cast<size_t>(x), py = static_cast<size_t>(y);
    const size_t at = (py / p * columns + px / p) * kChannels * p * p;
    patches[at + (static_cast<size_t>(channel) * p + py % p) * p + px % p] = change(pixels.values[index], channel);
  });
  return patches;
}

PixelTokens Empty(const kernels::PatchGrid& tokens, int side) {
  return {tokens, side, std::vector<float>(ValuesOf(tokens, side))};
}

}  // namespace

PixelTokens FromPlanes(std::span<const float> planes, const kernels::PatchGrid& tokens, int side) {
  PixelTokens pixels = Empty(tokens, side);
  DIPTYCH_CHECK(planes.size() == pixels.values.size(), "planes of the grid's size");
  ForEachValue(tokens, side, [&](size_t index, int x, int y, int channel) {
    pixels.values[index] = planes[static_cast<size_t>((channel * pixels.height() + y) * pixels.width() + x)];
  });
  return pixels;
}

std::vector<float> ToPlanes(const PixelTokens& pixels) {
  std::vector<float> planes(pixels.values.size());
  ForEachValue(pixels.tokens, pixels.side, [&](size_t index, int x, int y, int channel) {
    planes[static_cast<size_t>((channel * pixels.height() + y) * pixels.width() + x)] = pixels.values[index];
  });
  return planes;
}

PixelTokens FromImage(const base::Image& picture, int side) {
  DIPTYCH_CHECK(picture.width % side == 0 && picture.height % side == 0, "whole tokens");
  PixelTokens pixels = Empty({picture.height / side, picture.width / side}, side);
  ForEachValue(pixels.tokens, side, [&](size_t index, int x, int y, int channel) {
    const uint8_t value = picture.rgb[static_cast<size_t>((y * picture.width + x) * kChannels + channel)];
    pixels.values[index] = static_cast<float>(value) / 127.5f - 1;
  });
  return pixels;
}

base::Image ToImage(const PixelTokens& pixels) {
  base::Image picture{pixels.width(), pixels.height(), std::vector<uint8_t>(pixels.values.size())};
  ForEachValue(pixels.tokens, pixels.side, [&](size_t index, int x, int y, int channel) {
    // NaN becomes 0, like everything below -1.
    const float value = pixels.values[index] > -1 ? std::min(pixels.values[index], 1.0f) : -1.0f;
    picture.rgb[static_cast<size_t>((y * picture.width + x) * kChannels + channel)] =
        static_cast<uint8_t>(std::lround((value + 1) * 127.5f));
  });
  return picture;
}

std::vector<float> PatchesOf(const PixelTokens& pixels, int patch) {
  return ChangedPatches(pixels, patch, [](float value, int) { return value; });
}

std::vector<float> NormalisedPatchesOf(const PixelTokens& pixels, int patch) {
  return ChangedPatches(pixels, patch, [](float value, int channel) {
    const auto c = static_cast<size_t>(channel);
    return (value * 0.5f + 0.5f - kMean[c]) / kDeviation[c];
  });
}

PictureSize FitPicture(const PictureSize& size, const PixelLimits& limits) {
  const double width = size.width, height = size.height, factor = limits.factor;
  constexpr double kLongest = 200;
  if (size.width <= 0 || size.height <= 0) throw base::Error("picture", "it is empty.");
  if (std::max(width, height) > kLongest * std::min(width, height))
    throw base::Error("picture", "it is " + std::to_string(size.width) + " x " + std::to_string(size.height) +
                                     " pixels; no side may be more than 200 times the other.");
  double w = std::max(1.0, std::nearbyint(width / factor)), h = std::max(1.0, std::nearbyint(height / factor));
  if (w * h * factor * factor > limits.max_pixels) {
    const double shrink = std::sqrt(width * height / limits.max_pixels);
    w = std::max(1.0, std::floor(width / shrink / factor));
    h = std::max(1.0, std::floor(height / shrink / factor));
  } else if (w * h * factor * factor < limits.min_pixels) {
    const double grow = std::sqrt(limits.min_pixels / (width * height));
    w = std::ceil(width * grow / factor);
    h = std::ceil(height * grow / factor);
  }
  return {static_cast<int>(w * factor), static_cast<int>(h * factor)};
}

}  // namespace diptych::engine
