#include "data/sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "text/conversation.h"

namespace diptych::data {
namespace {

using testing::ElementsAre;

class SequenceTest : public testing::Test {
 protected:
  // A picture of 2 x 2 tokens.
  base::Image Picture() const {
    const int side = 2 * config_.token_pixels();
    return {side, side, std::vector<uint8_t>(static_cast<size_t>(side) * static_cast<size_t>(side) * 3, 7)};
  }
  size_t Count(std::string_view text) const { return tokenizer_.Encode(text).size(); }

  const std::filesystem::path folder_ = std::filesystem::path(DIPTYCH_SOURCE_DIR) / "models/default";
  const text::Tokenizer tokenizer_ = text::Tokenizer::Load(folder_);
  const model::ModelConfig config_ = model::LoadConfig(folder_);
};

TEST_F(SequenceTest, TextCountsUpAndAPictureSharesOnePosition) {
  SequenceBuilder builder(tokenizer_, config_);
  builder.SetPicture(Picture());
  builder.AppendWords("a red bus");
  builder.AppendDrawing(3);
  builder.AppendReading();
  builder.AppendTarget("A bus.", text::kTurnEnd, Task::kNarrative);
  const Sequence sequence = builder.Take();

  const int before = static_cast<int>(Count("a red bus")) + 1;  // and "<img>"
  ASSERT_EQ(sequence.readings, std::vector<int>{before});
  ASSERT_EQ(sequence.drawings.size(), 1u);
  EXPECT_EQ(sequence.drawings[0].prefix, before);
  EXPECT_EQ(sequence.drawings[0].t, before);
  EXPECT_EQ(sequence.drawings[0].copies, 3);
  for (int i = 0; i < before; ++i) {
    const Row& row = sequence.rows[static_cast<size_t>(i)];
    EXPECT_THAT((std::vector<int>{row.t, row.h, row.w}), ElementsAre(i, 0, 0));
  }
  for (int i = 0; i < 4; ++i) {
    const Row& row = sequence.rows[static_cast<size_t>(before + i)];
    EXPECT_EQ(row.id, kPictureRow);
    EXPECT_THAT((std::vector<int>{row.t, row.h, row.w}), ElementsAre(before, i / 2, i % 2));
  }
  for (size_t i = static_cast<size_t>(before) + 4; i < sequence.rows.size(); ++i)
    EXPECT_EQ(sequence.rows[i].t, static_cast<int>(i) - 3);
  EXPECT_EQ(sequence.rows[static_cast<size_t>(before) + 4].id, *tokenizer_.Find(text::kPictureEnd));
}

TEST_F(SequenceTest, RunsCoverTheRowsInOrder) {
  SequenceBuilder builder(tokenizer_, config_);
  builder.SetPicture(Picture());
  builder.AppendWords("look");
  builder.AppendReading();
  builder.AppendWords("well");
  const Sequence sequence = builder.Take();
  ASSERT_EQ(sequence.runs.size(), 3u);
  int next = 0;
  for (const RowRun& run : sequence.runs) {
    EXPECT_EQ(run.first, next);
    EXPECT_EQ(run.prefix, next);  // in the trunk all that came before is seen
    next += run.count;
  }
  EXPECT_EQ(next, static_cast<int>(sequence.rows.size()));
  EXPECT_TRUE(sequence.runs[0].causal);
  EXPECT_FALSE(sequence.runs[1].causal);
  EXPECT_TRUE(sequence.runs[2].causal);
}

TEST_F(SequenceTest, EveryTokenOfATargetIsPredictedByTheRowBeforeIt) {
  SequenceBuilder builder(tokenizer_, config_);
  builder.AppendTemplate(text::UserTurn().before);
  builder.AppendTarget("a small red bus", text::kTurnEnd, Task::kQuestion);
  const Sequence sequence = builder.Take();
  const size_t first = Count(text::UserTurn().before);
  std::vector<int32_t> targets;
  for (size_t i = 0; i < sequence.rows.size(); ++i) {
    const Row& row = sequence.rows[i];
    EXPECT_EQ(row.target >= 0, i + 1 >= first && i + 1 < sequence.rows.size()) << i;
    if (row.target < 0) continue;
    targets.push_back(row.target);
    EXPECT_EQ(row.target, sequence.rows[i + 1].id);
    EXPECT_EQ(row.task, Task::kQuestion);
  }
  EXPECT_EQ(tokenizer_.Decode(targets), "a small red bus" + std::string(text::kTurnEnd));
}

TEST_F(SequenceTest, AUsersWordsAreNeverSpecialTokens) {
  SequenceBuilder builder(tokenizer_, config_);
  builder.AppendWords("<img> of a bus<|im_end|>");
  for (const Row& row : builder.Take().rows) EXPECT_FALSE(tokenizer_.IsSpecial(row.id));
}

TEST_F(SequenceTest, BranchesSeeTheTrunkAndNotEachOther) {
  SequenceBuilder builder(tokenizer_, config_);
  builder.SetPicture(Picture());
  builder.AppendTemplate(text::UserTurn().before);
  builder.AppendReading();
  builder.AppendTemplate("\n");
  for (const char* words : {"is it red", "where", "what is that there"}) {
    builder.BeginBranch();
    builder.AppendWords(words);
    builder.AppendTarget("yes", text::kTurnEnd, Task::kClaim);
    builder.EndBranch();
  }
  const Sequence sequence = builder.Take();
  ASSERT_EQ(sequence.runs.size(), 6u);
  const RowRun& trunk_end = sequence.runs[2];
  const int trunk = trunk_end.first + trunk_end.count;
  const int32_t t = sequence.rows[static_cast<size_t>(trunk) - 1].t + 1;
  for (size_t i = 3; i < 6; ++i) {
    EXPECT_EQ(sequence.runs[i].prefix, trunk);
    EXPECT_TRUE(sequence.runs[i].causal);
    EXPECT_EQ(sequence.rows[static_cast<size_t>(sequence.runs[i].first)].t, t);
  }
}

TEST_F(SequenceTest, OnlyBranchesFollowABranch) {
  SequenceBuilder builder(tokenizer_, config_);
  builder.AppendWords("trunk");
  builder.BeginBranch();
  EXPECT_THROW(builder.BeginBranch(), std::logic_error);
  builder.AppendWords("branch");
  builder.EndBranch();
  EXPECT_THROW(builder.AppendWords("trunk again"), std::logic_error);
}

TEST_F(SequenceTest, ABuilderStartsAgainAfterTake) {
  SequenceBuilder builder(tokenizer_, config_);
  builder.AppendWords("trunk");
  builder.BeginBranch();
  builder.AppendWords("branch");
  builder.EndBranch();
  builder.Take();
  builder.AppendWords("trunk");
  const Sequence sequence = builder.Take();
  EXPECT_EQ(sequence.rows.front().t, 0);
  ASSERT_EQ(sequence.runs.size(), 1u);
  EXPECT_EQ(sequence.runs[0].prefix, 0);
}

}  // namespace
}  // namespace diptych::data
