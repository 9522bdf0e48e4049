#include "coherence/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "coherence/check_data_for_test.h"

namespace diptych::coherence {
namespace {

using testing::ElementsAre, testing::IsEmpty;

// The claims as a look judges them that says so of each statement, and 0.05 of all others.
std::vector<CheckedClaim> Checked(std::vector<CheckedClaim> claims, std::map<std::string, double> says,
                                  const CheckData& data = CheckDataForTest()) {
  const Opinions opinions = [&says](const std::vector<std::string>& statements, text::Language) {
    std::vector<double> probabilities;
    for (const std::string& one : statements) probabilities.push_back(says.contains(one) ? says[one] : 0.05);
    return probabilities;
  };
  CheckClaims(opinions, data, {}, claims);
  return claims;
}

TEST(CheckClaims, AFactOfWhatIsNotThereFailsWithIt) {
  const auto claims = Checked(ClaimsOf({}, "cat: one, red\nhour: noon", CheckDataForTest()),
                              {{"cat", 0.1}, {"cat: one", 0.99}, {"cat: red", 0.95}, {"hour: noon", 0.97}});
  ASSERT_EQ(claims.size(), 4U);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(claims[i].verdict, Verdict::kFails) << claims[i].text;
    EXPECT_NEAR(claims[i].probability, 0.1, 1e-12);
  }
  EXPECT_EQ(claims[3].verdict, Verdict::kHolds);
}

TEST(CheckClaims, ARelationNeedsBoth) {
  const auto claims =
      Checked(ClaimsOf({}, "cat: left of dog", CheckDataForTest()), {{"cat", 0.99}, {"cat: left of dog", 0.99}});
  EXPECT_EQ(claims.back().verdict, Verdict::kFails);  // there is no dog
}

// A cat stands left of the dog by chance.
TEST(CheckClaims, WhatWasLeftOutOfThePlanFails) {
  const Asked asked{.facts = {{.fact = {"cat", "left of dog"}}}};
  const std::map<std::string, double> says = {{"cat", 0.99}, {"dog", 0.99}, {"cat: left of dog", 0.99}};
  EXPECT_EQ(Checked(ClaimsOf(asked, "cat: one\ndog: one", CheckDataForTest()), says)[0].verdict, Verdict::kFails);
  EXPECT_EQ(Checked(ClaimsOf(asked, "cat: one\ndog: right of cat", CheckDataForTest()), says)[0].verdict,
            Verdict::kHolds);
}

TEST(CheckClaims, DenialsHoldWhereNothingIs) {
  const Asked asked{.facts = {{.fact = {"cat", ""}, .denied = true}, {.fact = {"bus", "red"}, .denied = true}}};
  const auto claims = Checked(ClaimsOf(asked, "", CheckDataForTest()), {{"bus", 0.99}, {"bus: red", 0.98}});
  EXPECT_EQ(claims[0].text, "no cat");
  EXPECT_EQ(claims[0].verdict, Verdict::kHolds);
  EXPECT_NEAR(claims[0].probability, 0.95, 1e-12);
  EXPECT_EQ(claims[1].verdict, Verdict::kFails);
}

TEST(CheckClaims, ASentenceHoldsWhenAllOfItsFactsDo) {
  const auto claims = Checked(
      ClaimsOfSentences("A blue bus at sunset. A red bus. Silence.", ClaimSource::kText, "", CheckDataForTest()),
      {{"bus", 0.99}, {"bus: blue", 0.9}, {"hour: sunset", 0.8}});
  EXPECT_EQ(claims[0].verdict, Verdict::kHolds);
  EXPECT_NEAR(claims[0].probability, 0.8, 1e-12);
  EXPECT_EQ(claims[1].verdict, Verdict::kFails);
  EXPECT_EQ(claims[2].verdict, Verdict::kUnknown);  // it states nothing
}

TEST(CheckClaims, WhatCannotBeToldGetsNoVerdict) {
  CheckData data = CheckDataForTest();
  data.calibration = Calibration({{"feeling", {.auc = 0.5}}});
  const auto claims = Checked(ClaimsOf({}, "cat: sad", data), {{"cat", 0.99}, {"cat: sad", 0.99}}, data);
  EXPECT_EQ(claims[1].verdict, Verdict::kUnknown);
  // Unless there is nobody who could be sad.
  EXPECT_EQ(Checked(ClaimsOf({}, "cat: sad", data), {}, data)[1].verdict, Verdict::kFails);
}

TEST(CheckClaims, ProbabilitiesAreCorrected) {
  CheckData data = CheckDataForTest();
  data.calibration = Calibration({{"colour", {.scale = 1, .offset = -10}}});
  const auto claims = Checked(ClaimsOf({}, "bus: blue", data), {{"bus", 0.99}, {"bus: blue", 0.9}}, data);
  EXPECT_LT(claims[1].probability, 0.01);
}

TEST(CheckClaims, EachIsToldAsSoonAsItIsJudged) {
  std::string plan;
  for (const char* colour : {"red", "blue", "green", "white", "black", "grey", "brown", "pink", "purple", "orange"})
    for (const char* kind : {"bus", "cat"}) plan += std::string(kind) + ": " + colour + "\n";
  std::vector<CheckedClaim> claims = ClaimsOf({}, plan, CheckDataForTest());
  size_t asked = 0, told = 0;
  std::vector<size_t> asked_before;  // of each claim: how many statements when it was told
  const Opinions opinions = [&](const std::vector<std::string>& statements, text::Language) {
    asked += statements.size();
    return std::vector<double>(statements.size(), 0.9);
  };
  CheckClaims(opinions, CheckDataForTest(),
              {.on_claim =
                   [&](const CheckedClaim& claim) {
                     EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.text;
                     asked_before.push_back(asked);
                     ++told;
                   }},
              claims);
  EXPECT_EQ(told, claims.size());
  ASSERT_GT(asked, 16U);
  EXPECT_LT(asked_before.front(), asked);
  EXPECT_EQ(asked_before.back(), asked);
}

TEST(CheckClaims, EachStatementIsAskedOnce) {
  std::map<std::string, int> asked;
  const Opinions opinions = [&asked](const std::vector<std::string>& statements, text::Language) {
    for (const std::string& one : statements) ++asked[one];
    return std::vector<double>(statements.size(), 0.9);
  };
  std::vector<CheckedClaim> claims = ClaimsOf({}, "bus: one, blue, large", CheckDataForTest());
  CheckClaims(opinions, CheckDataForTest(), {}, claims);
  for (const auto& [statement, times] : asked) EXPECT_EQ(times, 1) << statement;
  EXPECT_EQ(asked.size(), 4U);
}

TEST(DropMisread, TakesWhatTheSecondReaderDoesNotFindFromSentencesThatFail) {
  std::vector<CheckedClaim> claims = Checked(
      ClaimsOfSentences("A small bus at sunset. A blue bus. A red cat.", ClaimSource::kText, "", CheckDataForTest()),
      {{"bus", 0.99}, {"bus: blue", 0.9}, {"hour: sunset", 0.9}, {"cat", 0.95}});
  ASSERT_EQ(claims[0].verdict, Verdict::kFails);  // it is not small
  int read = 0;
  const FactReader reader = [&read](const std::string& sentence) {
    ++read;
    return std::string(sentence.find("cat") == sentence.npos ? "bus: one\nhour: sunset" : "cat: red");
  };
  EXPECT_THAT(DropMisread(reader, CheckDataForTest(), claims), ElementsAre(0));
  EXPECT_EQ(read, 2);  // what holds is not read again
  ASSERT_EQ(claims[0].facts.size(), 2U);
  EXPECT_EQ(claims[0].verdict, Verdict::kUnknown);
  EXPECT_EQ(claims[2].verdict, Verdict::kFails);  // both read it so
}

TEST(DropMisread, KeepsWhatIsDenied) {
  std::vector<CheckedClaim> claims =
      Checked(ClaimsOfSentences("There is no cat.", ClaimSource::kText, "", CheckDataForTest()), {{"cat", 0.99}});
  ASSERT_EQ(claims[0].verdict, Verdict::kFails);
  EXPECT_THAT(DropMisread([](const std::string&) { return std::string(); }, CheckDataForTest(), claims), IsEmpty());
  EXPECT_EQ(claims[0].verdict, Verdict::kFails);
}

TEST(CheckClaims, ADenialIsBelievedOnAsLittleEvidenceAsAnyClaim) {
  const auto verdict = [](double there) {
    return Checked(ClaimsOfSentences("There is no cat.", ClaimSource::kText, "", CheckDataForTest()),
                   {{"cat", there}})[0]
        .verdict;
  };
  EXPECT_EQ(verdict(0.2), Verdict::kHolds);
  EXPECT_EQ(verdict(0.5), Verdict::kUnknown);
  EXPECT_EQ(verdict(0.8), Verdict::kUnknown);
  EXPECT_EQ(verdict(0.9), Verdict::kFails);
}

}  // namespace
}  // namespace diptych::coherence
