#include "eval/figures.h"

#include <gtest/gtest.h>

#include <cmath>

namespace diptych::eval {
namespace {

BenchmarkPrompt PromptOf(int rung, int index) {
  BenchmarkPrompt prompt;
  prompt.rung = rung;
  prompt.index = index;
  prompt.held_out = index % 2 == 1;
  return prompt;
}

PromptResult Drawn(Share share) {
  PromptResult result;
  result.score.drawn.all = share;
  result.score.drawn.by_topic[world::kAboutColour] = share;
  return result;
}

double ValueOf(const GroupFigures& figures, Figure figure) {
  return figures.values[static_cast<size_t>(figure)].value().value;
}
const GroupFigures& OfGroup(const std::array<GroupFigures, kGroups>& groups, Group group) {
  return groups[static_cast<size_t>(group)];
}

class FiguresTest : public testing::Test {
 protected:
  FiguresTest() {
    // Rung 2: others all right, held-out ones half; rung 4: 3 of 4 facts.
    for (int i = 0; i < 4; ++i) {
      prompts_.push_back(PromptOf(2, i));
      results_.push_back(Drawn({i % 2 == 0 ? 2 : 1, 2}));
    }
    prompts_.push_back(PromptOf(4, 0));
    results_.push_back(Drawn({3, 4}));
  }
  std::vector<BenchmarkPrompt> prompts_;
  std::vector<PromptResult> results_;
};

TEST_F(FiguresTest, StandByRungAndGroup) {
  const FigureTable table = MakeFigures(prompts_, results_);
  ASSERT_EQ(table.rungs.size(), 2u);
  const auto& second = table.rungs.at(2);
  EXPECT_EQ(OfGroup(second, Group::kAll).prompts, 4);
  EXPECT_DOUBLE_EQ(ValueOf(OfGroup(second, Group::kAll), Figure::kAllDrawn), 0.5);
  EXPECT_DOUBLE_EQ(ValueOf(OfGroup(second, Group::kAll), Figure::kDrawn), 0.75);
  EXPECT_DOUBLE_EQ(ValueOf(OfGroup(second, Group::kUsual), Figure::kAllDrawn), 1);
  EXPECT_DOUBLE_EQ(ValueOf(OfGroup(second, Group::kHeldOut), Figure::kAllDrawn), 0);
  EXPECT_DOUBLE_EQ(ValueOf(OfGroup(second, Group::kHeldOut), Figure::kDrawn), 0.5);
  EXPECT_EQ(OfGroup(table.rungs.at(4), Group::kHeldOut).prompts, 0);
  EXPECT_DOUBLE_EQ(ValueOf(OfGroup(table.whole, Group::kAll), Figure::kDrawn), 9.0 / 12);
}

// The judge may be unreliable for every kind of fact that a prompt has.
TEST_F(FiguresTest, APromptOfWhichNothingCountsHasNoSay) {
  const FigureTable before = MakeFigures(prompts_, results_);
  prompts_.push_back(PromptOf(2, 4));
  results_.push_back(Drawn({0, 0}));
  const FigureTable after = MakeFigures(prompts_, results_);
  for (Figure figure : {Figure::kAllDrawn, Figure::kDrawn})
    EXPECT_DOUBLE_EQ(ValueOf(OfGroup(after.rungs.at(2), Group::kAll), figure),
                     ValueOf(OfGroup(before.rungs.at(2), Group::kAll), figure));
}

TEST_F(FiguresTest, WhatWasNotReadHasNoValue) {
  const FigureTable table = MakeFigures(prompts_, results_);
  for (Figure figure : {Figure::kAgreement, Figure::kTold, Figure::kFaults, Figure::kDistinct})
    EXPECT_FALSE(OfGroup(table.whole, Group::kAll).values[static_cast<size_t>(figure)]);
  EXPECT_FALSE(OfGroup(table.rungs.at(4), Group::kHeldOut).values[static_cast<size_t>(Figure::kDrawn)]);
}

TEST_F(FiguresTest, TopicsAreThoseSpokenOf) {
  const FigureTable table = MakeFigures(prompts_, results_);
  ASSERT_EQ(table.topics.size(), 1u);
  const TopicFigures& colour = table.topics.at(world::kAboutColour);
  EXPECT_EQ(colour.facts, 12);
  EXPECT_DOUBLE_EQ(colour.drawn->value, 9.0 / 12);
  EXPECT_FALSE(colour.agreement);
}

TEST_F(FiguresTest, FaultsCountBySentenceAndByNarrative) {
  results_[0].score.faults = {1, 5};
  results_[1].score.faults = {3, 5};
  const GroupFigures figures = OfGroup(MakeFigures(prompts_, results_).whole, Group::kAll);
  EXPECT_DOUBLE_EQ(ValueOf(figures, Figure::kFaultySentences), 0.4);
  EXPECT_DOUBLE_EQ(ValueOf(figures, Figure::kFaults), 2);
}

TEST_F(FiguresTest, DifferencesAreOfTheSamePrompts) {
  std::vector<PromptResult> worse = results_;
  for (PromptResult& result : worse) --result.score.drawn.all.right;
  const FigureTable table = MakeDifferences(prompts_, results_, worse);
  const auto& drawn = OfGroup(table.whole, Group::kAll).values[static_cast<size_t>(Figure::kDrawn)];
  ASSERT_TRUE(drawn);
  EXPECT_DOUBLE_EQ(drawn->value, 5.0 / 12);
  EXPECT_GT(drawn->low, 0);
  EXPECT_TRUE(table.topics.empty());
}

// A prompt's geometric mean is all or nothing for a judge without error, else by what its verdicts are worth.
TEST_F(FiguresTest, TheGeometricMeanIsByWhatVerdictsAreWorth) {
  const auto geometric = [this](const VerdictWorth& worth) {
    return ValueOf(OfGroup(MakeFigures(prompts_, results_, worth).rungs.at(4), Group::kAll), Figure::kGeometric);
  };
  EXPECT_DOUBLE_EQ(geometric({}), 0);  // 3 of 4 facts
  VerdictWorth worth;
  worth.granted[world::kAboutColour] = 0.9;
  worth.refused[world::kAboutColour] = 0.2;
  EXPECT_NEAR(geometric(worth), std::pow(0.9 * 0.9 * 0.9 * 0.2, 0.25), 1e-12);
  results_.back() = Drawn({4, 4});
  EXPECT_DOUBLE_EQ(geometric({}), 1);
  EXPECT_NEAR(geometric(worth), 0.9, 1e-12);
}

}  // namespace
}  // namespace diptych::eval
