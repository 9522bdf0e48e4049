#include "base/image.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/round_up.h"

namespace diptych::base {
namespace {

// The old pixels that one new pixel covers along one axis, and the share of each.
struct Span {
  int first = 0;
  std::vector<float> weights;  // sum to 1
};

std::vector<Span> Cover(int from, int to) {
  std::vector<Span> spans(static_cast<size_t>(to));
  const double scale = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    const double start = i * scale, end = std::min<double>(from, (i + 1) * scale);
    Span& span = spans[static_cast<size_t>(i)];
    span.first = std::min(from - 1, static_cast<int>(start));
    for (int x = span.first; x < from && (x < end || x == span.first); ++x) {
      const double overlap = std::min<double>(end, x + 1) - std::max<double>(start, x);
      span.weights.push_back(static_cast<float>(std::max(0.0, overlap)));
    }
    float sum = 0;
    for (const float weight : span.weights) sum += weight;
    for (float& weight : span.weights) weight /= sum;
  }
  return spans;
}

// Rows shrunk to `width`: [height, width, 3].
std::vector<float> ResizeRows(const Image& picture, int width) {
  const std::vector<Span> columns = Cover(picture.width, width);
  std::vector<float> out(static_cast<size_t>(picture.height) * width * 3);
  for (int y = 0; y < picture.height; ++y) {
    const uint8_t* row = picture.rgb.data() + static_cast<size_t>(y) * picture.width * 3;
    for (int x = 0; x < width; ++x) {
      const Span& span = columns[static_cast<size_t>(x)];
      float* pixel = out.data() + (static_cast<size_t>(y) * width + x) * 3;
      for (size_t k = 0; k < span.weights.size(); ++k) {
        for (size_t c = 0; c < 3; ++c) pixel[c] += span.weights[k] * row[(span.first + k) * 3 + c];
      }
    }
  }
  return out;
}

}  // namespace

Image Resize(const Image& picture, int width, int height) {
  DIPTYCH_CHECK(width > 0 && height > 0 && picture.width > 0 && picture.height > 0, "sizes are positive");
  if (width == picture.width && height == picture.height) return picture;
  const std::vector<float> rows = ResizeRows(picture, width);
  const std::vector<Span> lines = Cover(picture.height, height);
  const size_t stride = static_cast<size_t>(width) * 3;
  Image out{width, height, std::vector<uint8_t>(stride * height)};
  std::vector<float> sum(stride);
  for (int y = 0; y < height; ++y) {
    const Span& span = lines[static_cast<size_t>(y)];
    std::fill(sum.begin(), sum.end(), 0.0f);
    for (size_t k = 0; k < span.weights.size(); ++k) {
      const float* row = rows.data() + (span.first + k) * stride;
      for (size_t i = 0; i < stride; ++i) sum[i] += span.weights[k] * row[i];
    }
    for (size_t i = 0; i < stride; ++i)
      out.rgb[y * stride + i] = static_cast<uint8_t>(std::lround(std::min(sum[i], 255.0f)));
  }
  return out;
}

Image Tile(std::span<const Image> pictures, int columns) {
  DIPTYCH_CHECK(!pictures.empty() && columns > 0, "something to tile");
  const int width = pictures.front().width, height = pictures.front().height;
  const int rows = CeilDiv(static_cast<int>(pictures.size()), columns);
  Image sheet{.width = columns * width, .height = rows * height, .rgb = {}};
  sheet.rgb.resize(static_cast<size_t>(sheet.width) * static_cast<size_t>(sheet.height) * 3);
  for (int i = 0; i < static_cast<int>(pictures.size()); ++i) {
    const Image& picture = pictures[static_cast<size_t>(i)];
    DIPTYCH_CHECK(picture.width == width && picture.height == height, "pictures of one size");
    const ptrdiff_t stride = ptrdiff_t{width} * 3;
    for (int y = 0; y < height; ++y)
      std::copy_n(picture.rgb.begin() + y * stride, stride,
                  sheet.rgb.begin() + ((ptrdiff_t{i / columns} * height + y) * columns + i % columns) * stride);
  }
  return sheet;
}

}  // namespace diptych::base
