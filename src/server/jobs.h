// Jobs: work that is asked for now and looked at later. Each keeps what happened as events, which any number of
// listeners hear from the start.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/json_object.h"
#include "server/api_error.h"
#include "server/http.h"
#include "server/limits.h"

namespace diptych::server {

enum class JobStatus { kQueued, kRunning, kDone, kFailed, kCancelled };
// "queued", "running", "done", "failed", "cancelled".
std::string_view NameOf(JobStatus status);

// One job. Used by any thread.
class Job : public std::enable_shared_from_this<Job> {
 public:
  using Clock = std::chrono::steady_clock;

  // `keeps_on`: it goes on when its last listener has gone.
  Job(std::string id, std::string task, bool keeps_on);

  const std::string& id() const { return id_; }
  const std::string& task() const { return task_; }
  bool cancelled() const { return cancelled_; }
  // Ends it: at once where it waits, within a step where it runs. False when it has ended already.
  bool Cancel();

  // How far the job is; texts as far as they are written.
  struct Progress {
    JobStatus status = JobStatus::kQueued;
    std::string stage{};  // empty before it runs
    int step = 0, steps = 0;
    std::string plan{}, narrative{};  // as far as they are written
    double in_stage_s = 0, elapsed_s = 0;
    uint64_t queue_number = 0;
    std::string result{};  // JSON, once it is done
    std::string error{};   // JSON, once it has failed
    bool has_preview = false;
  };
  Progress progress() const;
  std::string preview() const;  // a picture's file; empty before the first step and after the end
  // The `number`-th finished picture's file, from 1; its bytes are empty where there is none.
  struct PictureFile {
    std::string bytes;
    std::string_view media_type;
  };
  PictureFile picture(size_t number) const;
  std::optional<Clock::time_point> ended() const;

  // The worker's side.
  void SetQueueNumber(uint64_t number);
  void EnterStage(std::string_view stage, int steps, std::optional<double> eta_s);
  void AddPlan(std::string_view text);
  void AddNarrative(std::string_view text);
  // `preview`: a picture's file; empty where this step has none.
  struct Step {
    int step = 0, steps = 0;
    std::string preview{};
    std::optional<double> eta_s{};
  };
  void AddStep(Step step);
  // `preview` as in a step: the next one of this name, or a step's, takes its place for who comes late.
  void AddPassing(std::string_view name, record::JsonObject data, std::string preview);
  void AddEvent(std::string_view name, const record::JsonObject& data);
  struct Result {
    record::JsonObject json;
    std::vector<std::string> pictures{};  // files
    std::string_view media_type = "image/png";
  };
  void Finish(Result result);
  void Fail(const ErrorContent& error);

  // Sends all events from number `after` + 1 on, and those that come; ends the stream with the job.
  void Listen(const std::shared_ptr<Reply>& reply, uint64_t after);

 private:
  struct Event {
    uint64_t number;
    std::string name, data;
    bool passing = false;  // of a moment that has gone by: forgotten when the next one comes
  };
  struct Listener {
    uint64_t key;
    std::shared_ptr<Reply> reply;
  };
  // With mutex_ held.
  void Tell(std::string_view name, const record::JsonObject& data, bool passing = false);
  void TellPassing(std::string_view name, record::JsonObject data, std::string preview);
  void ForgetPassing();
  void End(JobStatus status, std::string_view name, const record::JsonObject& data);
  void Forget(uint64_t key);

  const std::string id_, task_;
  const bool keeps_on_;
  std::atomic<bool> cancelled_{false};
  mutable std::mutex mutex_;
  Progress progress_;
  std::string preview_;
  std::vector<std::string> pictures_;
  std::string_view media_type_ = "image/png";
  std::vector<Event> events_;
  std::vector<Listener> listeners_;
  uint64_t next_event_ = 1, next_listener_ = 1;
  const Clock::time_point created_ = Clock::now();
  Clock::time_point stage_began_ = created_;
  std::optional<Clock::time_point> ended_;
};

// All jobs that are remembered.
class JobBoard {
 public:
  explicit JobBoard(const Limits& limits) : limits_(limits) {}
  // ApiError 429 when there are too many that have not ended.
  std::shared_ptr<Job> Create(std::string task, bool keeps_on);
  // Null when there is none.
  std::shared_ptr<Job> Find(const std::string& id) const;
  // The newest last.
  std::vector<std::shared_ptr<Job>> All() const;
  void Remove(const std::string& id);
  // Forgets what ended long ago.
  void Sweep();
  int size() const;

 private:
  const Limits& limits_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Job>> jobs_;
};

}  // namespace diptych::server
