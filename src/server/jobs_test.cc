#include "server/jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace diptych::server {
namespace {

using testing::HasSubstr;
using testing::Not;

// A client that keeps what it gets.
class KeptReply : public Reply {
 public:
  void Send(HttpResponse) override {}
  void Begin(HttpResponse) override { begun_ = true; }
  void Write(std::string bytes) override { text += bytes; }
  void End() override { ended = true; }
  bool closed() const override { return false; }
  bool begun() const override { return begun_; }
  void OnClosed(std::function<void()> call) override { closing = std::move(call); }

  std::string text;
  bool ended = false;
  std::function<void()> closing;

 private:
  bool begun_ = false;
};

std::shared_ptr<Job> NewJob(bool keeps_on = false) { return std::make_shared<Job>("job_1", "draw", keeps_on); }

TEST(Job, ListenersHearEverythingFromTheStart) {
  const auto job = NewJob();
  job->EnterStage("plan", 8, {});
  job->AddPlan("bus: ");
  const auto early = std::make_shared<KeptReply>(), late = std::make_shared<KeptReply>(),
             again = std::make_shared<KeptReply>();
  job->Listen(early, 0);
  job->AddPlan("blue");
  job->Listen(late, 0);
  job->Listen(again, 2);
  job->Finish({.json = {{"seed", 3}}, .pictures = {"PNG"}});
  EXPECT_EQ(early->text, late->text);
  EXPECT_THAT(early->text, HasSubstr("id: 1\nevent: stage\ndata: {\"stage\":\"plan\",\"eta_s\":null}\n\n"
                                     "id: 2\nevent: plan\ndata: {\"text\":\"bus: \"}\n\n"
                                     "id: 3\nevent: plan\ndata: {\"text\":\"blue\"}\n\n"
                                     "id: 4\nevent: result\ndata: {\"seed\":3}\n\n"));
  EXPECT_THAT(again->text, testing::StartsWith("id: 3\n"));
  EXPECT_TRUE(early->ended && late->ended);
  EXPECT_EQ(job->progress().status, JobStatus::kDone);
  EXPECT_EQ(job->progress().plan, "bus: blue");
  EXPECT_EQ(job->picture(1).bytes, "PNG");
  EXPECT_EQ(job->picture(0).bytes, "");
  EXPECT_EQ(job->picture(2).bytes, "");
  const auto after = std::make_shared<KeptReply>();
  job->Listen(after, 0);
  EXPECT_EQ(after->text, early->text);
  EXPECT_TRUE(after->ended);
}

TEST(Job, WhoComesLateGetsTheNewestPreviewAlone) {
  const auto job = NewJob();
  job->AddStep({.step = 1, .steps = 8, .preview = "first"});
  job->AddStep({.step = 2, .steps = 8, .preview = "second"});
  const auto late = std::make_shared<KeptReply>();
  job->Listen(late, 0);
  EXPECT_THAT(late->text, Not(HasSubstr("\"step\":1,")));
  EXPECT_THAT(late->text, HasSubstr("\"step\":2,"));
  EXPECT_EQ(job->preview(), "second");
  job->Cancel();
  job->Fail({.message = "cancelled", .code = "cancelled"});
  EXPECT_EQ(job->preview(), "");
}

TEST(Job, ARepairsPreviewTakesThePlaceOfAStep) {
  const auto job = NewJob();
  job->AddStep({.step = 8, .steps = 8, .preview = "finished"});
  job->AddEvent("repair", {{"action", "draw whole"}});
  job->AddPassing("repair", {{"step", 1}}, "again");
  job->AddPassing("repair", {{"step", 2}}, "");
  job->AddPassing("repair", {{"step", 3}}, "further");
  const auto late = std::make_shared<KeptReply>();
  job->Listen(late, 0);
  EXPECT_THAT(late->text, Not(HasSubstr("event: step")));
  EXPECT_THAT(late->text, HasSubstr("draw whole"));
  EXPECT_THAT(late->text, Not(HasSubstr("\"step\":2")));
  EXPECT_THAT(late->text, HasSubstr("\"step\":3,\"preview\":\"data:image/png;base64,"));
  EXPECT_EQ(job->preview(), "further");
}

TEST(Job, ItIsCancelledWhenItsLastListenerGoes) {
  const auto job = NewJob();
  const auto one = std::make_shared<KeptReply>(), other = std::make_shared<KeptReply>();
  job->Listen(one, 0);
  job->Listen(other, 0);
  one->closing();
  EXPECT_FALSE(job->cancelled());
  other->closing();
  EXPECT_TRUE(job->cancelled());
  EXPECT_EQ(job->progress().status, JobStatus::kCancelled);
}

TEST(Job, OneThatKeepsOnIsNot) {
  const auto job = NewJob(/*keeps_on=*/true);
  const auto one = std::make_shared<KeptReply>();
  job->Listen(one, 0);
  one->closing();
  EXPECT_FALSE(job->cancelled());
}

TEST(Job, ARunningOneEndsWhenItsWorkSaysSo) {
  const auto job = NewJob();
  job->EnterStage("plan", 8, {});
  EXPECT_TRUE(job->Cancel());
  EXPECT_EQ(job->progress().status, JobStatus::kRunning);
  EXPECT_TRUE(job->cancelled());
  job->Fail({.status = 499, .message = "cancelled", .code = "cancelled"});
  EXPECT_EQ(job->progress().status, JobStatus::kCancelled);
  EXPECT_FALSE(job->Cancel());
}

TEST(JobBoard, TheOldestThatEndedMakesRoom) {
  const Limits limits{.jobs = 2};
  JobBoard board(limits);
  const auto first = board.Create("draw", false), second = board.Create("draw", false);
  EXPECT_NE(first->id(), second->id());
  EXPECT_THROW(board.Create("draw", false), ApiError);
  second->Cancel();
  const auto third = board.Create("draw", false);
  EXPECT_EQ(board.Find(second->id()), nullptr);
  EXPECT_EQ(board.Find(third->id()), third);
  EXPECT_EQ(board.size(), 2);
}

}  // namespace
}  // namespace diptych::server
