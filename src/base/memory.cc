#include "base/memory.h"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

#include "base/control_group.h"

namespace diptych::base {
namespace {

// MemAvailable of /proc/meminfo, which counts in KiB.
uint64_t SystemAvailable() {
  std::ifstream file("/proc/meminfo");
  for (std::string key, unit; file >> key;) {
    uint64_t kib = 0;
    if (!(file >> kib)) break;
    if (key == "MemAvailable:") return kib * 1024;
    std::getline(file, unit);
  }
  return 0;
}

}  // namespace

uint64_t PeakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

uint64_t AvailableMemory() {
  const uint64_t system = SystemAvailable(), left = GroupMemoryLeft();
  if (left == std::numeric_limits<uint64_t>::max()) return system;
  return system == 0 ? left : std::min(system, left);
}

}  // namespace diptych::base
