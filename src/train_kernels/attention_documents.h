// The trainer's attention in vector instructions, for any processor, and what it shares with attention_tiles.h.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "train_kernels/attention.h"

namespace diptych::train_kernels {

// AttentionForward and AttentionBackward of train_kernels/attention.h, all in float32.
void VectorAttentionForward(const HeadShape& shape, std::span<const AttentionSpan> spans,
                            std::span<const int> documents, const AttentionRows& understanding,
                            const AttentionRows& generation);
void VectorAttentionBackward(const HeadShape& shape, std::span<const AttentionSpan> spans,
                             std::span<const int> documents, const AttentionGradientRows& understanding,
                             const AttentionGradientRows& generation);

struct RowRange {
  int64_t first = 0, end = 0;
  int64_t count() const { return end - first; }
  void Include(int64_t from, int64_t rows) {
    if (rows == 0) return;
    first = end == 0 ? from : std::min(first, from);
    end = std::max(end, from + rows);
  }
};

// The rows of either buffer that one document's spans cover.
struct DocumentRows {
  RowRange understanding, generation;
};
inline DocumentRows RowsOf(std::span<const AttentionSpan> document) {
  DocumentRows rows;
  for (const AttentionSpan& span : document) {
    rows.understanding.Include(span.prefix_first, span.prefix_count);
    (span.generation ? rows.generation : rows.understanding).Include(span.first, span.count);
  }
  return rows;
}

inline std::span<const AttentionSpan> DocumentSpans(std::span<const AttentionSpan> spans,
                                                    std::span<const int> documents, size_t document) {
  return spans.subspan(static_cast<size_t>(documents[document]),
                       static_cast<size_t>(documents[document + 1] - documents[document]));
}

// The longest prefix of all spans whose prefix begins at the same row as that of `span`.
inline int64_t LongestPrefix(std::span<const AttentionSpan> document, const AttentionSpan& span) {
  int64_t longest = 0;
  for (const AttentionSpan& other : document)
    if (other.prefix_first == span.prefix_first) longest = std::max(longest, other.prefix_count);
  return longest;
}

// Whether a span's rows have gradients: those of a frozen understanding tower have none.
inline bool HasGradient(const AttentionSpan& span, const AttentionGradientRows& understanding) {
  return span.generation || understanding.d_rows != nullptr;
}

// Gradients of a document's keys and values of one buffer and head, [rows + spare, K] float32.
struct KeyGradients {
  RowRange rows;
  std::vector<float> keys, values;

  void Clear(const RowRange& range, int64_t spare, int64_t head) {
    rows = range;
    keys.assign(static_cast<size_t>((range.count() + spare) * head), 0.0f);
    values.assign(keys.size(), 0.0f);
  }
};

// Where a head's numbers lie in a row.
struct HeadOffsets {
  int64_t query, key, value;
};
inline HeadOffsets OffsetsOf(const HeadShape& shape, int head_index) {
  const int64_t group = head_index / (shape.query_heads / shape.key_value_heads);
  return {int64_t{head_index} * shape.head, (shape.query_heads + group) * shape.head,
          (shape.query_heads + shape.key_value_heads + group) * shape.head};
}

}  // namespace diptych::train_kernels
