#include "server/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

namespace diptych::server {
namespace {

using testing::HasSubstr;

record::AnswerRecord AnswerOf(const engine::Timings& timings) {
  record::AnswerRecord record;
  record.report.emplace();
  record.cost = {.timings = timings, .check_s = 0.5};
  return record;
}

TEST(Metrics, TheTextIsThatOfPrometheus) {
  Metrics metrics;
  metrics.CountRequest("/v1/models", 200, 0.003);
  metrics.CountWork("images", "done");
  metrics.CountWork("images", "cancelled");
  metrics.CountAnswer(
      AnswerOf({.plan_s = 1, .picture_s = 2, .narrative_s = 1, .plan_tokens = 40, .narrative_tokens = 60, .steps = 8}));
  const std::string text = metrics.Text({.waiting = 3, .ready = true, .gallery_answers = 5}, "0.1.0", "a \"model\"");
  for (const char* line :
       {"diptych_queue_waiting 3\n", "diptych_gallery_answers 5\n",
        "diptych_requests_total{route=\"/v1/models\",status=\"200\"} 1\n",
        "diptych_request_seconds_bucket{route=\"/v1/models\",le=\"0.005\"} 1\n", "diptych_tokens_per_second 50\n",
        "diptych_steps_per_second 4\n", "diptych_failures_total{kind=\"cancelled\"} 1\n",
        "diptych_work_total{task=\"images\",outcome=\"done\"} 1\n", "model=\"a \\\"model\\\"\"",
        "diptych_stage_seconds_sum{stage=\"check\"} 0.5\n"})
    EXPECT_THAT(text, HasSubstr(line));
  const std::regex form(R"(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="([^"\\]|\\.)*",?)+\})? [-+.e0-9]+)");
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_TRUE(std::regex_match(line, form)) << line;
}

TEST(Metrics, WhatIsLeftFollowsFromEarlierAnswers) {
  Metrics metrics;
  EXPECT_FALSE(metrics.SecondsLeft({.stage = "plan", .steps = 8}));
  metrics.CountAnswer(AnswerOf({.prompt_s = 0.25, .plan_s = 1, .picture_s = 2, .narrative_s = 1, .steps = 8}));
  EXPECT_DOUBLE_EQ(metrics.SecondsOfAnswer(8).value(), 4.75);
  EXPECT_DOUBLE_EQ(metrics.SecondsLeft({.stage = "plan", .steps = 8, .in_stage_s = 0.5}).value(), 4);
  EXPECT_DOUBLE_EQ(metrics.SecondsLeft({.stage = "picture", .step = 6, .steps = 8}).value(), 2);
  EXPECT_DOUBLE_EQ(metrics.SecondsLeft({.stage = "picture", .step = 2, .steps = 16}).value(), 5);
  EXPECT_DOUBLE_EQ(metrics.SecondsLeft({.stage = "check", .steps = 8, .in_stage_s = 9}).value(), 0);
}

}  // namespace
}  // namespace diptych::server
