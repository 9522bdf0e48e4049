#include "server/jobs.h"

#include <algorithm>
#include <cstdio>
#include <random>
#include <utility>

#include "base/base64.h"

namespace diptych::server {
namespace {

// 128 bits: whoever does not know a job's id does not find it.
std::string NewJobId() {
  std::random_device random;
  char text[64];
  std::snprintf(text, sizeof(text), "job_%08x%08x%08x%08x", random(), random(), random(), random());
  return text;
}

double SecondsBetween(Job::Clock::time_point start, Job::Clock::time_point end) {
  return std::chrono::duration<double>(end - start).count();
}

void AddSeconds(std::string_view key, const std::optional<double>& seconds, record::JsonObject* json) {
  if (seconds)
    json->Add(key, *seconds);
  else
    json->Add(key, nullptr);
}

bool HasEnded(JobStatus status) { return status != JobStatus::kQueued && status != JobStatus::kRunning; }

}  // namespace

std::string_view NameOf(JobStatus status) {
  switch (status) {
    case JobStatus::kQueued:
      return "queued";
    case JobStatus::kRunning:
      return "running";
    case JobStatus::kDone:
      return "done";
    case JobStatus::kFailed:
      return "failed";
    case JobStatus::kCancelled:
      break;
  }
  return "cancelled";
}

Job::Job(std::string id, std::string task, bool keeps_on)
    : id_(std::move(id)), task_(std::move(task)), keeps_on_(keeps_on) {}

bool Job::Cancel() {
  const std::lock_guard lock(mutex_);
  if (HasEnded(progress_.status)) return false;
  cancelled_ = true;
  if (progress_.status == JobStatus::kQueued) End(JobStatus::kCancelled, "cancelled", {});
  return true;
}

Job::Progress Job::progress() const {
  const std::lock_guard lock(mutex_);
  Progress progress = progress_;
  const Clock::time_point now = ended_.value_or(Clock::now());
  progress.in_stage_s = SecondsBetween(stage_began_, now);
  progress.elapsed_s = SecondsBetween(created_, now);
  progress.has_preview = !preview_.empty();
  return progress;
}

std::string Job::preview() const {
  const std::lock_guard lock(mutex_);
  return preview_;
}

Job::PictureFile Job::picture(size_t number) const {
  const std::lock_guard lock(mutex_);
  return {number >= 1 && number <= pictures_.size() ? pictures_[number - 1] : std::string(), media_type_};
}

std::optional<Job::Clock::time_point> Job::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

void Job::SetQueueNumber(uint64_t number) {
  const std::lock_guard lock(mutex_);
  progress_.queue_number = number;
}

void Job::EnterStage(std::string_view stage, int steps, std::optional<double> eta_s) {
  const std::lock_guard lock(mutex_);
  if (progress_.stage == stage) return;
  progress_.status = JobStatus::kRunning;
  progress_.stage = stage;
  progress_.steps = steps;
  stage_began_ = Clock::now();
  record::JsonObject data = {{"stage", stage}};
  AddSeconds("eta_s", eta_s, &data);
  Tell("stage", data);
}

void Job::AddPlan(std::string_view text) {
  const std::lock_guard lock(mutex_);
  progress_.plan += text;
  Tell("plan", {{"text", text}});
}

void Job::AddNarrative(std::string_view text) {
  const std::lock_guard lock(mutex_);
  progress_.narrative += text;
  Tell("narrative", {{"text", text}});
}

void Job::AddStep(Step step) {
  const std::lock_guard lock(mutex_);
  progress_.step = step.step;
  progress_.steps = step.steps;
  record::JsonObject data = {{"step", step.step}, {"steps", step.steps}};
  AddSeconds("eta_s", step.eta_s, &data);
  TellPassing("step", std::move(data), std::move(step.preview));
}

void Job::AddPassing(std::string_view name, record::JsonObject data, std::string preview) {
  const std::lock_guard lock(mutex_);
  TellPassing(name, std::move(data), std::move(preview));
}

void Job::TellPassing(std::string_view name, record::JsonObject data, std::string preview) {
  data.Add("preview", nullptr);
  if (!preview.empty()) {
    preview_ = std::move(preview);
    data.Add("preview", base::DataUrl("image/png", preview_));
    ForgetPassing();  // who comes later needs the newest preview alone
  }
  Tell(name, data, /*passing=*/true);
}

void Job::ForgetPassing() {
  std::erase_if(events_, [](const Event& event) { return event.passing; });
}

void Job::AddEvent(std::string_view name, const record::JsonObject& data) {
  const std::lock_guard lock(mutex_);
  Tell(name, data);
}

void Job::Finish(Result result) {
  const std::lock_guard lock(mutex_);
  pictures_ = std::move(result.pictures);
  media_type_ = result.media_type;
  progress_.result = result.json.Line();
  End(JobStatus::kDone, "result", result.json);
}

void Job::Fail(const ErrorContent& error) {
  const std::lock_guard lock(mutex_);
  if (error.code == "cancelled") {
    End(JobStatus::kCancelled, "cancelled", {});
    return;
  }
  progress_.error = ErrorJson(error);
  End(JobStatus::kFailed, "error", record::JsonObject::Parse(progress_.error, "the error"));
}

void Job::Tell(std::string_view name, const record::JsonObject& data, bool passing) {
  if (HasEnded(progress_.status)) return;
  events_.push_back({next_event_++, std::string(name), data.Line(), passing});
  const Event& event = events_.back();
  if (listeners_.empty()) return;
  const std::string text = ServerSentEvent(event.name, event.data, std::to_string(event.number));
  for (const Listener& listener : listeners_) listener.reply->Write(text);
}

void Job::End(JobStatus status, std::string_view name, const record::JsonObject& data) {
  if (HasEnded(progress_.status)) return;
  Tell(name, data);
  // Previews are large, and the picture itself is there now, or never will be.
  ForgetPassing();
  preview_.clear();
  progress_.status = status;
  ended_ = Clock::now();
  for (const Listener& listener : std::exchange(listeners_, {})) listener.reply->End();
}

void Job::Listen(const std::shared_ptr<Reply>& reply, uint64_t after) {
  uint64_t key = 0;
  {
    const std::lock_guard lock(mutex_);
    reply->Begin(EventStreamHead());
    std::string text;
    for (const Event& event : events_)
      if (event.number > after) text += ServerSentEvent(event.name, event.data, std::to_string(event.number));
    reply->Write(std::move(text));
    if (HasEnded(progress_.status)) {
      reply->End();
      return;
    }
    key = next_listener_++;
    listeners_.push_back({key, reply});
  }
  reply->OnClosed([weak = weak_from_this(), key] {
    if (const std::shared_ptr<Job> job = weak.lock()) job->Forget(key);
  });
}

void Job::Forget(uint64_t key) {
  bool was_last = false;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(listeners_, [key](const Listener& listener) { return listener.key == key; });
    was_last = listeners_.empty();
  }
  if (was_last && !keeps_on_) Cancel();
}

