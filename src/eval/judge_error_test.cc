#include "eval/judge_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world/held_out.h"

namespace diptych::eval {
namespace {

constexpr uint64_t kScenes = 300;

template <typename Mistake>
VerdictsByTopic VerdictsWith(Mistake mistake) {
  VerdictsByTopic verdicts{};
  for (uint64_t seed = 0; seed < kScenes; ++seed) {
    const world::Scene scene = world::SampleScene(seed, world::Split::kTraining, world::HeldOut());
    world::Scene seen = scene;
    mistake(seen);
    CountVerdicts(scene, seen, seed, verdicts);
  }
  return verdicts;
}

TEST(JudgeError, AReaderWithoutErrorIsAlwaysRight) {
  const VerdictsByTopic verdicts = VerdictsWith([](world::Scene&) {});
  for (size_t topic = 0; topic < world::kTopics; ++topic) {
    EXPECT_GT(verdicts[topic].true_facts, 0) << world::kTopicNames[topic];
    EXPECT_GT(verdicts[topic].false_facts, 0) << world::kTopicNames[topic];
    EXPECT_EQ(verdicts[topic].granted, verdicts[topic].true_facts) << world::kTopicNames[topic];
    EXPECT_EQ(verdicts[topic].refused, verdicts[topic].false_facts) << world::kTopicNames[topic];
    EXPECT_TRUE(verdicts[topic].Trusted());
  }
}

TEST(JudgeError, AMistakeCountsWhereItIsMade) {
  const VerdictsByTopic verdicts = VerdictsWith([](world::Scene& seen) {
    seen.hour = static_cast<world::Hour>((static_cast<int>(seen.hour) + 1) % world::kHours);
    for (world::Subject& subject : seen.subjects) subject.colour = world::Colour::kTurquoise;
  });
  EXPECT_EQ(verdicts[world::kAboutHour].granted, 0);
  EXPECT_LT(verdicts[world::kAboutHour].Refused(), 97);
  EXPECT_LT(verdicts[world::kAboutColour].Granted(), 50);
  EXPECT_FALSE(verdicts[world::kAboutColour].Trusted());
  EXPECT_TRUE(verdicts[world::kAboutGround].Trusted());
  EXPECT_TRUE(verdicts[world::kAboutFeeling].Trusted());
}

TEST(JudgeError, APictureWithoutSubjectsGrantsNone) {
  const VerdictsByTopic verdicts = VerdictsWith([](world::Scene& seen) { seen.subjects.clear(); });
  EXPECT_EQ(verdicts[world::kAboutKind].granted, 0);
  EXPECT_EQ(verdicts[world::kAboutKind].refused, verdicts[world::kAboutKind].false_facts);
}

TEST(JudgeError, TheTableNamesWhatIsLeftOut) {
  JudgeError error{};
  error.all[world::kAboutHour] = {.true_facts = 100, .granted = 98, .false_facts = 100, .refused = 99};
  error.all[world::kAboutHeld] = {.true_facts = 100, .granted = 96, .false_facts = 100, .refused = 99};
  EXPECT_THAT(TableOf(error), testing::HasSubstr("| hour | 0.0 / 0.0 | 98.0 / 99.0 | 0.0 / 0.0 | 100 / 100 | yes |"));
  EXPECT_THAT(TableOf(error),
              testing::HasSubstr("| held | 0.0 / 0.0 | 96.0 / 99.0 | 0.0 / 0.0 | 100 / 100 | left out |"));
  EXPECT_THAT(JsonOf(error), testing::HasSubstr("\"hour\": {\"flat\""));
}

TEST(WorthOf, IsTheProbabilityOfAFactAfterAVerdict) {
  JudgeError error;
  error.all[world::kAboutHour] = {.true_facts = 100, .granted = 90, .false_facts = 100, .refused = 80};
  error.all[world::kAboutMood] = {.true_facts = 5, .granted = 0, .false_facts = 5, .refused = 5};
  const VerdictWorth worth = WorthOf(error);
  EXPECT_NEAR(worth.granted[world::kAboutHour], 0.9 / 1.1, 1e-12);
  EXPECT_NEAR(worth.refused[world::kAboutHour], 0.1 / 0.9, 1e-12);
  EXPECT_EQ(worth.granted[world::kAboutMood], 0.5);  // never granted: nothing is known of it
  EXPECT_EQ(worth.granted[world::kAboutStyle], 1);   // not measured
  EXPECT_EQ(worth.refused[world::kAboutStyle], 0);
}

// Neither shown nor asked for: what the repertoire lacks.
TEST(MeasureJudge, KeepsToTheRepertoire) {
  const world::Repertoire known = world::KnownBy(
      plan::Vocabulary({"bus", "cat", "dog"}, {{.name = "ground", .line = "ground", .values = {"road", "meadow"}},
                                               {.name = "weather", .line = "weather", .values = {"clear", "rain"}},
                                               {.name = "kind"},
                                               {.name = "count", .values = {"one", "two"}},
                                               {.name = "action", .values = {"standing", "sleeping"}},
                                               {.name = "held", .lead_in = "holding", .values = {"book"}}}));
  const JudgeError error = MeasureJudge(
      [](std::span<const base::Image> pictures) { return std::vector<world::Scene>(pictures.size()); }, 40, 7, known);
  EXPECT_GT(error.all[world::kAboutKind].true_facts, 0);
  EXPECT_EQ(error.all[world::kAboutSeason].true_facts, 0);
  EXPECT_EQ(error.all[world::kAboutWorn].false_facts, 0);
  world::Setting setting;
  const auto set = [&setting](world::SubjectProperty property, int value) {
    setting.subjects[0][property] = static_cast<uint16_t>(value);
  };
  set(world::kKind, static_cast<int>(world::Kind::kCat));
  set(world::kAction, static_cast<int>(world::Action::kSleeping));
  EXPECT_TRUE(IsKnown(known, setting, world::kAboutAction, 0));
  set(world::kAction, static_cast<int>(world::Action::kFishing));
  EXPECT_FALSE(IsKnown(known, setting, world::kAboutAction, 0));
  set(world::kKind, static_cast<int>(world::Kind::kFox));
  EXPECT_FALSE(IsKnown(known, setting, world::kAboutColour, 0));
  setting.scene[world::kGround] = static_cast<uint16_t>(world::Ground::kCave);
  EXPECT_FALSE(IsKnown(known, setting, world::kAboutGround, 0));
}

}  // namespace
}  // namespace diptych::eval
