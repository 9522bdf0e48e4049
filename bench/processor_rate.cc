#include "processor_rate.h"

#include <ctime>
#include <vector>

#include "clock.h"

namespace diptych::bench {

double ProcessorSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

nlohmann::ordered_json Rate(size_t count, const std::function<void(size_t)>& work) {
  constexpr int kRounds = 5;
  std::vector<double> rates;
  for (int round = 0; round < kRounds; ++round) {
    const double start = ProcessorSeconds();
    for (size_t i = 0; i < count; ++i) work(i);
    rates.push_back(static_cast<double>(count) / (ProcessorSeconds() - start));
  }
  const Spread spread = SpreadOf(rates);
  return {
      {"median", spread.median}, {"lowest", spread.lowest}, {"highest", spread.highest}, {"repeats", spread.repeats}};
}

}  // namespace diptych::bench
