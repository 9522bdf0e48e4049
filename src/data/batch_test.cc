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

// A sample of the full mix draws one scene's picture and takes an extra look at another's.
TEST_F(PackTest, ASceneHasOnePictureWhateverReadsOrDrawsIt) {
  EXPECT_EQ(batch_.samples, 3);
  EXPECT_EQ(batch_.pictures.size(), 3u * 2);
  for (const base::Image& picture : batch_.pictures) EXPECT_EQ(GridOf(picture, world_.config), (TokenGrid{2, 2}));
  const int64_t tokens = 4;                         // 2 x 2 tokens of 16 pixels
  EXPECT_EQ(batch_.inputs.size(), 3u * 3);          // the answer's, the look's, the extra look's
  EXPECT_EQ(batch_.drawings.size(), 3u * (2 + 1));  // two copies, and one without condition
  EXPECT_EQ(batch_.drawn_rows(), 3 * 3 * tokens);
  for (const PictureAt& input : batch_.inputs)
    for (int64_t i = 0; i < tokens; ++i) EXPECT_EQ(batch_.ids[static_cast<size_t>(input.first_row + i)], kPictureRow);
  EXPECT_EQ(std::count(batch_.ids.begin(), batch_.ids.end(), kPictureRow), 3 * 3 * tokens);
  for (size_t i = 0; i < batch_.drawings.size(); ++i) {
    EXPECT_EQ(batch_.drawings[i].first_row, static_cast<int64_t>(i) * tokens);
    EXPECT_EQ(batch_.drawings[i].picture, static_cast<int>(i / 3) * 2);
  }
}

TEST_F(PackTest, EveryDocumentReadsItsOwnPicture) {
  std::vector<int> read;
  for (const PictureAt& input : batch_.inputs) read.push_back(input.picture);
  EXPECT_EQ(read, (std::vector<int>{0, 0, 1, 2, 2, 3, 4, 4, 5}));
  for (int sample = 0; sample < 3; ++sample) {
    const std::vector<Document> documents = source_.Make(1, static_cast<uint64_t>(sample), Split::kTraining);
    const base::Image& drawn = documents.front().pictures.at(0).image;
    const base::Image& glanced = documents.back().pictures.at(0).image;
    EXPECT_EQ(batch_.pictures[static_cast<size_t>(sample) * 2], drawn);
    EXPECT_EQ(batch_.pictures[static_cast<size_t>(sample) * 2 + 1], glanced);
    EXPECT_NE(drawn, glanced);
  }
}

TEST_F(PackTest, TargetsAreTheTokensAfterTheirRows) {
  ASSERT_EQ(batch_.targets.size(), batch_.target_rows.size());
  for (size_t i = 0; i < batch_.targets.size(); ++i)
    EXPECT_EQ(batch_.targets[i], batch_.ids[static_cast<size_t>(batch_.target_rows[i]) + 1]);
}

TEST_F(PackTest, ADrawingStandsWhereTheInputAfterItStands) {
  for (const train_kernels::AttentionSpan& span : batch_.spans) {
    if (!span.generation) continue;
    const int32_t t = batch_.drawn_positions.t[static_cast<size_t>(span.first)];
    EXPECT_EQ(t, batch_.positions.t[static_cast<size_t>(span.prefix_first + span.prefix_count) - 1] + 1);
  }
}

TEST_F(PackTest, PicturesOfOneSizeAreOneGroup) {
  const std::vector<SizeGroup> groups = GroupBySize(batch_, world_.config);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].pictures.size(), batch_.pictures.size());
  EXPECT_EQ(groups[0].inputs.size(), batch_.inputs.size());
  EXPECT_EQ(groups[0].drawings.size(), batch_.drawings.size());
}

// A document that reads one picture and draws and reads another of another shape, beside one of the first picture
// alone.
class PackSizesTest : public testing::Test {
 protected:
  base::Image Picture(int tokens_wide, int tokens_high, uint8_t level) const {
    const int side = world_.config.token_pixels(), width = tokens_wide * side, height = tokens_high * side;
    return {width, height, std::vector<uint8_t>(static_cast<size_t>(width) * static_cast<size_t>(height) * 3, level)};
  }
  Batch MakeBatch() const {
    const Document edit = {.layout = text::AnswerLayout({.prompt = "red", .pictures = 1, .narrative = "It is red."}),
                           .pictures = {{.image = wide_}, {.image = high_, .subjects = {{10, 20, 30, 40}}}},
                           .copies = 2};
    const std::vector<text::Inquiry> inquiries = {{.task = text::Task::kDescribe, .answer = "It is red."}};
    const Document look = {.layout = text::LookLayout(1, inquiries), .pictures = {{.image = wide_}}};
    const auto sequence = [&](const Document& document) {
      return MakeSequence(document, world_.tokenizer, world_.config);
    };
    return Pack({{sequence(edit), sequence(look)}, {sequence(look)}}, world_.config);
  }

  WorldForTest world_;
  base::Image wide_ = Picture(3, 1, 10), high_ = Picture(2, 4, 20);
};

TEST_F(PackSizesTest, InputsAndDrawingsAreOfTheirOwnPicture) {
  const Batch batch = MakeBatch();
  EXPECT_EQ(batch.pictures, (std::vector<base::Image>{wide_, high_, wide_}));  // shared within a sample alone
  EXPECT_EQ(batch.subjects[1].size(), 1u);
  std::vector<int> read, drawn;
  for (const PictureAt& input : batch.inputs) read.push_back(input.picture);
  for (const PictureAt& drawing : batch.drawings) drawn.push_back(drawing.picture);
  EXPECT_EQ(read, (std::vector<int>{0, 1, 0, 2}));
  EXPECT_EQ(drawn, (std::vector<int>{1, 1}));
  EXPECT_EQ(batch.drawn_rows(), 2 * 8);
  EXPECT_EQ(std::count(batch.ids.begin(), batch.ids.end(), kPictureRow), 3 + 8 + 3 + 3);
  for (const PictureAt& input : batch.inputs) {
    const TokenGrid grid = GridOf(batch.pictures[static_cast<size_t>(input.picture)], world_.config);
    for (int i = 0; i < grid.count(); ++i) {
      const auto row = static_cast<size_t>(input.first_row + i);
      EXPECT_EQ(batch.ids[row], kPictureRow);
      EXPECT_EQ(batch.positions.h[row], i / grid.wide);
      EXPECT_EQ(batch.positions.w[row], i % grid.wide);
    }
  }
  EXPECT_EQ(batch.drawn_positions.h.back(), 3);
  EXPECT_EQ(batch.drawn_positions.w.back(), 1);
}

TEST_F(PackSizesTest, GroupsHoldEachOnce) {
  const std::vector<SizeGroup> groups = GroupBySize(MakeBatch(), world_.config);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].grid, (TokenGrid{.high = 1, .wide = 3}));
  EXPECT_EQ(groups[0].pictures, (std::vector<int>{0, 2}));
  EXPECT_EQ(groups[0].inputs, (std::vector<int>{0, 2, 3}));
  EXPECT_TRUE(groups[0].drawings.empty());
  EXPECT_EQ(groups[1].grid, (TokenGrid{.high = 4, .wide = 2}));
  EXPECT_EQ(groups[1].pictures, (std::vector<int>{1}));
  EXPECT_EQ(groups[1].inputs, (std::vector<int>{1}));
  EXPECT_EQ(groups[1].drawings, (std::vector<int>{0, 1}));
}

}  // namespace
}  // namespace diptych::data
