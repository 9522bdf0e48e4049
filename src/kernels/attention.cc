#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "base/round_up.h"
#include "kernels/amx.h"
#include "kernels/bfloat_pairs.h"
#include "kernels/elementwise.h"
#include "kernels/panel_product.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/attention.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#ifndef DIPTYCH_KERNELS_ATTENTION_ONCE
#define DIPTYCH_KERNELS_ATTENTION_ONCE
namespace diptych::kernels {

constexpr int kKeyBlock = 16;       // keys side by side in the cache
constexpr int kChunk = 128;         // keys whose scores are computed at a time
constexpr int kQueryBlock = 8;      // queries that share each load of a key
constexpr int kTileQueries = 32;    // the same in tiles
constexpr int kLargestHead = 1024;  // as the configuration allows
constexpr float kLog2E = 1.44269504f;

// Queries of one head that are computed together, with their running sums (Milakov and Gimelshein, "Online normalizer
// calculation for softmax", arXiv 1805.02867).
struct QueryBlock {
  int rows = 0, padded_rows = 0;  // those beyond `rows` repeat the last one: 1, 8 or, in tiles, a multiple of 16
  bool tiles = false;
  int head = 0, padded_head = 0;  // K, and K padded to 16
  union {                         // scaled queries
    alignas(64) float queries[kLargestHead][kQueryBlock];
    alignas(64) uint16_t query_pairs[kTileQueries * kLargestHead];  // [rows][head]
  };
  alignas(64) float sums[kTileQueries * kLargestHead];  // [rows][padded_head] of exp(score - largest) * value
  alignas(64) float scores[kTileQueries][kChunk];
  float largest[kTileQueries], total[kTileQueries];  // of scores, of exp(score - largest)
  float* sums_of(int row) { return sums + row * padded_head; }
};

// A chunk of at most kChunk keys, in the layout of LayerKvCache, as numbers or as pairs; row r attends to visible[r] of
// them.
struct KeyChunk {
  const float* keys = nullptr;
  const float* values = nullptr;
  const uint16_t* key_pairs = nullptr;
  const uint16_t* value_pairs = nullptr;
  int count = 0;
  int visible[kTileQueries] = {};
};

}  // namespace diptych::kernels
#endif  // DIPTYCH_KERNELS_ATTENTION_ONCE

HWY_BEFORE_NAMESPACE();
namespace diptych::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));
constexpr int kParts = kKeyBlock / kLanes;  // vectors in a block of keys

// Scores of 16 keys for `kRows` queries.
template <int kRows>
void ScoreKeys(const float* keys, QueryBlock& block, int at) {
  const D d;
  V sums[kRows][kParts];
  for (auto& row : sums)
    for (V& sum : row) sum = hn::Zero(d);
  for (int k = 0; k < block.head; ++k) {
    V key[kParts];
    for (int part = 0; part < kParts; ++part) key[part] = hn::Load(d, keys + k * kKeyBlock + part * kLanes);
    for (int row = 0; row < kRows; ++row) {
      const V query = hn::Set(d, block.queries[k][row]);
      for (int part = 0; part < kParts; ++part) sums[row][part] = hn::MulAdd(query, key[part], sums[row][part]);
    }
  }
  for (int row = 0; row < kRows; ++row)
    for (int part = 0; part < kParts; ++part) hn::StoreU(sums[row][part], d, block.scores[row] + at + part * kLanes);
}

// The largest of the first `visible` scores. The scores after them, up to `padded`, become -inf.
float HideAndFindLargest(float* scores, int visible, int padded) {
  const D d;
  for (int i = visible; i < padded; ++i) scores[i] = -std::numeric_limits<float>::infinity();
  V top = hn::Load(d, scores);
  for (int i = kLanes; i < padded; i += kLanes) top = hn::Max(top, hn::Load(d, scores + i));
  return hn::GetLane(hn::MaxOfLanes(d, top));
}

// Online softmax: `largest` becomes the row's largest score so far, and the sums so far are scaled by power(old - new).
template <typename Power>
void RaiseLargest(QueryBlock& block, int row, float largest, const Power& power) {
  const float before = std::exchange(block.largest[row], largest);
  // Skipped before the first keys, where nothing is summed yet: exponentials are slow where their result is 0.
  if (block.total[row] == 0 || before == largest) return;
  const float scale = power(before - largest);
  block.total[row] *= scale;
  const D d;
  const V scales = hn::Set(d, scale);
  for (int k = 0; k < block.padded_head; k += kLanes)
    hn::Store(hn::Mul(hn::Load(d, block.sums_of(row) + k), scales), d, block.sums_of(row) + k);
}

