// Batches made in threads beside training, in order, the same for any number of threads.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "data/batch.h"

namespace diptych {

class Loader {
 public:
  struct Options {
    uint64_t first = 0;  // index of the first batch
    int threads = 1;
    int ahead = 4;       // batches kept ready
  };
  // `make` builds batch `index`; called from several threads at once.
  Loader(std::function<Batch(uint64_t index)> make, const Options& options);
  ~Loader();
  // The next batch; waits for it. Rethrows what `make` threw.
  Batch Next();

 private:
  void Work(std::stop_token stop);

  std::function<Batch(uint64_t)> make_;
  Options options_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  uint64_t next_to_make_, next_to_give_;
  std::map<uint64_t, Batch> ready_;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;
};

}  // namespace diptych
