#include "record/answer_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/png.h"
#include "record/answer_for_test.h"
#include "record/picture_metadata.h"
#include "record/report.h"

namespace diptych::record {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

AnswerRecord Again(const AnswerRecord& record) { return ParseRecord(RecordJsonWithCost(record).Line(), "it"); }

// What is wrong with the example's JSON when the value at `pointer` is another one, or is missing.
std::string ErrorWith(const std::string& pointer, const std::string& value) {
  auto json = nlohmann::json::parse(RecordJsonWithCost(FullExample()).Line());
  const nlohmann::json::json_pointer place(pointer);
  if (value.empty())
    json.at(place.parent_pointer()).erase(place.back());
  else
    json.at(place) = nlohmann::json::parse(value);
  try {
    ParseRecord(json.dump(), "the record of a.png");
  } catch (const base::Error& error) {
    return error.what();
  }
  return "";
}

TEST(AnswerRecord, TheRequestComesBackExactly) {
  const AnswerRecord record = Example();
  const engine::GenerateRequest request = RequestToRepeat(Again(record));
  EXPECT_EQ(request.prompt, record.request.prompt);
  EXPECT_EQ(request.plan, record.request.plan);
  EXPECT_EQ(request.language, text::Language::kChinese);
  EXPECT_EQ(request.seed, record.request.seed);
  EXPECT_EQ(request.options.guidance, 2.1);
  EXPECT_EQ(request.options.solver, "heun");
}

TEST(AnswerRecord, AllOfItComesBack) {
  const AnswerRecord record = FullExample();
  EXPECT_EQ(RecordJsonWithCost(Again(record)).Line(), RecordJsonWithCost(record).Line());
  EXPECT_EQ(RecordJson(Again(record)).Line(), RecordJson(record).Line());
}

TEST(AnswerRecord, CostStandsOnlyWhereItIsAskedFor) {
  EXPECT_THAT(RecordJson(FullExample()).Line(), Not(HasSubstr("cost")));
  EXPECT_THAT(RecordJsonWithCost(FullExample()).Line(),
              HasSubstr(R"("cost":{"total_s":3.0,"prompt_s":0.0,"plan_s":0.1235,)"));
}

TEST(AnswerRecord, APlanThatTheModelWroteIsNotRepeatedAsGiven) {
  AnswerRecord record = Example();
  record.request.plan.reset();
  EXPECT_FALSE(RequestToRepeat(Again(record)).plan);
}

TEST(AnswerRecord, AdaptersAreNamed) {
  AnswerRecord record = Example();
  EXPECT_THAT(RecordJson(record).Line(), Not(HasSubstr("adapter")));
  EXPECT_THAT(Again(record).adapters, IsEmpty());
  record.adapters = {"8-step.safetensors", "ink & <paper>.safetensors"};
  EXPECT_EQ(Again(record).adapters, record.adapters);
}

TEST(AnswerRecord, AStoryTellsItsParts) {
  AnswerRecord record = Example();
  record.request.options.max_pictures = 3;
  record.request.options.picture_guidance = 1.5;
  record.request.options.candidates = 4;
  record.panels = {"", "morning", "night"};
  const auto json = nlohmann::json::parse(RecordJson(record).Line());
  EXPECT_EQ(json["parts"],
            nlohmann::json::parse(R"([{"picture": 1}, {"text": "morning"}, {"picture": 2}, {"text": "night"}])"));
  EXPECT_EQ(Again(record).panels, record.panels);
  const engine::GenerateRequest request = RequestToRepeat(Again(record));
  EXPECT_EQ(request.options.max_pictures, 3);
  EXPECT_EQ(request.options.picture_guidance, 1.5);
  EXPECT_EQ(request.options.candidates, 4);
}

TEST(AnswerRecord, AnEditIsNotRepeatedWithoutItsPicture) {
  AnswerRecord record = Example();
  record.edited_pictures = 2;
  EXPECT_EQ(nlohmann::json::parse(RecordJson(record).Line())["edited_pictures"], 2);
  EXPECT_EQ(Again(record).edited_pictures, 2);
  EXPECT_THROW(RequestToRepeat(Again(record)), base::Error);
}

TEST(AnswerRecord, TheLanguageIsThatOfTheNarrativeAsItWasWritten) {
  AnswerRecord record = Example();
  record.narrative = "At night there is a bus.";
  const auto json = nlohmann::json::parse(RecordJson(record).Line());
  EXPECT_EQ(json["language"], "en");
  EXPECT_EQ(json["requested_language"], "zh");
  EXPECT_EQ(ParseRecord(json.dump(), "it").request.language, text::Language::kChinese);
  EXPECT_FALSE(nlohmann::json::parse(RecordJson(Example()).Line()).contains("requested_language"));
}

TEST(AnswerRecord, TakesTheTextsOfAnAnswer) {
  engine::Answer answer;
  answer.plan = "p";
  answer.picture = base::Image{1, 1, {0, 0, 0}};
  answer.narrative = "n";
  engine::GenerateRequest request = Example().request;
  request.pictures.resize(1);
  const AnswerRecord one = RecordOf(request, answer);
  EXPECT_EQ(one.narrative, "n");
  EXPECT_THAT(one.panels, IsEmpty());
  EXPECT_EQ(one.edited_pictures, 1);
  request.options.max_pictures = 2;
  answer.further.push_back({answer.picture, "m"});
  const AnswerRecord story = RecordOf(request, answer);
  EXPECT_THAT(story.panels, testing::ElementsAre("", "n", "m"));
  EXPECT_EQ(story.narrative, "n\n\nm");
  EXPECT_THAT(story.panel_plans, IsEmpty());
  answer.further.back().plan = "q";
  const AnswerRecord by_plans = RecordOf(request, answer);
  EXPECT_THAT(by_plans.panel_plans, testing::ElementsAre("q"));
  EXPECT_EQ(ParseRecord(RecordJson(by_plans).Line(), "it").panel_plans, by_plans.panel_plans);
}

TEST(AnswerRecord, ForeignJsonIsAnError) {
  for (const char* json : {"", "{", "[]", "{}", "null", R"({"prompt": 3})", R"({"adapters": 3})"})
    EXPECT_THROW(ParseRecord(json, "it"), base::Error) << json;
}

TEST(AnswerRecord, EachMissingKeyIsNamed) {
  EXPECT_EQ(ErrorWith("/plan_given", ""), "[metadata] the record of a.png lacks the key plan_given.");
  for (const char* key : {"prompt", "language", "seed", "plan", "narrative", "model", "version", "options",
                          "options/width", "options/steps", "options/top_p", "report/claims", "report/claims/0/text",
                          "report/claims/1/probability", "cost/steps", "cost/peak_memory"}) {
    const std::string pointer = std::string("/") + key, last = pointer.substr(pointer.rfind('/') + 1);
    EXPECT_THAT(ErrorWith(pointer, ""), HasSubstr("the record of a.png lacks the key ")) << key;
    EXPECT_THAT(ErrorWith(pointer, ""), HasSubstr(last + ".")) << key;
  }
}

TEST(AnswerRecord, NumbersAreReadAsTheyStandOrRefused) {
  EXPECT_EQ(ErrorWith("/seed", "-1"),
            "[metadata] seed in the record of a.png is -1, it must be a whole number from 0 to 18446744073709551615.");
  EXPECT_EQ(ErrorWith("/options/steps", "2.9"),
            "[metadata] options.steps in the record of a.png is 2.9, it must be a whole number from 1 to 1000.");
  const std::map<std::string, std::vector<std::string>> wrong = {
      {"/seed", {"1.5", "1.0", "18446744073709551616", "\"7\"", "true"}},
      {"/options/width", {"8589934656", "0", "-64", "64.5", "18446744073709551615", "\"64\"", "[64]"}},
      {"/options/steps", {"0", "10001", "1e3", "4294967297"}},
      {"/options/candidates", {"0", "65"}},
      {"/options/pictures", {"0", "1001"}},
      {"/options/guidance", {"-1", "\"2\""}},
      {"/options/top_p", {"0", "1.5"}},
      {"/options/shift", {"0"}},
      {"/options/plan", {"1", "\"true\""}},
      {"/options/solver", {"\"rk4\"", "3"}},
      {"/options/guidance_rescale", {"\"some\""}},
      {"/options", {"[]", "3"}},
      {"/prompt", {"3", "[\"a\"]"}},
      {"/language", {"\"fr\""}},
      {"/plan_given", {"0"}},
      {"/adapters", {"3", "[3]"}},
      {"/parts", {"{}", R"([{"picture": 2}])", R"([{"picture": 1.0}])", R"([{"text": 3}])", R"([3])"}},
      {"/edited_pictures", {"0", "1e9"}},
      {"/report", {"[]"}},
      {"/report/claims", {"{}", "[1]"}},
      {"/report/claims/0/sources", {"\"plan\"", "[\"me\"]"}},
      {"/report/claims/0/words", {"[1]", "[1, -2]", "[1, 2.5]"}},
      {"/report/claims/0/box", {"[1, 2, 3]", "[1, 2, 3, 4294967296]"}},
      {"/report/claims/0/probability", {"1.5", "\"1\""}},
      {"/report/claims/0/holds", {"1"}},
      {"/cost/peak_memory", {"-1"}},
      {"/cost/total_s", {"-1"}}};
  for (const auto& [pointer, values] : wrong)
    for (const std::string& value : values)
      EXPECT_THAT(ErrorWith(pointer, value), testing::AllOf(HasSubstr("must be"), Not(HasSubstr("json.exception"))))
          << pointer << " " << value;
  EXPECT_EQ(ErrorWith("/seed", "18446744073709551615"), "");
  EXPECT_EQ(ErrorWith("/seed", "0"), "");
}

TEST(AnswerRecord, NewerKeysArePassedOver) {
  EXPECT_NO_THROW(ParseRecord(RecordJson(Example()).Add("invention", 3).Line(), "it"));
}

TEST(AnswerRecord, SurvivesInvalidText) {
  AnswerRecord record = Example();
  record.request.prompt = "bus \xff\xfe \x01";
  record.narrative = "\xe4\xb8";
  EXPECT_TRUE(nlohmann::json::accept(RecordJson(record).Line()));
}

TEST(AnswerRecord, TheSameAnswerAtAnotherCostIsTheSame) {
  AnswerRecord record = FullExample();
  const std::string json = RecordJsonWithCost(record).Lines();
  record.cost->total_s = 17;
  EXPECT_TRUE(IsSameAnswer(json, RecordJsonWithCost(record).Line()));
  record.report.reset();
  EXPECT_FALSE(IsSameAnswer(json, RecordJsonWithCost(record).Line()));
  EXPECT_FALSE(IsSameAnswer(json, "my notes"));
}

TEST(AnswerRecord, PicturesOfEarlierVersionsAreRead) {
  for (const auto& entry : std::filesystem::directory_iterator(DIPTYCH_SOURCE_DIR "/docs/pictures")) {
    if (entry.path().extension() != ".png") continue;
    const base::PngFile file = base::ReadPng(entry.path());
    const std::string* stored = base::FindText(file, kRecordKey);
    ASSERT_NE(stored, nullptr) << entry.path();
    const AnswerRecord record = ParseRecord(*stored, "it");
    EXPECT_FALSE(record.request.prompt.empty()) << entry.path();
    EXPECT_FALSE(record.report->claims.empty()) << entry.path();
    const std::string now = RecordJson(record).Line();
    EXPECT_EQ(RecordJson(ParseRecord(now, "it")).Line(), now) << entry.path();
  }
}

}  // namespace
}  // namespace diptych::record
