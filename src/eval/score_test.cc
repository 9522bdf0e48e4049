#include "eval/score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eval/benchmark_prompts.h"
#include "eval/world_for_test.h"

namespace diptych::eval {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

PictureReading SeeingOf(const std::vector<plan::Fact>& facts) {
  return {.shows = [facts](const plan::Fact& fact) { return plan::Contains(facts, fact); }, .facts = facts};
}

// "a red circle at noon"
std::vector<StatedFact> Prompt() {
  return CountFacts(std::vector<plan::Fact>{{"circle", "one"}, {"circle", "red"}, {"hour", "noon"}});
}

TEST(ScoreAnswer, CountsWhatEachPartKeeps) {
  const AnswerScore score =
      ScoreAnswer(Prompt(),
                  {.plan = std::vector<plan::Fact>{{"hour", "noon"}, {"circle", "one"}, {"circle", "red"}},
                   .picture = SeeingOf({{"hour", "noon"}, {"circle", "one"}, {"circle", "blue"}, {"weather", "rain"}}),
                   .narrative = NarrativeReading{.facts = {{"circle", "blue"}, {"weather", "rain"}, {"mood", "tense"}},
                                                 .faults = {"Circle the is."},
                                                 .sentences = 4}},
                  {});
  EXPECT_EQ(score.planned.all, (Share{3, 3}));
  EXPECT_EQ(score.drawn.all, (Share{2, 3}));
  EXPECT_THAT(score.drawn.wrong, ElementsAre(plan::Fact{"circle", "red"}));
  EXPECT_EQ(score.drawn.by_topic[world::kAboutColour], (Share{0, 1}));
  EXPECT_EQ(score.drawn.by_topic[world::kAboutKind], (Share{1, 1}));
  EXPECT_EQ(score.drawn.by_topic[world::kAboutMood], (Share{0, 0}));
  EXPECT_EQ(score.told.all, (Share{1, 3}));
  // The circle, its blue, the rain, and a mood that is not there.
  EXPECT_EQ(score.agreement.all, (Share{3, 4}));
  EXPECT_THAT(score.agreement.wrong, ElementsAre(plan::Fact{"mood", "tense"}));
  EXPECT_EQ(score.faults, (Share{1, 4}));
}

TEST(ScoreAnswer, LeavesTopicsOut) {
  const AnswerScore score = ScoreAnswer(
      Prompt(),
      {.plan = std::nullopt,
       .picture = SeeingOf({{"circle", "two"}, {"circle", "blue"}, {"hour", "noon"}}),
       .narrative = NarrativeReading{.facts = {{"circle", "red"}, {"circle", "one"}}, .faults = {}, .sentences = 1}},
      {world::kAboutColour, world::kAboutCount});
  EXPECT_EQ(score.planned.all, Share{});
  EXPECT_EQ(score.drawn.all, (Share{2, 2}));
  EXPECT_EQ(score.told.all, (Share{1, 2}));
  EXPECT_EQ(score.agreement.all, (Share{1, 1}));
}

TEST(ScoreAnswer, WhatNobodyReadHasNoShare) {
  const AnswerScore score = ScoreAnswer(Prompt(), {}, {});
  EXPECT_EQ(score.drawn.all, Share{});
  EXPECT_EQ(score.told.all, Share{});
  EXPECT_EQ(score.agreement.all, Share{});
  EXPECT_EQ(score.faults, Share{});
}

// The scene's own plan and facts as the answer score 1; those of another scene do not.
TEST(ScoreAnswer, APerfectAnswerIsRightInAll) {
  const WorldForTest world;
  const auto prompts = MakeBenchmarkPrompts(world.words, world.held_out, {.per_rung = 20, .rungs = {3, 8}});
  int wrong = 0;
  for (size_t i = 0; i < prompts.size(); ++i) {
    const auto score = [&](const world::Scene& scene) {
      const std::vector<plan::Fact> truth = FactsOf(world.words.PlanOf(scene));
      return ScoreAnswer(prompts[i].facts,
                         {.plan = truth,
                          .picture = SeeingOf(truth),
                          .narrative = NarrativeReading{.facts = truth, .faults = {}, .sentences = 1}},
                         {});
    };
    const AnswerScore perfect = score(prompts[i].scene);
    for (const FactShares* shares : {&perfect.planned, &perfect.drawn, &perfect.told})
      EXPECT_EQ(shares->all, (Share{prompts[i].rung, prompts[i].rung})) << prompts[i].text;
    EXPECT_THAT(perfect.agreement.wrong, IsEmpty());
    EXPECT_GT(perfect.agreement.all.of, 5);
    const AnswerScore other = score(prompts[(i + 1) % prompts.size()].scene);
    wrong += other.drawn.all.right < other.drawn.all.of ? 1 : 0;
  }
  EXPECT_EQ(wrong, 40);
}

TEST(ScoreAnswer, AnAnswerOfNothingIsWrongInAll) {
  const AnswerScore score = ScoreAnswer(
      Prompt(), {.plan = std::vector<plan::Fact>{}, .picture = SeeingOf({}), .narrative = NarrativeReading{}}, {});
  EXPECT_EQ(score.planned.all, (Share{0, 3}));
  EXPECT_EQ(score.drawn.all, (Share{0, 3}));
  EXPECT_EQ(score.told.all, (Share{0, 3}));
  EXPECT_EQ(score.agreement.all, (Share{0, 0}));
}

}  // namespace
}  // namespace diptych::eval
