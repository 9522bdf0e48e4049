#include "base/threads.h"

#include <omp.h>
#include <sched.h>

#include <algorithm>
#include <latch>
#include <system_error>
#include <thread>
#include <vector>

#include "base/control_group.h"

namespace diptych::base {
namespace {

// How many of `wanted` threads, the caller included, the system starts. Under a limit on tasks these are fewer, and
// OpenMP would end the program there.
int StartableThreads(int wanted) {
  std::latch done(1);
  std::vector<std::jthread> started;
  try {
    while (static_cast<int>(started.size()) + 1 < wanted) started.emplace_back([&done] { done.wait(); });
  } catch (const std::system_error&) {
  }
  done.count_down();
  return static_cast<int>(started.size()) + 1;
}

}  // namespace

int AvailableThreads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const int cores = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : omp_get_num_procs();
  const int quota = GroupCores();
  return std::max(1, quota > 0 ? std::min(cores, quota) : cores);
}

void SetThreads(int count) { omp_set_num_threads(count); }

int UseThreads(int threads) {
  const int count = StartableThreads(threads > 0 ? threads : AvailableThreads());
  SetThreads(count);
  return count;
}

}  // namespace diptych::base
