// The trainer's attention over packed documents, forward and backward: on AMX where there is one, in vectors otherwise.
// As in all kernels of this folder on the CPU: plain pointers, float32 arithmetic, bfloat16 storage, rows are tokens,
// OpenMP's threads; every sum has a fixed order, so results do not depend on the number of threads.
#pragma once

#include <span>

#include "train_kernels/attention_span.h"
#include "train_kernels/shapes.h"

namespace diptych::train_kernels {

// Rows [rows, (H+2G)*K] as HeadNormRopeForward (head_norms.h) leaves them.
struct AttentionRows {
  const BF16* rows = nullptr;
  BF16* out = nullptr;       // [rows, H*K]
  float* log_sum = nullptr;  // [rows, H]: log of the sum of exponentials, kept for the backward pass
};
struct AttentionGradientRows {
  const BF16* rows = nullptr;
  const BF16* out = nullptr;
  const float* log_sum = nullptr;
  const BF16* d_out = nullptr;  // [rows, H*K]
  BF16* d_rows = nullptr;       // [rows, (H+2G)*K], overwritten; null for understanding rows without gradients
};
// `documents` holds the index of each document's first span, and spans.size() at the end. Spans of different documents
// share no rows. Within a document, a span with a prefix comes after the spans of the prefix rows. Every row belongs to
// exactly one span. On AMX, probabilities and their gradients are rounded to bfloat16 before they are multiplied.
void AttentionForward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                      const AttentionRows& understanding, const AttentionRows& generation);
void AttentionBackward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                       const AttentionGradientRows& understanding, const AttentionGradientRows& generation);

}  // namespace diptych::train_kernels
