// Counter-based random numbers: the value at (seed, stream, index) never depends on what was drawn before or on
// threads.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace diptych::base {

// Philox4x32 with ten rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
std::array<uint32_t, 4> Philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

// Fills `out` with standard normal numbers; out[i] depends only on (seed, stream, first + i). Box-Muller over Philox.
void FillNormal(uint64_t seed, uint64_t stream, uint64_t first, std::span<float> out);

// A sequence of integers drawn from (seed, stream); the same on every machine. Cheap to make and to copy.
class Random {
 public:
  explicit Random(uint64_t seed, uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  uint64_t Next();
  // Uniform in [0, n), n > 0.
  int Below(int n);
  // Uniform in [first, last], both included.
  int Between(int first, int last) { return first + Below(last - first + 1); }
  // True in `percent` of 100 cases.
  bool Percent(int percent) { return Below(100) < percent; }
  // Uniform in [0, 1) with 53 bits.
  double Uniform();
  // One element of a non-empty range.
  template <typename Range>
  const auto& Pick(const Range& range) {
    return range[static_cast<size_t>(Below(static_cast<int>(range.size())))];
  }
  // The index of one of `weights`, chosen in proportion to it; at least one weight is positive.
  int Weighted(std::span<const int> weights);

 private:
  uint64_t seed_;
  uint64_t stream_;
  uint64_t counter_ = 0;
};

}  // namespace diptych::base
