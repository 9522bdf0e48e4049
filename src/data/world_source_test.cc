#include "data/world_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "data/tasks.h"
#include "data/world_for_test.h"
#include "world/kinds.h"

namespace diptych::data {
namespace {

using testing::StartsWith;

const std::string kAsk = "<|im_start|>user\n", kReply = "<|im_end|>\n<|im_start|>assistant\n", kOpen = "<think>\n",
                  kClose = "\n</think>\n\n", kPicture = "<img>";

class WorldSourceTest : public testing::Test {
 protected:
  Batch PackOne(const WorldSource& source, uint64_t seed, uint64_t index, Split split = Split::kTraining) const {
    return Pack({world_.MakeSample(source, seed, index, split)}, world_.config);
  }
  std::string TextOf(const Sequence& sequence, size_t first, size_t last) const {
    std::vector<int32_t> ids;
    for (size_t i = first; i < last; ++i) ids.push_back(sequence.rows[i].id);
    return world_.tokenizer.Decode(ids);
  }

  WorldForTest world_;
};

TEST_F(WorldSourceTest, FollowsFromSeedIndexAndSplitAlone) {
  const WorldSource source = world_.Source({}), again = world_.Source({});
  for (uint64_t index : {0u, 1u, 17u}) {
    const Batch batch = PackOne(source, 3, index);
    EXPECT_TRUE(Same(batch, PackOne(again, 3, index)));
    EXPECT_FALSE(Same(batch, PackOne(source, 4, index)));
    EXPECT_FALSE(Same(batch, PackOne(source, 3, index + 1)));
    EXPECT_FALSE(Same(batch, PackOne(source, 3, index, Split::kHeldOut)));
  }
}

TEST_F(WorldSourceTest, AnAnswerReadsAsTheEngineWillAnswer) {
  const WorldSource source = world_.Source(WorldForTest::FullMix());
  const Sequence answer = world_.MakeSample(source, 1, 0).front();
  const size_t prefix = static_cast<size_t>(answer.drawings.at(0).prefix);
  const std::string text = TextOf(answer, 0, prefix);
  EXPECT_THAT(text, StartsWith(kAsk));
  const size_t opened = text.find(kReply + kOpen);
  ASSERT_NE(opened, text.npos);
  EXPECT_TRUE(text.ends_with(kClose + kPicture));
  const size_t plan = opened + (kReply + kOpen).size();
  const size_t plan_end = text.size() - (kClose + kPicture).size();
  const std::string words = text.substr(plan, plan_end - plan);
  EXPECT_EQ(plan::WritePlan(plan::ParsePlan(words)), words);
  const size_t after = prefix + 4;
  EXPECT_THAT(TextOf(answer, after, answer.rows.size()), StartsWith(text::kPictureEnd));
  EXPECT_EQ(answer.rows.back().id, *world_.tokenizer.Find(text::kTurnEnd));
}

TEST_F(WorldSourceTest, PromptsAreSpeltMidSentenceOrAsTheyCome) {
  TaskMix mix = WorldForTest::FullMix();
  const WorldSource spelling = world_.Source(mix);
  mix.mid_sentence = false;
  const WorldSource plain = world_.Source(mix);
  const auto prompt = [&](const WorldSource& source, uint64_t index) {
    const Sequence answer = world_.MakeSample(source, 1, index).front();
    const std::string text = TextOf(answer, 0, static_cast<size_t>(answer.drawings.at(0).prefix));
    return text.substr(kAsk.size(), text.find(kReply) - kAsk.size());
  };
  int changed = 0;
  for (uint64_t index = 0; index < 10; ++index) {
    EXPECT_EQ(prompt(spelling, index), text::MidSentence(prompt(plain, index)));
    changed += prompt(spelling, index) != prompt(plain, index);
  }
  EXPECT_GT(changed, 2);
}

TEST_F(WorldSourceTest, AFullMixHoldsEveryTask) {
  std::set<text::Task> tasks;
  const Batch batch = world_.MakeBatch(world_.Source(WorldForTest::FullMix()), 0);
  for (text::Task task : batch.target_tasks) tasks.insert(task);
  for (text::Task task : {text::Task::kPlan, text::Task::kNarrative, text::Task::kQuestion, text::Task::kClaim,
                          text::Task::kWhere, text::Task::kFacts})
    EXPECT_TRUE(tasks.contains(task)) << RowOf(task).name;
}

TEST_F(WorldSourceTest, ASparseMixHoldsTheAnswerAlone) {
  const WorldSource source =
      world_.Source({.look_percent = 0, .extra_looks = 0, .facts_percent = 0, .unconditional_percent = 0});
  for (uint64_t index = 0; index < 5; ++index) EXPECT_EQ(world_.MakeSample(source, 1, index).size(), 1u);
}

TEST_F(WorldSourceTest, PicturesOnlyLeaveNothingToSay) {
  TaskMix mix = WorldForTest::FullMix();
  const Sequence answer = world_.MakeSample(world_.Source(mix), 1, 0).front();
  mix.pictures_only = true;
  const std::vector<Sequence> drawn = world_.MakeSample(world_.Source(mix), 1, 0);
  ASSERT_EQ(drawn.size(), 2u);  // and the unconditional one
  EXPECT_EQ(drawn[0].drawings.at(0).prefix, answer.drawings.at(0).prefix);
  EXPECT_EQ(TextOf(drawn[0], 0, drawn[0].rows.size()),
            TextOf(answer, 0, static_cast<size_t>(drawn[0].drawings[0].prefix)));
  for (const Sequence& sequence : drawn)
    for (const Row& row : sequence.rows) EXPECT_EQ(row.target, -1);
}

TEST_F(WorldSourceTest, ABlindAnswerHasNothingBetweenThePicturesEnds) {
  TaskMix mix = WorldForTest::FullMix();
  mix.blind = true;
  const Sequence answer = world_.MakeSample(world_.Source(mix), 1, 0).front();
  EXPECT_TRUE(answer.drawings.empty());
  EXPECT_TRUE(answer.inputs.empty());
  EXPECT_THAT(TextOf(answer, 0, answer.rows.size()), testing::HasSubstr(kClose + "<img></img>"));
  EXPECT_EQ(answer.rows.back().id, *world_.tokenizer.Find(text::kTurnEnd));
}

TEST_F(WorldSourceTest, CharactersMayBeInEveryDrawing) {
  TaskMix mix = WorldForTest::FullMix();
  mix.characters_percent = 100;
  const WorldSource source = world_.Source(mix);
  const auto has = [](const std::string& plan) {
    return std::any_of(world::kActionWords.begin() + 1, world::kActionWords.end(), [&plan](std::string_view action) {
      return plan.find(", " + std::string(action) + ",") != plan.npos;
    });
  };
  for (uint64_t index = 0; index < 20; ++index) {
    const Sequence answer = world_.MakeSample(source, 1, index).front();
    const std::string text = TextOf(answer, 0, static_cast<size_t>(answer.drawings.at(0).prefix));
    EXPECT_TRUE(has(text)) << text;
  }
}

TEST_F(WorldSourceTest, ClaimsAreAnsweredYesOrNoInOneToken) {
  const WorldSource source = world_.Source(WorldForTest::FullMix());
  std::set<std::string> answers;
  for (uint64_t index = 0; index < 10; ++index) {
    const Batch batch = PackOne(source, 1, index);
    for (size_t i = 0; i < batch.targets.size(); ++i)
      if (batch.target_tasks[i] == text::Task::kClaim) answers.insert(world_.tokenizer.Decode({&batch.targets[i], 1}));
  }
  EXPECT_EQ(answers, (std::set<std::string>{"yes", "no", std::string(text::kTurnEnd)}));
}

TEST_F(WorldSourceTest, TheUndirectedDocumentIsTheEmptyTurn) {
  const WorldSource source = world_.Source(WorldForTest::FullMix());
  const std::vector<Sequence> sample = world_.MakeSample(source, 1, 0);
  const Sequence& answer = sample[0];
  const Sequence& sequence = sample[1];
  EXPECT_EQ(sequence.pictures.at(0).image, answer.pictures.at(0).image);
  EXPECT_EQ(sequence.pictures.at(0).subjects, answer.pictures.at(0).subjects);
  EXPECT_EQ(TextOf(sequence, 0, sequence.rows.size()), kAsk + kReply + kOpen + kClose + kPicture);
}

}  // namespace
}  // namespace diptych::data
