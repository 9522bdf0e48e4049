// Batches made in threads beside training, in order, the same for any number of threads.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace diptych::data {

struct LoaderOptions {
  uint64_t first = 0;  // index of the first batch
  int threads = 1;
  int ahead = 4;  // batches kept ready
};

template <typename Batch>
class Loader {
 public:
  // `make` builds batch `index`; called from several threads at once.
  Loader(std::function<Batch(uint64_t index)> make, const LoaderOptions& options)
      : make_(std::move(make)), options_(options), next_to_make_(options.first), next_to_give_(options.first) {
    for (int i = 0; i < options.threads; ++i) threads_.emplace_back([this](std::stop_token stop) { Work(stop); });
  }
  ~Loader() {
    for (std::jthread& thread : threads_) thread.request_stop();
    threads_.clear();
  }

  // The next batch; waits for it. Rethrows what `make` threw.
  Batch Next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failure_ || ready_.contains(next_to_give_); });
    if (failure_) std::rethrow_exception(failure_);
    Batch batch = std::move(ready_.extract(next_to_give_).mapped());
    ++next_to_give_;
    changed_.notify_all();
    return batch;
  }

 private:
  void Work(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (true) {
      const auto room = [&] { return next_to_make_ < next_to_give_ + static_cast<uint64_t>(options_.ahead); };
      if (!changed_.wait(lock, stop, room) || failure_) return;
      const uint64_t index = next_to_make_++;
      lock.unlock();
      try {
        Batch batch = make_(index);
        lock.lock();
        ready_.emplace(index, std::move(batch));
      } catch (...) {
        if (!lock.owns_lock()) lock.lock();
        failure_ = std::current_exception();
      }
      changed_.notify_all();
    }
  }

  std::function<Batch(uint64_t)> make_;
  LoaderOptions options_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  uint64_t next_to_make_, next_to_give_;
  std::map<uint64_t, Batch> ready_;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;
};
template <typename Make>
Loader(Make, const LoaderOptions&) -> Loader<std::invoke_result_t<Make, uint64_t>>;

}  // namespace diptych::data
