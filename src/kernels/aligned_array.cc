#include "kernels/aligned_array.h"

#include <sys/mman.h>

#include <algorithm>
#include <string>

#include "base/error.h"
#include "base/round_up.h"

namespace diptych::kernels {
namespace {

constexpr size_t kLine = 64, kHugePage = size_t{2} << 20;
constexpr size_t kHugeFrom = kHugePage / 4;  // smaller requests do not get huge pages
constexpr size_t kLargestChunk = size_t{64} << 20;

// `size` bytes, a multiple of a huge page, at a multiple of it.
std::byte* MapHugePages(size_t size) {
  void* mapped = mmap(nullptr, size + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED)
    throw base::Error("memory", "no room for " + std::to_string(size >> 20) + " MiB.", "close other programs.");
  // Unmaps the bytes before and after the aligned range.
  auto* data = static_cast<std::byte*>(mapped);
  const auto address = reinterpret_cast<uintptr_t>(mapped);
  const size_t before = base::RoundUp(address, kHugePage) - address;
  if (before > 0) munmap(data, before);
  data += before;
  munmap(data + size, kHugePage - before);
  madvise(data, size, MADV_HUGEPAGE);  // only a hint: small pages work as well
  return data;
}

}  // namespace

void PageArena::Release::operator()(std::byte* data) const {
  if (mapped)
    munmap(data, size);
  else
    operator delete[](data, std::align_val_t{kLine});
}

PageArena::Chunk PageArena::MakeChunk(size_t bytes) {
  if (bytes < kHugeFrom) return Chunk(new (std::align_val_t{kLine}) std::byte[bytes](), Release{bytes, false});
  const size_t size = base::RoundUp(bytes, kHugePage);
  return Chunk(MapHugePages(size), Release{size, true});
}

void* PageArena::Take(size_t bytes) {
  const size_t size = base::RoundUp(std::max<size_t>(bytes, 1), kLine);
  if (chunks_.empty() || used_ + size > chunks_.back().get_deleter().size) {
    // Chunk sizes double, so that a few chunks hold any model.
    const size_t last = chunks_.empty() ? 0 : chunks_.back().get_deleter().size;
    chunks_.push_back(MakeChunk(std::max(size, std::min(2 * last, kLargestChunk))));
    used_ = 0;
  }
  void* taken = chunks_.back().get() + used_;
  used_ += size;
  return taken;
}

}  // namespace diptych::kernels
