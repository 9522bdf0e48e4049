#include "train/ops.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/version.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "train/products.h"
#include "train/tensor_bits.h"
#include "train_kernels/attention.h"
#include "train_kernels/cuda.h"
#include "train_kernels/gates.h"
#include "train_kernels/head_norms.h"
#include "train_kernels/losses.h"
#include "train_kernels/norms.h"
#include "train_kernels/patches.h"
#include "train_kernels/update.h"

namespace diptych::train {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

// Some functions below have more than four parameters, since libtorch gives gradients only to tensors that are separate
// parameters.

// Whether to use a fused kernel: in bfloat16, on the CPU always, on a GPU if it was built and supports these sizes.
bool Fused(const Tensor& x, torch::Dtype type, bool gpu_takes = false) {
  return type == torch::kBFloat16 && (x.device().is_cpu() || (train_kernels::cuda::kBuilt && x.is_cuda() && gpu_takes));
}

struct FusedRmsNorm : Function<FusedRmsNorm> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, double epsilon) {
    const Tensor y = torch::empty(x.sizes(), x.options().dtype(torch::kBFloat16));
    const Tensor inverse = torch::empty({x.size(0)}, x.options());
    const train_kernels::RmsNormShape shape{x.size(0), x.size(1), static_cast<float>(epsilon)};
    if (!x.is_cuda())
      train_kernels::RmsNormForward(shape, x.data_ptr<float>(), weight.data_ptr<float>(), Bits(y),
                                    inverse.data_ptr<float>());
    else if constexpr (train_kernels::cuda::kBuilt)
      train_kernels::cuda::AddRmsNormForward(shape, x.data_ptr<float>(), nullptr, weight.data_ptr<float>(), nullptr,
                                             Bits(y), inverse.data_ptr<float>());
    context->save_for_backward({x, weight, inverse});
    return y;
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], &inverse = saved[2];
    const Tensor dy = gradients[0].contiguous();
    const Tensor dx = torch::empty_like(x), d_weight = torch::empty_like(weight);
    const train_kernels::RmsNormShape shape{x.size(0), x.size(1)};
    if (!x.is_cuda())
      train_kernels::RmsNormBackward(shape, x.data_ptr<float>(), weight.data_ptr<float>(), inverse.data_ptr<float>(),
                                     Bits(dy), dx.data_ptr<float>(), d_weight.data_ptr<float>());
    else if constexpr (train_kernels::cuda::kBuilt)
      train_kernels::cuda::AddRmsNormBackward(
          shape, weight.data_ptr<float>(), inverse.data_ptr<float>(),
          {.sum = x.data_ptr<float>(), .dy = Bits(dy), .d_stream = dx.data_ptr<float>()}, d_weight.data_ptr<float>());
    return {dx, d_weight, Tensor()};
  }
};

