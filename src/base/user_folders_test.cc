#include "base/user_folders.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace diptych::base {
namespace {

TEST(UserFolders, AreTheVariablesOrBelowHome) {
  setenv("HOME", "/home/a", 1);
  setenv("XDG_CONFIG_HOME", "/settings", 1);
  unsetenv("XDG_DATA_HOME");
  EXPECT_EQ(UserConfigFolder(), "/settings");
  EXPECT_EQ(UserDataFolder(), "/home/a/.local/share");
}

TEST(UserFolders, IgnoreRelativePaths) {
  setenv("HOME", "/home/a", 1);
  setenv("XDG_CONFIG_HOME", "settings", 1);
  setenv("XDG_DATA_HOME", "", 1);
  EXPECT_EQ(UserConfigFolder(), "/home/a/.config");
  EXPECT_EQ(UserDataFolder(), "/home/a/.local/share");
}

TEST(UserFolders, AreEmptyWithoutAHome) {
  unsetenv("HOME");
  unsetenv("XDG_CONFIG_HOME");
  unsetenv("XDG_DATA_HOME");
  EXPECT_EQ(UserConfigFolder(), "");
  EXPECT_EQ(UserDataFolder(), "");
}

}  // namespace
}  // namespace diptych::base
