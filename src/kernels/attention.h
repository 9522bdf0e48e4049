// Attention of new tokens over cached and new keys.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/aligned.h"
#include "kernels/operand.h"
#include "kernels/rotation.h"
#include "kernels/team.h"

namespace diptych::kernels {

// Keys and values of one layer for a run of tokens, laid out for Attend. float32: keys as [G][blocks of 16][K][16],
// values as [G][capacity][K padded to 16]. bfloat16, rounded when they are set: keys as [G][blocks of 16][K/2][16][2],
// values as [G][capacity/2][K padded to 16][2].
class KeyValues {
 public:
  KeyValues(const HeadLayout& layout, NumberFormat format);
  // Makes room for `tokens`, keeping the first `kept`.
  void Reserve(int tokens, int kept);
  // Keys and values of token `index`, which has room, from a row of layout.width() numbers.
  void Set(int index, std::span<const float> row);

  NumberFormat format() const { return format_; }
  // Of one head, from key `first`, a multiple of 16.
  const float* keys(int head, int first) const { return keys_.data() + KeysAt(head, first); }
  const float* values(int head, int first) const { return values_.data() + ValuesAt(head, first); }
  const uint16_t* key_pairs(int head, int first) const { return key_pairs_.data() + KeysAt(head, first); }
  const uint16_t* value_pairs(int head, int first) const { return value_pairs_.data() + ValuesAt(head, first); }

 private:
  // Numbers before a head's first key or value.
  size_t KeysAt(int head, int first) const {
    return (static_cast<size_t>(head) * static_cast<size_t>(capacity_) + static_cast<size_t>(first)) *
           static_cast<size_t>(layout_.head);
  }
  size_t ValuesAt(int head, int first) const {
    return (static_cast<size_t>(head) * static_cast<size_t>(capacity_) + static_cast<size_t>(first)) *
           static_cast<size_t>(padded_head_);
  }
  void SetFloats(int head, int index, std::span<const float> key, std::span<const float> value);
  void SetPairs(int head, int index, std::span<const float> key, std::span<const float> value);

  HeadLayout layout_;
  NumberFormat format_;
  int padded_head_ = 0;
  int capacity_ = 0;  // a multiple of 32
  AlignedArray<float> keys_, values_;
  AlignedArray<uint16_t> key_pairs_, value_pairs_;
};

// A run of tokens that queries may look at.
struct KeyRun {
  const KeyValues* tokens = nullptr;
  int count = 0;
};

// Queries of one context. Row i sees the first visible[i] keys, at least one, of all runs laid end to end.
struct AttentionTask {
  int first_row = 0, rows = 0;   // within x and out
  std::vector<KeyRun> runs;      // oldest first
  std::span<const int> visible;  // [rows]
};

// softmax(q k / sqrt(K)) v for the query heads of the rows, keys in the tasks; `out` [rows, H*K] is resized. Over
// bfloat16 keys the queries and the weights of the values are rounded too. Memory beyond that is one block of 128 keys
// for each thread.
void Attend(Team& team, const HeadRows& rows, std::span<const AttentionTask> tasks, Operand* out);

}  // namespace diptych::kernels
