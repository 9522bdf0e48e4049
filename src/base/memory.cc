#include "base/memory.h"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <string>

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

// One number of a control group file; 0 when it is absent or "max".
uint64_t GroupNumber(const char* path) {
  std::ifstream file(path);
  uint64_t value = 0;
  return file >> value ? value : 0;
}

// What the control group holds only as cached files, which it gives up when memory is needed.
uint64_t GroupCachedFiles() {
  std::ifstream file("/sys/fs/cgroup/memory.stat");
  uint64_t cached = 0, value = 0;
  for (std::string key; file >> key >> value;)
    if (key == "inactive_file" || key == "active_file") cached += value;
  return cached;
}

}  // namespace

uint64_t PeakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

uint64_t AvailableMemory() {
  const uint64_t system = SystemAvailable();
  const uint64_t limit = GroupNumber("/sys/fs/cgroup/memory.max");
  if (limit == 0) return system;
  const uint64_t held = GroupNumber("/sys/fs/cgroup/memory.current");
  const uint64_t used = std::min(limit, held - std::min(held, GroupCachedFiles()));
  return system == 0 ? limit - used : std::min(system, limit - used);
}

}  // namespace diptych::base
