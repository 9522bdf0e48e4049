#include "record/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "coherence/report_for_test.h"

namespace diptych::record {
namespace {

TEST(Report, AsJson) {
  const auto json = nlohmann::json::parse(ReportJson(coherence::ExampleReport()).Line());
  EXPECT_EQ(json["agreement"], 0.5);
  EXPECT_EQ(json["failed"], nlohmann::json::parse(R"(["It rains."])"));
  EXPECT_EQ(json["claims"][0],
            nlohmann::json::parse(R"({"text": "bus: blue", "sources": ["prompt", "plan"], "words": [2, 6],
                                                          "probability": 0.98, "holds": true, "box": [1, 2, 3, 4]})"));
  EXPECT_TRUE(json["claims"][1]["box"].is_null());
  EXPECT_TRUE(nlohmann::json::parse(ReportJson({}).Line())["agreement"].is_null());
}

TEST(Report, AsText) {
  EXPECT_EQ(
      ReportText(coherence::ExampleReport(), {}),
      "  ✓ 0.98  bus: blue  (prompt, plan)\n  ✗ 0.25  It rains.  (narrative)\nAgreement: 1 of 2 claims hold (50 %).\n");
  EXPECT_THAT(ReportText(coherence::ExampleReport(), {.colour = true}), testing::HasSubstr("\x1b[31m✗\x1b[0m"));
}

}  // namespace
}  // namespace diptych::record