struct FusedAddRmsNorm : Function<FusedAddRmsNorm> {
  static variable_list forward(AutogradContext* context, const Tensor& stream, const Tensor& delta,
                               const Tensor& weight, double epsilon) {
    const Tensor sum = torch::empty_like(stream), y = torch::empty_like(delta);
    const Tensor inverse = torch::empty({stream.size(0)}, stream.options());
    const auto run = [&](auto* kernel) {
      kernel({stream.size(0), stream.size(1), static_cast<float>(epsilon)}, stream.data_ptr<float>(), Bits(delta),
             weight.data_ptr<float>(), sum.data_ptr<float>(), Bits(y), inverse.data_ptr<float>());
    };
    if (!stream.is_cuda())
      run(train_kernels::AddRmsNormForward);
    else if constexpr (train_kernels::cuda::kBuilt)
      run(train_kernels::cuda::AddRmsNormForward);
    context->save_for_backward({sum, weight, inverse});
    context->set_materialize_grads(false);
    return {sum, y};
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &sum = saved[0], &weight = saved[1], &inverse = saved[2];
    const Tensor d_sum = gradients[0].defined() ? gradients[0].contiguous() : torch::zeros_like(sum);
    if (!gradients[1].defined()) return {d_sum, d_sum.to(torch::kBFloat16), torch::zeros_like(weight), Tensor()};
    const Tensor dy = gradients[1].contiguous(), d_stream = torch::empty_like(sum), d_delta = torch::empty_like(dy);
    const Tensor d_weight = torch::empty_like(weight);
    const auto run = [&](auto* kernel) {
      kernel({sum.size(0), sum.size(1)}, weight.data_ptr<float>(), inverse.data_ptr<float>(),
             {.sum = sum.data_ptr<float>(),
              .dy = Bits(dy),
              .d_sum = d_sum.data_ptr<float>(),
              .d_stream = d_stream.data_ptr<float>(),
              .d_delta = Bits(d_delta)},
             d_weight.data_ptr<float>());
    };
    if (!sum.is_cuda())
      run(train_kernels::AddRmsNormBackward);
    else if constexpr (train_kernels::cuda::kBuilt)
      run(train_kernels::cuda::AddRmsNormBackward);
    return {d_stream, d_delta, d_weight, Tensor()};
  }
};

struct FusedJoinWeights : Function<FusedJoinWeights> {
  // libtorch finds the variables in a TensorList, but not in a vector of tensors.
  static Tensor forward(AutogradContext* context, const at::TensorList& weights) {
    std::vector<int64_t> shape = weights.front().sizes().vec(), rows;
    for (const Tensor& weight : weights) rows.push_back(weight.size(0));
    shape[0] = std::accumulate(rows.begin(), rows.end(), int64_t{0});
    const Tensor all = torch::empty(shape, torch::kBFloat16);
    train_kernels::BF16* out = Bits(all);
    for (const Tensor& weight : weights) {
      train_kernels::Narrow(weight.data_ptr<float>(), weight.numel(), out);
      out += weight.numel();
    }
    context->saved_data["rows"] = rows;
    return all;
  }
  // The gradients are views of one buffer; autograd keeps each as the gradient of its parameter.
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const Tensor narrow = gradients[0].contiguous(), wide = torch::empty(narrow.sizes(), torch::kFloat32);
    train_kernels::Widen(Bits(narrow), narrow.numel(), wide.data_ptr<float>());
    variable_list parts;
    int64_t first = 0;
    for (int64_t rows : context->saved_data["rows"].toIntVector()) {
      parts.push_back(wide.narrow(0, first, rows));
      first += rows;
    }
    return parts;
  }
};

struct FusedRotatePatches : Function<FusedRotatePatches> {
  static train_kernels::PatchShape ShapeOf(const Tensor& x, const Tensor& cos, int64_t merged) {
    return {.pictures = x.size(0) / cos.size(0),
            .tokens = cos.size(0) / merged,
            .merged = static_cast<int>(merged),
            .width = static_cast<int>(x.size(1))};
  }
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& cos, const Tensor& sin,
                        int64_t merged) {
    const Tensor y = torch::empty({x.size(0) / merged, x.size(1) * merged}, x.options());
    train_kernels::PatchesForward(ShapeOf(x, cos, merged), cos.data_ptr<float>(), sin.data_ptr<float>(), Bits(x),
                                  Bits(y));
    context->save_for_backward({x, cos, sin});
    context->saved_data["merged"] = merged;
    return y;
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto s = context->get_saved_variables();
    const Tensor dy = gradients[0].contiguous(), dx = torch::empty_like(s[0]);
    train_kernels::PatchesBackward(ShapeOf(s[0], s[1], context->saved_data["merged"].toInt()), s[1].data_ptr<float>(),
                                   s[2].data_ptr<float>(), Bits(s[0]), Bits(dy), Bits(dx));
    return {dx, Tensor(), Tensor(), Tensor()};
  }
};

