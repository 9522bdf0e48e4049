#include "base/control_group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace diptych::base {
namespace {

using testing::ElementsAre;
using Path = std::filesystem::path;

TEST(GroupFoldersOf, VersionTwoHasEveryGroupAboveIt) {
  const GroupFolders groups =
      GroupFoldersOf("memory", "0::/system.slice/job.service\n",
                     "24 30 0:21 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
  EXPECT_EQ(groups.version, 2);
  EXPECT_THAT(groups.folders, ElementsAre(Path("/sys/fs/cgroup/system.slice/job.service"),
                                          Path("/sys/fs/cgroup/system.slice"), Path("/sys/fs/cgroup")));
}

TEST(GroupFoldersOf, VersionOneHasAMountForEachController) {
  const std::string membership = "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n0::/\n";
  const std::string mounts =
      "31 25 0:27 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
      "32 25 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
      "33 25 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
  const GroupFolders memory = GroupFoldersOf("memory", membership, mounts);
  EXPECT_EQ(memory.version, 1);
  EXPECT_THAT(memory.folders, ElementsAre(Path("/sys/fs/cgroup/memory")));
  const GroupFolders cpu = GroupFoldersOf("cpu", membership, mounts);
  EXPECT_THAT(cpu.folders, ElementsAre(Path("/sys/fs/cgroup/cpu,cpuacct/docker/abc"),
                                       Path("/sys/fs/cgroup/cpu,cpuacct/docker"), Path("/sys/fs/cgroup/cpu,cpuacct")));
}

TEST(GroupFoldersOf, WithoutGroupsThereIsNone) {
  EXPECT_TRUE(GroupFoldersOf("memory", "", "").folders.empty());
  EXPECT_TRUE(GroupFoldersOf("memory", "no colons", "no dash\n - \n").folders.empty());
}

}  // namespace
}  // namespace diptych::base
