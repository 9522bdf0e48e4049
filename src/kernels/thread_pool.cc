#include "kernels/thread_pool.h"

#include <omp.h>

#include <system_error>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace diptych::kernels {
namespace {

constexpr uint64_t kPieces = 0xFFFFFFFF;
// How often a helper polls for work, some 50 microseconds, before it sleeps: consecutive loops of a pass start faster
// then.
constexpr int kPolls = 2000;

void Pause() {
#if defined(__x86_64__)
  _mm_pause();
#else
  std::this_thread::yield();
#endif
}

}  // namespace

ThreadPool::ThreadPool() : ThreadPool(omp_get_max_threads()) {}

ThreadPool::ThreadPool(int threads) {
  helpers_.reserve(static_cast<size_t>(std::max(threads - 1, 0)));
  try {
    for (int thread = 1; thread < threads; ++thread)
      helpers_.emplace_back([this, thread](const std::stop_token& stop) { Help(stop, thread); });
  } catch (const std::system_error&) {
    // The process may start no more threads: those that exist do the work, with the same results.
  }
}

ThreadPool::~ThreadPool() {
  for (auto& helper : helpers_) helper.request_stop();
  state_.fetch_add(kPieces + 1, std::memory_order_release);
  state_.notify_all();
}

void ThreadPool::Run(const Job& job, int pieces) {
  finished_.store(0, std::memory_order_relaxed);
  job_.store(&job, std::memory_order_relaxed);
  const uint64_t number = (state_.load(std::memory_order_relaxed) >> 32) + 1;
  state_.store(number << 32 | static_cast<uint64_t>(pieces), std::memory_order_release);
  state_.notify_all();
  Work(0);
  for (int poll = 0; finished_.load(std::memory_order_acquire) < pieces; ++poll) {
    if (poll < kPolls)
      Pause();
    else
      std::this_thread::yield();
  }
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void ThreadPool::Work(int thread) {
  uint64_t state = state_.load(std::memory_order_acquire);
  while ((state & kPieces) != 0) {
    const Job* job = job_.load(std::memory_order_relaxed);
    if (!state_.compare_exchange_weak(state, state - 1, std::memory_order_acq_rel)) continue;
    try {
      job->call(job->context, static_cast<int>((state - 1) & kPieces), thread);
    } catch (...) {
      const std::lock_guard lock(error_mutex_);
      if (!error_) error_ = std::current_exception();
    }
    finished_.fetch_add(1, std::memory_order_release);
    state = state_.load(std::memory_order_acquire);
  }
}

void ThreadPool::Help(const std::stop_token& stop, int thread) {
  omp_set_num_threads(1);  // for loops that this thread itself would start, inside oneDNN for instance
  uint64_t seen = 0;
  while (!stop.stop_requested()) {
    for (int poll = 0; poll < kPolls && (state_.load(std::memory_order_relaxed) >> 32) == seen; ++poll) Pause();
    uint64_t state = state_.load(std::memory_order_acquire);
    while ((state >> 32) == seen && !stop.stop_requested()) {
      state_.wait(state, std::memory_order_acquire);
      state = state_.load(std::memory_order_acquire);
    }
    seen = state >> 32;
    Work(thread);
  }
}

}  // namespace diptych::kernels
