#include "server/work_queue.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <atomic>
#include <latch>

namespace diptych::server {
namespace {

using Outcome = WorkQueue::Outcome;

bool Never() { return false; }

TEST(WorkQueue, FurtherWorkIsRefusedWhenItIsFull) {
  std::latch begun(2), go(1);
  std::atomic<int> done{0};
  {
    WorkQueue queue({.workers = 2, .waiting = 3, .threads = 2});
    const auto hold = [&] {
      begun.count_down();
      go.wait();
      ++done;
    };
    for (int i = 0; i < 2; ++i) EXPECT_EQ(queue.Push({hold, Never}), Outcome::kTaken);
    begun.wait();
    uint64_t number = 0;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(queue.Push({[&] { ++done; }, Never}, &number), Outcome::kTaken);
    EXPECT_EQ(queue.PositionOf(number), 3);
    EXPECT_FALSE(queue.has_room());
    EXPECT_EQ(queue.Push({[&] { ++done; }, Never}), Outcome::kFull);
    go.count_down();
    while (done < 5) std::this_thread::yield();
    EXPECT_EQ(queue.PositionOf(number), 0);
    queue.Close();
    EXPECT_EQ(queue.Push({[&] { ++done; }, Never}), Outcome::kClosed);
  }
  EXPECT_EQ(done, 5);
}

TEST(WorkQueue, AbandonedWorkGivesUpItsPlaceAndIsRunToItsEnd) {
  std::latch begun(1), go(1);
  std::atomic<bool> gone{false};
  std::atomic<int> ended{0};
  WorkQueue queue({.workers = 1, .waiting = 2, .threads = 1});
  queue.Push({[&] {
                begun.count_down();
                go.wait();
              },
              Never});
  begun.wait();
  for (int i = 0; i < 2; ++i) queue.Push({[&] { ++ended; }, [&] { return gone.load(); }});
  EXPECT_EQ(queue.Push({[] {}, Never}), Outcome::kFull);
  gone = true;
  EXPECT_EQ(queue.Push({[] {}, Never}), Outcome::kTaken);
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(queue.waiting(), 1);
  go.count_down();
}

TEST(WorkQueue, ThreadsAreSharedBetweenWhatRunsAtOnce) {
  std::atomic<int> first{0}, second{0};
  std::latch begun(1), go(1);
  {
    WorkQueue queue({.workers = 2, .waiting = 2, .threads = 4});
    queue.Push({[&] {
                  first = omp_get_max_threads();
                  begun.count_down();
                  go.wait();
                },
                Never});
    begun.wait();
    queue.Push({[&] { second = omp_get_max_threads(); }, Never});
    while (second == 0) std::this_thread::yield();
    go.count_down();
  }
  EXPECT_EQ(first, 4);
  EXPECT_EQ(second, 2);
}

}  // namespace
}  // namespace diptych::server
