// Products of small blocks of float32 matrices on oneDNN.
#pragma once

#include <compare>
#include <memory>

namespace diptych::kernels {

// While it lives, oneDNN compiles for one thread and runs on the calling thread alone, so that its blocking, and with
// it the order of its sums, is always the same.
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
  // The product for a shape, compiled at the first call, ready for threads [0, threads). Not thread-safe; the pointer
  // is valid while this lives.
  Compiled* Find(const Shape& shape, int threads);
  // Call it while a OneThread lives. Different threads may run one product at once.
  void Run(Compiled& product, const Blocks& blocks, int thread) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace diptych::kernels