train_kernels::HeadShape ShapeOf(const Tensor& rows, const HeadSplit& layout) {
  return {.rows = rows.size(0),
          .query_heads = layout.query_heads,
          .key_value_heads = layout.key_value_heads,
          .head = layout.head,
          .epsilon = static_cast<float>(layout.epsilon)};
}

struct FusedHeadNormRope : Function<FusedHeadNormRope> {
  static train_kernels::HeadNormWeights WeightsOf(const Tensor& qt, const Tensor& qhw, const Tensor& kt,
                                                  const Tensor& khw) {
    return {qt.data_ptr<float>(), qhw.data_ptr<float>(), kt.data_ptr<float>(), khw.data_ptr<float>()};
  }
  static Tensor forward(AutogradContext* context, const Tensor& rows, const Tensor& qt, const Tensor& qhw,
                        const Tensor& kt, const Tensor& khw, const Tensor& cos, const Tensor& sin,
                        const HeadSplit& layout) {
    const train_kernels::HeadShape shape = ShapeOf(rows, layout);
    const Tensor y = torch::empty_like(rows);
    const Tensor inverse = torch::empty({shape.rows, shape.rotated_heads(), 2}, cos.options());
    const auto run = [&](auto* kernel) {
      kernel(shape, WeightsOf(qt, qhw, kt, khw), cos.data_ptr<float>(), sin.data_ptr<float>(), Bits(rows), Bits(y),
             inverse.data_ptr<float>());
    };
    if (!rows.is_cuda())
      run(train_kernels::HeadNormRopeForward);
    else if constexpr (train_kernels::cuda::kBuilt)
      run(train_kernels::cuda::HeadNormRopeForward);
    context->save_for_backward({rows, qt, qhw, kt, khw, cos, sin, inverse});
    context->saved_data["query_heads"] = int64_t{layout.query_heads};
    context->saved_data["key_value_heads"] = int64_t{layout.key_value_heads};
    context->saved_data["head"] = int64_t{layout.head};
    return y;
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto s = context->get_saved_variables();
    const HeadSplit layout{static_cast<int>(context->saved_data["query_heads"].toInt()),
                           static_cast<int>(context->saved_data["key_value_heads"].toInt()),
                           static_cast<int>(context->saved_data["head"].toInt())};
    const Tensor dy = gradients[0].contiguous(), dx = torch::empty_like(s[0]);
    const Tensor dqt = torch::empty_like(s[1]), dqhw = torch::empty_like(s[2]), dkt = torch::empty_like(s[3]),
                 dkhw = torch::empty_like(s[4]);
    const auto run = [&](auto* kernel) {
      kernel(ShapeOf(s[0], layout), WeightsOf(s[1], s[2], s[3], s[4]), s[5].data_ptr<float>(), s[6].data_ptr<float>(),
             Bits(s[0]), s[7].data_ptr<float>(), Bits(dy), Bits(dx),
             {dqt.data_ptr<float>(), dqhw.data_ptr<float>(), dkt.data_ptr<float>(), dkhw.data_ptr<float>()});
    };
    if (!dy.is_cuda())
      run(train_kernels::HeadNormRopeBackward);
    else if constexpr (train_kernels::cuda::kBuilt)
      run(train_kernels::cuda::HeadNormRopeBackward);
    return {dx, dqt, dqhw, dkt, dkhw, Tensor(), Tensor(), Tensor()};
  }
};

