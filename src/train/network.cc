#include "train/network.h"

#include <cmath>

#include "base/cosines.h"
#include "base/error.h"

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

// Angles of a picture's patches, [tokens*M*M, width/2], `cells` tokens along a side: the first half of the pairs turns
// by the patch's column, the second half by its row.
Angles PatchAngles(const model::ModelConfig& config, int64_t cells, torch::Device device) {
  const int64_t m = config.merge, half = config.vision_hidden / 2;
  const auto at =
      torch::meshgrid({torch::arange(cells), torch::arange(cells), torch::arange(m), torch::arange(m)}, "ij");
  const auto angle = [&](const Tensor& position) {
    const Tensor i = torch::arange(half / 2, torch::kFloat64);
    return position.reshape({-1, 1}).to(torch::kFloat64) * torch::pow(config.rope_theta_vision, -2 * i / half);
  };
  const Tensor all = torch::cat({angle(at[1] * m + at[3]), angle(at[0] * m + at[2])}, 1);
  return {Send(torch::cos(all).to(torch::kFloat32), device), Send(torch::sin(all).to(torch::kFloat32), device)};
}

Tensor UploadPictures(const std::vector<base::Image>& pictures, int side, torch::Device device) {
  Tensor all = torch::empty({static_cast<int64_t>(pictures.size()), side, side, 3}, torch::kUInt8);
  for (size_t i = 0; i < pictures.size(); ++i)
    std::copy(pictures[i].rgb.begin(), pictures[i].rgb.end(), all[static_cast<int64_t>(i)].data_ptr<uint8_t>());
  return Send(all, device).to(torch::kFloat32).div_(255).permute({0, 3, 1, 2}).contiguous();
}

}  // namespace

TrainingBatch Upload(const data::Batch& batch, const model::ModelConfig& config, torch::Device device) {
  const int tokens = batch.side / config.token_pixels() * (batch.side / config.token_pixels());
  std::vector<int64_t> ids, picture_rows, reading_index, drawing_index;
  for (int32_t id : batch.ids) ids.push_back(id == data::kPictureRow ? 0 : id);
  for (const data::PictureAt& reading : batch.readings) {
    reading_index.push_back(reading.picture);
    for (int i = 0; i < tokens; ++i) picture_rows.push_back(reading.first_row + i);
  }
  for (const data::PictureAt& drawing : batch.drawings) drawing_index.push_back(drawing.picture);
  const auto longs = [&](const std::vector<int64_t>& values) {
    return Send(torch::tensor(values, torch::kInt64), device);
  };
  return {.ids = longs(ids),
          .picture_rows = longs(picture_rows),
          .pictures = UploadPictures(batch.pictures, batch.side, device),
          .reading_index = longs(reading_index),
          .drawing_index = longs(drawing_index),
          .target_rows = longs(batch.target_rows),
          .targets = Send(torch::tensor(batch.targets, torch::kInt32), device),
          .angles = AnglesOf(batch.positions, config, device),
          .drawn_angles = AnglesOf(batch.drawn_positions, config, device),
          .visibility = {batch.spans, batch.documents},
          .drawings = static_cast<int>(batch.drawings.size()),
          .drawn_tokens = tokens};
}

Tensor ToTokens(const Tensor& pictures, int token_pixels) {
  const int64_t n = pictures.size(0), high = pictures.size(2) / token_pixels, wide = pictures.size(3) / token_pixels;
  return pictures.view({n, 3, high, token_pixels, wide, token_pixels})
      .permute({0, 2, 4, 3, 5, 1})
      .reshape({n * high * wide, 3 * token_pixels * token_pixels});
}

Tensor FromTokens(const Tensor& tokens, int token_pixels, int side) {
  const int64_t along = side / token_pixels, n = tokens.size(0) / (along * along);
  return tokens.view({n, along, along, token_pixels, token_pixels, 3})
      .permute({0, 5, 1, 3, 2, 4})
      .reshape({n, 3, side, side});
}

// Planes [n, 3, side, side], each transformed from top to bottom by a matrix [side, side] and transposed. On the CPU as
// a convolution, which libtorch gives to oneDNN; a product would go to whatever BLAS there is.
Tensor Turn(const Tensor& planes, const Tensor& matrix) {
  if (planes.numel() == 0) return planes;  // texts alone
  const Tensor columns = planes.flatten(0, 1);
  const Tensor turned =
      planes.device().is_cpu() ? torch::conv1d(columns, matrix.unsqueeze(2)) : torch::matmul(matrix, columns);
  return turned.transpose(1, 2).contiguous().view(planes.sizes());
}

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

Tensor Network::Linear(const Tensor& x, const std::string& module) const {
  return at::linear(x, Cast(module + ".weight"), Cast(module + ".bias"));
}

Tensor Network::ReadPatches(const Tensor& patches, int64_t side, const std::string& module) const {
  const int64_t m = config_.merge, width = config_.vision_hidden;
  const Tensor kernel = Cast(module + ".embeddings.patch_embedding.weight").view({width, patches.size(1)});
  const Tensor seen = at::linear(patches, kernel, Cast(module + ".embeddings.patch_embedding.bias"));
  const Angles angles = PatchAngles(config_, side / config_.token_pixels(), device_);
  const Tensor merged = TurnPatches(seen, angles, static_cast<int>(m * m));
  const Tensor dense = Cast(module + ".embeddings.dense_embedding.weight").view({config_.hidden, width * m * m});
  return at::linear(merged, dense, Cast(module + ".embeddings.dense_embedding.bias"));
}

