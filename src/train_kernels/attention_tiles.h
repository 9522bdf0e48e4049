// The trainer's attention on AMX: products of 16 x 16 bfloat16 tiles, two rounded factors, float32 sums.
#pragma once

#include <span>

#include "train_kernels/attention.h"

namespace diptych::train_kernels {

// Whether this processor has the tiles with bfloat16 and AVX-512 beside them, and the system lets the process use them.
bool TilesUsable();

// AttentionForward and AttentionBackward of train_kernels/attention.h, for heads of a multiple of 32 numbers.
// Probabilities and their gradients are rounded to bfloat16 before they are multiplied.
void TileAttentionForward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                          const AttentionRows& understanding, const AttentionRows& generation);
void TileAttentionBackward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                           const AttentionGradientRows& understanding, const AttentionGradientRows& generation);

}  // namespace diptych::train_kernels
