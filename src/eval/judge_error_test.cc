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

}  // namespace
}  // namespace diptych::eval
