// The network's operations as differentiable functions. In bfloat16 they run fused kernels: on the CPU those of
// train_kernels/, on a GPU those of train_kernels/cuda.h. Elsewhere (float32, other widths, what a GPU has no kernel
// for) the same mathematics is composed of libtorch's own operations.
#pragma once

#include <torch/types.h>

#include <vector>

#include "train/padded_rows.h"
#include "train_kernels/attention_span.h"

namespace diptych::train {

// Rows [rows, (H+2G)*K]; letters as in model/config.h.
struct HeadSplit {
  int query_heads = 0, key_value_heads = 0, head = 0;
  double epsilon = 1e-6;
};

// Which rows attend to which: the spans, document by document. documents[i] is the index of the first span of document
// i; the last entry is spans.size().
struct Visibility {
  std::vector<train_kernels::AttentionSpan> spans;
  std::vector<int> documents;
  mutable PaddedRows padded = {};  // cache, filled by the first layer that needs it
};

// x [rows, width] float32 -> x / rms(x) * weight in `type`.
torch::Tensor RmsNorm(const torch::Tensor& x, const torch::Tensor& weight, double epsilon, torch::Dtype type);

struct Normed {
  torch::Tensor sum;     // stream + delta, float32
  torch::Tensor normed;  // of `type`
};
// RmsNorm of stream + delta, and the sum itself. An undefined delta counts as zero. More than four parameters, as
// libtorch's own operations have them.
Normed AddRmsNorm(const torch::Tensor& stream, const torch::Tensor& delta, const torch::Tensor& weight, double epsilon,
                  torch::Dtype type);

// Concatenates matrices [rows, columns] of one width along their rows, in `type`; also for a single matrix or vector.
torch::Tensor JoinWeights(const std::vector<torch::Tensor>& weights, torch::Dtype type);

struct HeadNormTensors {  // each [K/2] float32
  torch::Tensor query_t, query_hw, key_t, key_hw;
};
struct Angles {  // cos, sin [rows, K/2] float32: K/4 angles of t, K/8 of h, K/8 of w
  torch::Tensor cos, sin;
};
// RMSNorm and RoPE of the query and key heads of `rows`; the value heads are copied.
torch::Tensor HeadNormRope(const torch::Tensor& rows, const HeadNormTensors& norms, const Angles& angles,
                           const HeadSplit& layout);

struct TwoTowers {
  torch::Tensor understanding, generation;
};
// [rows, H*K] for both buffers.
TwoTowers Attention(const TwoTowers& rows, const Visibility& visibility, const HeadSplit& layout);

// silu(gate) * up; gate_up [rows, 2F].
torch::Tensor SwiGlu(const torch::Tensor& gate_up);

// Pictures [n, 3, height, width] float32 as (value - mean) * factor for each channel.
struct PatchGrid {
  int patch = 0, merge = 0;
  std::vector<float> mean = {0, 0, 0}, factor = {1, 1, 1};
};
// -> [n * tokens * merge*merge, 3*patch*patch] in `type`: token by token, its patches row by row, each channel first.
// `index` chooses pictures; undefined: all. Without a gradient.
torch::Tensor CutIntoPatches(const torch::Tensor& pictures, const torch::Tensor& index, const PatchGrid& grid,
                             torch::Dtype type);

// GELU of x [n * tokens * merged, width], neighbouring pairs rotated by `angles` (cos, sin [tokens * merged, width/2]),
// and the merged patches of a token in one row [n * tokens, width * merged], channel by channel.
torch::Tensor RotatePatches(const torch::Tensor& x, const Angles& angles, int merged);

struct TextLoss {
  torch::Tensor total;  // sum of scale * loss, a scalar with a gradient
  torch::Tensor each;   // [rows] nats, without a gradient
};
// Cross-entropy of hidden [rows, D] against the output matrix [V, D]; the probabilities are never kept.
TextLoss CrossEntropyLoss(const torch::Tensor& hidden, const torch::Tensor& output_matrix, const torch::Tensor& targets,
                          const torch::Tensor& scale);

}  // namespace diptych::train
