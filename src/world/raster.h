// What the styles work with: pixels as numbers, blurs, gradients and noise.
#pragma once

#include <cstdint>
#include <vector>

#include "base/image.h"

namespace diptych::world {

// [height, width, 3], 0 to 255.
struct Raster {
  int width = 0, height = 0;
  std::vector<float> values;

  explicit Raster(const base::Image& image);
  float* At(int x, int y) {
    return &values[(static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) * 3];
  }
  const float* At(int x, int y) const {
    return &values[(static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) * 3];
  }
  // The nearest pixel inside.
  const float* Near(int x, int y) const;
  void WriteTo(base::Image& image) const;
};

// Rec. 601 luma of a pixel.
inline float LumaOf(const float* pixel) { return 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2]; }

// Three box blurs of this radius in pixels: nearly a Gaussian.
void Blur(Raster& raster, int radius);
// The change of luma to the right and downwards, by Sobel's masks.
struct Slope {
  float x, y;
};
Slope SlopeAt(const Raster& raster, int x, int y);
// Smooth noise in [0, 1] with features of about 1; the same for the same place.
float NoiseAt(float x, float y, uint32_t key);
// A hash of a place and a key, uniform over 32 bits.
uint32_t HashOf(uint32_t x, uint32_t y, uint32_t key);

}  // namespace diptych::world
