// What the control groups of this process allow (Linux cgroups, version 2 and version 1).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::base {

// Where a controller's limits of this process stand: its own group's folder first, then every one above it.
// `membership` is /proc/self/cgroup, `mounts` /proc/self/mountinfo, `controller` "memory" or "cpu". Of version 2 one
// hierarchy holds all controllers. Empty when there is none.
struct GroupFolders {
  std::vector<std::filesystem::path> folders;
  int version = 2;
};
GroupFolders GroupFoldersOf(std::string_view controller, const std::string& membership, const std::string& mounts);

// The least memory, in bytes, that a group still grants: its limit less what it holds beyond cached files; the highest
// number when there is no limit.
uint64_t GroupMemoryLeft();
// The least cores' worth of time that a group grants, at least 1; 0 when there is no limit.
int GroupCores();

}  // namespace diptych::base
