#include "coherence/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/temporary_folder.h"
#include "coherence/check_data_for_test.h"
#include "coherence/skills.h"
#include "engine/tiny_model_for_test.h"

namespace diptych::coherence {
namespace {

using testing::ElementsAre;

TEST(ScenesOf, SentencesAndWhatComesThenHaveAPictureEach) {
  const CheckData data = CheckDataForTest();
  EXPECT_THAT(ScenesOf("A red bus on the beach. A cat is sleeping! The bus is blue.", 8, data),
              ElementsAre("A red bus on the beach.", "A cat is sleeping!", "The bus is blue."));
  EXPECT_THAT(ScenesOf("a red bus, then it is night and finally the cat is sleeping", 8, data),
              ElementsAre("a red bus", "then it is night", "finally the cat is sleeping"));
  EXPECT_THAT(ScenesOf("a red bus at noon; and later at night", 8, data),
              ElementsAre("a red bus at noon", "later at night"));
  EXPECT_THAT(ScenesOf("一辆红色的公交车，然后夕阳。最后一只猫在睡觉。", 8, data),
              ElementsAre("一辆红色的公交车", "然后夕阳。", "最后一只猫在睡觉。"));
  EXPECT_THAT(ScenesOf("a cat and a dog next to a house, a bus", 8, data),
              ElementsAre("a cat and a dog next to a house, a bus"));
}

TEST(ScenesOf, AnOpeningThatShowsNothingHasNoPictureOfItsOwn) {
  EXPECT_THAT(ScenesOf("Once upon a time. A red bus. Oh dear! Night.", 8, CheckDataForTest()),
              ElementsAre("Once upon a time. A red bus.", "Oh dear!", "Night."));
  EXPECT_THAT(ScenesOf("hm", 8, CheckDataForTest()), ElementsAre("hm"));
  EXPECT_THAT(ScenesOf("...", 8, CheckDataForTest()), ElementsAre("..."));
}

TEST(ScenesOf, NeighboursShareAPictureWhereThereAreTooMany) {
  const std::string_view prompt = "A red bus. Night. A cat. A dog. Sunset.";
  EXPECT_THAT(ScenesOf(prompt, 2, CheckDataForTest()), ElementsAre("A red bus. Night.", "A cat. A dog. Sunset."));
  EXPECT_THAT(ScenesOf(prompt, 1, CheckDataForTest()), ElementsAre(prompt));
}

class StoryTest : public testing::Test {
 protected:
  StoryTest() {
    engine::WriteTinyModel(folder_.path());
    model_.emplace(engine::Model::Load(folder_.path()));
    request_.options = model_->generation();
    request_.options.max_pictures = 8;
    request_.options.repairs = 2;
    request_.seed = 7;
  }

  CheckedAnswer Tell() {
    AnswerWish wish{.request = request_};
    wish.on_claim = [this](const CheckedClaim& claim) { heard_.insert(claim.picture); };
    const SceneMaker make = [this](const AnswerWish& scene) {
      scenes_.push_back(scene.request);
      const std::string number = std::to_string(scenes_.size());
      CheckedAnswer made;
      made.answer.plan = scene.request.plan.value_or("ground: road, horizon 60\nbus: one, red, box 10 20 60 80");
      made.answer.picture = base::Image{1, 1, {0, 0, 0}};
      made.answer.narrative = "text " + number;
      made.answer.timings.steps = 3;
      made.report = Report{.claims = {{.text = "claim " + number, .sources = {ClaimSource::kPlan}}}};
      scene.on_claim(made.report->claims[0]);
      return made;
    };
    return MakeStory(*model_, CheckDataForTest(), wish, make, {});
  }

  const base::TemporaryFolder folder_;
  std::optional<engine::Model> model_;
  engine::GenerateRequest request_;
  std::vector<engine::GenerateRequest> scenes_;
  std::set<int> heard_;
};

TEST_F(StoryTest, EachSceneChangesThePlanOfTheOneBefore) {
  request_.prompt = "A red bus on the road. Now the bus is blue. It is very blue. A wobbly bus is red.";
  const CheckedAnswer story = Tell();
  ASSERT_EQ(scenes_.size(), 3u);  // the third sentence changes nothing
  EXPECT_EQ(scenes_[0].prompt, "A red bus on the road.");
  EXPECT_FALSE(scenes_[0].plan);
  EXPECT_EQ(scenes_[0].options.repairs, 2);
  EXPECT_THAT(scenes_[1].plan, testing::Optional(testing::HasSubstr("bus: one, blue, box 10 20 60 80")));
  EXPECT_THAT(scenes_[2].plan, testing::Optional(testing::HasSubstr("bus: one, red, box 10 20 60 80")));
  for (size_t i = 0; i < scenes_.size(); ++i) {
    EXPECT_EQ(scenes_[i].seed, 7u);
    EXPECT_EQ(scenes_[i].options.max_pictures, 1);
    EXPECT_EQ(scenes_[i].options.repairs, i == 0 ? 2 : 0);  // that what is to stay does not move
  }
  EXPECT_EQ(story.answer.narrative, "text 1");
  ASSERT_EQ(story.answer.further.size(), 2u);
  EXPECT_EQ(story.answer.further[1].text, "text 3");
  EXPECT_EQ(story.answer.further[0].plan, scenes_[1].plan);
  EXPECT_EQ(story.answer.timings.steps, 9);
}

TEST_F(StoryTest, TheReportHasEachPicturesClaimsUnderItsNumber) {
  request_.prompt = "A red bus on the road. Now the bus is blue and wobbly.";
  const CheckedAnswer story = Tell();
  ASSERT_TRUE(story.report);
  ASSERT_EQ(story.report->claims.size(), 2u);
  EXPECT_EQ(story.report->claims[0].picture, 1);
  EXPECT_EQ(story.report->claims[1].text, "claim 2");
  EXPECT_EQ(story.report->claims[1].picture, 2);
  EXPECT_THAT(story.report->not_understood, testing::Contains("wobbly"));
  EXPECT_THAT(heard_, ElementsAre(1, 2));
}

TEST(SkillsByPlan, AreThoseThatAModelHasNotLearned) {
  model::GenerationConfig generation;
  generation.plan = true;
  generation.skills = {model::Skill::kGenerate, model::Skill::kStory};
  EXPECT_THAT(SkillsByPlan(generation, CheckDataForTest()), ElementsAre(model::Skill::kEdit));
  generation.skills = {model::Skill::kGenerate};
  EXPECT_THAT(SkillsByPlan(generation, CheckDataForTest()), ElementsAre(model::Skill::kEdit, model::Skill::kStory));
  EXPECT_THAT(SkillsByPlan(generation, {}), testing::IsEmpty());  // no lexicon
}

}  // namespace
}  // namespace diptych::coherence
