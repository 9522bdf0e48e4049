// Intervals by resampling (Efron's percentile bootstrap): how far a figure would move with other prompts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace diptych::eval {

// What one case adds to a figure that is a sum of parts over a sum of wholes. A whole of 0: it has no say.
struct Ratio {
  double part = 0, whole = 0;
};

struct Interval {
  double value = 0;
  double low = 0, high = 0;  // 95 of 100 resamples lie between
};

// Resamples of `cases` cases, drawn once, so that figures of the same cases are resampled alike. The same numbers on
// every machine.
class Bootstrap {
 public:
  explicit Bootstrap(size_t cases, int resamples = 1000, uint64_t seed = 1);

  // Nothing when all wholes are 0. One ratio a case.
  std::optional<Interval> Of(std::span<const Ratio> cases) const;
  // The first less the second, both of the same cases: case by case, so that what they share cancels.
  std::optional<Interval> OfDifference(std::span<const Ratio> first, std::span<const Ratio> second) const;

 private:
  size_t cases_;
  std::vector<uint32_t> drawn_;  // [resamples, cases]
};

}  // namespace diptych::eval