struct FusedAttention : Function<FusedAttention> {
  // A pointer, since the caller keeps the visibility alive until after the backward pass.
  static variable_list forward(AutogradContext* context, const Tensor& u, const Tensor& g, const Visibility* visibility,
                               const HeadSplit& layout) {
    const train_kernels::HeadShape shape = ShapeOf(u, layout);
    const int64_t width = int64_t{layout.query_heads} * layout.head;
    const Tensor out_u = torch::empty({u.size(0), width}, u.options()),
                 out_g = torch::empty({g.size(0), width}, g.options());
    const auto floats = u.options().dtype(torch::kFloat32);
    const Tensor log_u = torch::empty({u.size(0), layout.query_heads}, floats),
                 log_g = torch::empty({g.size(0), layout.query_heads}, floats);
    train_kernels::AttentionForward(shape, visibility->spans, visibility->documents,
                                    {Bits(u), Bits(out_u), log_u.data_ptr<float>()},
                                    {Bits(g), Bits(out_g), log_g.data_ptr<float>()});
    context->save_for_backward({u, g, out_u, out_g, log_u, log_g});
    context->saved_data["visibility"] = reinterpret_cast<int64_t>(visibility);
    context->saved_data["frozen"] = !u.requires_grad();
    context->saved_data["query_heads"] = int64_t{layout.query_heads};
    context->saved_data["key_value_heads"] = int64_t{layout.key_value_heads};
    context->saved_data["head"] = int64_t{layout.head};
    return {out_u, out_g};
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto s = context->get_saved_variables();
    const auto* visibility = reinterpret_cast<const Visibility*>(context->saved_data["visibility"].toInt());
    const HeadSplit layout{static_cast<int>(context->saved_data["query_heads"].toInt()),
                           static_cast<int>(context->saved_data["key_value_heads"].toInt()),
                           static_cast<int>(context->saved_data["head"].toInt())};
    const auto gradient_of = [&](int i) {
      return gradients[i].defined() ? gradients[i].contiguous() : torch::zeros_like(s[2 + i]);
    };
    const Tensor d_out_u = gradient_of(0), d_out_g = gradient_of(1);
    const bool frozen = context->saved_data["frozen"].toBool();
    const Tensor du = frozen ? Tensor() : torch::empty_like(s[0]), dg = torch::empty_like(s[1]);
    train_kernels::AttentionBackward(
        ShapeOf(s[0], layout), visibility->spans, visibility->documents,
        {Bits(s[0]), Bits(s[2]), s[4].data_ptr<float>(), Bits(d_out_u), frozen ? nullptr : Bits(du)},
        {Bits(s[1]), Bits(s[3]), s[5].data_ptr<float>(), Bits(d_out_g), Bits(dg)});
    return {du, dg, Tensor(), Tensor()};
  }
};

struct FusedSwiGlu : Function<FusedSwiGlu> {
  static Tensor forward(AutogradContext* context, const Tensor& gate_up) {
    const int64_t width = gate_up.size(1) / 2;
    const Tensor y = torch::empty({gate_up.size(0), width}, gate_up.options());
    if (!y.is_cuda())
      train_kernels::SwiGluForward(gate_up.size(0), width, Bits(gate_up), Bits(y));
    else if constexpr (train_kernels::cuda::kBuilt)
      train_kernels::cuda::SwiGluForward(gate_up.size(0), width, Bits(gate_up), Bits(y));
    context->save_for_backward({gate_up});
    return y;
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const Tensor gate_up = context->get_saved_variables()[0];
    const Tensor dy = gradients[0].contiguous(), d = torch::empty_like(gate_up);
    if (!dy.is_cuda())
      train_kernels::SwiGluBackward(gate_up.size(0), gate_up.size(1) / 2, Bits(gate_up), Bits(dy), Bits(d));
    else if constexpr (train_kernels::cuda::kBuilt)
      train_kernels::cuda::SwiGluBackward(gate_up.size(0), gate_up.size(1) / 2, Bits(gate_up), Bits(dy), Bits(d));
    return {d};
  }
};

