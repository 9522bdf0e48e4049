#include "data/loader.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "base/error.h"
#include "data/world_for_test.h"

namespace diptych::data {
namespace {

TEST(Loader, GivesTheSameBatchesForAnyNumberOfThreads) {
  const WorldForTest world;
  const WorldSource source = world.Source(WorldForTest::FullMix());
  const auto make = [&](uint64_t index) { return world.MakeBatch(source, index); };
  Loader one(make, {.first = 5, .threads = 1, .ahead = 2}), three(make, {.first = 5, .threads = 3, .ahead = 4});
  for (uint64_t index = 5; index < 13; ++index) {
    const Batch batch = three.Next();
    EXPECT_TRUE(Same(batch, one.Next())) << index;
    EXPECT_TRUE(Same(batch, make(index))) << index;
  }
}

TEST(Loader, KeepsTheOrderWhenBatchesTakeDifferentTimes) {
  const auto make = [](uint64_t index) {
    std::this_thread::sleep_for(std::chrono::milliseconds(index % 3 == 0 ? 10 : 1));
    Batch batch;
    batch.samples = static_cast<int>(index);
    return batch;
  };
  Loader loader(make, {.first = 0, .threads = 3, .ahead = 4});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(loader.Next().samples, i);
}

TEST(Loader, MakesNoMoreThanItWasToldAhead) {
  std::atomic<int> made = 0;
  Loader loader(
      [&](uint64_t) {
        ++made;
        return Batch{};
      },
      {.first = 0, .threads = 3, .ahead = 4});
  loader.Next();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_LE(made, 5);
}

TEST(Loader, RethrowsWhatMakeThrew) {
  for (int threads : {1, 3}) {
    Loader loader(
        [](uint64_t index) -> Batch {
          if (index == 2) throw base::Error("source", "a picture is damaged.");
          return {};
        },
        {.first = 0, .threads = threads, .ahead = 2});
    EXPECT_THROW(for (int i = 0; i < 3; ++i) loader.Next(), base::Error);
    EXPECT_THROW(loader.Next(), base::Error);
  }
}

}  // namespace
}  // namespace diptych::data
