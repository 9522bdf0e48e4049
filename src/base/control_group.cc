#include "base/control_group.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>

namespace diptych::base {
namespace {

constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

// Reads until the end, since files of /proc and of control groups report no size.
std::string Content(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool ListHas(const std::string& list, std::string_view word) {
  std::istringstream words(list);
  for (std::string one; std::getline(words, one, ',');)
    if (one == word) return true;
  return false;
}

// A hierarchy's mount: "ID PARENT MAJOR:MINOR ROOT POINT OPTIONS... - TYPE SOURCE SUPER-OPTIONS"
// (proc_pid_mountinfo(5)).
struct Mount {
  std::string root, point;
};
std::optional<Mount> FindMount(const std::string& mounts, std::string_view type, std::string_view controller) {
  std::istringstream lines(mounts);
  for (std::string line; std::getline(lines, line);) {
    const size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    std::istringstream before(line.substr(0, dash)), after(line.substr(dash + 3));
    std::string skipped, its_type, source, options;
    Mount mount;
    before >> skipped >> skipped >> skipped >> mount.root >> mount.point;
    after >> its_type >> source >> options;
    if (its_type == type && (controller.empty() || ListHas(options, controller))) return mount;
  }
  return {};
}

// The group's path in the hierarchy: "ID:CONTROLLERS:PATH" lines (cgroups(7)); no controllers in version 2.
std::optional<std::string> FindGroup(const std::string& membership, std::string_view controller) {
  std::istringstream lines(membership);
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (controller.empty() ? controllers.empty() : ListHas(controllers, controller)) return line.substr(second + 1);
  }
  return {};
}

// From the group's folder up to the mount's. A container may mount its own group as the root.
std::vector<std::filesystem::path> FoldersUpTo(const Mount& mount, std::string group) {
  if (mount.root != "/" && group.starts_with(mount.root)) group.erase(0, mount.root.size());
  std::vector<std::filesystem::path> folders;
  for (std::filesystem::path path = std::filesystem::path(group).relative_path(); !path.empty();
       path = path.parent_path())
    folders.push_back(std::filesystem::path(mount.point) / path);
  folders.emplace_back(mount.point);
  return folders;
}

GroupFolders OwnFolders(std::string_view controller) {
  return GroupFoldersOf(controller, Content("/proc/self/cgroup"), Content("/proc/self/mountinfo"));
}

// One number of a group's file; nothing when it is absent or "max".
std::optional<uint64_t> NumberIn(const std::filesystem::path& path) {
  std::ifstream file(path);
  uint64_t value = 0;
  if (file >> value) return value;
  return {};
}

// What a group holds only as cached files, which it gives up when memory is needed.
uint64_t CachedFiles(const std::filesystem::path& folder, int version) {
  const std::string start = version == 2 ? "" : "total_";
  std::ifstream file(folder / "memory.stat");
  uint64_t cached = 0, value = 0;
  for (std::string key; file >> key >> value;)
    if (key == start + "inactive_file" || key == start + "active_file") cached += value;
  return cached;
}

uint64_t MemoryLeftIn(const std::filesystem::path& folder, int version) {
  const auto limit = NumberIn(folder / (version == 2 ? "memory.max" : "memory.limit_in_bytes"));
  if (!limit || *limit >= kNoLimit / 4) return kNoLimit;  // version 1 writes a number near 2^63 for none
  const uint64_t held = NumberIn(folder / (version == 2 ? "memory.current" : "memory.usage_in_bytes")).value_or(0);
  return *limit - std::min(*limit, held - std::min(held, CachedFiles(folder, version)));
}

// Cores' worth of time; 0 when there is no limit.
double CoresIn(const std::filesystem::path& folder, int version) {
  double quota = 0, period = 0;
  if (version == 2) {
    std::ifstream file(folder / "cpu.max");  // "QUOTA PERIOD" in microseconds, or "max PERIOD"
    if (!(file >> quota >> period)) return 0;
  } else {
    std::ifstream quota_file(folder / "cpu.cfs_quota_us"), period_file(folder / "cpu.cfs_period_us");
    if (!(quota_file >> quota) || !(period_file >> period)) return 0;
  }
  return quota > 0 && period > 0 ? quota / period : 0;
}

}  // namespace

GroupFolders GroupFoldersOf(std::string_view controller, const std::string& membership, const std::string& mounts) {
  const auto old_mount = FindMount(mounts, "cgroup", controller);
  if (const auto group = FindGroup(membership, controller); old_mount && group)
    return {FoldersUpTo(*old_mount, *group), 1};
  const auto mount = FindMount(mounts, "cgroup2", "");
  if (const auto group = FindGroup(membership, ""); mount && group) return {FoldersUpTo(*mount, *group), 2};
  return {};
}

uint64_t GroupMemoryLeft() {
  const GroupFolders groups = OwnFolders("memory");
  uint64_t left = kNoLimit;
  for (const auto& folder : groups.folders) left = std::min(left, MemoryLeftIn(folder, groups.version));
  return left;
}

int GroupCores() {
  const GroupFolders groups = OwnFolders("cpu");
  double cores = 0;
  for (const auto& folder : groups.folders) {
    const double own = CoresIn(folder, groups.version);
    if (own > 0) cores = cores > 0 ? std::min(cores, own) : own;
  }
  return cores > 0 ? std::max(1, static_cast<int>(std::ceil(cores))) : 0;
}

}  // namespace diptych::base
