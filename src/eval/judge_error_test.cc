#include "eval/judge_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world/held_out.h"

namespace diptych {
namespace {

constexpr uint64_t kScenes = 300;

template <typename Mistake>
VerdictsByTopic VerdictsWith(Mistake mistake) {
  VerdictsByTopic verdicts{};
  for (uint64_t seed = 0; seed < kScenes; ++seed) {
    const Scene scene = SampleScene(seed, Split::kTraining, HeldOut());
    Scene seen = scene;
    mistake(seen);
    CountVerdicts(scene, seen, seed, verdicts);
  }
  return verdicts;
}

TEST(JudgeError, AReaderWithoutErrorIsAlwaysRight) {
  const VerdictsByTopic verdicts = VerdictsWith([](Scene&) {});
  for (size_t topic = 0; topic < kTopics; ++topic) {
    EXPECT_GT(verdicts[topic].true_facts, 0) << kTopicNames[topic];
    EXPECT_GT(verdicts[topic].false_facts, 0) << kTopicNames[topic];
    EXPECT_EQ(verdicts[topic].granted, verdicts[topic].true_facts) << kTopicNames[topic];
    EXPECT_EQ(verdicts[topic].refused, verdicts[topic].false_facts) << kTopicNames[topic];
    EXPECT_TRUE(verdicts[topic].Trusted());
  }
}

TEST(JudgeError, AMistakeCountsWhereItIsMade) {
  const VerdictsByTopic verdicts = VerdictsWith([](Scene& seen) {
    seen.hour = static_cast<Hour>((static_cast<int>(seen.hour) + 1) % kHours);
    for (Subject& subject : seen.subjects) subject.colour = Colour::kTurquoise;
  });
  EXPECT_EQ(verdicts[kAboutHour].granted, 0);
  EXPECT_LT(verdicts[kAboutHour].Refused(), 97);
  EXPECT_LT(verdicts[kAboutColour].Granted(), 50);
  EXPECT_FALSE(verdicts[kAboutColour].Trusted());
  EXPECT_TRUE(verdicts[kAboutGround].Trusted());
  EXPECT_TRUE(verdicts[kAboutFeeling].Trusted());
}

TEST(JudgeError, APictureWithoutSubjectsGrantsNone) {
  const VerdictsByTopic verdicts = VerdictsWith([](Scene& seen) { seen.subjects.clear(); });
  EXPECT_EQ(verdicts[kAboutKind].granted, 0);
  EXPECT_EQ(verdicts[kAboutKind].refused, verdicts[kAboutKind].false_facts);
}

TEST(JudgeError, TheTableNamesWhatIsLeftOut) {
  JudgeError error{};
  error.all[kAboutHour] = {.true_facts = 100, .granted = 98, .false_facts = 100, .refused = 99};
  error.all[kAboutHeld] = {.true_facts = 100, .granted = 96, .false_facts = 100, .refused = 99};
  EXPECT_THAT(TableOf(error), testing::HasSubstr("| hour | 0.0 / 0.0 | 98.0 / 99.0 | 0.0 / 0.0 | 100 / 100 | yes |"));
  EXPECT_THAT(TableOf(error),
              testing::HasSubstr("| held | 0.0 / 0.0 | 96.0 / 99.0 | 0.0 / 0.0 | 100 / 100 | left out |"));
  EXPECT_THAT(JsonOf(error), testing::HasSubstr("\"hour\": {\"flat\""));
}

}  // namespace
}  // namespace diptych
