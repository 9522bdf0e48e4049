// Confidence intervals by resampling (Efron's percentile bootstrap): how far a figure would vary with other prompts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace diptych::eval {

// One case's part and whole, for a figure that is the sum of parts over the sum of wholes. A case with whole 0 does not
// count.
struct Ratio {
  double part = 0, whole = 0;
};

struct Interval {
  double value = 0;
  double low = 0, high = 0;  // the 95 % interval
};

// Resamples of `cases` cases, drawn once, so that all figures of these cases use the same resamples. The same on every
// machine.
class Bootstrap {
 public:
  explicit Bootstrap(size_t cases, int resamples = 1000, uint64_t seed = 1);

  // One ratio for each case. Nothing when all wholes are 0.
  std::optional<Interval> Of(std::span<const Ratio> cases) const;
  // The first figure minus the second over the same cases (paired bootstrap: what both have in common cancels).
  std::optional<Interval> OfDifference(std::span<const Ratio> first, std::span<const Ratio> second) const;

 private:
  size_t cases_;
  std::vector<uint32_t> drawn_;  // [resamples, cases]
};

}  // namespace diptych::eval
