#include "engine/token_sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace diptych {

int32_t SampleToken(std::span<const float> logits, const SamplingOptions& options, Random& random) {
  const auto best = std::max_element(logits.begin(), logits.end());
  if (options.temperature <= 0) return static_cast<int32_t>(best - logits.begin());
  std::vector<int32_t> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
    return logits[static_cast<size_t>(a)] > logits[static_cast<size_t>(b)];
  });
  std::vector<double> weight(logits.size());
  for (size_t i = 0; i < order.size(); ++i)
    weight[i] = std::exp((double{logits[static_cast<size_t>(order[i])]} - *best) / options.temperature);
  const double total = std::accumulate(weight.begin(), weight.end(), 0.0);
  size_t kept = 0;
  double sum = 0;
  while (kept < weight.size() && (kept == 0 || sum < options.top_p * total)) sum += weight[kept++];
  double left = random.Uniform() * sum;
  for (size_t i = 0; i < kept; ++i) {
    left -= weight[i];
    if (left < 0) return order[i];
  }
  return order[kept - 1];
}

}  // namespace diptych
