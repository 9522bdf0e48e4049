// Attention of new tokens over cached and new keys.
#pragma once

#include <span>
#include <vector>

#include "kernels/aligned.h"
#include "kernels/operand.h"
#include "kernels/rotation.h"
#include "kernels/team.h"

namespace diptych {

// Keys and values of one layer for a run of tokens, laid out for Attend: keys as [G][blocks of 16][K][16], values as
// [G][capacity][K padded to 16].
class KeyValues {
 public:
  explicit KeyValues(const HeadLayout& layout);
  // Makes room for `tokens`, keeping the first `kept`.
  void Reserve(int tokens, int kept);
  // Keys and values of token `index`, which has room, from a row of layout.width() numbers.
  void Set(int index, std::span<const float> row);

  int capacity() const { return capacity_; }
  const float* keys(int key_value_head) const { return keys_.data() + KeySize(capacity_) * key_value_head; }
  const float* values(int key_value_head) const { return values_.data() + ValueSize(capacity_) * key_value_head; }

 private:
  size_t KeySize(int capacity) const { return static_cast<size_t>(capacity) * static_cast<size_t>(layout_.head); }
  size_t ValueSize(int capacity) const { return static_cast<size_t>(capacity) * static_cast<size_t>(padded_head_); }

  HeadLayout layout_;
  int padded_head_ = 0;
  int capacity_ = 0;  // a multiple of 16
  AlignedArray<float> keys_, values_;
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

// softmax(q k / sqrt(K)) v for the query heads of the rows, keys in the tasks; `out` [rows, H*K] is resized. Memory
// beyond that is one block of 128 keys for each thread.
void Attend(Team& team, const HeadRows& rows, std::span<const AttentionTask> tasks, Operand* out);

}  // namespace diptych
