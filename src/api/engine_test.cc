// What the header promises: an Engine may be shared by threads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "base/temporary_folder.h"
#include "diptych/diptych.h"
#include "engine/tiny_model_for_test.h"

namespace diptych {
namespace {

bool Same(const Answer& a, const Answer& b) {
  return a.plan == b.plan && a.narrative == b.narrative && a.picture.rgb == b.picture.rgb &&
         std::equal(a.report->claims.begin(), a.report->claims.end(), b.report->claims.begin(), b.report->claims.end(),
                    [](const CheckedClaim& x, const CheckedClaim& y) {
                      return x.text == y.text && x.probability == y.probability;
                    });
}

TEST(Engine, IsSharedByThreads) {
  const base::TemporaryFolder folder;
  engine::WriteTinyModel(folder.path());
  const Engine engine = Engine::Load(folder.path(), 2);
  const auto answer = [&engine](size_t seed) {
    return engine.Generate({.prompt = seed == 0 ? "a blue bus" : "a red bus", .seed = seed}, {});
  };
  std::vector<Answer> alone, together(3);
  for (size_t i = 0; i < together.size(); ++i) alone.push_back(answer(i));
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < together.size(); ++i) threads.emplace_back([&, i] { together[i] = answer(i); });
  }
  for (size_t i = 0; i < together.size(); ++i) EXPECT_TRUE(Same(alone[i], together[i])) << i;
  EXPECT_FALSE(Same(alone[1], alone[2]));
}

std::string ErrorOf(const Engine& engine, const Request& request) {
  try {
    engine.Generate(request, {});
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(Engine, RefusesWhatMakesNoSenseAndWarnsOfWhatWasNotLearned) {
  const Engine engine = Engine::Load(std::filesystem::path(DIPTYCH_SOURCE_DIR) / "models/default");
  for (const char* plan : {"", "zzz", "zzz: one", "hour: noon\nhour: night"})
    EXPECT_NE(ErrorOf(engine, {.prompt = "a cat", .plan = plan, .steps = 1}), "") << plan;
  EXPECT_THAT(ErrorOf(engine, {.prompt = "a jeep", .strict = true}), testing::HasSubstr("jeep (nearest: car)"));
  const Answer answer =
      engine.Generate({.prompt = "a cat", .plan = "cat: two, red", .steps = 1, .temperature = 2.0}, {});
  EXPECT_THAT(answer.plan, testing::HasSubstr("horizon "));
  EXPECT_THAT(answer.warnings, testing::ElementsAre(testing::HasSubstr("temperature is 2")));
  const Answer odd = engine.Generate({.prompt = "a cat",
                                      .plan = "hour: night\nground: hills, horizon 60\nsun: box 60 10 72 22\n"
                                              "cat: one, red, box 20 50 45 85",
                                      .steps = 1},
                                     {});
  EXPECT_THAT(odd.warnings, testing::ElementsAre("the plan has a sun, and its hour is night."));
  EXPECT_EQ(engine.Ask(answer.picture, "What is the capital of France?"), "I do not know.");
}

TEST(Engine, ChangesAnAnswerInWordsAndTellsAStory) {
  const Engine engine = Engine::Load(std::filesystem::path(DIPTYCH_SOURCE_DIR) / "models/default");
  const auto answer = [&engine](Request request) {
    request.steps = 1;
    request.check = false;
    return engine.Generate(request, {});
  };
  const Answer first = answer({.prompt = "a red car at noon", .seed = 3});
  const Answer edit = answer({.prompt = "make the car blue, and wobbly", .pictures = {first.picture}});
  EXPECT_THAT(edit.plan, testing::HasSubstr("car: one, blue"));
  EXPECT_THAT(edit.unknown_words, testing::ElementsAre("wobbly"));
  // A plan beside an edit is not looked at.
  EXPECT_EQ(answer({.prompt = "make the car blue", .plan = "zzz", .pictures = {first.picture}}).plan, edit.plan);
  EXPECT_THAT(ErrorOf(engine, {.prompt = "make it wobbly", .pictures = {first.picture}}),
              testing::HasSubstr("understood as a change"));
  const Answer story = answer({.prompt = "a red car at noon\nThe car is blue.", .seed = 3, .max_pictures = 4});
  EXPECT_EQ(story.picture.rgb, first.picture.rgb);
  ASSERT_EQ(story.further.size(), 1u);
  EXPECT_NE(story.further[0].picture.rgb, first.picture.rgb);
}

}  // namespace
}  // namespace diptych