// Turns the scores of a row into exp(score - largest so far), and scales the earlier sums to the new largest.
void Normalize(const KeyChunk& chunk, QueryBlock& block, int row) {
  const D d;
  float* scores = block.scores[row];
  const int visible = chunk.visible[row];
  const int padded = base::RoundUp(chunk.count, kKeyBlock);
  if (visible == 0) {
    std::fill_n(scores, padded, 0.0f);
    return;
  }
  const float largest = std::max(block.largest[row], HideAndFindLargest(scores, visible, padded));
  const V shift = hn::Set(d, largest);
  V sum = hn::Zero(d);
  for (int i = 0; i < padded; i += kLanes) {
    // Below -104 exp is 0 in float32; the bound keeps -inf out of the polynomial.
    const V power = hn::Max(hn::Sub(hn::Load(d, scores + i), shift), hn::Set(d, -104.0f));
    const V value = hn::IfThenElseZero(hn::Gt(power, hn::Set(d, -104.0f)), hn::Exp(d, power));
    sum = hn::Add(sum, value);
    hn::Store(value, d, scores + i);
  }
  RaiseLargest(block, row, largest, [](float x) { return std::exp(x); });
  block.total[row] += hn::GetLane(hn::SumOfLanes(d, sum));
}

// sums += scores * values for `kRows` queries and `kWide` vectors of the head from `at`.
template <int kRows, int kWide>
void AddValues(const KeyChunk& chunk, QueryBlock& block, int at) {
  const D d;
  V sums[kRows][kWide];
  for (int row = 0; row < kRows; ++row)
    for (int part = 0; part < kWide; ++part) sums[row][part] = hn::Load(d, block.sums_of(row) + at + part * kLanes);
  for (int key = 0; key < chunk.count; ++key) {
    V value[kWide];
    for (int part = 0; part < kWide; ++part)
      value[part] = hn::Load(d, chunk.values + key * block.padded_head + at + part * kLanes);
    for (int row = 0; row < kRows; ++row) {
      const V score = hn::Set(d, block.scores[row][key]);
      for (int part = 0; part < kWide; ++part) sums[row][part] = hn::MulAdd(score, value[part], sums[row][part]);
    }
  }
  for (int row = 0; row < kRows; ++row)
    for (int part = 0; part < kWide; ++part) hn::Store(sums[row][part], d, block.sums_of(row) + at + part * kLanes);
}

// The same in bfloat16 pairs. The queries are also scaled by log2(e), so that the softmax uses powers of 2. The cache's
// layout (attention.h) is already that of tiles: 16 keys side by side, and the values of one token side by side.
void AttendPairs(const KeyChunk& chunk, QueryBlock& block) {
  const int rows = block.padded_rows, head = block.head, width = block.padded_head;
  const int granule = block.tiles ? kTileInner : kKeyBlock;
  const int padded = base::RoundUp(chunk.count, granule);
  alignas(64) uint16_t weights[kTileQueries][kChunk];
  if (block.tiles)
    MultiplyTiles({.x = block.query_pairs,
                   .x_stride = head,
                   .weights = chunk.key_pairs,
                   .inner = head,
                   .y = block.scores[0],
                   .y_stride = kChunk,
                   .rows = rows,
                   .columns = padded},
                  {.inner_step = kTileNumbers, .column_step = int64_t{kKeyBlock} * head});
  else
    ScorePairs({block.query_pairs, chunk.key_pairs, rows, head, padded, block.scores[0], kChunk});
  for (int row = 0; row < rows; ++row) {
    const int visible = chunk.visible[row];
    const float largest = std::max(block.largest[row], HideAndFindLargest(block.scores[row], visible, padded));
    RaiseLargest(block, row, largest, [](float x) { return std::exp2(x); });
    block.total[row] += WeighPairs(block.scores[row], visible, padded, largest, weights[row]);
  }
  if (block.tiles)
    MultiplyTiles({.x = weights[0],
                   .x_stride = kChunk,
                   .weights = chunk.value_pairs,
                   .inner = padded,
                   .y = block.sums,
                   .y_stride = width,
                   .rows = rows,
                   .columns = width,
                   .add = true},
                  {.inner_step = int64_t{kTileInner} * width, .column_step = 2 * kTileColumns, .pair_step = 2 * width});
  else
    AddPairs({weights[0], kChunk, chunk.value_pairs, rows, width, chunk.count, block.sums});
}

template <int kRows>
void AttendRows(const KeyChunk& chunk, QueryBlock& block) {
  for (int at = 0; at < chunk.count; at += kKeyBlock) ScoreKeys<kRows>(chunk.keys + at * block.head, block, at);
  for (int row = 0; row < kRows; ++row) Normalize(chunk, block, row);
  int at = 0;
  for (; at + 2 * kLanes <= block.padded_head; at += 2 * kLanes) AddValues<kRows, 2>(chunk, block, at);
  if (at < block.padded_head) AddValues<kRows, 1>(chunk, block, at);
}

