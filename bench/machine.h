// The machine a measurement ran on: processor, what else kept it busy, and the speed of its matrix units.
#pragma once

#include <string>
#include <vector>

namespace diptych::bench {

struct Machine {
  std::string processor;
  std::vector<std::string> flags;  // those that matter to matrix products
  std::string held_to;             // ONEDNN_MAX_CPU_ISA, which oneDNN and our kernels obey; empty: nothing
  int threads = 0;
};
Machine ThisMachine(int threads);

// Share of the cores' time that other processes took while this object lived, between 0 and 1. Children of this process
// that have ended count as this process.
class OtherLoad {
 public:
  OtherLoad();
  double share() const;

 private:
  double busy_, all_, own_;  // seconds, at construction
};

// Speed of one size of a bfloat16 product (float32 where the CPU has none), sustained over a fraction of a second.
struct PeakOfSize {
  int rows = 0, inner = 0, columns = 0;
  double operations_per_s = 0;
};
// By oneDNN on `threads` OpenMP threads, weights in the layout that oneDNN prefers.
std::vector<PeakOfSize> MeasurePeaks(int threads);

std::string OneDnnVersion();

}  // namespace diptych::bench
