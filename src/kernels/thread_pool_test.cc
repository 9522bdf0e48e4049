#include "kernels/thread_pool.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace diptych::kernels {
namespace {

TEST(ThreadPool, RunsEveryPieceOnce) {
  for (int threads : {1, 2, 3, 8}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (int round = 0; round < 2000; ++round) {
      const int pieces = round % 19;
      std::vector<int> counts(static_cast<size_t>(pieces));
      pool.For(pieces, [&](int piece, int thread) {
        EXPECT_LT(thread, threads);
        ++counts.at(static_cast<size_t>(piece));
      });
      EXPECT_EQ(counts, std::vector<int>(static_cast<size_t>(pieces), 1));
    }
  }
}

TEST(ThreadPool, ThrowsWhatAPieceThrew) {
  ThreadPool pool(3);
  EXPECT_THROW(pool.For(10,
                        [](int piece, int) {
                          if (piece == 7) throw std::runtime_error("seven");
                        }),
               std::runtime_error);
}

// In a process of its own, as another user, whose limit of tasks does not count for root.
TEST(ThreadPool, WorksWithTheThreadsThatCanBeStarted) {
  if (getuid() != 0) GTEST_SKIP() << "needs root, to become a user with a limit of tasks";
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // a pool that hangs ends the child
    const rlimit few{6, 6};
    if (setrlimit(RLIMIT_NPROC, &few) != 0 || setuid(54321) != 0) _exit(2);
    std::atomic<int> runs = 0;
    {
      ThreadPool pool(64);
      if (pool.threads() >= 64) _exit(3);
      pool.For(1000, [&](int, int) { ++runs; });
    }
    _exit(runs == 1000 ? 0 : 4);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(ThreadPool, ForRowsRunsEveryRowOnce) {
  ThreadPool pool(2);
  for (int rows : {0, 1, 15, 16, 17, 100}) {
    std::vector<std::atomic<int>> runs(static_cast<size_t>(rows));
    pool.ForRows(rows, [&](int row, int) { ++runs[static_cast<size_t>(row)]; });
    for (const auto& count : runs) EXPECT_EQ(count, 1);
  }
}

TEST(ThreadPool, ForPartsCoversEveryNumberOnce) {
  ThreadPool pool(2);
  for (size_t size : {size_t{0}, size_t{1}, size_t{4096}, size_t{4097}, size_t{20000}}) {
    std::vector<std::atomic<int>> runs(size);
    pool.ForParts(size, [&](size_t first, size_t end) {
      for (size_t i = first; i < end; ++i) ++runs[i];
    });
    for (const auto& count : runs) EXPECT_EQ(count, 1);
  }
}

}  // namespace
}  // namespace diptych::kernels
