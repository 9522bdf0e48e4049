#include "eval/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/random.h"

namespace diptych::eval {
namespace {

// Sums of parts and wholes, as they come.
struct Sum {
  double part = 0, whole = 0;
  void Add(const Ratio& ratio) {
    part += ratio.part;
    whole += ratio.whole;
  }
  std::optional<double> value() const { return whole > 0 ? std::optional(part / whole) : std::nullopt; }
};

std::optional<double> Whole(std::span<const Ratio> cases) {
  Sum sum;
  for (const Ratio& ratio : cases) sum.Add(ratio);
  return sum.value();
}

std::optional<double> Picked(std::span<const Ratio> cases, std::span<const uint32_t> picks) {
  Sum sum;
  for (uint32_t pick : picks) sum.Add(cases[pick]);
  return sum.value();
}

std::optional<double> Less(std::optional<double> first, std::optional<double> second) {
  return first && second ? std::optional(*first - *second) : std::nullopt;
}

// The quantile `share`, 0 to 1, of sorted values.
double Quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(at);
  const double weight = at - static_cast<double>(below);
  return sorted[below] * (1 - weight) + sorted[std::min(below + 1, sorted.size() - 1)] * weight;
}

Interval Around(double value, std::vector<double> resampled) {
  if (resampled.empty()) return {value, value, value};
  std::sort(resampled.begin(), resampled.end());
  return {value, Quantile(resampled, 0.025), Quantile(resampled, 0.975)};
}

}  // namespace

Bootstrap::Bootstrap(size_t cases, int resamples, uint64_t seed) : cases_(cases) {
  if (cases == 0) return;
  drawn_.reserve(cases * static_cast<size_t>(resamples));
  for (int i = 0; i < resamples; ++i) {
    base::Random random(seed, static_cast<uint64_t>(i));
    for (size_t j = 0; j < cases; ++j) drawn_.push_back(static_cast<uint32_t>(random.Below(static_cast<int>(cases))));
  }
}

std::optional<Interval> Bootstrap::Of(std::span<const Ratio> cases) const {
  return OfDifference(cases, std::vector<Ratio>(cases.size(), {0, 1}));
}

std::optional<Interval> Bootstrap::OfDifference(std::span<const Ratio> first, std::span<const Ratio> second) const {
  DIPTYCH_CHECK(first.size() == cases_ && second.size() == cases_, "one ratio a case");
  const auto value = Less(Whole(first), Whole(second));
  if (!value) return std::nullopt;
  std::vector<double> resampled;
  for (size_t at = 0; at < drawn_.size(); at += cases_) {
    const auto picks = std::span(drawn_).subspan(at, cases_);
    const auto one = Less(Picked(first, picks), Picked(second, picks));
    if (one) resampled.push_back(*one);
  }
  return Around(*value, std::move(resampled));
}

}  // namespace diptych::eval
