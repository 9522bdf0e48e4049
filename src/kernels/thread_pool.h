// A thread pool of one session, for parallel loops over fixed pieces of work.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/round_up.h"

namespace diptych::kernels {

// The helper threads of one calling thread. OpenMP's own loops end at a barrier that every thread must reach, which
// costs a time slice or more when other programs use the cores. Here the caller takes pieces itself, and waits only for
// pieces that a helper has begun. Used by one thread at a time.
class ThreadPool {
 public:
  // As many threads, the caller included, as OpenMP would use now.
  ThreadPool();
  // Fewer threads where the system refuses to start more (a limit on tasks); results do not depend on their number.
  explicit ThreadPool(int threads);
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool();

  int threads() const { return static_cast<int>(helpers_.size()) + 1; }

  // Runs body(piece, thread) for every piece in [0, pieces), thread in [0, threads()). The caller must fix the pieces
  // without regard to the number of threads, and each piece must write results of its own; then results are the same
  // for any number of threads. Rethrows the first exception of a piece after all pieces are done.
  template <typename Body>
  void For(int pieces, const Body& body) {
    if (helpers_.empty() || pieces <= 1) {
      for (int piece = 0; piece < pieces; ++piece) body(piece, 0);
      return;
    }
    Run({[](const void* context, int piece, int thread) { (*static_cast<const Body*>(context))(piece, thread); },
         &body},
        pieces);
  }
  // Runs body(row, thread) for every row in [0, rows), for bodies of a microsecond or less. A piece is several
  // neighbouring rows: taking single rows, the threads would spend their time on the shared counter.
  template <typename Body>
  void ForRows(int rows, const Body& body) {
    constexpr int kRows = 16;  // the block of keys in the KV cache
    For(base::CeilDiv(rows, kRows), [&](int piece, int thread) {
      for (int row = piece * kRows; row < std::min(rows, (piece + 1) * kRows); ++row) body(row, thread);
    });
  }
  // Runs body(first, end) for parts that together cover [0, size).
  template <typename Body>
  void ForParts(size_t size, const Body& body) {
    constexpr size_t kPart = 4096;
    For(static_cast<int>(base::CeilDiv(size, kPart)), [&](int part, int) {
      const size_t first = static_cast<size_t>(part) * kPart;
      body(first, std::min(size, first + kPart));
    });
  }

 private:
  struct Job {
    void (*call)(const void* context, int piece, int thread) = nullptr;
    const void* context = nullptr;
  };

  void Run(const Job& job, int pieces);
  // Takes pieces of the current job until none is left.
  void Work(int thread);
  void Help(const std::stop_token& stop, int thread);

  // The number of the job in the upper half, the count of pieces not yet taken in the lower. A thread takes a piece by
  // compare-and-exchange, which fails if the job has changed meanwhile.
  std::atomic<uint64_t> state_{0};
  std::atomic<const Job*> job_{nullptr};
  std::atomic<int> finished_{0};
  std::mutex error_mutex_;
  std::exception_ptr error_;
  std::vector<std::jthread> helpers_;  // last: they use the members above
};

}  // namespace diptych::kernels
