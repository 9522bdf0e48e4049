// Arrays aligned to cache lines, and on huge pages where they are large.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <vector>

namespace diptych::kernels {

// Memory that is freed all at once. Allocations follow one another on huge pages, where the system has them, so that
// reading many matrices in turn needs few page-table walks. Used by one thread at a time.
class PageArena {
 public:
  // `bytes` of zeros at a multiple of 64, valid while the arena lives.
  void* Take(size_t bytes);

 private:
  struct Release {
    size_t size = 0;
    bool mapped = false;
    void operator()(std::byte* data) const;
  };
  using Chunk = std::unique_ptr<std::byte[], Release>;
  static Chunk MakeChunk(size_t bytes);

  std::vector<Chunk> chunks_;
  size_t used_ = 0;  // bytes of the last chunk
};

// `size` numbers at a multiple of 64 bytes, zero at first. The memory is its own or an arena's. Like a pointer, a const
// array gives mutable access to its numbers.
template <typename T>
class AlignedArray {
 public:
  AlignedArray() = default;
  explicit AlignedArray(size_t size) : arena_(std::make_unique<PageArena>()), size_(size) {
    data_ = static_cast<T*>(arena_->Take(size * sizeof(T)));
  }
  AlignedArray(size_t size, PageArena& arena) : data_(static_cast<T*>(arena.Take(size * sizeof(T)))), size_(size) {}
  AlignedArray(AlignedArray&&) noexcept = default;
  AlignedArray& operator=(AlignedArray&&) noexcept = default;

  T* data() const { return data_; }
  size_t size() const { return size_; }
  std::span<T> span() const { return {data_, size_}; }

 private:
  std::unique_ptr<PageArena> arena_;  // null: the memory belongs to another arena
  T* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace diptych::kernels
