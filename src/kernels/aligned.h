// Arrays that begin at a cache line, as matrix units like them.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>

namespace diptych {

// Owns `size` numbers, zero at first. Like a pointer, it hands out mutable access when it is const itself.
template <typename T>
class AlignedArray {
 public:
  AlignedArray() = default;
  explicit AlignedArray(size_t size) : data_(size == 0 ? nullptr : new (kLine) T[size]()), size_(size) {}
  T* data() const { return data_.get(); }
  size_t size() const { return size_; }
  std::span<T> span() const { return {data_.get(), size_}; }
  T& operator[](size_t i) const { return data_[i]; }

 private:
  static constexpr std::align_val_t kLine{64};
  struct Free {
    void operator()(T* data) const { operator delete[](data, kLine); }
  };
  std::unique_ptr<T[], Free> data_;
  size_t size_ = 0;
};

}  // namespace diptych
