#include "train/network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/cosine_basis.h"
#include "base/error.h"
#include "train/products.h"

namespace diptych::train {
namespace {

using torch::Tensor;

// cos and sin of position * base^(-2i/n) for the n/2 pairs of one rotated part.
Tensor PartAngles(const std::vector<int32_t>& positions, int n, double base, torch::Device device) {
  const Tensor p = Send(torch::tensor(positions, torch::kInt32), device).to(torch::kFloat64).unsqueeze(1);
  const Tensor i = torch::arange(n / 2, torch::kFloat64);
  return p * Send(torch::pow(base, -2 * i / n), device);
}

Angles AnglesOf(const data::Positions& positions, const model::ModelConfig& config, torch::Device device) {
  const int k = config.head;
  const Tensor all = torch::cat({PartAngles(positions.t, k / 2, config.rope_theta, device),
                                 PartAngles(positions.h, k / 4, config.rope_theta_hw, device),
                                 PartAngles(positions.w, k / 4, config.rope_theta_hw, device)},
                                1);
  return {torch::cos(all).to(torch::kFloat32), torch::sin(all).to(torch::kFloat32)};
}

// RoPE angles of a picture's patches, [tokens*M*M, width/2]: the first half of the pairs rotates by the patch's column,
// the second half by its row.
Angles PatchAngles(const model::ModelConfig& config, const data::TokenGrid& grid, torch::Device device) {
  const int64_t m = config.merge, half = config.vision_hidden / 2;
  const auto at =
      torch::meshgrid({torch::arange(grid.high), torch::arange(grid.wide), torch::arange(m), torch::arange(m)}, "ij");
  const auto angle = [&](const Tensor& position) {
    const Tensor i = torch::arange(half / 2, torch::kFloat64);
    return position.reshape({-1, 1}).to(torch::kFloat64) * torch::pow(config.rope_theta_vision, -2 * i / half);
  };
  const Tensor all = torch::cat({angle(at[1] * m + at[3]), angle(at[0] * m + at[2])}, 1);
  return {Send(torch::cos(all).to(torch::kFloat32), device), Send(torch::sin(all).to(torch::kFloat32), device)};
}

Tensor UploadIndex(const std::vector<int64_t>& values, torch::Device device) {
  return Send(torch::tensor(values, torch::kInt64), device);
}

// The pictures of the batch with these indices, all of one size: [indices.size(), 3, height, width].
Tensor UploadPictures(const data::Batch& batch, const std::vector<int>& indices, torch::Device device) {
  const base::Image& first = batch.pictures[static_cast<size_t>(indices.front())];
  Tensor all = torch::empty({static_cast<int64_t>(indices.size()), first.height, first.width, 3}, torch::kUInt8);
  for (size_t i = 0; i < indices.size(); ++i) {
    const std::vector<uint8_t>& rgb = batch.pictures[static_cast<size_t>(indices[i])].rgb;
    std::copy(rgb.begin(), rgb.end(), all[static_cast<int64_t>(i)].data_ptr<uint8_t>());
  }
  return Send(all, device).to(torch::kFloat32).div_(255).permute({0, 3, 1, 2}).contiguous();
}

// The inputs, or the drawings, of pictures of one size: the index of each picture among them, and all rows.
struct Uses {
  std::vector<int64_t> pictures, rows;
};
Uses UsesOf(const std::vector<data::PictureAt>& all, const std::vector<int>& chosen, const data::SizeGroup& group) {
  Uses uses;
  for (int i : chosen) {
    const data::PictureAt& at = all[static_cast<size_t>(i)];
    uses.pictures.push_back(std::ranges::lower_bound(group.pictures, at.picture) - group.pictures.begin());
    for (int row = 0; row < group.grid.count(); ++row) uses.rows.push_back(at.first_row + row);
  }
  return uses;
}

PicturesOfSize UploadSize(const data::Batch& batch, const data::SizeGroup& group, torch::Device device) {
  const Uses read = UsesOf(batch.inputs, group.inputs, group), drawn = UsesOf(batch.drawings, group.drawings, group);
  const bool all_drawn = group.drawings.size() == batch.drawings.size();
  return {.grid = group.grid,
          .pictures = UploadPictures(batch, group.pictures, device),
          .input_index = UploadIndex(read.pictures, device),
          .input_rows = UploadIndex(read.rows, device),
          .drawing_index = UploadIndex(drawn.pictures, device),
          .drawn_rows = all_drawn ? Tensor() : UploadIndex(drawn.rows, device)};
}

}  // namespace

TrainingBatch Upload(const data::Batch& batch, const model::ModelConfig& config, torch::Device device) {
  std::vector<int64_t> ids;
  for (int32_t id : batch.ids) ids.push_back(id == data::kPictureRow ? 0 : id);
  std::vector<PicturesOfSize> sizes;
  for (const data::SizeGroup& group : data::GroupBySize(batch, config))
    sizes.push_back(UploadSize(batch, group, device));
  return {.ids = UploadIndex(ids, device),
          .sizes = std::move(sizes),
          .target_rows = UploadIndex(batch.target_rows, device),
          .targets = Send(torch::tensor(batch.targets, torch::kInt32), device),
          .angles = AnglesOf(batch.positions, config, device),
          .drawn_angles = AnglesOf(batch.drawn_positions, config, device),
          .visibility = {batch.spans, batch.documents},
          .drawings = static_cast<int64_t>(batch.drawings.size()),
          .drawn_rows = batch.drawn_rows()};
}

Tensor ToTokens(const Tensor& pictures, int token_pixels) {
  const int64_t n = pictures.size(0), high = pictures.size(2) / token_pixels, wide = pictures.size(3) / token_pixels;
  return pictures.view({n, 3, high, token_pixels, wide, token_pixels})
      .permute({0, 2, 4, 3, 5, 1})
      .reshape({n * high * wide, 3 * token_pixels * token_pixels});
}

Tensor FromTokens(const Tensor& tokens, int token_pixels, const data::TokenGrid& grid) {
  const int64_t n = tokens.size(0) / grid.count();
  return tokens.view({n, grid.high, grid.wide, token_pixels, token_pixels, 3})
      .permute({0, 5, 1, 3, 2, 4})
      .reshape({n, 3, grid.high * token_pixels, grid.wide * token_pixels});
}

namespace {

// The columns of planes [n, 3, height, width] multiplied by a matrix [height, height], and the planes transposed to
// [width, height]. On the CPU as a convolution, which libtorch runs in oneDNN; a matrix product would run in whichever
// BLAS it was built with.
Tensor TransformColumns(const Tensor& planes, const Tensor& matrix) {
  const Tensor columns = planes.flatten(0, 1);
  const Tensor transformed =
      planes.device().is_cpu() ? torch::conv1d(columns, matrix.unsqueeze(2)) : torch::matmul(matrix, columns);
  return transformed.transpose(1, 2).contiguous().view({planes.size(0), 3, planes.size(3), planes.size(2)});
}

}  // namespace

const model::ModelConfig& Trainable(const model::ModelConfig& config) {
  constexpr const char* kHint = "diptych answers with such a model; train one without it.";
  if (config.mixture())
    throw base::Error("train",
                      "config.json has " + std::to_string(config.experts[0].count) +
                          " experts (llm_config.num_experts), the trainer knows dense feed-forwards only.",
                      kHint);
  if (config.conv_head)
    throw base::Error("train",
                      "config.json has the convolution head (use_pixel_head), the trainer knows the plain head only.",
                      kHint);
  return config;
}

Network::Network(const model::ModelConfig& config, torch::Device device, torch::Dtype type)
    : config_(Trainable(config)), device_(device), type_(type), specs_(model::TensorTable(config)) {
  for (const model::TensorSpec& spec : specs_) {
    index_[spec.name] = parameters_.size();
    parameters_.push_back(torch::zeros(spec.shape, device).requires_grad_(true));
  }
}

void Network::Initialise(uint64_t seed) {
  torch::NoGradGuard no_gradient;
  torch::Generator generator = at::detail::createCPUGenerator(seed);
  const auto ends_with = [](const std::string& name, std::string_view end) {
    return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
  };
  for (size_t i = 0; i < specs_.size(); ++i) {
    const model::TensorSpec& spec = specs_[i];
    Tensor& weight = parameters_[i];
    if (spec.name.find("norm") != std::string::npos) {
      weight.fill_(1);
      continue;
    }
    const bool silent = spec.name.find("o_proj") != std::string::npos ||
                        spec.name.find("down_proj") != std::string::npos || ends_with(spec.name, "fm_head.2.weight");
    if (silent || spec.shape.size() == 1) continue;
    int64_t inputs = 1;
    for (size_t axis = 1; axis < spec.shape.size(); ++axis) inputs *= spec.shape[axis];
    const bool table =
        spec.name.find("embed_tokens") != std::string::npos || spec.name.find("lm_head") != std::string::npos;
    const double deviation = table ? 0.02 : 1 / std::sqrt(static_cast<double>(inputs));
    weight.copy_(torch::randn(spec.shape, generator, torch::kFloat32) * deviation);
  }
}

void Network::FreezeUnderstanding() {
  understanding_frozen_ = true;
  for (size_t i = 0; i < specs_.size(); ++i)
    if (!model::IsGeneration(specs_[i].name)) parameters_[i].set_requires_grad(false);
}

Tensor Network::OutputMatrix() const {
  return Cast(config_.tie_embeddings ? "language_model.model.embed_tokens.weight" : "language_model.lm_head.weight");
}

HeadSplit Network::Layout() const {
  return {config_.query_heads, config_.key_value_heads, config_.head, config_.norm_epsilon};
}

Tensor Network::ApplyLinear(const Tensor& x, const std::string& module) const {
  return Linear(x, Cast(module + ".weight"), Cast(module + ".bias"));
}

Tensor Network::ReadPatches(const Tensor& patches, const data::TokenGrid& grid, const std::string& module) const {
  const int64_t m = config_.merge, width = config_.vision_hidden;
  const Tensor kernel = Cast(module + ".embeddings.patch_embedding.weight").view({width, patches.size(1)});
  const Tensor seen = Linear(patches, kernel, Cast(module + ".embeddings.patch_embedding.bias"));
  const Angles angles = PatchAngles(config_, grid, device_);
  const Tensor merged = RotatePatches(seen, angles, static_cast<int>(m * m));
  const Tensor dense = Cast(module + ".embeddings.dense_embedding.weight").view({config_.hidden, width * m * m});
  return Linear(merged, dense, Cast(module + ".embeddings.dense_embedding.bias"));
}

Tensor Network::EmbedTimes(const Tensor& values, const std::string& module) const {
  const Tensor frequencies =
      Send(torch::pow(10000.0, -torch::arange(128, torch::kFloat64) / 128).to(torch::kFloat32), device_);
  const Tensor angles = values.unsqueeze(1) * frequencies;
  const Tensor waves = torch::cat({torch::cos(angles), torch::sin(angles)}, 1).to(type_);
  return ApplyLinear(torch::silu(ApplyLinear(waves, module + ".mlp.0")), module + ".mlp.2");
}

Tensor Network::Embed(const TrainingBatch& batch) const {
  Tensor x = torch::embedding(Weight("language_model.model.embed_tokens.weight"), batch.ids);
  const PatchGrid patches{.patch = config_.patch,
                          .merge = config_.merge,
                          .mean = {0.485f, 0.456f, 0.406f},
                          .factor = {1 / 0.229f, 1 / 0.224f, 1 / 0.225f}};
  for (const PicturesOfSize& size : batch.sizes) {
    if (size.input_rows.numel() == 0) continue;
    const Tensor cut = CutIntoPatches(size.pictures, size.input_index, patches, type_);
    x = x.index_copy(0, size.input_rows, ReadPatches(cut, size.grid, "vision_model").to(torch::kFloat32));
  }
  return x;
}

Tensor Network::EmbedDrawn(const NoisyPictures& noisy, const data::TokenGrid& grid) const {
  const Tensor cut = CutIntoPatches(noisy.noisy, Tensor(), {.patch = config_.patch, .merge = config_.merge}, type_);
  const Tensor patches = ReadPatches(cut, grid, "fm_modules.vision_model_mot_gen");
  Tensor each = EmbedTimes(noisy.times, "fm_modules.timestep_embedder");
  if (config_.embed_noise_scale) {
    const double scale = model::NoiseScale(config_, grid.count()) / config_.noise_scale_max;
    each = each + EmbedTimes(torch::full_like(noisy.times, scale), "fm_modules.noise_scale_embedder");
  }
  return (patches.view({noisy.noisy.size(0), grid.count(), config_.hidden}).to(torch::kFloat32) + each.unsqueeze(1))
      .view({-1, config_.hidden});
}

Tensor Network::JoinDrawn(const TrainingBatch& batch, int64_t width,
                          const std::function<Tensor(size_t size)>& of) const {
  Tensor all;
  for (size_t i = 0; i < batch.sizes.size(); ++i) {
    const PicturesOfSize& size = batch.sizes[i];
    if (size.drawings() == 0) continue;
    const Tensor rows = of(i);
    if (!size.drawn_rows.defined()) return rows;
    if (!all.defined()) all = torch::zeros({batch.drawn_rows, width}, rows.options());
    all = all.index_copy(0, size.drawn_rows, rows);
  }
  return all.defined() ? all : torch::zeros({0, width}, torch::TensorOptions(torch::kFloat32).device(device_));
}

Tensor Network::Norm(Stream& stream, const std::string& name) const {
  const Normed out = AddRmsNorm(stream.x, stream.delta, Weight(name), config_.norm_epsilon, type_);
  stream = {out.sum, Tensor()};
  return out.normed;
}

Tensor Network::Project(Stream& stream, int layer, model::Tower tower, const Angles& angles) const {
  const auto name = [&](const char* module) { return model::LayerTensor(layer, module, tower); };
  const auto weight = [&](const char* module) { return Weight(name(module)); };
  const Tensor h = Norm(stream, name("input_layernorm"));
  const Tensor matrix =
      JoinWeights({weight("self_attn.q_proj"), weight("self_attn.k_proj"), weight("self_attn.v_proj")}, type_);
  const HeadNormTensors norms{weight("self_attn.q_norm"), weight("self_attn.q_norm_hw"), weight("self_attn.k_norm"),
                              weight("self_attn.k_norm_hw")};
  return HeadNormRope(Linear(h, matrix), norms, angles, Layout());
}

Tensor Network::FeedForward(const Tensor& normed, int layer, model::Tower tower) const {
  const auto name = [&](const char* module) { return model::LayerTensor(layer, module, tower); };
  const Tensor matrix = JoinWeights({Weight(name("mlp.gate_proj")), Weight(name("mlp.up_proj"))}, type_);
  return Linear(SwiGlu(Linear(normed, matrix)), Cast(name("mlp.down_proj")));
}

void Network::Layer(int layer, const TrainingBatch& batch, Streams& streams) const {
  const TwoTowers rows{Project(streams.understanding, layer, model::Tower::kUnderstanding, batch.angles),
                       Project(streams.generation, layer, model::Tower::kGeneration, batch.drawn_angles)};
  const TwoTowers seen = Attention(rows, batch.visibility, Layout());
  const auto advance = [&](Stream& stream, const Tensor& attended, model::Tower tower) {
    stream.delta = Linear(attended, Cast(model::LayerTensor(layer, "self_attn.o_proj", tower)));
    const Tensor normed = Norm(stream, model::LayerTensor(layer, "post_attention_layernorm", tower));
    stream.delta = FeedForward(normed, layer, tower);
  };
  advance(streams.understanding, seen.understanding, model::Tower::kUnderstanding);
  advance(streams.generation, seen.generation, model::Tower::kGeneration);
}

Tensor Network::WienerEstimate(const NoisyPictures& noisy, const data::TokenGrid& grid) const {
  const int64_t height = noisy.noisy.size(2), width = noisy.noisy.size(3);
  std::vector<double> shares;
  for (int64_t down = 0; down < height; ++down)
    for (int64_t across = 0; across < width; ++across)
      shares.push_back(model::NoiseShare(config_, grid.count(), static_cast<double>(down * down + across * across)));
  const Tensor share = Send(torch::tensor(shares).view({1, 1, height, width}), device_);
  const Tensor t = noisy.times.to(torch::kFloat64).view({-1, 1, 1, 1});
  const Tensor gain = (t / (t.square() + (1 - t).square() * share)).to(torch::kFloat32);
  const auto basis = [&](int64_t side) {
    return Send(torch::tensor(base::CosineBasis(static_cast<int>(side))).view({side, side}), device_);
  };
  const Tensor down = basis(height), across = basis(width);
  const Tensor waves = gain * TransformColumns(TransformColumns(noisy.noisy, down), across);
  return ToTokens(TransformColumns(TransformColumns(waves, down.t()), across.t()), config_.token_pixels());
}

Tensor Network::PredictPatches(const Tensor& x) const {
  return ApplyLinear(torch::gelu(ApplyLinear(x, "fm_modules.fm_head.0")), "fm_modules.fm_head.2").to(torch::kFloat32);
}

Network::Output Network::Forward(const TrainingBatch& batch, const std::vector<NoisyPictures>& noisy) const {
  const auto embed = [&](size_t i) { return EmbedDrawn(noisy[i], batch.sizes[i].grid); };
  Streams streams{{Embed(batch), Tensor()}, {JoinDrawn(batch, config_.hidden, embed), Tensor()}};
  for (int layer = 0; layer < config_.layers; ++layer) Layer(layer, batch, streams);
  const Tensor hidden = Norm(streams.understanding, "language_model.model.norm.weight");
  Tensor drawn = Norm(streams.generation, "language_model.model.norm_mot_gen.weight");
  if (config_.head_sees_pixels) {
    const auto guess = [&](size_t i) { return WienerEstimate(noisy[i], batch.sizes[i].grid); };
    drawn = torch::cat({drawn, JoinDrawn(batch, config_.picture_values(), guess).to(drawn.dtype())}, 1);
  }
  const Tensor predicted = PredictPatches(drawn);
  std::vector<Tensor> by_size;
  for (const PicturesOfSize& size : batch.sizes)
    by_size.push_back(size.drawn_rows.defined() ? predicted.index_select(0, size.drawn_rows) : predicted);
  return {hidden, by_size};
}

}  // namespace diptych::train