struct FusedCrossEntropy : Function<FusedCrossEntropy> {
  static variable_list forward(AutogradContext* context, const Tensor& hidden, const Tensor& matrix,
                               const Tensor& targets, const Tensor& scale) {
    const Tensor logits = Product(hidden, matrix.t());
    const Tensor each = torch::empty({hidden.size(0)}, scale.options());
    train_kernels::CrossEntropy(logits.size(0), logits.size(1), targets.data_ptr<int32_t>(), scale.data_ptr<float>(),
                                Bits(logits), each.data_ptr<float>());
    context->save_for_backward({hidden, matrix, logits});
    context->mark_non_differentiable({each});
    return {(each * scale).sum(), each};
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto s = context->get_saved_variables();
    const Tensor factor = gradients[0].to(torch::kBFloat16);
    return {Product(s[2], s[1]) * factor, Product(s[2].t(), s[0]) * factor, Tensor(), Tensor()};
  }
};

// --- composed forms --------------------------------------------------------------------------------------------------

Tensor RmsScale(const Tensor& x, const Tensor& weight, double epsilon) {
  const Tensor wide = x.to(torch::kFloat32);
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  return at::rms_norm(wide, {wide.size(-1)}, std::nullopt, epsilon) * weight;
#else
  return wide * torch::rsqrt(wide.square().mean(-1, true) + epsilon) * weight;
#endif
}

// The other element of each RoPE pair of x [rows, heads, K]: the halves of each part swapped; t is K/2 wide, h and w
// K/4.
Tensor Partners(const Tensor& x) {
  const int64_t rows = x.size(0), heads = x.size(1), k = x.size(2);
  const auto halves = x.split(k / 2, -1);
  return torch::cat({halves[0].reshape({rows, heads, 2, k / 4}).flip(2).view({rows, heads, k / 2}),
                     halves[1].reshape({rows, heads, 2, 2, k / 8}).flip(3).view({rows, heads, k / 2})},
                    -1);
}

// Cosines or sines [rows, K/2] repeated to the layout of a head, [rows, 1, K]: the same for both halves of a part,
// sines negated in the first.
Tensor AlongHeads(const Tensor& angles, bool sine) {
  const int64_t n = angles.size(1) / 4;
  const Tensor t = angles.narrow(1, 0, 2 * n), h = angles.narrow(1, 2 * n, n), w = angles.narrow(1, 3 * n, n);
  const auto first = [&](const Tensor& x) { return sine ? x.neg() : x; };
  return torch::cat({first(t), t, first(h), h, first(w), w}, 1).unsqueeze(1);
}

// The weights of the normed heads, [heads, 2, K/2].
Tensor HeadNorms(const HeadNormTensors& norms, const HeadSplit& layout) {
  const auto of = [](const Tensor& t, const Tensor& hw, int64_t heads) {
    return torch::stack({t, hw}).unsqueeze(0).expand({heads, 2, t.size(0)});
  };
  return torch::cat(
      {of(norms.query_t, norms.query_hw, layout.query_heads), of(norms.key_t, norms.key_hw, layout.key_value_heads)});
}

Tensor ComposedHeadNormRope(const Tensor& rows, const HeadNormTensors& norms, const Angles& angles,
                            const HeadSplit& layout) {
  const int64_t rotated = layout.query_heads + layout.key_value_heads, k = layout.head;
  const auto parts = rows.split({rotated * k, layout.key_value_heads * k}, 1);
  const Tensor normed =
      RmsScale(parts[0].view({-1, rotated, 2, k / 2}), HeadNorms(norms, layout), layout.epsilon).view({-1, rotated, k});
  const Tensor y =
      torch::addcmul(normed * AlongHeads(angles.cos, false), Partners(normed), AlongHeads(angles.sin, true));
  return torch::cat({y.to(rows.dtype()).view({-1, rotated * k}), parts[1]}, 1);
}

// q, k, v [documents, heads, rows, K]; the additive mask is [documents, 1, rows, rows].
Tensor MaskedAttention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask) {
#if TORCH_VERSION_MAJOR >= 2
  return at::scaled_dot_product_attention(q, k, v, mask.expand({q.size(0), q.size(1), q.size(2), k.size(2)}));
#else
  const double scale = 1 / std::sqrt(static_cast<double>(q.size(3)));
  const Tensor scores = torch::matmul(q, k.transpose(2, 3)).to(torch::kFloat32) * scale + mask;
  return torch::matmul(torch::softmax(scores, -1).to(q.dtype()), v);
#endif
}

