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

// Pairs of a picture and a caption, as a folder would give them.
class Captions : public Source {
 public:
  std::vector<Document> Make(uint64_t, uint64_t index, Split) const override {
    const int side = 16, wide = 1 + static_cast<int>(index % 3);
    const base::Image picture{wide * side, side, std::vector<uint8_t>(static_cast<size_t>(wide * side * side) * 3, 9)};
    const std::string caption = "picture " + std::to_string(index);
    return {{.layout = text::AnswerLayout(
                 {.prompt = caption, .planning = text::Planning::kNone, .scope = text::Scope::kWithoutNarrative}),
             .pictures = {{.image = picture}}}};
  }
  plan::Lexicon MakeLexicon() const override { return plan::Lexicon::Parse("picture\tkind\tpicture\n", "captions"); }
  const plan::Vocabulary& PlanVocabulary() const override { return vocabulary_; }

 private:
  plan::Vocabulary vocabulary_{{"picture"}, {{.name = "kind"}}};
};

TEST(Loader, TakesDocumentsFromAnySource) {
  const WorldForTest world;
  const Captions captions;
  Loader loader([&](uint64_t index) { return world.MakeBatch(captions, index); }, {.first = 0, .threads = 2});
  for (int i = 0; i < 3; ++i) {
    const Batch batch = loader.Next();
    ASSERT_EQ(batch.pictures.size(), 3u);
    EXPECT_EQ(GroupBySize(batch, world.config).size(), 3u);
    EXPECT_EQ(batch.drawn_rows(), 1 + 2 + 3);
    EXPECT_TRUE(batch.targets.empty());
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
