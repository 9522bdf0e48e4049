// Colours by lightness, chroma and hue as people see them: OKLab (B. Ottosson,
// https://bottosson.github.io/posts/oklab).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace diptych::world {

// Lightness 0 to 1; chroma 0 (grey) to about 0.3; hue in degrees, [0, 360).
struct Oklch {
  double lightness = 0, chroma = 0, hue = 0;
};

inline double LinearOf(double value) {
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}
inline double GammaOf(double linear) {
  return linear <= 0.0031308 ? linear * 12.92 : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
}

// Of sRGB values from 0 to 1.
inline Oklch ToOklch(double red, double green, double blue) {
  const double r = LinearOf(red), g = LinearOf(green), b = LinearOf(blue);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const double first = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
  const double second = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
  const double degrees = std::atan2(second, first) * 180 / std::numbers::pi;
  return {.lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
          .chroma = std::hypot(first, second),
          .hue = degrees < 0 ? degrees + 360 : degrees};
}
inline Oklch ToOklch(uint32_t rgb) {
  return ToOklch((rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

struct LinearRgb {
  double r = 0, g = 0, b = 0;
  bool shown() const { return std::min({r, g, b}) >= -1e-4 && std::max({r, g, b}) <= 1 + 1e-4; }
};
inline LinearRgb ToLinear(const Oklch& colour) {
  const double angle = colour.hue * std::numbers::pi / 180;
  const double first = colour.chroma * std::cos(angle), second = colour.chroma * std::sin(angle);
  const double l = std::pow(colour.lightness + 0.3963377774 * first + 0.2158037573 * second, 3);
  const double m = std::pow(colour.lightness - 0.1055613458 * first - 0.0638541728 * second, 3);
  const double s = std::pow(colour.lightness - 0.0894841775 * first - 1.2914855480 * second, 3);
  return {.r = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
          .g = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
          .b = -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

// The nearest colour of that lightness and hue that a screen can show, 0xrrggbb.
inline uint32_t ToRgb(Oklch colour) {
  colour.lightness = std::clamp(colour.lightness, 0.0, 1.0);
  double low = 0, high = colour.chroma;
  if (!ToLinear(colour).shown()) {
    for (int i = 0; i < 16; ++i) {
      colour.chroma = (low + high) / 2;
      (ToLinear(colour).shown() ? low : high) = colour.chroma;
    }
    colour.chroma = low;
  }
  const LinearRgb linear = ToLinear(colour);
  const auto byte = [](double value) {
    return static_cast<uint32_t>(std::lround(std::clamp(GammaOf(std::clamp(value, 0.0, 1.0)), 0.0, 1.0) * 255));
  };
  return byte(linear.r) << 16 | byte(linear.g) << 8 | byte(linear.b);
}

// Of two hues, 0 to 180 degrees, and with its sign from the first to the second.
inline double HueStep(double from, double to) { return std::remainder(to - from, 360.0); }
inline double HueDistance(double a, double b) { return std::abs(HueStep(a, b)); }

}  // namespace diptych::world
