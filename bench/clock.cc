#include "clock.h"

#include <algorithm>

namespace diptych::bench {

Spread SpreadOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  const double median = n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
  return {median, values.front(), values.back(), static_cast<int>(n)};
}

std::vector<std::vector<double>> TimeInTurns(std::span<const std::function<void()>> contestants, int repeats) {
  std::vector<std::vector<double>> seconds(contestants.size());
  for (int round = -1; round < repeats; ++round)
    for (size_t i = 0; i < contestants.size(); ++i) {
      const Stopwatch watch;
      contestants[i]();
      if (round >= 0) seconds[i].push_back(watch.seconds());
    }
  return seconds;
}

}  // namespace diptych::bench
