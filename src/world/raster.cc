#include "world/raster.h"

#include <algorithm>
#include <cmath>

namespace diptych::world {
namespace {

// One box blur along a line of `count` pixels that lie `step` numbers apart.
void BlurLine(float* line, int count, size_t step, int radius, std::vector<float>& copy) {
  for (size_t channel = 0; channel < 3; ++channel) {
    for (int i = 0; i < count; ++i) copy[static_cast<size_t>(i)] = line[static_cast<size_t>(i) * step + channel];
    const auto at = [&](int i) { return copy[static_cast<size_t>(std::clamp(i, 0, count - 1))]; };
    float sum = 0;
    for (int i = -radius; i <= radius; ++i) sum += at(i);
    const float share = 1.0f / static_cast<float>(2 * radius + 1);
    for (int i = 0; i < count; ++i) {
      line[static_cast<size_t>(i) * step + channel] = sum * share;
      sum += at(i + radius + 1) - at(i - radius);
    }
  }
}

}  // namespace

Raster::Raster(const base::Image& image)
    : width(image.width), height(image.height), values(image.rgb.begin(), image.rgb.end()) {}

const float* Raster::Near(int x, int y) const { return At(std::clamp(x, 0, width - 1), std::clamp(y, 0, height - 1)); }

void Raster::WriteTo(base::Image& image) const {
  std::transform(values.begin(), values.end(), image.rgb.begin(),
                 [](float value) { return static_cast<uint8_t>(std::clamp(value + 0.5f, 0.0f, 255.0f)); });
}

void Blur(Raster& raster, int radius) {
  if (radius < 1) return;
  constexpr int kPasses = 3;
  std::vector<float> copy(static_cast<size_t>(std::max(raster.width, raster.height)));
  for (int pass = 0; pass < kPasses; ++pass) {
    for (int y = 0; y < raster.height; ++y) BlurLine(raster.At(0, y), raster.width, 3, radius, copy);
    for (int x = 0; x < raster.width; ++x)
      BlurLine(raster.At(x, 0), raster.height, 3 * static_cast<size_t>(raster.width), radius, copy);
  }
}

Slope SlopeAt(const Raster& raster, int x, int y) {
  float luma[3][3];
  for (int dy = 0; dy < 3; ++dy) {
    for (int dx = 0; dx < 3; ++dx) luma[dy][dx] = LumaOf(raster.Near(x + dx - 1, y + dy - 1));
  }
  return {.x = luma[0][2] + 2 * luma[1][2] + luma[2][2] - luma[0][0] - 2 * luma[1][0] - luma[2][0],
          .y = luma[2][0] + 2 * luma[2][1] + luma[2][2] - luma[0][0] - 2 * luma[0][1] - luma[0][2]};
}

uint32_t HashOf(uint32_t x, uint32_t y, uint32_t key) {
  // The finaliser of MurmurHash3 over a linear mix.
  uint32_t hash = x * 0x9E3779B1u ^ y * 0x85EBCA77u ^ key * 0xC2B2AE3Du;
  hash = (hash ^ hash >> 16) * 0x85EBCA6Bu;
  hash = (hash ^ hash >> 13) * 0xC2B2AE35u;
  return hash ^ hash >> 16;
}

float NoiseAt(float x, float y, uint32_t key) {
  const float left = std::floor(x), top = std::floor(y);
  const auto corner = [&](float dx, float dy) {
    return static_cast<float>(HashOf(static_cast<uint32_t>(static_cast<int>(left + dx)),
                                     static_cast<uint32_t>(static_cast<int>(top + dy)), key) >>
                              8) /
           16777216.0f;
  };
  const auto ease = [](float t) { return t * t * (3 - 2 * t); };
  const float u = ease(x - left), v = ease(y - top);
  const float above = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * u;
  const float below = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * u;
  return above + (below - above) * v;
}

}  // namespace diptych::world
