#include "server/work_queue.h"

#include <algorithm>
#include <utility>

#include "base/threads.h"

namespace diptych::server {

WorkQueue::WorkQueue(const Sizes& sizes) : sizes_(sizes) {
  for (int i = 0; i < std::max(1, sizes.workers); ++i) workers_.emplace_back([this] { Serve(); });
}

WorkQueue::~WorkQueue() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = ending_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  workers_.clear();
}

std::vector<std::function<void()>> WorkQueue::TakeAbandoned() {
  std::vector<std::function<void()>> taken;
  for (Waiting& waiting : waiting_)
    if (waiting.work.abandoned()) taken.push_back(std::exchange(waiting.work.run, nullptr));
  std::erase_if(waiting_, [](const Waiting& waiting) { return !waiting.work.run; });
  return taken;
}

WorkQueue::Outcome WorkQueue::Push(Work work, uint64_t* number) {
  std::vector<std::function<void()>> abandoned;
  Outcome outcome = Outcome::kTaken;
  {
    const std::lock_guard lock(mutex_);
    // A worker that is idle takes it at once.
    const size_t room = static_cast<size_t>(sizes_.waiting + std::max(0, sizes_.workers - running_));
    if (waiting_.size() >= room) abandoned = TakeAbandoned();
    if (closed_) {
      outcome = Outcome::kClosed;
    } else if (waiting_.size() >= room) {
      outcome = Outcome::kFull;
    } else {
      if (number != nullptr) *number = next_number_;
      waiting_.push_back({next_number_++, std::move(work)});
    }
  }
  changed_.notify_one();
  for (const auto& run : abandoned) run();
  return outcome;
}

int WorkQueue::PositionOf(uint64_t number) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(waiting_, number, &Waiting::number);
  return found == waiting_.end() ? 0 : static_cast<int>(found - waiting_.begin()) + 1;
}

int WorkQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(waiting_.size());
}

int WorkQueue::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

bool WorkQueue::has_room() const {
  const std::lock_guard lock(mutex_);
  return !closed_ && static_cast<int>(waiting_.size()) < sizes_.waiting + std::max(0, sizes_.workers - running_);
}

void WorkQueue::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

int WorkQueue::ThreadsForNext() const {
  const int wanted = std::min(running_ + static_cast<int>(waiting_.size()), std::max(1, sizes_.workers));
  return std::max(1, sizes_.threads / std::max(1, wanted));
}

void WorkQueue::Serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    std::function<void()> run = std::move(waiting_.front().work.run);
    waiting_.pop_front();
    ++running_;
    const int threads = ThreadsForNext();
    lock.unlock();
    base::SetThreads(threads);
    run();
    run = nullptr;
    lock.lock();
    --running_;
  }
}

}  // namespace diptych::server