std::shared_ptr<Job> JobBoard::Create(std::string task, bool keeps_on) {
  const std::lock_guard lock(mutex_);
  if (static_cast<int64_t>(jobs_.size()) >= limits_.jobs) {
    const auto oldest = std::ranges::find_if(jobs_, [](const auto& job) { return job->ended().has_value(); });
    if (oldest == jobs_.end())
      throw ApiError({.status = 429,
                      .message = "there are " + std::to_string(limits_.jobs) + " jobs already; try again later.",
                      .type = "rate_limit_error",
                      .code = "too_many_jobs",
                      .retry_after_s = 5});
    jobs_.erase(oldest);
  }
  jobs_.push_back(std::make_shared<Job>(NewJobId(), std::move(task), keeps_on));
  return jobs_.back();
}

std::shared_ptr<Job> JobBoard::Find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(jobs_, [&](const auto& job) { return job->id() == id; });
  return found == jobs_.end() ? nullptr : *found;
}

std::vector<std::shared_ptr<Job>> JobBoard::All() const {
  const std::lock_guard lock(mutex_);
  return jobs_;
}

void JobBoard::Remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(jobs_, [&](const auto& job) { return job->id() == id; });
}

void JobBoard::Sweep() {
  const std::lock_guard lock(mutex_);
  const Job::Clock::time_point old = Job::Clock::now() - std::chrono::seconds(limits_.kept_job_s);
  std::erase_if(jobs_, [&](const auto& job) { return job->ended().value_or(Job::Clock::time_point::max()) < old; });
}

int JobBoard::size() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(jobs_.size());
}

}  // namespace diptych::server
