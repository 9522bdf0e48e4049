#include "world/impressionist.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "world/canvas.h"
#include "world/raster.h"

namespace diptych::world {
namespace {

// Radii in percent of the picture's width, how far (sum over three channels) a place may be off, and how many steps of
// a radius a stroke has at most.
struct Brush {
  double radius;
  float tolerance;
  size_t longest;
};
constexpr Brush kBrushes[] = {{4.5, 30, 9}, {2.0, 45, 7}, {0.8, 40, 4}, {0.6, 46, 2}};
constexpr size_t kShortest = 2;
constexpr double kCurvature = 0.7;

struct Stroke {
  std::vector<Spot> spots;
  float colour[3];
  uint32_t order;
};

float Distance(const float* a, const float* b) {
  return std::abs(a[0] - b[0]) + std::abs(a[1] - b[1]) + std::abs(a[2] - b[2]);
}

// Follows the edges of the reference from a start, until its colour fits worse than what is painted already.
Stroke Trace(const Raster& reference, const Raster& painted, int x0, int y0, double radius, size_t longest) {
  Stroke stroke = {.spots = {{x0 + 0.5, y0 + 0.5}},
                   .colour = {},
                   .order = HashOf(static_cast<uint32_t>(x0), static_cast<uint32_t>(y0), 5)};
  const float* start = reference.At(x0, y0);
  // Neighbouring strokes differ a little, as paint does.
  for (int c = 0; c < 3; ++c)
    stroke.colour[c] = start[c] + static_cast<float>(HashOf(stroke.order, static_cast<uint32_t>(c), 9) % 21) - 10.0f;
  double x = x0, y = y0, last_x = 0, last_y = 0;
  while (stroke.spots.size() < longest) {
    const int px = static_cast<int>(x), py = static_cast<int>(y);
    const float* here = reference.Near(px, py);
    if (stroke.spots.size() > kShortest && Distance(here, painted.Near(px, py)) < Distance(here, start)) break;
    const Slope slope = SlopeAt(reference, px, py);
    // Where nothing changes, strokes lie slightly slanted.
    double dx = -slope.y, dy = slope.x;
    if (std::hypot(dx, dy) < 4) dx = 1, dy = -0.35;
    if (last_x * dx + last_y * dy < 0) dx = -dx, dy = -dy;
    const double length = std::hypot(dx, dy);
    dx = kCurvature * dx / length + (1 - kCurvature) * last_x;
    dy = kCurvature * dy / length + (1 - kCurvature) * last_y;
    const double size = std::max(1e-6, std::hypot(dx, dy));
    last_x = dx / size, last_y = dy / size;
    x += radius * last_x, y += radius * last_y;
    if (x < 0 || y < 0 || x >= reference.width || y >= reference.height) break;
    stroke.spots.push_back({x + 0.5, y + 0.5});
  }
  if (stroke.spots.size() == 1) stroke.spots.push_back({x0 + 1.0, y0 + 0.7});
  return stroke;
}

// A stroke for each cell of a grid of the brush's radius whose mean error is too large, begun where it is largest.
std::vector<Stroke> StrokesOf(const Raster& reference, const Raster& painted, const Brush& brush, double radius) {
  std::vector<Stroke> strokes;
  const int step = std::max(2, static_cast<int>(std::lround(radius)));
  for (int top = 0; top < reference.height; top += step) {
    for (int left = 0; left < reference.width; left += step) {
      const int right = std::min(left + step, reference.width), bottom = std::min(top + step, reference.height);
      float sum = 0, worst = -1;
      int worst_x = left, worst_y = top;
      for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) {
          const float error = Distance(reference.At(x, y), painted.At(x, y));
          sum += error;
          if (error <= worst) continue;
          worst = error, worst_x = x, worst_y = y;
        }
      }
      if (sum > brush.tolerance * static_cast<float>((right - left) * (bottom - top)))
        strokes.push_back(Trace(reference, painted, worst_x, worst_y, radius, brush.longest));
    }
  }
  std::sort(strokes.begin(), strokes.end(), [](const Stroke& a, const Stroke& b) { return a.order < b.order; });
  return strokes;
}

// Lays a stroke of a round brush, its edge a pixel soft.
void Paint(Raster& canvas, const Stroke& stroke, double radius) {
  for (size_t i = 0; i + 1 < stroke.spots.size(); ++i) {
    const Spot a = stroke.spots[i], b = stroke.spots[i + 1];
    const double dx = b.x - a.x, dy = b.y - a.y, length = std::max(1e-6, dx * dx + dy * dy), reach = radius + 1;
    const int left = std::max(0, static_cast<int>(std::min(a.x, b.x) - reach)),
              top = std::max(0, static_cast<int>(std::min(a.y, b.y) - reach));
    const int right = std::min(canvas.width - 1, static_cast<int>(std::max(a.x, b.x) + reach)),
              bottom = std::min(canvas.height - 1, static_cast<int>(std::max(a.y, b.y) + reach));
    for (int y = top; y <= bottom; ++y) {
      for (int x = left; x <= right; ++x) {
        const double px = x + 0.5 - a.x, py = y + 0.5 - a.y, along = std::clamp((px * dx + py * dy) / length, 0.0, 1.0);
        const double away = (px - along * dx) * (px - along * dx) + (py - along * dy) * (py - along * dy);
        if (away > (radius + 0.5) * (radius + 0.5)) continue;
        const auto cover = static_cast<float>(std::min(1.0, radius + 0.5 - std::sqrt(away)));
        float* pixel = canvas.At(x, y);
        for (int c = 0; c < 3; ++c) pixel[c] += (stroke.colour[c] - pixel[c]) * cover;
      }
    }
  }
}

}  // namespace

void PaintStrokes(base::Image& image) {
  const Raster source(image);
  Raster painted(image);
  // Nothing is painted yet: everything is as far off as can be.
  std::fill(painted.values.begin(), painted.values.end(), -255.0f);
  for (const Brush& brush : kBrushes) {
    const double radius = std::max(0.7, brush.radius * image.width / 100);
    Raster reference = source;
    Blur(reference, static_cast<int>(std::lround(radius * 0.3)));
    for (const Stroke& stroke : StrokesOf(reference, painted, brush, radius)) Paint(painted, stroke, radius);
  }
  painted.WriteTo(image);
}

}  // namespace diptych::world