TwoTowers ComposedAttention(const TwoTowers& rows, const Visibility& visibility, const HeadSplit& layout) {
  const int64_t h = layout.query_heads, g = layout.key_value_heads, k = layout.head;
  PaddedRows& padded = visibility.padded;
  if (padded.groups.empty())
    padded = PadDocuments(visibility.spans, visibility.documents, {rows.understanding.size(0), rows.generation.size(0)},
                          rows.understanding.options());
  const Tensor all = torch::cat({rows.understanding, rows.generation});
  const Tensor slots = all.new_zeros({padded.slot_count, all.size(1)}).index_copy(0, padded.slots, all);
  std::vector<int64_t> sizes;
  for (const PaddedDocuments& group : padded.groups) sizes.push_back(group.count * group.length);
  const std::vector<Tensor> parts = slots.split_with_sizes(sizes);
  const auto for_queries = [&](const Tensor& x) { return h == g ? x : x.repeat_interleave(h / g, 1); };
  std::vector<Tensor> seen;
  for (size_t i = 0; i < parts.size(); ++i) {
    const PaddedDocuments& group = padded.groups[i];
    const auto heads =
        parts[i].view({group.count, group.length, h + 2 * g, k}).transpose(1, 2).split_with_sizes({h, g, g}, 1);
    seen.push_back(MaskedAttention(heads[0], for_queries(heads[1]), for_queries(heads[2]), group.mask)
                       .transpose(1, 2)
                       .reshape({-1, h * k}));
  }
  const auto out = torch::cat(seen)
                       .index_select(0, padded.slots)
                       .split_with_sizes({rows.understanding.size(0), rows.generation.size(0)});
  return {out[0], out[1]};
}

}  // namespace

Tensor RmsNorm(const Tensor& x, const Tensor& weight, double epsilon, torch::Dtype type) {
  if (Fused(x, type, train_kernels::cuda::TakesRmsNorm(x.size(1)))) return FusedRmsNorm::apply(x, weight, epsilon);
  return RmsScale(x, weight, epsilon).to(type);
}

Normed AddRmsNorm(const Tensor& stream, const Tensor& delta, const Tensor& weight, double epsilon, torch::Dtype type) {
  if (!delta.defined()) return {stream, RmsNorm(stream, weight, epsilon, type)};
  if (Fused(stream, type, train_kernels::cuda::TakesRmsNorm(stream.size(1)))) {
    const auto out = FusedAddRmsNorm::apply(stream, delta, weight, epsilon);
    return {out[0], out[1]};
  }
  const Tensor sum = stream + delta;
  return {sum, RmsNorm(sum, weight, epsilon, type)};
}

Tensor JoinWeights(const std::vector<Tensor>& weights, torch::Dtype type) {
  if (Fused(weights.front(), type)) return FusedJoinWeights::apply(at::TensorList(weights));
  return (weights.size() == 1 ? weights.front() : torch::cat(weights)).to(type);
}

