// What the control groups of this process allow (Linux cgroups, version 2 and version 1).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::base {

// The folders that hold the limits of this process for one controller: that of its own group first, then those above
// it. `membership` is the text of /proc/self/cgroup, `mounts` that of /proc/self/mountinfo, `controller` "memory" or
// "cpu". Version 2 has one hierarchy for all controllers. No folders where there are no control groups.
struct GroupFolders {
  std::vector<std::filesystem::path> folders;
  int version = 2;
};
GroupFolders GroupFoldersOf(std::string_view controller, const std::string& membership, const std::string& mounts);

// Bytes that the tightest of these groups still grants: its limit minus what it uses, cached files not counted. The
// largest number when there is no limit.
uint64_t GroupMemoryLeft();
// The smallest CPU quota of these groups in cores, at least 1; 0 when there is no limit.
int GroupCores();

}  // namespace diptych::base
