#include "eval/report_agreement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace diptych::eval {
namespace {

TEST(RankCorrelation, IsOfRanks) {
  using Pairs = std::vector<std::pair<double, double>>;
  EXPECT_NEAR(RankCorrelation(Pairs{{1, 10}, {2, 100}, {3, 1000}}).value(), 1, 1e-12);
  EXPECT_NEAR(RankCorrelation(Pairs{{1, 3}, {2, 2}, {3, 1}}).value(), -1, 1e-12);
  EXPECT_NEAR(RankCorrelation(Pairs{{1, 1}, {1, 1}, {2, 2}, {3, 2}}).value(), 4 / std::sqrt(18.0), 1e-12);  // ties
  EXPECT_FALSE(RankCorrelation(Pairs{{1, 1}, {1, 2}}));
  EXPECT_FALSE(RankCorrelation(Pairs{}));
}

TEST(ReportAgreement, CountsWhatReportsNameAndWhatTheyAccuse) {
  coherence::Report report;
  const auto claim = [](std::string key, std::string value, coherence::Verdict verdict) {
    return coherence::CheckedClaim{.text = key,
                                   .sources = {coherence::ClaimSource::kPrompt},
                                   .facts = {{.fact = {key, value}}},
                                   .verdict = verdict};
  };
  report.claims = {claim("bus", "", coherence::Verdict::kFails), claim("cat", "", coherence::Verdict::kFails),
                   claim("hour", "noon", coherence::Verdict::kHolds)};
  const std::vector<StatedFact> asked = {{{"bus", "one"}, world::kAboutCount},
                                         {{"cat", "one"}, world::kAboutCount},
                                         {{"hour", "noon"}, world::kAboutHour}};
  AnswerReadings readings;
  readings.picture = PictureReading{.shows = [](const plan::Fact& fact) { return fact.key == "cat"; }, .facts = {}};
  AnswerScore score;
  score.drawn.all = {1, 3};
  ReportAgreement agreement;
  agreement.Add(report, asked, {}, readings, score);
  EXPECT_EQ(agreement.lost(), 2);
  EXPECT_EQ(agreement.flagged(), 1);  // the bus; the hour is overlooked
  EXPECT_EQ(agreement.shown(), 1);
  EXPECT_EQ(agreement.accused(), 1);
  EXPECT_NEAR(agreement.followed().error.value(), 0, 1e-12);
  readings.picture.reset();
  agreement.Add(report, asked, {}, readings, score);
  EXPECT_EQ(agreement.followed().answers, 1);
}

}  // namespace
}  // namespace diptych::eval