Tensor CutIntoPatches(const Tensor& pictures, const Tensor& index, const PatchGrid& grid, torch::Dtype type) {
  const int64_t n = index.defined() ? index.size(0) : pictures.size(0), height = pictures.size(2);
  const int64_t p = grid.patch, m = grid.merge, width = pictures.size(3);
  const int64_t high = height / (p * m), wide = width / (p * m), tokens = n * high * wide;
  if (Fused(pictures, type)) {
    const Tensor patches = torch::empty({tokens * m * m, 3 * p * p}, torch::kBFloat16);
    train_kernels::ChannelScale scale;
    std::copy_n(grid.mean.begin(), 3, scale.mean);
    std::copy_n(grid.factor.begin(), 3, scale.factor);
    const train_kernels::PictureShape shape{.count = n,
                                            .height = static_cast<int>(height),
                                            .width = static_cast<int>(width),
                                            .patch = grid.patch,
                                            .merge = grid.merge};
    train_kernels::CutPatches(shape, pictures.contiguous().data_ptr<float>(),
                              index.defined() ? index.data_ptr<int64_t>() : nullptr, scale, Bits(patches));
    return patches;
  }
  const auto each = [&](const std::vector<float>& values) {
    return Send(torch::tensor(values).view({1, 3, 1, 1}), pictures.device());
  };
  const Tensor scaled = (pictures - each(grid.mean)) * each(grid.factor);
  return (index.defined() ? scaled.index_select(0, index) : scaled)
      .view({n, 3, high, m, p, wide, m, p})
      .permute({0, 2, 5, 3, 6, 1, 4, 7})
      .reshape({tokens * m * m, 3 * p * p})
      .to(type);
}

Tensor RotatePatches(const Tensor& x, const Angles& angles, int merged) {
  if (Fused(x, x.scalar_type())) return FusedRotatePatches::apply(x, angles.cos, angles.sin, int64_t{merged});
  const int64_t width = x.size(1), patches = angles.cos.size(0);
  const Tensor pairs = torch::gelu(x).to(torch::kFloat32).view({-1, patches, width / 2, 2});
  const Tensor a = pairs.select(-1, 0), b = pairs.select(-1, 1);
  const Tensor rotated =
      torch::stack({a * angles.cos - b * angles.sin, a * angles.sin + b * angles.cos}, -1).to(x.dtype());
  return rotated.view({-1, merged, width}).transpose(1, 2).reshape({-1, width * merged});
}

Tensor HeadNormRope(const Tensor& rows, const HeadNormTensors& norms, const Angles& angles, const HeadSplit& layout) {
  if (Fused(rows, rows.scalar_type(), train_kernels::cuda::TakesHeads(layout.head)))
    return FusedHeadNormRope::apply(rows, norms.query_t, norms.query_hw, norms.key_t, norms.key_hw, angles.cos,
                                    angles.sin, layout);
  return ComposedHeadNormRope(rows, norms, angles, layout);
}

TwoTowers Attention(const TwoTowers& rows, const Visibility& visibility, const HeadSplit& layout) {
  // A tower without rows gets no gradient instead of zeros, with which the optimiser would still apply weight decay.
  const Tensor generation = rows.generation.size(0) == 0 ? rows.generation.detach() : rows.generation;
  if (!Fused(rows.understanding, rows.understanding.scalar_type()))
    return ComposedAttention({rows.understanding, generation}, visibility, layout);
  const auto out = FusedAttention::apply(rows.understanding, generation, &visibility, layout);
  return {out[0], out[1]};
}

Tensor SwiGlu(const Tensor& gate_up) {
  if (Fused(gate_up, gate_up.scalar_type(), gate_up.size(1) % 4 == 0)) return FusedSwiGlu::apply(gate_up);
  const auto halves = gate_up.chunk(2, 1);
  return torch::silu(halves[0]) * halves[1];
}

TextLoss CrossEntropyLoss(const Tensor& hidden, const Tensor& output_matrix, const Tensor& targets,
                          const Tensor& scale) {
  if (Fused(hidden, hidden.scalar_type())) {
    const auto out = FusedCrossEntropy::apply(hidden, output_matrix, targets, scale);
    return {out[0], out[1]};
  }
  const Tensor logits = at::linear(hidden, output_matrix).to(torch::kFloat32);
  const Tensor each = at::cross_entropy_loss(logits, targets.to(torch::kInt64), {}, at::Reduction::None);
  return {(each * scale).sum(), each.detach()};
}

}  // namespace diptych::train
