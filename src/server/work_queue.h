// A bounded queue of the model's work, and the few workers that do it, which share the threads fairly.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace diptych::server {

class WorkQueue {
 public:
  struct Sizes {
    int workers = 2;   // pieces of work at once
    int waiting = 32;  // pieces that may wait
    int threads = 1;   // of all workers together, as base::UseThreads returned them
  };
  enum class Outcome { kTaken, kFull, kClosed };

  explicit WorkQueue(const Sizes& sizes);
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;
  // Waits for the work that runs; what waits is dropped.
  ~WorkQueue();

  struct Work {
    // Throws nothing. Called once by a worker; or, where it is abandoned, by whoever needs its place.
    std::function<void()> run;
    std::function<bool()> abandoned;  // nobody waits for it any more: when it runs it ends at once
  };
  // `number`, which may be null, becomes that of the work, for PositionOf.
  Outcome Push(Work work, uint64_t* number = nullptr);
  // 1 for the next that begins; 0 for what does not wait.
  int PositionOf(uint64_t number) const;
  int waiting() const;
  int running() const;
  bool has_room() const;
  const Sizes& sizes() const { return sizes_; }
  // Refuses further work.
  void Close();

 private:
  struct Waiting {
    uint64_t number;
    Work work;
  };
  void Serve();
  std::vector<std::function<void()>> TakeAbandoned();
  // Of the work that begins now: all threads where it is alone, an equal part where others run or wait.
  int ThreadsForNext() const;

  const Sizes sizes_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  uint64_t next_number_ = 1;
  int running_ = 0;
  bool closed_ = false, ending_ = false;
  std::vector<std::jthread> workers_;  // last: they use the members above
};

}  // namespace diptych::server
