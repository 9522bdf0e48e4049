#include "text/byte_pairs.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "base/error.h"

namespace diptych::text {
namespace {

constexpr uint64_t kEmpty = UINT64_MAX;
// Up to this length in bytes, scanning for the lowest rank is faster than a heap.
constexpr size_t kShortWord = 96;

uint64_t KeyOf(int32_t left, int32_t right) {
  return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
}

// The symbols of a long word as a list, so that a merge takes constant time.
struct Symbol {
  int32_t id;
  uint32_t previous, next;
};
constexpr uint32_t kEnd = UINT32_MAX;

}  // namespace

BytePairs::BytePairs(const std::array<int32_t, 256>& byte_ids, size_t merge_count)
    : byte_ids_(byte_ids), capacity_(merge_count) {
  const size_t size = std::bit_ceil(merge_count * 2 + 2);
  keys_.assign(size, kEmpty);
  merges_.assign(size, {kNoRank, -1});
  shift_ = 64 - std::countr_zero(size);
}

size_t BytePairs::SlotOf(uint64_t key) const {
  // Fibonacci hashing: the high bits of a product with 2^64 / golden ratio.
  size_t slot = key * 0x9E3779B97F4A7C15 >> shift_;
  while (keys_[slot] != key && keys_[slot] != kEmpty) slot = (slot + 1) & (keys_.size() - 1);
  return slot;
}

void BytePairs::Add(int32_t left, int32_t right, int32_t merged) {
  DIPTYCH_CHECK(next_rank_ < capacity_, "more merges than announced");
  const uint64_t key = KeyOf(left, right);
  const size_t slot = SlotOf(key);
  keys_[slot] = key;
  merges_[slot] = {next_rank_++, merged};
}

BytePairs::Merge BytePairs::Find(int32_t left, int32_t right) const { return merges_[SlotOf(KeyOf(left, right))]; }

void BytePairs::Encode(std::string_view word, std::vector<int32_t>& ids) const {
  if (word.size() <= kShortWord) return EncodeShort(word, ids);
  EncodeLong(word, ids);
}

void BytePairs::EncodeShort(std::string_view word, std::vector<int32_t>& ids) const {
  if (word.empty()) return;
  std::array<int32_t, kShortWord> symbols;
  std::array<Merge, kShortWord> merges;  // merges[i] joins symbols i and i + 1
  size_t count = word.size();
  for (size_t i = 0; i < count; ++i) symbols[i] = byte_ids_[static_cast<uint8_t>(word[i])];
  for (size_t i = 0; i + 1 < count; ++i) merges[i] = Find(symbols[i], symbols[i + 1]);
  while (count > 1) {
    const auto end = merges.begin() + static_cast<std::ptrdiff_t>(count) - 1;
    const auto best =
        std::min_element(merges.begin(), end, [](const Merge& a, const Merge& b) { return a.rank < b.rank; });
    if (best->rank == kNoRank) break;
    const auto at = static_cast<size_t>(best - merges.begin());
    symbols[at] = best->id;
    std::copy(symbols.begin() + at + 2, symbols.begin() + count, symbols.begin() + at + 1);
    std::copy(best + 1, end, best);
    --count;
    if (at > 0) merges[at - 1] = Find(symbols[at - 1], symbols[at]);
    if (at + 1 < count) merges[at] = Find(symbols[at], symbols[at + 1]);
  }
  ids.insert(ids.end(), symbols.begin(), symbols.begin() + count);
}

void BytePairs::EncodeLong(std::string_view word, std::vector<int32_t>& ids) const {
  if (word.size() >= kEnd) throw base::Error("tokenizer", "one word has 4 GiB or more.", "shorten the text.");
  const auto count = static_cast<uint32_t>(word.size());
  std::vector<Symbol> symbols(count);
  for (uint32_t i = 0; i < count; ++i) {
    symbols[i] = {byte_ids_[static_cast<uint8_t>(word[i])], i == 0 ? kEnd : i - 1, i + 1 == count ? kEnd : i + 1};
  }
  const auto merge_at = [&](uint32_t i) {
    return i == kEnd || symbols[i].next == kEnd ? Merge{kNoRank, -1} : Find(symbols[i].id, symbols[symbols[i].next].id);
  };
  // Rank and place of each possible merge, lowest first. Entries that an earlier merge made invalid are dropped when
  // they come up.
  std::vector<uint64_t> heap;
  const auto key_of = [](Merge merge, uint32_t i) { return static_cast<uint64_t>(merge.rank) << 32 | i; };
  for (uint32_t i = 0; i < count; ++i) {
    if (const Merge merge = merge_at(i); merge.rank != kNoRank) heap.push_back(key_of(merge, i));
  }
  std::make_heap(heap.begin(), heap.end(), std::greater<>());
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    const uint64_t key = heap.back();
    heap.pop_back();
    const auto at = static_cast<uint32_t>(key);
    if (symbols[at].id < 0) continue;
    const Merge merge = merge_at(at);
    if (key_of(merge, at) != key) continue;
    Symbol& left = symbols[at];
    Symbol& right = symbols[left.next];
    left = {merge.id, left.previous, right.next};
    right.id = -1;
    if (left.next != kEnd) symbols[left.next].previous = at;
    for (uint32_t i : {left.previous, at}) {
      if (const Merge next = merge_at(i); next.rank != kNoRank) {
        heap.push_back(key_of(next, i));
        std::push_heap(heap.begin(), heap.end(), std::greater<>());
      }
    }
  }
  for (uint32_t i = 0; i != kEnd; i = symbols[i].next) ids.push_back(symbols[i].id);
}

}  // namespace diptych::text
