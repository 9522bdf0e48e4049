// Byte-pair merging of one word: the merge of lowest rank first, the leftmost of equals.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace diptych::text {

// Immutable once filled; safe to share between threads.
class BytePairs {
 public:
  // `byte_ids[b]` is the token of the single byte b; room for `merge_count` merges.
  BytePairs(const std::array<int32_t, 256>& byte_ids, size_t merge_count);
  // The merge of the next rank. A pair that is added twice keeps its last rank, as in Hugging Face's reader.
  void Add(int32_t left, int32_t right, int32_t merged);

  // Appends the tokens of `word`. O(n log n) in its bytes.
  void Encode(std::string_view word, std::vector<int32_t>& ids) const;

 private:
  struct Merge {
    uint32_t rank;
    int32_t id;
  };
  static constexpr uint32_t kNoRank = UINT32_MAX;

  size_t SlotOf(uint64_t key) const;
  Merge Find(int32_t left, int32_t right) const;
  void EncodeShort(std::string_view word, std::vector<int32_t>& ids) const;
  void EncodeLong(std::string_view word, std::vector<int32_t>& ids) const;

  std::array<int32_t, 256> byte_ids_;
  // Open addressing: a key is a pair of ids, the table's size a power of two and at least twice the merges.
  std::vector<uint64_t> keys_;
  std::vector<Merge> merges_;
  int shift_ = 0;
  size_t capacity_ = 0;
  uint32_t next_rank_ = 0;
};

}  // namespace diptych::text
