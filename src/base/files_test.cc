#include "base/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/standard_files.h"
#include "base/temporary_folder.h"

namespace diptych::base {
namespace {

using testing::HasSubstr;

std::string FailureOf(const std::filesystem::path& path) {
  try {
    ReadFile(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Files, AFolderAndAPipeOfNobodyAreNamedAtOnce) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(FailureOf(folder.path()), HasSubstr("is a folder"));
  EXPECT_THAT(FailureOf(folder / "pipe"), HasSubstr("is not a regular file"));
  EXPECT_THAT(FailureOf(folder / "absent"), HasSubstr("check the path"));
}

TEST(Files, WhatComesThroughAPipeOfTheShellIsRead) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string text(200'000, 'x');  // more than a pipe holds
  std::jthread writer([&] {
    for (size_t done = 0; done < text.size();) {
      const ssize_t n = write(ends[1], text.data() + done, text.size() - done);
      if (n <= 0) break;
      done += static_cast<size_t>(n);
    }
    close(ends[1]);
  });
  EXPECT_EQ(ReadFile("/dev/fd/" + std::to_string(ends[0])), text);
  close(ends[0]);
}

// In a process of its own, whose largest memory so far is known.
TEST(Files, ACopyOfALargeFileTakesLittleMemory) {
  const TemporaryFolder folder;
  const size_t size = size_t{128} << 20;
  WriteFileAtomically(folder / "notes.txt", "first");
  std::filesystem::resize_file(folder / "notes.txt", size);  // a hole, which takes no room on the disk
  EXPECT_EXIT(
      {
        const auto most_kib = [] {
          rusage usage{};
          getrusage(RUSAGE_SELF, &usage);
          return usage.ru_maxrss;
        };
        const long before = most_kib();
        CopyFileAtomically(folder / "notes.txt", folder / "copy.txt");
        std::exit(most_kib() - before < 32 << 10 ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
  EXPECT_EQ(std::filesystem::file_size(folder / "copy.txt"), size);
  EXPECT_TRUE(ReadFile(folder / "copy.txt") == ReadFile(folder / "notes.txt"));
}

TEST(AtomicFile, LeftoversOfAnotherProcessAreNoHindrance) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "a.txt";
  std::filesystem::create_directory(path.string() + "." + std::to_string(getpid()) + ".tmp");
  WriteFileAtomically(path, "whole");
  EXPECT_EQ(ReadFile(path), "whole");
  EXPECT_EQ(std::filesystem::status(path).permissions() & std::filesystem::perms::owner_all,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

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

// In a process of its own, whose standard error is closed: the next file that it opens would get its number.
TEST(StandardFiles, ClosedOnesAreKeptOccupied) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.txt").string();
  EXPECT_EXIT(
      {
        close(STDERR_FILENO);
        PrepareStandardFiles();
        const int file = open(path.c_str(), O_CREAT | O_WRONLY, 0600);
        std::exit(file > STDERR_FILENO ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

// In a process of its own: a file is cut short by somebody else while it is mapped.
TEST(StandardFiles, LostPagesOfAMappedFileAreExplained) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "weights", std::string(1 << 16, 'x'));
  EXPECT_EXIT(
      {
        ExplainLostPages();
        const MappedFile file(folder / "weights");
        std::filesystem::resize_file(folder / "weights", 0);
        std::exit(file.bytes()[1 << 15] == std::byte{'x'} ? 0 : 2);
      },
      testing::ExitedWithCode(1), "cut short");
}

}  // namespace
}  // namespace diptych::base
