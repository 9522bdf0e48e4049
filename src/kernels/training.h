// The trainer's hot operations on the CPU, forward and backward: plain pointers, float32 arithmetic, bfloat16 storage.
// Rows are tokens. All run on OpenMP's threads; every sum has a fixed order, so results do not depend on the number of
// threads.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/attention_span.h"
#include "kernels/training_shapes.h"

namespace diptych::kernels {

// y = x / rms(x) * weight. x [rows, width] float32, y bfloat16, inverse_rms [rows] is kept for the backward pass.
void RmsNormForward(const RmsNormShape& shape, const float* x, const float* weight, BF16* y, float* inverse_rms);
// dx [rows, width], d_weight [width] are overwritten.
void RmsNormBackward(const RmsNormShape& shape, const float* x, const float* weight, const float* inverse_rms,
                     const BF16* dy, float* dx, float* d_weight);

// The residual stream's step: sum = stream + delta, y = sum / rms(sum) * weight. stream, sum float32; delta, y
// bfloat16; all [rows, width].
void AddRmsNormForward(const RmsNormShape& shape, const float* stream, const BF16* delta, const float* weight,
                       float* sum, BF16* y, float* inverse_rms);
void AddRmsNormBackward(const RmsNormShape& shape, const float* weight, const float* inverse_rms,
                        const AddRmsNormGradients& all, float* d_weight);

// RMSNorm of each query and key head in two halves, then rotation by (t, h, w); values pass unchanged.
// Rows hold H query heads, G key heads, G value heads of K numbers. See NEO_UNIFY, "Position: three axes in one head".
// cos, sin [rows, K/2]: K/4 angles of t, then K/8 of h, then K/8 of w. inverse_rms [rows, H+G, 2].
void HeadNormRotateForward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                           const BF16* x, BF16* y, float* inverse_rms);
void HeadNormRotateBackward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                            const BF16* x, const float* inverse_rms, const BF16* dy, BF16* dx,
                            const HeadNormGradients& gradients);

// Rows [rows, (H+2G)*K] as HeadNormRotateForward leaves them.
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
  BF16* d_rows = nullptr;       // [rows, (H+2G)*K], overwritten; of the understanding rows null where none are wanted
};
// `documents` holds the index of each document's first span, and spans.size() at the end; spans of different documents
// share no rows, and a document's spans with prefixes come after those that own the prefix rows. Every row is one
// span's own. On AMX probabilities and their gradients are rounded to bfloat16 before they are multiplied.
void AttentionForward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                      const AttentionRows& understanding, const AttentionRows& generation);
void AttentionBackward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                       const AttentionGradientRows& understanding, const AttentionGradientRows& generation);

// y = silu(gate) * up; rows hold F gate numbers, then F up numbers.
void SwiGluForward(int64_t rows, int64_t width, const BF16* gate_up, BF16* y);
void SwiGluBackward(int64_t rows, int64_t width, const BF16* gate_up, const BF16* dy, BF16* d_gate_up);

// Pictures [count, 3, height, width] float32 cut into tokens of merge*merge patches: rows [count * tokens *
// merge*merge, 3*patch*patch] of (value - mean) * factor, a patch's values by channel, row, column.
struct PictureShape {
  int64_t count = 0;
  int height = 0, width = 0;  // multiples of patch * merge
  int patch = 0, merge = 0;
};
struct ChannelScale {
  float mean[3] = {0, 0, 0}, factor[3] = {1, 1, 1};
};
// The n-th picture is pictures[index[n]], or the n-th where there is no index.
void CutPatches(const PictureShape& shape, const float* pictures, const int64_t* index, const ChannelScale& scale,
                BF16* patches);

// GELU (with erf) of the patches' channels, neighbouring pairs (2i, 2i+1) turned by the patch's angles, and a token's
// patches merged: x [pictures * tokens * merged, width] -> y [pictures * tokens, width * merged], channel by channel.
// cos, sin [tokens * merged, width / 2]; width is at most 1024.
struct PatchShape {
  int64_t pictures = 0, tokens = 0;
  int merged = 0, width = 0;
};
void PatchesForward(const PatchShape& shape, const float* cos, const float* sin, const BF16* x, BF16* y);
void PatchesBackward(const PatchShape& shape, const float* cos, const float* sin, const BF16* x, const BF16* dy,
                     BF16* dx);

// loss[i] = log(sum(exp(logits[i]))) - logits[i][target[i]]; logits [rows, width] are overwritten by
// softmax(logits) - one_hot(target), times scale[i].
void CrossEntropy(int64_t rows, int64_t width, const int32_t* target, const float* scale, BF16* logits, float* loss);

}  // namespace diptych::kernels
