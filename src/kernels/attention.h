// Attention of new tokens over cached and new keys.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/aligned_array.h"
#include "kernels/operand.h"
#include "kernels/rope.h"
#include "kernels/thread_pool.h"

namespace diptych::kernels {

// The KV cache of one layer for a run of tokens, laid out for Attend: G heads one after the other, of each head
//
//   float32     keys    [blocks of 16 tokens][K][16]          a line: number k of 16 tokens
//               values  [capacity][K padded to 16]            a line: the numbers of a token
//   bfloat16    keys    [blocks of 16 tokens][K/2][16][2]     a line: the pair (2p, 2p+1) of 16 tokens
//               values  [capacity/2][K padded to 16][2]       a line: number k of the tokens (2t, 2t+1), for 16 k
//
//   key pairs of tokens 0 ... 15, (k,t) number k of token t       value pairs
//   (0,0) (1,0) | (0,1) (1,1) | ... | (0,15) (1,15)               (0,0) (0,1) | (1,0) (1,1) | ... | (K-1,0) (K-1,1)
//   (2,0) (3,0) | (2,1) (3,1) | ... | (2,15) (3,15)               (0,2) (0,3) | (1,2) (1,3) | ... | (K-1,2) (K-1,3)
//
// 16 lines of either are a tile as AMX reads it. bfloat16 numbers are rounded when they are set.
class LayerKvCache {
 public:
  LayerKvCache(const HeadLayout& layout, NumberFormat format);
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

// A run of cached tokens that queries may attend to: the first `count` of `tokens`.
struct KeyRun {
  const LayerKvCache* tokens = nullptr;
  int count = 0;
};

// Queries of one context. Row i attends to the first visible[i] keys, at least one, of all runs laid end to end.
struct AttentionTask {
  int first_row = 0, rows = 0;   // within x and out
  std::vector<KeyRun> runs;      // oldest first
  std::span<const int> visible;  // [rows]
};

// softmax(q k / sqrt(K)) v for the query heads of the rows, over the keys of the tasks; `out` [rows, H*K] is resized.
// With bfloat16 keys, the queries and the softmax weights are rounded to bfloat16 too. Needs extra memory for one block
// of 128 keys for each thread only.
void Attend(ThreadPool& pool, const HeadRows& rows, std::span<const AttentionTask> tasks, Operand* out);

}  // namespace diptych::kernels
