#include "world/styles.h"

#include <algorithm>
#include <cmath>

#include "world/impressionist.h"
#include "world/raster.h"

namespace diptych::world {
namespace {

constexpr float kPaper[3] = {252, 248, 238};

// Large square pixels of few colours.
void MakePixelArt(base::Image& image) {
  constexpr int kCells = 58, kLevels = 9;
  const int cell = std::max(2, (image.width + kCells / 2) / kCells);
  const auto level = [](int value) { return (value * (kLevels - 1) + 127) / 255 * 255 / (kLevels - 1); };
  for (int top = 0; top < image.height; top += cell) {
    for (int left = 0; left < image.width; left += cell) {
      const int right = std::min(left + cell, image.width), bottom = std::min(top + cell, image.height);
      for (size_t c = 0; c < 3; ++c) {
        const auto at = [&](int x, int y) -> uint8_t& {
          return image
              .rgb[(static_cast<size_t>(y) * static_cast<size_t>(image.width) + static_cast<size_t>(x)) * 3 + c];
        };
        int sum = 0;
        for (int y = top; y < bottom; ++y)
          for (int x = left; x < right; ++x) sum += at(x, y);
        const auto mean = static_cast<uint8_t>(level(sum / ((right - left) * (bottom - top))));
        for (int y = top; y < bottom; ++y)
          for (int x = left; x < right; ++x) at(x, y) = mean;
      }
    }
  }
}

// The strength of an edge at a pixel, 0 to 1.
float EdgeAt(const Raster& raster, int x, int y) {
  const Slope slope = SlopeAt(raster, x, y);
  return std::min(1.0f, std::hypot(slope.x, slope.y) / 420.0f);
}

// Outlines wander, colours run into pale washes that dry darker at their edges, grain of the paper shows.
void MakeWatercolour(base::Image& image) {
  const Raster source(image);
  Raster wash = source;
  const float unit = static_cast<float>(image.width) / 128;
  for (int y = 0; y < wash.height; ++y) {
    for (int x = 0; x < wash.width; ++x) {
      const float u = static_cast<float>(x) / unit, v = static_cast<float>(y) / unit;
      const int dx = static_cast<int>(std::lround((NoiseAt(u / 7, v / 7, 1) - 0.5f) * 3.0f * unit));
      const int dy = static_cast<int>(std::lround((NoiseAt(u / 7, v / 7, 2) - 0.5f) * 3.0f * unit));
      std::copy_n(source.Near(x + dx, y + dy), 3, wash.At(x, y));
    }
  }
  Raster soft = wash;
  Blur(soft, static_cast<int>(std::max(1.0f, std::round(1.6f * unit))));
  Raster result = wash;
  for (int y = 0; y < wash.height; ++y) {
    for (int x = 0; x < wash.width; ++x) {
      const float u = static_cast<float>(x) / unit, v = static_cast<float>(y) / unit;
      const float density = 0.74f + 0.17f * NoiseAt(u / 20, v / 20, 3) + 0.10f * NoiseAt(u / 6, v / 6, 4);
      const float grain = (NoiseAt(u / 1.3f, v / 1.3f, 6) - 0.5f) * 14;
      const float* sharp = wash.At(x, y);
      const float* blurred = soft.At(x, y);
      const float rim = std::clamp((LumaOf(blurred) - LumaOf(sharp)) * 0.35f, 0.0f, 26.0f);
      for (int c = 0; c < 3; ++c) {
        const float mixed = 0.55f * sharp[c] + 0.45f * blurred[c];
        result.At(x, y)[c] = kPaper[c] + (mixed - kPaper[c]) * std::min(density, 0.95f) - rim + grain;
      }
    }
  }
  result.WriteTo(image);
}

// How much of a pencil's hatching covers a place: soft lines along a diagonal, crossed where it is darkest.
float Hatch(float u, float v, float dark) {
  const float wobble = NoiseAt(u / 11, v / 11, 7) * 5;
  const auto line = [&](float along, float period) {
    const float phase = std::fmod(along + wobble + 64 * period, period) / period;
    return 0.72f + 0.28f * (1 - std::abs(2 * phase - 1) * 2);
  };
  float cover = line(u + v, 5.3f) * (0.30f + 0.42f * dark);
  if (dark > 0.7f) cover += (dark - 0.7f) * 0.7f * line(u - v, 6.1f);
  return cover;
}

// How dark a line is drawn at a pixel, 0 to 1: fully where the picture has a thin dark line, that is, where it is
// darker than all around; faintly along the edges of areas.
float LeadAt(const Raster& source, const Raster& around, int x, int y) {
  const float line = (LumaOf(around.At(x, y)) - LumaOf(source.At(x, y)) - 14) / 55;
  const float edge = EdgeAt(source, x, y) * 1.2f - 0.1f;
  return std::clamp(std::max(0.9f * line, 0.5f * edge), 0.0f, 0.9f);
}

// Paper, hatched in coloured pencil, with dark lines.
void MakePencilSketch(base::Image& image) {
  const Raster source(image);
  Raster result = source, around = source;
  const float unit = static_cast<float>(image.width) / 128;
  Blur(around, static_cast<int>(std::max(1.0f, std::round(1.5f * unit))));
  for (int y = 0; y < source.height; ++y) {
    for (int x = 0; x < source.width; ++x) {
      const float u = static_cast<float>(x) / unit, v = static_cast<float>(y) / unit;
      const float* colour = source.At(x, y);
      const float luma = LumaOf(colour);
      const float cover = Hatch(u, v, 1 - luma / 255) * (0.85f + 0.3f * NoiseAt(u / 1.8f, v / 1.8f, 8));
      const float lead = LeadAt(source, around, x, y);
      for (int c = 0; c < 3; ++c) {
        const float tint = luma + (colour[c] - luma) * 1.35f;
        const float hatched = kPaper[c] + (tint - kPaper[c]) * std::clamp(cover, 0.0f, 1.0f);
        result.At(x, y)[c] = hatched + (50 - hatched) * lead;
      }
    }
  }
  result.WriteTo(image);
}

// Fibres of paper.
void AddFibres(base::Image& image) {
  Raster raster(image);
  const float unit = static_cast<float>(image.width) / 128;
  for (int y = 0; y < raster.height; ++y) {
    for (int x = 0; x < raster.width; ++x) {
      const float u = static_cast<float>(x) / unit, v = static_cast<float>(y) / unit;
      const float grain = (NoiseAt(u / 1.1f, v / 2.6f, 12) - 0.5f) * 13;
      for (int c = 0; c < 3; ++c) raster.At(x, y)[c] += grain;
    }
  }
  raster.WriteTo(image);
}

}  // namespace

void ApplyStyle(base::Image& image, Style style) {
  switch (style) {
    case Style::kFlat:
      return;
    case Style::kImpressionist:
      return PaintStrokes(image);
    case Style::kWatercolour:
      return MakeWatercolour(image);
    case Style::kPencilSketch:
      return MakePencilSketch(image);
    case Style::kPixelArt:
      return MakePixelArt(image);
    case Style::kPaperCut:
      return AddFibres(image);
  }
}

}  // namespace diptych::world
