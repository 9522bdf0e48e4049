#include "record/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "coherence/report_for_test.h"

namespace diptych::record {
namespace {

TEST(Report, AsJson) {
  const auto json = nlohmann::json::parse(ReportJson(coherence::ExampleReport()).Line());
  EXPECT_EQ(json["followed"], nlohmann::json::parse(R"({"holding": 1, "count": 2, "share": 0.5})"));
  EXPECT_EQ(json["told"], nlohmann::json::parse(R"({"holding": 0, "count": 1, "share": 0.0})"));
  EXPECT_EQ(json["not_understood"], nlohmann::json::parse(R"(["comet"])"));
  EXPECT_EQ(json["not_planned"], nlohmann::json::parse(R"(["cat: sad"])"));
  EXPECT_EQ(json["failed"], nlohmann::json::parse(R"(["It rains."])"));
  EXPECT_EQ(json["claims"][0], nlohmann::json::parse(
                                   R"({"text": "bus: blue", "sources": ["prompt", "plan"], "words": [2, 6],
                                       "facts": ["bus: blue"], "probability": 0.98, "holds": true,
                                       "box": [1, 2, 3, 4]})"));
  EXPECT_TRUE(json["claims"][1]["holds"].is_null());
  EXPECT_TRUE(json["claims"][2]["box"].is_null());
  EXPECT_TRUE(nlohmann::json::parse(ReportJson({}).Line())["told"]["share"].is_null());
}

TEST(Report, AsText) {
  EXPECT_EQ(ReportText(coherence::ExampleReport(), {}),
            "  ✓ 0.98  bus: blue  (prompt, plan; box 1 2 3 4)\n"
            "  ? 0.50  cat: sad  (prompt)\n"
            "  ✗ 0.25  It rains.  (narrative)\n"
            "  -       Silence.  (narrative; states nothing that can be checked)\n"
            "Not understood: comet\n"
            "Asked, not planned: cat: sad\n"
            "Cannot be told: cat: sad\n"
            "Followed:  1 of 2 asked for (50 %)\n"
            "Told true: 0 of 1 sentences (0 %)\n"
            "Planned:   1 of 1 planned (100 %)\n");
  EXPECT_THAT(ReportText(coherence::ExampleReport(), {.colour = true}), testing::HasSubstr("\x1b[31m✗\x1b[0m"));
}

TEST(Report, OfATextHasOneFigure) {
  coherence::Report report = coherence::ExampleReport();
  for (coherence::CheckedClaim& claim : report.claims) claim.sources = {coherence::ClaimSource::kText};
  EXPECT_THAT(ReportText(report, {}), testing::EndsWith("True:      1 of 2 sentences (50 %)\n"));
}

}  // namespace
}  // namespace diptych::record
