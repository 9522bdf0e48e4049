// Products of small blocks of float32 matrices on oneDNN.
#pragma once

#include <compare>
#include <memory>

namespace diptych::kernels {

// While alive, oneDNN compiles for one thread and runs on the calling one alone: its blocking, and so the order of its
// sums, is then always the same.
class OneThread {
 public:
  OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread();

 private:
  int before_;
};

// Owns what oneDNN has compiled, and each thread's handles on it.
class FloatProducts {
 public:
  // result [rows, columns] = x [rows, inner] times the transposed weights [columns, inner], all dense.
  struct Shape {
    int rows = 0, columns = 0, inner = 0;
    auto operator<=>(const Shape&) const = default;
  };
  struct Blocks {
    float* x = nullptr;
    float* weights = nullptr;
    float* result = nullptr;
  };
  class Compiled;

  FloatProducts();
  ~FloatProducts();
  // Compiled when a shape comes for the first time, ready for threads [0, threads). For one thread at a time; valid
  // while this lives.
  Compiled* Find(const Shape& shape, int threads);
  // While a OneThread lives; different threads may run one product at once.
  void Run(Compiled& product, const Blocks& blocks, int thread) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace diptych::kernels