// Adds a chunk of keys and values to the running softmax of a block of queries.
void AttendChunk(const KeyChunk& chunk, QueryBlock& block) {
  if (chunk.key_pairs != nullptr) return AttendPairs(chunk, block);
  if (block.rows == 1) return AttendRows<1>(chunk, block);
  AttendRows<kQueryBlock>(chunk, block);
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diptych::kernels {
namespace {

HWY_EXPORT(AttendChunk);

// One block of queries of one head: a piece of work for a thread.
struct Piece {
  const AttentionTask* task = nullptr;
  int first = 0;  // query within the task
  int query_head = 0;
  bool tiles = false;
};

void LoadQueries(const HeadRows& rows, const Piece& piece, NumberFormat format, QueryBlock* block) {
  const HeadLayout& layout = rows.layout;
  block->head = layout.head;
  block->padded_head = base::RoundUp(layout.head, kKeyBlock);
  block->tiles = piece.tiles;
  block->rows = std::min(piece.tiles ? kTileQueries : kQueryBlock, piece.task->rows - piece.first);
  block->padded_rows = piece.tiles ? base::RoundUp(block->rows, kTileColumns) : block->rows == 1 ? 1 : kQueryBlock;
  const float scale = 1 / std::sqrt(static_cast<float>(layout.head));
  for (int row = 0; row < block->padded_rows; ++row) {
    std::fill_n(block->sums_of(row), block->padded_head, 0.0f);
    block->largest[row] = std::numeric_limits<float>::lowest();
    block->total[row] = 0;
    // Rows beyond the task's last one repeat it, so that no special case is needed.
    const int source = piece.task->first_row + piece.first + std::min(row, block->rows - 1);
    const float* from = rows.values.data() + static_cast<size_t>(source) * static_cast<size_t>(layout.width()) +
                        piece.query_head * layout.head;
    if (format == NumberFormat::kFloat32) {
      for (int k = 0; k < layout.head; ++k) block->queries[k][row] = from[k] * scale;
      continue;
    }
    float scaled[kLargestHead];
    for (int k = 0; k < layout.head; ++k) scaled[k] = from[k] * scale * kLog2E;
    RoundToBFloat16({scaled, static_cast<size_t>(layout.head)}, block->query_pairs + row * layout.head);
  }
}

// Whether the task uses AMX, which gains little for fewer queries.
bool InTiles(const AttentionTask& task, int head) {
  constexpr int kFewest = 128;
  return AmxUsable() && task.rows >= kFewest && head % kTileInner == 0 &&
         task.runs.front().tokens->format() == NumberFormat::kBFloat16;
}

void AttendPiece(const HeadRows& rows, const Piece& piece, Operand* out) {
  const HeadLayout& layout = rows.layout;
  QueryBlock block;
  LoadQueries(rows, piece, piece.task->runs.front().tokens->format(), &block);
  const int key_head = piece.query_head / (layout.query_heads / layout.key_value_heads);
  const auto visible_of = [&](int row) {
    return piece.task->visible[static_cast<size_t>(piece.first + std::min(row, block.rows - 1))];
  };
  int most = 0;
  for (int row = 0; row < block.rows; ++row) most = std::max(most, visible_of(row));
  int run_start = 0;
  for (const KeyRun& run : piece.task->runs) {
    for (int at = 0; at < run.count && run_start + at < most; at += kChunk) {
      KeyChunk chunk;
      chunk.count = std::min({kChunk, run.count - at, most - run_start - at});
      if (run.tokens->format() == NumberFormat::kFloat32) {
        chunk.keys = run.tokens->keys(key_head, at);
        chunk.values = run.tokens->values(key_head, at);
      } else {
        chunk.key_pairs = run.tokens->key_pairs(key_head, at);
        chunk.value_pairs = run.tokens->value_pairs(key_head, at);
      }
      for (int row = 0; row < block.padded_rows; ++row)
        chunk.visible[row] = std::clamp(visible_of(row) - run_start - at, 0, chunk.count);
      HWY_DYNAMIC_DISPATCH(AttendChunk)(chunk, block);
    }
    run_start += run.count;
  }
  for (int row = 0; row < block.rows; ++row) {
    for (int k = 0; k < layout.head; ++k) block.sums_of(row)[k] /= block.total[row];
    out->SetPart(piece.task->first_row + piece.first + row, piece.query_head * layout.head,
                 {block.sums_of(row), static_cast<size_t>(layout.head)});
  }
}

}  // namespace

LayerKvCache::LayerKvCache(const HeadLayout& layout, NumberFormat format)
    : layout_(layout), format_(format), padded_head_(base::RoundUp(layout.head, kKeyBlock)) {
  DIPTYCH_CHECK(layout.head <= kLargestHead && layout.head % 2 == 0, "a head that fits a block");
  DIPTYCH_CHECK(format == NumberFormat::kFloat32 || HasPairProducts(), "a CPU with bfloat16 products");
}

void LayerKvCache::Reserve(int tokens, int kept) {
  if (tokens <= capacity_) return;
  const int heads = layout_.key_value_heads, before = capacity_;
  const int capacity = base::RoundUp(std::max(tokens, before + before / 2), kTileInner);
  const auto grow = [&](auto& numbers, int width) {
    const auto from = static_cast<size_t>(before) * static_cast<size_t>(width);
    const auto to = static_cast<size_t>(capacity) * static_cast<size_t>(width);
    const auto used = static_cast<size_t>(base::RoundUp(kept, kKeyBlock)) * static_cast<size_t>(width);
    std::remove_cvref_t<decltype(numbers)> grown(to * static_cast<size_t>(heads));
    for (size_t head = 0; head < static_cast<size_t>(heads) && kept > 0; ++head)
      std::copy_n(numbers.data() + head * from, used, grown.data() + head * to);
    numbers = std::move(grown);
  };
  if (format_ == NumberFormat::kFloat32) {
    grow(keys_, layout_.head);
    grow(values_, padded_head_);
  } else {
    grow(key_pairs_, layout_.head);
    grow(value_pairs_, padded_head_);
  }
  capacity_ = capacity;
}

void LayerKvCache::Set(int index, std::span<const float> row) {
  const auto head_size = static_cast<size_t>(layout_.head);
  const auto keys = row.subspan(static_cast<size_t>(layout_.query_heads) * head_size);
  const auto values = keys.subspan(static_cast<size_t>(layout_.key_value_heads) * head_size);
  for (int head = 0; head < layout_.key_value_heads; ++head) {
    const size_t at = static_cast<size_t>(head) * head_size;
    if (format_ == NumberFormat::kFloat32)
      SetFloats(head, index, keys.subspan(at, head_size), values.subspan(at, head_size));
    else
      SetPairs(head, index, keys.subspan(at, head_size), values.subspan(at, head_size));
  }
}

void LayerKvCache::SetFloats(int head, int index, std::span<const float> key, std::span<const float> value) {
  float* block = keys_.data() + KeysAt(head, index / kKeyBlock * kKeyBlock) + index % kKeyBlock;
  for (size_t k = 0; k < key.size(); ++k) block[k * kKeyBlock] = key[k];
  std::copy(value.begin(), value.end(), values_.data() + ValuesAt(head, index));
}

void LayerKvCache::SetPairs(int head, int index, std::span<const float> key, std::span<const float> value) {
  uint16_t rounded[kLargestHead];
  RoundToBFloat16(key, rounded);
  uint16_t* block = key_pairs_.data() + KeysAt(head, index / kKeyBlock * kKeyBlock) + index % kKeyBlock * 2;
  for (size_t pair = 0; pair < key.size() / 2; ++pair)
    std::memcpy(block + pair * 2 * kKeyBlock, rounded + 2 * pair, 2 * sizeof(uint16_t));
  RoundToBFloat16(value, rounded);
  uint16_t* pairs = value_pairs_.data() + ValuesAt(head, index / 2 * 2) + index % 2;
  for (size_t k = 0; k < value.size(); ++k) pairs[2 * k] = rounded[k];
}

void Attend(ThreadPool& pool, const HeadRows& rows, std::span<const AttentionTask> tasks, Operand* out) {
  std::vector<Piece> pieces;
  int count = 0;
  for (const auto& task : tasks) {
    DIPTYCH_CHECK(task.visible.size() == static_cast<size_t>(task.rows), "every row knows what it sees");
    count = std::max(count, task.first_row + task.rows);
    const bool tiles = InTiles(task, rows.layout.head);
    for (int head = 0; head < rows.layout.query_heads; ++head)
      for (int first = 0; first < task.rows; first += tiles ? kTileQueries : kQueryBlock)
        pieces.push_back({&task, first, head, tiles});
  }
  out->Resize(count, rows.layout.query_heads * rows.layout.head);
  pool.For(static_cast<int>(pieces.size()),
           [&](int i, int) { AttendPiece(rows, pieces[static_cast<size_t>(i)], out); });
}

}  // namespace diptych::kernels
#endif  // HWY_ONCE
