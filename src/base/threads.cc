#include "base/threads.h"

#include <omp.h>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

namespace diptych::base {
namespace {

// Cores' worth of time that cgroup v2 grants ("QUOTA PERIOD" in microseconds, or "max PERIOD"); 0 when unlimited.
int QuotaInCores() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  double quota = 0, period = 0;
  if (!(file >> quota >> period) || quota <= 0 || period <= 0) return 0;
  return std::max(1, static_cast<int>(std::ceil(quota / period)));
}

}  // namespace

int AvailableThreads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const int cores = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : omp_get_num_procs();
  const int quota = QuotaInCores();
  return std::max(1, quota > 0 ? std::min(cores, quota) : cores);
}

int UseThreads(int threads) {
  const int count = threads > 0 ? threads : AvailableThreads();
  omp_set_num_threads(count);
  return count;
}

}  // namespace diptych::base
