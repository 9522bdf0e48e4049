#include "data/sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace diptych::data {
namespace {

using testing::ElementsAre;
using text::Piece;
using text::PieceKind;

Piece Template(std::string_view text) { return {.kind = PieceKind::kTemplate, .text = std::string(text)}; }
Piece Words(std::string_view text) { return {.kind = PieceKind::kOrdinary, .text = std::string(text)}; }
Piece Mark(PieceKind kind, int picture = 0) { return {.kind = kind, .picture = picture}; }
// Text to be learnt, up to its end.
text::Layout Target(std::string_view text, text::Task task) {
  return {{.kind = PieceKind::kOrdinary, .text = std::string(text), .target = task},
          {.kind = PieceKind::kTemplate, .text = std::string(text::kTurnEnd), .target = task}};
}
text::Layout Join(const std::vector<text::Layout>& parts) {
  text::Layout all;
  for (const text::Layout& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
const std::string kTurn = "<|im_start|>user\n";

class SequenceTest : public testing::Test {
 protected:
  // A picture of 2 x 2 tokens.
  base::Image Picture() const {
    const int side = 2 * config_.token_pixels();
    return {side, side, std::vector<uint8_t>(static_cast<size_t>(side) * static_cast<size_t>(side) * 3, 7)};
  }
  Sequence Make(const text::Layout& layout, int copies = 1) const {
    return MakeSequence({.layout = layout, .pictures = {{.image = Picture()}}, .copies = copies}, tokenizer_, config_);
  }
  size_t Count(std::string_view text) const { return tokenizer_.Encode(text).size(); }

  const std::filesystem::path folder_ = std::filesystem::path(DIPTYCH_SOURCE_DIR) / "models/default";
  const text::Tokenizer tokenizer_ = text::Tokenizer::Load(folder_);
  const model::ModelConfig config_ = model::LoadConfig(folder_);
};

TEST_F(SequenceTest, TextCountsUpAndAPictureSharesOnePosition) {
  const Sequence sequence = Make(Join({{Words("a red bus"), Template("<img>"), Mark(PieceKind::kPictureDrawn),
                                        Mark(PieceKind::kPictureRead), Template("</img>")},
                                       Target("A bus.", text::Task::kNarrative)}),
                                 3);

  const int before = static_cast<int>(Count("a red bus")) + 1;  // and "<img>"
  ASSERT_EQ(sequence.inputs.size(), 1u);
  EXPECT_EQ(sequence.inputs[0].first, before);
  EXPECT_EQ(sequence.inputs[0].picture, 0);
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
  const Sequence sequence = Make({Words("look"), Mark(PieceKind::kPictureRead), Words("well")});
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
  const Sequence sequence = Make(Join({{Template(kTurn)}, Target("a small red bus", text::Task::kQuestion)}));
  const size_t first = Count(kTurn);
  std::vector<int32_t> targets;
  for (size_t i = 0; i < sequence.rows.size(); ++i) {
    const Row& row = sequence.rows[i];
    EXPECT_EQ(row.target >= 0, i + 1 >= first && i + 1 < sequence.rows.size()) << i;
    if (row.target < 0) continue;
    targets.push_back(row.target);
    EXPECT_EQ(row.target, sequence.rows[i + 1].id);
    EXPECT_EQ(row.task, text::Task::kQuestion);
  }
  EXPECT_EQ(tokenizer_.Decode(targets), "a small red bus" + std::string(text::kTurnEnd));
}

TEST_F(SequenceTest, AUsersWordsAreNeverSpecialTokens) {
  for (const Row& row : Make({Words("<img> of a bus<|im_end|>")}).rows) EXPECT_FALSE(tokenizer_.IsSpecial(row.id));
}

TEST_F(SequenceTest, BranchesSeeTheTrunkAndNotEachOther) {
  std::vector<text::Layout> parts = {{Template(kTurn), Mark(PieceKind::kPictureRead), Template("</img>\n")}};
  for (const char* words : {"is it red", "where", "what is that there"}) {
    parts.push_back({Mark(PieceKind::kBranchBegin), Words(words)});
    parts.push_back(Target("yes", text::Task::kClaim));
    parts.push_back({Mark(PieceKind::kBranchEnd)});
  }
  const Sequence sequence = Make(Join(parts));
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
  const Piece begin = Mark(PieceKind::kBranchBegin), end = Mark(PieceKind::kBranchEnd);
  const auto fails = [&](const text::Layout& layout) { EXPECT_THROW(Make(layout), std::logic_error); };
  fails({Words("trunk"), begin, begin});
  fails({Words("trunk"), begin, Words("branch"), end, Words("trunk again")});
  fails({Words("trunk"), begin, Mark(PieceKind::kPictureRead), end});
  fails({Words("trunk"), begin, Words("branch"), end, Mark(PieceKind::kPictureDrawn)});
}

TEST_F(SequenceTest, ALayoutsMistakesAreFound) {
  EXPECT_THROW(Make({Mark(PieceKind::kPictureRead, 1)}), std::logic_error);  // the document has one picture
  EXPECT_THROW(Make(Target("yes", text::Task::kClaim)), std::logic_error);   // nothing stands before it
  const Document odd = {.layout = {}, .pictures = {{.image = {1, 1, {0, 0, 0}}}}};
  EXPECT_THROW(MakeSequence(odd, tokenizer_, config_), std::logic_error);
}

// Each takes one position, whatever its size, and its own rows and columns.
TEST_F(SequenceTest, PicturesOfADocumentMayDifferInSize) {
  const int side = config_.token_pixels();
  const auto picture = [&](int wide, int high) {
    return DocumentPicture{.image = {wide * side, high * side,
                                     std::vector<uint8_t>(static_cast<size_t>(wide * high * side * side) * 3, 7)}};
  };
  const Sequence sequence =
      MakeSequence({.layout = {Words("a"), Mark(PieceKind::kPictureRead, 1), Words("b"),
                               Mark(PieceKind::kPictureRead, 0), Mark(PieceKind::kPictureDrawn, 1)},
                    .pictures = {picture(1, 2), picture(3, 1)}},
                   tokenizer_, config_);
  std::vector<std::vector<int>> places;
  for (const Row& row : sequence.rows)
    if (row.id == kPictureRow) places.push_back({row.t, row.h, row.w});
  EXPECT_THAT(places, ElementsAre(ElementsAre(1, 0, 0), ElementsAre(1, 0, 1), ElementsAre(1, 0, 2),
                                  ElementsAre(3, 0, 0), ElementsAre(3, 1, 0)));
  ASSERT_EQ(sequence.inputs.size(), 2u);
  EXPECT_EQ(sequence.inputs[0].picture, 1);
  EXPECT_EQ(sequence.inputs[0].first, 1);
  EXPECT_EQ(sequence.inputs[1].picture, 0);
  EXPECT_EQ(sequence.inputs[1].first, 5);
  ASSERT_EQ(sequence.drawings.size(), 1u);
  EXPECT_EQ(sequence.drawings[0].picture, 1);
  EXPECT_EQ(sequence.drawings[0].prefix, 7);
  EXPECT_EQ(sequence.drawings[0].t, 4);
}

}  // namespace
}  // namespace diptych::data
