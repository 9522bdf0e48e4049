// The renderings used last, within a bound of memory.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "world/artwork.h"

namespace diptych::world {

struct RenderingKey {
  uint32_t drawing = 0;
  uint16_t width = 0, height = 0;
  int8_t colour = -1;  // -1: the artist's
  bool mirrored = false;
  bool operator==(const RenderingKey&) const = default;
};

struct HashRenderingKey {
  size_t operator()(const RenderingKey& key) const {
    const uint64_t place = uint64_t{key.drawing} << 32 | uint64_t{key.width} << 16 | key.height;
    return std::hash<uint64_t>()(place * 31 + static_cast<uint64_t>(key.colour + 1) * 2 + key.mirrored);
  }
};

// Thread-safe.
class RenderingCache {
 public:
  explicit RenderingCache(size_t most_bytes) : most_bytes_(most_bytes) {}

  // The kept rendering, or null.
  std::shared_ptr<const Rendering> Find(const RenderingKey& key) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(key);
    ++(found == places_.end() ? use_.misses : use_.hits);
    if (found == places_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second);
    return found->second->second;
  }
  // Keeps it and drops those used longest ago; one that is larger than the bound is not kept.
  void Keep(const RenderingKey& key, const std::shared_ptr<const Rendering>& rendering) {
    const std::lock_guard lock(mutex_);
    if (rendering->bytes() > most_bytes_ || places_.contains(key)) return;
    order_.emplace_front(key, rendering);
    places_[key] = order_.begin();
    use_.bytes += rendering->bytes();
    while (use_.bytes > most_bytes_) {
      use_.bytes -= order_.back().second->bytes();
      places_.erase(order_.back().first);
      order_.pop_back();
    }
  }
  Artwork::CacheUse use() {
    const std::lock_guard lock(mutex_);
    use_.entries = places_.size();
    return use_;
  }

 private:
  using Order = std::list<std::pair<RenderingKey, std::shared_ptr<const Rendering>>>;
  const size_t most_bytes_;
  std::mutex mutex_;
  Order order_;  // used last first
  std::unordered_map<RenderingKey, Order::iterator, HashRenderingKey> places_;
  Artwork::CacheUse use_;
};

}  // namespace diptych::world
