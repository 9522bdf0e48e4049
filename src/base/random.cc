#include "base/random.h"

#include <cmath>
#include <numbers>

#include "base/error.h"

namespace diptych::base {

std::array<uint32_t, 4> Philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  constexpr uint64_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
  constexpr uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = kMultiplier0 * counter[0], product1 = kMultiplier1 * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(product0)};
    key = {key[0] + kWeyl0, key[1] + kWeyl1};
  }
  return counter;
}

namespace {

std::array<uint32_t, 4> Block(uint64_t seed, uint64_t stream, uint64_t index) {
  return Philox({static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32), static_cast<uint32_t>(stream),
                 static_cast<uint32_t>(stream >> 32)},
                {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)});
}

}  // namespace

void FillNormal(uint64_t seed, uint64_t stream, uint64_t first, std::span<float> out) {
  std::array<float, 4> normals{};
  uint64_t held = ~uint64_t{0};
  for (size_t i = 0; i < out.size(); ++i) {
    const uint64_t index = first + i;
    if (index / 4 != held) {
      held = index / 4;
      const auto bits = Block(seed, stream, held);
      for (int pair = 0; pair < 2; ++pair) {
        const double u = (bits[2 * pair] + 0.5) * 0x1p-32, v = (bits[2 * pair + 1] + 0.5) * 0x1p-32;
        const double radius = std::sqrt(-2 * std::log(u)), angle = 2 * std::numbers::pi * v;
        normals[2 * pair] = static_cast<float>(radius * std::cos(angle));
        normals[2 * pair + 1] = static_cast<float>(radius * std::sin(angle));
      }
    }
    out[i] = normals[index % 4];
  }
}

uint64_t Random::Next() {
  const auto bits = Block(seed_, stream_, counter_++);
  return static_cast<uint64_t>(bits[1]) << 32 | bits[0];
}

int Random::Below(int n) {
  DIPTYCH_CHECK(n > 0, "an empty range");
  // Multiply-shift of the high half; the bias is below n / 2^32.
  return static_cast<int>((Next() >> 32) * static_cast<uint64_t>(n) >> 32);
}

double Random::Uniform() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

int Random::Weighted(std::span<const int> weights) {
  int total = 0;
  for (int weight : weights) total += weight;
  int left = Below(total);
  int index = 0;
  while (left >= weights[static_cast<size_t>(index)]) left -= weights[static_cast<size_t>(index++)];
  return index;
}

}  // namespace diptych::base
