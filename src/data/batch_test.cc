#include "data/batch.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "data/world_for_test.h"

namespace diptych::data {
namespace {

class PackTest : public testing::Test {
 protected:
  WorldForTest world_;
  WorldSource source_ = world_.Source(WorldForTest::FullMix());
  Batch batch_ = world_.MakeBatch(source_, 0);
};

TEST_F(PackTest, SpansCoverEveryRowOfBothBuffersOnce) {
  std::vector<int> seen(static_cast<size_t>(batch_.rows())), drawn(static_cast<size_t>(batch_.drawn_rows()));
  for (const train_kernels::AttentionSpan& span : batch_.spans)
    for (int64_t i = span.first; i < span.first + span.count; ++i)
      ++(span.generation ? drawn : seen).at(static_cast<size_t>(i));
  EXPECT_EQ(std::count(seen.begin(), seen.end(), 1), batch_.rows());
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), 1), batch_.drawn_rows());
}

TEST_F(PackTest, DocumentsKeepToThemselves) {
  ASSERT_EQ(batch_.documents.size(), 3u * 5 + 1);
  EXPECT_EQ(batch_.documents.back(), static_cast<int>(batch_.spans.size()));
  int64_t next = 0;
  for (size_t d = 0; d + 1 < batch_.documents.size(); ++d) {
    const int64_t first = next;
    for (int i = batch_.documents[d]; i < batch_.documents[d + 1]; ++i) {
      const train_kernels::AttentionSpan& span = batch_.spans[static_cast<size_t>(i)];
      if (!span.generation) next = std::max(next, span.first + span.count);
      EXPECT_GE(span.prefix_first, first);
      EXPECT_LE(span.prefix_first + span.prefix_count, next);  // the prefix's rows came before
    }
  }
  EXPECT_EQ(next, batch_.rows());
}

// A sample of the full mix draws one scene's picture and glances at another's.
TEST_F(PackTest, ASceneHasOnePictureWhateverReadsOrDrawsIt) {
  EXPECT_EQ(batch_.samples, 3);
  EXPECT_EQ(batch_.pictures.size(), 3u * 2);
  EXPECT_EQ(batch_.side, 32);
  const int64_t tokens = 4;                         // 2 x 2 tokens of 16 pixels
  EXPECT_EQ(batch_.readings.size(), 3u * 3);        // the answer's, the look's, the glance's
  EXPECT_EQ(batch_.drawings.size(), 3u * (2 + 1));  // two copies, and one without condition
  EXPECT_EQ(batch_.drawn_rows(), 3 * 3 * tokens);
  for (const PictureAt& reading : batch_.readings)
    for (int64_t i = 0; i < tokens; ++i) EXPECT_EQ(batch_.ids[static_cast<size_t>(reading.first_row + i)], kPictureRow);
  EXPECT_EQ(std::count(batch_.ids.begin(), batch_.ids.end(), kPictureRow), 3 * 3 * tokens);
  for (size_t i = 0; i < batch_.drawings.size(); ++i) {
    EXPECT_EQ(batch_.drawings[i].first_row, static_cast<int64_t>(i) * tokens);
    EXPECT_EQ(batch_.drawings[i].picture, static_cast<int>(i / 3) * 2);
  }
}

TEST_F(PackTest, EveryDocumentReadsItsOwnPicture) {
  std::vector<int> read;
  for (const PictureAt& reading : batch_.readings) read.push_back(reading.picture);
  EXPECT_EQ(read, (std::vector<int>{0, 0, 1, 2, 2, 3, 4, 4, 5}));
  for (int sample = 0; sample < 3; ++sample) {
    const std::vector<Sequence> documents = source_.Make(1, static_cast<uint64_t>(sample), world::Split::kTraining);
    EXPECT_EQ(batch_.pictures[static_cast<size_t>(sample) * 2], documents.front().picture);
    EXPECT_EQ(batch_.pictures[static_cast<size_t>(sample) * 2 + 1], documents.back().picture);
    EXPECT_NE(documents.front().picture, documents.back().picture);
  }
}

TEST_F(PackTest, TargetsAreTheTokensAfterTheirRows) {
  ASSERT_EQ(batch_.targets.size(), batch_.target_rows.size());
  for (size_t i = 0; i < batch_.targets.size(); ++i)
    EXPECT_EQ(batch_.targets[i], batch_.ids[static_cast<size_t>(batch_.target_rows[i]) + 1]);
}

TEST_F(PackTest, ADrawingStandsWhereTheReadingAfterItStands) {
  for (const train_kernels::AttentionSpan& span : batch_.spans) {
    if (!span.generation) continue;
    const int32_t t = batch_.drawn_positions.t[static_cast<size_t>(span.first)];
    EXPECT_EQ(t, batch_.positions.t[static_cast<size_t>(span.prefix_first + span.prefix_count) - 1] + 1);
  }
}

}  // namespace
}  // namespace diptych::data
