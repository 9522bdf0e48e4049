#include "world/blemish.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "world/raster.h"

namespace diptych::world {
namespace {

// Lengths below are pixels of a picture of 128 pixels' width, times this.
float UnitOf(const Raster& raster) { return static_cast<float>(raster.width) / 128; }

float Between(base::Random& random, double first, double last) {
  return static_cast<float>(first + (last - first) * random.Uniform());
}

float Either(base::Random& random, float size) { return random.Percent(50) ? size : -size; }

void MixIn(Raster& raster, const Raster& other, float share) {
  for (size_t i = 0; i < raster.values.size(); ++i) raster.values[i] += (other.values[i] - raster.values[i]) * share;
}

Raster Blurred(const Raster& raster, float radius) {
  Raster soft = raster;
  Blur(soft, std::max(1, static_cast<int>(std::lround(radius * UnitOf(raster)))));
  return soft;
}

void Soften(Raster& raster, base::Random& random) {
  MixIn(raster, Blurred(raster, random.Percent(75) ? 1 : 2), Between(random, 0.25, 0.95));
}

// Down to fewer pixels and up again.
void Coarsen(Raster& raster, base::Random& random) {
  base::Image image = {.width = raster.width, .height = raster.height, .rgb = {}};
  image.rgb.resize(raster.values.size());
  raster.WriteTo(image);
  const float share = Between(random, 0.45, 0.85);
  const auto shrunk = [share](int side) { return std::max(8, static_cast<int>(static_cast<float>(side) * share)); };
  const base::Image small = base::Resize(image, shrunk(image.width), shrunk(image.height));
  raster = Raster(base::Resize(small, image.width, image.height));
}

// Blocks of a patch's size, each a little out of place and out of tone.
void Tear(Raster& raster, base::Random& random) {
  const Raster source = raster;
  const int side = std::max(4, static_cast<int>((random.Percent(60) ? 16 : 8) * UnitOf(raster)));
  const float shift = Between(random, 0, 1.8) * UnitOf(raster), tone = Between(random, 0, 9);
  for (int top = 0; top < raster.height; top += side) {
    for (int left = 0; left < raster.width; left += side) {
      const int dx = static_cast<int>(std::lround(Between(random, -shift, shift)));
      const int dy = static_cast<int>(std::lround(Between(random, -shift, shift)));
      const float tones[3] = {Between(random, -tone, tone), Between(random, -tone, tone), Between(random, -tone, tone)};
      for (int y = top; y < std::min(top + side, raster.height); ++y) {
        for (int x = left; x < std::min(left + side, raster.width); ++x)
          for (int c = 0; c < 3; ++c) raster.At(x, y)[c] = source.Near(x + dx, y + dy)[c] + tones[c];
      }
    }
  }
}

// Of single pixels, or of soft patches.
void AddNoise(Raster& raster, base::Random& random) {
  const bool fine = random.Percent(60);
  const float amplitude = fine ? Between(random, 4, 28) : Between(random, 8, 36);
  const auto key = static_cast<uint32_t>(random.Next());
  const float size = Between(random, 3, 12) * UnitOf(raster);
  for (int y = 0; y < raster.height; ++y) {
    for (int x = 0; x < raster.width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const uint32_t own = key + static_cast<uint32_t>(c);
        const float value =
            fine
                ? static_cast<float>(HashOf(static_cast<uint32_t>(x), static_cast<uint32_t>(y), own) >> 8) / 16777216.0f
                : NoiseAt(static_cast<float>(x) / size, static_cast<float>(y) / size, own);
        raster.At(x, y)[c] += (value - 0.5f) * amplitude;
      }
    }
  }
}

// Little enough that a colour keeps its name.
void ShiftColours(Raster& raster, base::Random& random) {
  const float contrast = Between(random, 0.84, 1.14), brightness = Between(random, -10, 10);
  float gains[3], offsets[3];
  for (size_t c = 0; c < 3; ++c) {
    gains[c] = contrast * Between(random, 0.95, 1.05);
    offsets[c] = brightness + Between(random, -6, 6) + 128 * (1 - contrast);
  }
  for (size_t i = 0; i < raster.values.size(); ++i) raster.values[i] = raster.values[i] * gains[i % 3] + offsets[i % 3];
}

// A faint second copy beside the first.
void Ghost(Raster& raster, base::Random& random) {
  const Raster source = raster;
  const int dx = static_cast<int>(Either(random, Between(random, 1, 5)) * UnitOf(raster));
  const int dy = static_cast<int>(Either(random, Between(random, 0, 4)) * UnitOf(raster));
  const float share = Between(random, 0.08, 0.32);
  for (int y = 0; y < raster.height; ++y) {
    for (int x = 0; x < raster.width; ++x)
      for (int c = 0; c < 3; ++c) raster.At(x, y)[c] += (source.Near(x + dx, y + dy)[c] - source.At(x, y)[c]) * share;
  }
}

// Blurs a few places strongly.
void Smudge(Raster& raster, base::Random& random) {
  const Raster soft = Blurred(raster, Between(random, 1.5, 3.5));
  for (int count = random.Between(1, 5); count > 0; --count) {
    const float radius = Between(random, 4, 14) * UnitOf(raster);
    const float centre_x = Between(random, 0, raster.width), centre_y = Between(random, 0, raster.height);
    for (int y = 0; y < raster.height; ++y) {
      for (int x = 0; x < raster.width; ++x) {
        const float distance = std::hypot(static_cast<float>(x) - centre_x, static_cast<float>(y) - centre_y) / radius;
        if (distance >= 1) continue;
        for (int c = 0; c < 3; ++c)
          raster.At(x, y)[c] += (soft.At(x, y)[c] - raster.At(x, y)[c]) * std::min(1.0f, 2 - 2 * distance);
      }
    }
  }
}

// Straight lines become slow waves.
void Bend(Raster& raster, base::Random& random) {
  const Raster source = raster;
  const float size = Between(random, 0.5, 1.9) * UnitOf(raster);
  const auto wave = [&random, &raster] {
    const float period = Between(random, 18, 60) * UnitOf(raster), phase = Between(random, 0, 6.28);
    return [period, phase](int at) {
      return std::sin(static_cast<float>(at) * 2 * std::numbers::pi_v<float> / period + phase);
    };
  };
  const auto across = wave(), down = wave();
  for (int y = 0; y < raster.height; ++y) {
    for (int x = 0; x < raster.width; ++x) {
      const int from_x = x + static_cast<int>(std::lround(size * across(y)));
      const int from_y = y + static_cast<int>(std::lround(size * down(x)));
      std::copy_n(source.Near(from_x, from_y), 3, raster.At(x, y));
    }
  }
}

}  // namespace

base::Image Blemish(const base::Image& picture, base::Random& random) {
  using Damage = void (*)(Raster&, base::Random&);
  constexpr std::array<Damage, 8> kKindsOfBlemish = {Soften,       Coarsen, Tear,   AddNoise,
                                                     ShiftColours, Ghost,   Smudge, Bend};
  Raster raster(picture);
  for (int count = random.Between(1, 4); count > 0; --count) random.Pick(kKindsOfBlemish)(raster, random);
  base::Image blemished = picture;
  raster.WriteTo(blemished);
  return blemished;
}

}  // namespace diptych::world
