// Timing of contestants in turns, so that what else the machine does hits all of them alike.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <vector>

namespace diptych::bench {

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

// Measured values of one quantity, at least one.
struct Spread {
  double median = 0, lowest = 0, highest = 0;
  int repeats = 0;
};
Spread SpreadOf(std::vector<double> values);

// One round of each contestant is thrown away, then `repeats` rounds are timed: result[contestant][round], seconds.
std::vector<std::vector<double>> TimeInTurns(std::span<const std::function<void()>> contestants, int repeats);

}  // namespace diptych::bench
