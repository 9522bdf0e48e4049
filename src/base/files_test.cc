#include "base/files.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/error.h"
#include "base/temporary_folder.h"

namespace diptych::base {
namespace {

bool WriteNew(const std::filesystem::path& path, std::string_view content) {
  AtomicFile file(path);
  file.Write(content);
  return file.CommitAsNew();
}

size_t CountIn(const std::filesystem::path& folder) {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(AtomicFile, ReplacesOrNot) {
  const TemporaryFolder folder;
  EXPECT_TRUE(WriteNew(folder / "a", "first"));
  EXPECT_FALSE(WriteNew(folder / "a", "second"));
  EXPECT_EQ(ReadFile(folder / "a"), "first");
  WriteFileAtomically(folder / "a", "third");
  EXPECT_EQ(ReadFile(folder / "a"), "third");
  EXPECT_EQ(CountIn(folder.path()), 1u);
}

TEST(AtomicFile, ANewFileTakesNeitherAFoldersNorALinksName) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "folder");
  std::filesystem::create_symlink("nowhere", folder / "link");
  EXPECT_FALSE(WriteNew(folder / "folder", "x"));
  EXPECT_FALSE(WriteNew(folder / "link", "x"));
  EXPECT_EQ(CountIn(folder.path()), 2u);
  EXPECT_THROW(WriteNew(folder / "absent/file", "x"), Error);
}

TEST(AtomicFile, WithoutCommitNothingIsLeft) {
  const TemporaryFolder folder;
  { AtomicFile(folder / "a").Write("x"); }
  EXPECT_EQ(CountIn(folder.path()), 0u);
}

TEST(AtomicFile, ManyThreadsWriteOnePath) {
  const TemporaryFolder folder;
  std::atomic<int> placed = 0;
  const auto write = [&](int writer) {
    const std::string content(1000, static_cast<char>('a' + writer));
    for (int i = 0; i < 20; ++i) {
      WriteFileAtomically(folder / "old", content);
      placed += WriteNew(folder / ("new" + std::to_string(i)), content);
    }
  };
  std::vector<std::jthread> threads;
  for (int writer = 0; writer < 8; ++writer) threads.emplace_back(write, writer);
  threads.clear();
  EXPECT_EQ(placed, 20);
  EXPECT_EQ(CountIn(folder.path()), 21u);
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    const std::string content = ReadFile(entry.path());
    EXPECT_EQ(content, std::string(1000, content.at(0)));
  }
}

}  // namespace
}  // namespace diptych::base
