#include "coherence/plan_edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coherence/edit_words.h"
#include "plan/lexicon_for_test.h"

namespace diptych::coherence {
namespace {

using testing::ElementsAre, testing::HasSubstr, testing::IsEmpty, testing::ThrowsMessage;

constexpr std::string_view kPrompt = "a blue bus and a sad panda on the beach, full moon";
constexpr std::string_view kPlan =
    "hour: noon\nground: beach, horizon 60\nmoon: full, at 20 30\nbus: one, blue, small, left of panda, look 1, box 1 "
    "40 "
    "30 60\npanda: one, sad, right of bus, look 2, box 50 40 70 80";

struct Case {
  std::string_view words, plan, prompt;
  std::set<std::string> open{};
};

void Expect(const Case& expected, std::string_view prompt = kPrompt, std::string_view plan = kPlan) {
  const CheckData data = {.vocabulary = plan::VocabularyForTest(), .lexicon = plan::LexiconForTest()};
  const PlanEdit edit = EditPlan(expected.words, plan, AskedBy(prompt, "", data), data);
  EXPECT_EQ(plan::WritePlan(edit.merged.plan), expected.plan) << expected.words;
  EXPECT_EQ(PromptOf(edit.asked, data), expected.prompt) << expected.words;
  EXPECT_EQ(edit.merged.open, expected.open) << expected.words;
  EXPECT_THAT(edit.unknown, IsEmpty()) << expected.words;
  // The prompt says all that is asked for.
  std::set<std::pair<std::string, bool>> asked, read;
  for (const AskedFact& one : edit.asked.facts) asked.insert({plan::WriteFact(one.fact), one.denied});
  for (const AskedFact& one : AskedBy(PromptOf(edit.asked, data), "", data).facts)
    read.insert({plan::WriteFact(one.fact), one.denied});
  EXPECT_EQ(read, asked) << expected.words;
}

// The plan above with some of its lines changed.
std::string PlanWith(const std::string& hour, const std::string& moon, const std::string& bus,
                     const std::string& panda) {
  std::string plan = "hour: " + hour + "\nground: beach, horizon 60";
  for (const std::string& line : {moon, bus, panda}) plan += line.empty() ? "" : "\n" + line;
  return plan;
}
const std::string kMoon = "moon: full, at 20 30", kBus = "bus: one, blue, small, left of panda, look 1, box 1 40 30 60",
                  kPanda = "panda: one, sad, right of bus, look 2, box 50 40 70 80";

TEST(EditPlan, ChangesTheHour) {
  for (const std::string_view words : {"make it night", "Please turn it into night!", "change to night", "at night",
                                       "it should be night", "让它变成夕阳", "改成夕阳"}) {
    const bool sunset = words.find("夕阳") != words.npos;
    Expect({.words = words,
            .plan = PlanWith(sunset ? "sunset" : "night", kMoon, kBus, kPanda),
            .prompt = sunset ? "a blue bus and a sad panda, beach, full moon, sunset"
                             : "a blue bus and a sad panda, beach, full moon, night"});
  }
}

TEST(EditPlan, LeavesTheSkyToTheModelWhenTheHourChanges) {
  const CheckData data = {.vocabulary = plan::VocabularyForTest(), .lexicon = plan::LexiconForTest()};
  const PlanEdit night = EditPlan("make it night", kPlan, AskedBy("a blue bus", "", data), data);
  EXPECT_EQ(plan::WritePlan(night.merged.plan), PlanWith("night", "", kBus, kPanda));
  EXPECT_TRUE(night.merged.scene_open);
  const PlanEdit beach = EditPlan("make the bus red", kPlan, AskedBy("a blue bus", "", data), data);
  EXPECT_FALSE(beach.merged.scene_open);
}

TEST(EditPlan, TheMoonByDayMakesItNight) {
  const CheckData data = {.vocabulary = plan::VocabularyForTest(), .lexicon = plan::LexiconForTest()};
  const auto hour = [&data](std::string_view words, const std::string& before) {
    const PlanEdit edit = EditPlan(words, "hour: " + before + "\nground: beach, horizon 60", {}, data);
    EXPECT_TRUE(edit.merged.scene_open || before.find("night") != before.npos) << words;
    return edit.merged.plan.lines.at(0).values.at(0);
  };
  EXPECT_EQ(hour("add a full moon", "noon"), "night");
  EXPECT_EQ(hour("add a full moon", "starry night"), "starry night");
  EXPECT_EQ(hour("a moon at sunset", "noon"), "sunset");  // where it is asked for
}

TEST(EditPlan, TakesThingsAway) {
  for (const std::string_view words :
       {"without the moon", "remove the moon", "get rid of the full moon", "take the moon away", "no moon",
        "Delete the moon, please.", "没有moon", "去掉moon", "把moon删掉吧"})
    Expect({.words = words,
            .plan = PlanWith("noon", "", kBus, kPanda),
            .prompt = "a blue bus and a sad panda, beach, no moon"});
  for (const std::string_view words :
       {"remove the blue bus", "without the bus", "去掉公交车", "不要公交车了", "把蓝色的公交车拿走"})
    Expect({.words = words,
            .plan = PlanWith("noon", kMoon, "", "panda: one, sad, look 2, box 50 40 70 80"),
            .prompt = "a sad panda, beach, full moon, no bus"});
  Expect({.words = "remove the moon and the bus",
          .plan = PlanWith("noon", "", "", "panda: one, sad, look 2, box 50 40 70 80"),
          .prompt = "a sad panda, beach, no moon, no bus"});
}

TEST(EditPlan, GivesPropertiesOtherValues) {
  const std::string red = "bus: one, red, small, left of panda, look 1, box 1 40 30 60";
  for (const std::string_view words :
       {"make the bus red", "paint the blue bus red", "make it red", "the bus should be red",
        "change the bus from blue to red", "red instead of blue", "把公交车变成红色", "把蓝色的公交车改成红色",
        "它应该是红色"})
    Expect({.words = words,
            .plan = PlanWith("noon", kMoon, red, kPanda),
            .prompt = "a red bus and a sad panda, beach, full moon"});
  for (const std::string_view words : {"make the panda happy", "the panda should be happy", "change sad to happy"})
    Expect({.words = words,
            .plan = PlanWith("noon", kMoon, kBus, "panda: one, happy, right of bus, look 2, box 50 40 70 80"),
            .prompt = "a blue bus and a happy panda, beach, full moon"});
  for (const std::string_view words : {"make the bus big", "make it bigger"})
    Expect({.words = words,
            .plan = PlanWith("noon", kMoon, "bus: one, blue, large, left of panda, look 1", kPanda),
            .prompt = "a blue big bus and a sad panda, beach, full moon",
            .open = {"bus"}});
}

TEST(EditPlan, AddsThings) {
  for (const std::string_view words : {"add a cat", "a cat", "put a cat", "加一只猫", "再画一只猫"})
    Expect({.words = words,
            .plan = PlanWith("noon", kMoon, kBus, kPanda) + "\ncat: one",
            .prompt = "a blue bus and a sad panda and a cat, beach, full moon",
            .open = {"cat"}});
  Expect({.words = "add a cat next to the bus",
          .plan = PlanWith("noon", kMoon, "bus: one, blue, small, left of panda, next to cat, look 1", kPanda) +
                  "\ncat: one, next to bus",
          .prompt = "a blue bus and a sad panda and a cat, beach, full moon, the cat next to the bus",
          .open = {"bus", "cat"}});
  Expect({.words = "add another panda",
          .plan = PlanWith("noon", kMoon, kBus, "panda: two, sad, right of bus, look 2"),
          .prompt = "a blue bus and two sad panda, beach, full moon",
          .open = {"panda"}});
}

TEST(EditPlan, PutsOneThingInThePlaceOfAnother) {
  for (const std::string_view words :
       {"turn the panda into a dog", "replace the panda with a dog", "a dog instead of the panda",
        "instead of the panda a dog", "make the panda a dog", "把熊猫换成狗", "用狗代替熊猫", "熊猫改成狗"})
    Expect({.words = words,
            .plan = PlanWith("noon", kMoon, "bus: one, blue, small, left of dog, look 1, box 1 40 30 60",
                             "dog: one, sad, right of bus"),
            .prompt = "a blue bus and a sad dog, beach, full moon",
            .open = {"dog"}});
  Expect({.words = "turn it into a red car",
          .plan = PlanWith("noon", kMoon, "car: one, red, small, left of panda",
                           "panda: one, sad, right of car, look 2, box 50 40 70 80"),
          .prompt = "a red car and a sad panda, beach, full moon",
          .open = {"car"}});
  Expect({.words = "turn the panda into a bus",
          .plan = PlanWith("noon", kMoon, "bus: two, blue, small, look 1", ""),
          .prompt = "two blue sad buses, beach, full moon, no panda",
          .open = {"bus"}});
}

TEST(EditPlan, TakesSeveralClausesInTurn) {
  Expect({.words = "make it night, remove the bus and make the panda happy",
          .plan = PlanWith("night", kMoon, "", "panda: one, happy, look 2, box 50 40 70 80"),
          .prompt = "a happy panda, beach, full moon, night, no bus"});
}

TEST(EditPlan, KnowsWhatStaysInItsPlace) {
  const CheckData data = {.vocabulary = plan::VocabularyForTest(), .lexicon = plan::LexiconForTest()};
  const auto places = [&](std::string_view words) {
    return EditPlan(words, kPlan, AskedBy(kPrompt, "", data), data).in_place;
  };
  EXPECT_THAT(places("make the bus big"), ElementsAre(std::pair("bus", "bus")));
  EXPECT_THAT(places("turn the panda into a dog"), ElementsAre(std::pair("dog", "panda")));
  EXPECT_THAT(places("add a cat"), IsEmpty());
  EXPECT_THAT(places("two pandas"), IsEmpty());
}

TEST(EditPlan, SaysWhatItDoesNotUnderstand) {
  const CheckData data = {.vocabulary = plan::VocabularyForTest(), .lexicon = plan::LexiconForTest()};
  const Asked asked = AskedBy(kPrompt, "", data);
  for (const std::string_view words : {"make it wobbly", "remove the glacier", "make the bus wobbly", "嗡嗡"})
    EXPECT_FALSE(IsUnderstood(EditPlan(words, kPlan, asked, data))) << words;
  const PlanEdit edit = EditPlan("make it night and wobbly", kPlan, asked, data);
  EXPECT_THAT(edit.unknown, ElementsAre("wobbly"));
  const PlanEdit near = EditPlan("add a jeep", kPlan, asked, data);
  EXPECT_THAT(near.near, ElementsAre(NearThing{.words = "jeep", .span = {}, .kind = "car"}));
  EXPECT_THAT([&] { EditPlan("make it night", kPlan, asked, {}); }, ThrowsMessage<NotUnderstood>(HasSubstr("lexicon")));
}

TEST(EditPlan, TellsWhetherAnythingChanges) {
  const CheckData data = {.vocabulary = plan::VocabularyForTest(), .lexicon = plan::LexiconForTest()};
  EXPECT_FALSE(EditPlan("make the bus blue", kPlan, AskedBy(kPrompt, "", data), data).changes);
  EXPECT_TRUE(EditPlan("make the bus red", kPlan, AskedBy(kPrompt, "", data), data).changes);
}

}  // namespace
}  // namespace diptych::coherence