Tensor Network::EmbedTimes(const Tensor& values, const std::string& module) const {
  const Tensor frequencies =
      Send(torch::pow(10000.0, -torch::arange(128, torch::kFloat64) / 128).to(torch::kFloat32), device_);
  const Tensor angles = values.unsqueeze(1) * frequencies;
  const Tensor waves = torch::cat({torch::cos(angles), torch::sin(angles)}, 1).to(type_);
  return Linear(torch::silu(Linear(waves, module + ".mlp.0")), module + ".mlp.2");
}

Tensor Network::Embed(const TrainingBatch& batch) const {
  const Tensor x = torch::embedding(Weight("language_model.model.embed_tokens.weight"), batch.ids);
  if (batch.picture_rows.numel() == 0) return x;
  const PatchGrid grid{.patch = config_.patch,
                       .merge = config_.merge,
                       .mean = {0.485f, 0.456f, 0.406f},
                       .factor = {1 / 0.229f, 1 / 0.224f, 1 / 0.225f}};
  const Tensor patches = CutIntoPatches(batch.pictures, batch.reading_index, grid, type_);
  const Tensor read = ReadPatches(patches, batch.pictures.size(3), "vision_model");
  return x.index_copy(0, batch.picture_rows, read.to(torch::kFloat32));
}

Tensor Network::EmbedDrawn(const Tensor& noisy, const Tensor& times) const {
  if (noisy.size(0) == 0) return torch::zeros({0, config_.hidden}, noisy.options());
  const Tensor cut = CutIntoPatches(noisy, Tensor(), {.patch = config_.patch, .merge = config_.merge}, type_);
  const Tensor patches = ReadPatches(cut, noisy.size(3), "fm_modules.vision_model_mot_gen");
  const int64_t tokens = patches.size(0) / std::max<int64_t>(1, noisy.size(0));
  Tensor each = EmbedTimes(times, "fm_modules.timestep_embedder");
  if (config_.embed_noise_scale) {
    const double scale = model::NoiseScale(config_, static_cast<int>(tokens)) / config_.noise_scale_max;
    each = each + EmbedTimes(torch::full_like(times, scale), "fm_modules.noise_scale_embedder");
  }
  return (patches.view({noisy.size(0), tokens, config_.hidden}).to(torch::kFloat32) + each.unsqueeze(1))
      .view({-1, config_.hidden});
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
  return HeadNormRotate(at::linear(h, matrix), norms, angles, Layout());
}

Tensor Network::FeedForward(const Tensor& normed, int layer, model::Tower tower) const {
  const auto name = [&](const char* module) { return model::LayerTensor(layer, module, tower); };
  const Tensor matrix = JoinWeights({Weight(name("mlp.gate_proj")), Weight(name("mlp.up_proj"))}, type_);
  return at::linear(SwiGlu(at::linear(normed, matrix)), Cast(name("mlp.down_proj")));
}

void Network::Layer(int layer, const TrainingBatch& batch, Streams& streams) const {
  const TwoTowers rows{Project(streams.understanding, layer, model::Tower::kUnderstanding, batch.angles),
                       Project(streams.generation, layer, model::Tower::kGeneration, batch.drawn_angles)};
  const TwoTowers seen = Attention(rows, batch.visibility, Layout());
  const auto advance = [&](Stream& stream, const Tensor& attended, model::Tower tower) {
    stream.delta = at::linear(attended, Cast(model::LayerTensor(layer, "self_attn.o_proj", tower)));
    const Tensor normed = Norm(stream, model::LayerTensor(layer, "post_attention_layernorm", tower));
    stream.delta = FeedForward(normed, layer, tower);
  };
  advance(streams.understanding, seen.understanding, model::Tower::kUnderstanding);
  advance(streams.generation, seen.generation, model::Tower::kGeneration);
}

Tensor Network::SeePixels(const Tensor& x, const Tensor& noisy, const Tensor& times) const {
  const int64_t pictures = noisy.size(0), side = noisy.size(2);
  const auto count = static_cast<int>(side * side / (config_.token_pixels() * config_.token_pixels()));
  std::vector<double> shares;
  for (int64_t at = 0; at < side * side; ++at) {
    const int64_t down = at / side, across = at % side;
    shares.push_back(model::NoiseShare(config_, count, static_cast<double>(down * down + across * across)));
  }
  const Tensor share = Send(torch::tensor(shares).view({1, 1, side, side}), device_);
  const Tensor t = times.to(torch::kFloat64).view({pictures, 1, 1, 1});
  const Tensor gain = (t / (t.square() + (1 - t).square() * share)).to(torch::kFloat32);
  const Tensor basis = Send(torch::tensor(base::CosineBasis(static_cast<int>(side))).view({side, side}), device_);
  const Tensor waves = gain * Turn(Turn(noisy, basis), basis);
  const Tensor guess = Turn(Turn(waves, basis.t()), basis.t());
  return torch::cat({x, ToTokens(guess, config_.token_pixels()).to(x.dtype())}, 1);
}

Tensor Network::PredictPatches(const Tensor& x) const {
  return Linear(torch::gelu(Linear(x, "fm_modules.fm_head.0")), "fm_modules.fm_head.2").to(torch::kFloat32);
}

Network::Output Network::Forward(const TrainingBatch& batch, const Tensor& noisy, const Tensor& times) const {
  Streams streams{{Embed(batch), Tensor()}, {EmbedDrawn(noisy, times), Tensor()}};
  for (int layer = 0; layer < config_.layers; ++layer) Layer(layer, batch, streams);
  const Tensor hidden = Norm(streams.understanding, "language_model.model.norm.weight");
  Tensor drawn = Norm(streams.generation, "language_model.model.norm_mot_gen.weight");
  if (config_.head_sees_pixels) drawn = SeePixels(drawn, noisy, times);
  return {hidden, PredictPatches(drawn)};
}

}  // namespace diptych::train
