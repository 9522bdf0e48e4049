#include "data/loader.h"

#include <utility>

namespace diptych {

Loader::Loader(std::function<Batch(uint64_t index)> make, const Options& options)
    : make_(std::move(make)), options_(options), next_to_make_(options.first), next_to_give_(options.first) {
  for (int i = 0; i < options.threads; ++i) threads_.emplace_back([this](std::stop_token stop) { Work(stop); });
}

Loader::~Loader() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

void Loader::Work(std::stop_token stop) {
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

Batch Loader::Next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return failure_ || ready_.contains(next_to_give_); });
  if (failure_) std::rethrow_exception(failure_);
  Batch batch = std::move(ready_.extract(next_to_give_).mapped());
  ++next_to_give_;
  changed_.notify_all();
  return batch;
}

}  // namespace diptych
