#include "coherence/repair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "base/temporary_folder.h"
#include "coherence/answer.h"
#include "engine/tiny_model_for_test.h"
#include "plan/lexicon_for_test.h"

namespace diptych::coherence {
namespace {

class RepairTest : public testing::Test {
 protected:
  RepairTest() {
    engine::WriteTinyModel(folder_.path());
    model_.emplace(engine::Model::Load(folder_.path()));
    request_.prompt = "a red bus";
    request_.plan = "ground: road, horizon 60\nbus: one, red, box 10 20 60 80";
    request_.options = model_->generation();
    asked_.facts = {{.fact = {"bus", "red"}}};
  }

  RepairTask Task() const {
    return {.model = *model_, .data = data_, .drawn = request_, .prompt = request_.prompt, .asked = asked_};
  }

  const base::TemporaryFolder folder_;
  std::optional<engine::Model> model_;
  // A random model says yes to everything, now a little more and now a little less surely. Of colours, what it is less
  // sure of than mostly counts as a no.
  static Calibration ColoursByHalf() { return Calibration({{"colour", {.scale = 500, .offset = -985}}}); }

  const CheckData data_{
      .vocabulary = plan::VocabularyForTest(), .lexicon = plan::LexiconForTest(), .calibration = ColoursByHalf()};
  engine::GenerateRequest request_;
  Asked asked_;
};

// A random model's verdicts are chance: whatever it draws, nothing that scores less may come of it.
TEST_F(RepairTest, NeverHandsOverWhatScoresLess) {
  for (uint64_t seed = 0; seed < 6; ++seed) {
    request_.seed = seed;
    const engine::Answer first = engine::Generate(*model_, request_, {});
    const Report before = CheckAnswer(*model_, data_, asked_, request_.prompt, first, {});
    const RepairedAnswer repaired = Repair(Task(), first, before, {.ways = {RepairAction::kDrawRegion}});
    const auto share = [](const Figure& figure) { return figure.share().value_or(1); };
    EXPECT_GE(share(repaired.report.followed()), share(before.followed()));
    EXPECT_GE(share(repaired.report.told()), share(before.told()));
    EXPECT_GE(share(repaired.report.planned()), share(before.planned()));
    EXPECT_LE(repaired.report.failed().size(), before.failed().size());
    const bool kept =
        std::any_of(repaired.steps.begin(), repaired.steps.end(), [](const auto& one) { return one.kept; });
    EXPECT_EQ(kept, !(repaired.answer.picture == first.picture && repaired.answer.narrative == first.narrative &&
                      repaired.answer.plan == first.plan));
    // The same task and answer give the same result.
    EXPECT_EQ(Repair(Task(), first, before, {.ways = {RepairAction::kDrawRegion}}).answer.picture,
              repaired.answer.picture);
  }
}

TEST_F(RepairTest, LeavesWhatDoesNotFail) {
  const engine::Answer first = engine::Generate(*model_, request_, {});
  Report good;
  good.claims = {{.text = "bus: red", .sources = {ClaimSource::kPrompt}, .verdict = Verdict::kHolds}};
  EXPECT_FALSE(CanRepair(Task(), first, good));
  // Nobody asked for what only the plan would have had so, and a sentence that may be true stays.
  good.claims.push_back({.text = "bus: large",
                         .sources = {ClaimSource::kPlan},
                         .subject = "bus",
                         .facts = {{.fact = {"bus", "large"}}},
                         .verdict = Verdict::kFails});
  good.claims.push_back({.text = "It is a bus.",
                         .sources = {ClaimSource::kNarrative},
                         .facts = {{.fact = {"bus", ""}}},
                         .probability = 0.28,
                         .verdict = Verdict::kFails});
  EXPECT_FALSE(CanRepair(Task(), first, good));
  EXPECT_TRUE(Repair(Task(), first, good, {}).steps.empty());
  good.claims[0].verdict = Verdict::kFails;
  EXPECT_TRUE(CanRepair(Task(), first, good));
  engine::GenerateRequest story = request_;
  story.options.max_pictures = 3;
  EXPECT_FALSE(
      CanRepair({.model = *model_, .data = data_, .drawn = story, .prompt = "", .asked = asked_}, first, good));
}

// Whatever an attempt for one claim keeps holds that claim, lowers no figure, and is told as it goes on.
TEST_F(RepairTest, OneClaimIsMadeAgainWhereAUserAsks) {
  int asked = 0, drawn = 0, kept = 0;
  for (uint64_t seed = 0; seed < 8; ++seed) {
    request_.seed = seed;
    const engine::Answer first = engine::Generate(*model_, request_, {});
    AnswerWish made_by{.request = request_};
    std::optional<Report> before;
    made_by.on_report = [&](const Report& report) { before = report; };
    EXPECT_THROW(RepairClaim(*model_, data_, {.made_by = made_by, .claim = "none"}, first, {}), NothingToRepair);
    if (!before || before->failed().empty()) continue;
    ++asked;
    const std::string claim = before->failed().front();
    int begun = 0, ended = 0;
    made_by.on_repair.on_begin = [&](const RepairStep& step) {
      EXPECT_EQ(step.failed, std::vector{claim});
      ++begun;
    };
    made_by.on_repair.on_step = [&](int, int, const base::Image&) { ++drawn; };
    made_by.on_repair.on_end = [&](const RepairStep&, const RepairedAnswer&) { ++ended; };
    const RepairWish wish{.made_by = made_by, .claim = claim};
    const CheckedAnswer repaired = RepairClaim(*model_, data_, wish, first, {});
    EXPECT_EQ(begun, static_cast<int>(repaired.repair.size()));
    EXPECT_EQ(ended, begun);
    for (const RepairStep& step : repaired.repair) {
      EXPECT_TRUE(step.requested);
      if (!step.kept) continue;
      ++kept;
      EXPECT_FALSE(FailsIn(*repaired.report, claim));
    }
    EXPECT_GE(repaired.report->followed().share().value_or(1), before->followed().share().value_or(1));
    EXPECT_GE(repaired.report->told().share().value_or(1), before->told().share().value_or(1));
    // The same wish gives the same; one after other attempts is not the same.
    EXPECT_EQ(RepairClaim(*model_, data_, wish, first, {}).answer.picture, repaired.answer.picture);
  }
  EXPECT_GT(asked, 0);
  EXPECT_GT(drawn, 0);
  EXPECT_GT(kept, 0);
}

// What is asked for may be a thing that the plan has no line of, or the last value of a line that is denied.
TEST_F(RepairTest, AThingThatWasNotPlannedIsPutIntoThePlan) {
  const engine::Answer first = engine::Generate(*model_, request_, {});
  const auto plans_tried = [&](const ClaimFact& fact) {
    Report report;
    report.claims = {{.text = "wanted",
                      .sources = {ClaimSource::kPrompt},
                      .subject = fact.fact.key,
                      .facts = {fact},
                      .verdict = Verdict::kFails}};
    RepairOptions options{.claim = "wanted"};
    int attempts = 0;
    options.listener.on_begin = [&](const RepairStep&) { ++attempts; };
    Repair(Task(), first, report, options);
    return attempts;
  };
  EXPECT_EQ(plans_tried({.fact = {"car", ""}}), 2);
  EXPECT_EQ(plans_tried({.fact = {"car", "blue"}}), 2);
  EXPECT_EQ(plans_tried({.fact = {"moon", ""}}), 2);
  EXPECT_EQ(plans_tried({.fact = {"ground", "road"}, .denied = true}), 2);
}

TEST(RequireUnderstood, NamesWordsAndNearKinds) {
  const CheckData data{.vocabulary = plan::VocabularyForTest(), .lexicon = plan::LexiconForTest()};
  EXPECT_NO_THROW(RequireUnderstood("a red bus", data));
  EXPECT_NO_THROW(RequireUnderstood("anything", {}));  // a model without a lexicon
  try {
    RequireUnderstood("a jeep at a glacier", data);
    ADD_FAILURE();
  } catch (const NotUnderstood& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("not understood: glacier"),
                                             testing::HasSubstr("jeep (nearest: car)")));
  }
}

}  // namespace
}  // namespace diptych::coherence
