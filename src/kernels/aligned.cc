#include "kernels/aligned.h"

#include <sys/mman.h>

#include <algorithm>

#include "base/error.h"

namespace diptych {
namespace {

constexpr size_t kLine = 64, kPage = 4096, kHugePage = size_t{2} << 20;
constexpr size_t kHugeFrom = kHugePage / 4;  // smaller requests do not get huge pages
constexpr size_t kLargestChunk = size_t{64} << 20;

size_t RoundedUp(size_t value, size_t granule) { return (value + granule - 1) / granule * granule; }

}  // namespace

void PageArena::Release::operator()(std::byte* data) const { munmap(data, size); }

PageArena::Chunk PageArena::Map(size_t bytes) {
  const bool huge = bytes >= kHugeFrom;
  const size_t size = RoundedUp(bytes, huge ? kHugePage : kPage);
  // Room to begin at a multiple of a huge page; what lies before and after is given back.
  const size_t room = huge ? size + kHugePage : size;
  void* mapped = mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED)
    throw Error("memory", "no room for " + std::to_string(bytes >> 20) + " MiB.", "close other programs.");
  auto* data = static_cast<std::byte*>(mapped);
  if (huge) {
    const auto address = reinterpret_cast<uintptr_t>(mapped);
    const size_t before = RoundedUp(address, kHugePage) - address;
    if (before > 0) munmap(data, before);
    munmap(data + before + size, room - before - size);
    data += before;
    madvise(data, size, MADV_HUGEPAGE);  // a wish: small pages do as well
  }
  return Chunk(data, Release{size});
}

void* PageArena::Take(size_t bytes) {
  const size_t size = RoundedUp(std::max<size_t>(bytes, 1), kLine);
  if (chunks_.empty() || used_ + size > chunks_.back().get_deleter().size) {
    // Chunks double, so that a few of them hold any model.
    const size_t last = chunks_.empty() ? 0 : chunks_.back().get_deleter().size;
    chunks_.push_back(Map(std::max(size, std::min(2 * last, kLargestChunk))));
    used_ = 0;
  }
  void* taken = chunks_.back().get() + used_;
  used_ += size;
  return taken;
}

}  // namespace diptych
