#include "eager_model.h"

#include <ATen/Parallel.h>
#include <omp.h>
#include <torch/types.h>
#include <torch/version.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "base/cosine_basis.h"
#include "clock.h"
#include "model/tensors.h"

namespace diptych::bench {

using torch::Tensor;

struct LayerCache {
  Tensor keys, values;  // [1, G, tokens, K]; undefined when empty
};

struct EagerContext {
  std::vector<LayerCache> layers;
  int length = 0, next_t = 0;
  Tensor last;  // [1, D], the last row after the last layer
};

namespace {

struct Places {
  std::vector<int> t, h, w;
  void Add(int t_, int h_, int w_) {
    t.push_back(t_);
    h.push_back(h_);
    w.push_back(w_);
  }
};

// Cosines and sines of a pass, [rows, 1, n] for parts of n numbers, both halves filled.
struct Angles {
  Tensor cos_t, sin_t, cos_hw, sin_hw;
};

struct LayerWeights {
  Tensor input_norm, feed_forward_norm, query_norm, query_norm_hw, key_norm, key_norm_hw;
  Tensor query_key_value, out, gate_up, down;
};

struct ReaderWeights {
  Tensor patch, patch_bias;  // [vision, 3 * P * P]
  Tensor dense, dense_bias;  // [D, M * M * vision]
};

struct TowerWeights {
  std::vector<LayerWeights> layers;
  Tensor norm;
  ReaderWeights reader;
};

struct ScalarEmbedderWeights {
  Tensor first, first_bias, second, second_bias;
};

// What a pass attends to: cached keys of a batch and which keys each row sees.
struct Prefix {
  std::vector<LayerCache> layers;  // [batch, G, tokens, K]
  Tensor mask;                     // added to scores, broadcast over heads; undefined: everything is seen
};

Tensor RmsNorm(const Tensor& x, const Tensor& weight, double epsilon) {
  const Tensor wide = x.to(torch::kFloat32);
  return weight * (wide * torch::rsqrt(wide.square().mean(-1, true) + epsilon)).to(x.scalar_type());
}

Tensor PartAngles(const std::vector<int>& positions, int n, double base) {
  const Tensor i = torch::arange(n / 2, torch::kFloat64);
  const Tensor angles = torch::tensor(positions, torch::kFloat64).unsqueeze(1) * torch::pow(base, -2 * i / n);
  return torch::cat({angles, angles}, 1);
}

Tensor RotateHalf(const Tensor& x) {
  const auto halves = x.chunk(2, -1);
  return torch::cat({-halves[1], halves[0]}, -1);
}

Tensor LinearMap(const Tensor& x, const Tensor& weight, const Tensor& bias = {}) { return at::linear(x, weight, bias); }

}  // namespace

struct EagerModel::State {
  model::ModelConfig config;
  torch::Dtype type;
  Tensor embedding, output;
  TowerWeights towers[2];
  ScalarEmbedderWeights time, noise_scale;
  ScalarEmbedderWeights head;

  Tensor Load(const model::SafetensorsFile& file, const std::string& name) const {
    const model::TensorView& view = file.Get(name);
    const std::vector<float> values = model::ToFloat(view);
    return torch::tensor(values).view(view.shape).to(type);
  }

  LayerWeights LoadLayer(const model::SafetensorsFile& file, int layer, model::Tower tower) const {
    const auto get = [&](const char* module) { return Load(file, model::LayerTensor(layer, module, tower)); };
    return {get("input_layernorm"),
            get("post_attention_layernorm"),
            get("self_attn.q_norm"),
            get("self_attn.q_norm_hw"),
            get("self_attn.k_norm"),
            get("self_attn.k_norm_hw"),
            torch::cat({get("self_attn.q_proj"), get("self_attn.k_proj"), get("self_attn.v_proj")}),
            get("self_attn.o_proj"),
            torch::cat({get("mlp.gate_proj"), get("mlp.up_proj")}),
            get("mlp.down_proj")};
  }

  ReaderWeights LoadReader(const model::SafetensorsFile& file, const std::string& module) const {
    const std::string prefix = module + ".embeddings.";
    const int64_t vision = config.vision_hidden;
    return {Load(file, prefix + "patch_embedding.weight").view({vision, -1}),
            Load(file, prefix + "patch_embedding.bias"),
            Load(file, prefix + "dense_embedding.weight").permute({0, 2, 3, 1}).reshape({config.hidden, -1}),
            Load(file, prefix + "dense_embedding.bias")};
  }

  ScalarEmbedderWeights LoadPair(const model::SafetensorsFile& file, const std::string& first,
                                 const std::string& second) const {
    return {Load(file, first + ".weight"), Load(file, first + ".bias"), Load(file, second + ".weight"),
            Load(file, second + ".bias")};
  }

  void LoadAll(const model::SafetensorsFile& file) {
    embedding = Load(file, "language_model.model.embed_tokens.weight");
    output = config.tie_embeddings ? embedding : Load(file, "language_model.lm_head.weight");
    for (model::Tower tower : {model::Tower::kUnderstanding, model::Tower::kGeneration}) {
      TowerWeights& w = towers[static_cast<int>(tower)];
      for (int layer = 0; layer < config.layers; ++layer) w.layers.push_back(LoadLayer(file, layer, tower));
      w.norm = Load(file, std::string("language_model.model.norm") + model::TowerSuffix(tower) + ".weight");
      w.reader =
          LoadReader(file, tower == model::Tower::kGeneration ? "fm_modules.vision_model_mot_gen" : "vision_model");
    }
    time = LoadPair(file, "fm_modules.timestep_embedder.mlp.0", "fm_modules.timestep_embedder.mlp.2");
    if (config.embed_noise_scale)
      noise_scale = LoadPair(file, "fm_modules.noise_scale_embedder.mlp.0", "fm_modules.noise_scale_embedder.mlp.2");
    head = LoadPair(file, "fm_modules.fm_head.0", "fm_modules.fm_head.2");
  }

  const TowerWeights& tower(model::Tower which) const { return towers[static_cast<int>(which)]; }

  Angles AnglesOf(const Places& places) const {
    const int k = config.head;
    const auto finish = [&](const Tensor& angles, bool sine) {
      return (sine ? torch::sin(angles) : torch::cos(angles)).to(torch::kFloat32).to(type).unsqueeze(1);
    };
    const Tensor t = PartAngles(places.t, k / 2, config.rope_theta);
    const Tensor hw = torch::cat(
        {PartAngles(places.h, k / 4, config.rope_theta_hw), PartAngles(places.w, k / 4, config.rope_theta_hw)}, 1);
    return {finish(t, false), finish(t, true), finish(hw, false), finish(hw, true)};
  }

  // Norm and rotation of heads [rows, heads, K].
  Tensor Turn(const Tensor& heads, const Tensor& norm, const Tensor& norm_hw, const Angles& a) const {
    const int64_t k = config.head;
    const Tensor t = RmsNorm(heads.narrow(-1, 0, k / 2), norm, config.norm_epsilon);
    const Tensor hw = RmsNorm(heads.narrow(-1, k / 2, k / 2), norm_hw, config.norm_epsilon);
    const Tensor turned_hw =
        torch::cat({RotateHalf(hw.narrow(-1, 0, k / 4)), RotateHalf(hw.narrow(-1, k / 4, k / 4))}, -1);
    return torch::cat({t * a.cos_t + RotateHalf(t) * a.sin_t, hw * a.cos_hw + turned_hw * a.sin_hw}, -1);
  }

  Tensor Repeat(const Tensor& x) const {
    const int64_t times = config.query_heads / config.key_value_heads;
    return times == 1 ? x : x.repeat_interleave(times, 1);
  }

  // One layer of rows x [batch * tokens, D]. The new keys are joined to the prefix's; `grown` takes the joined ones.
  Tensor Layer(const Tensor& x, const LayerWeights& w, const Prefix& prefix, int layer, const Angles& angles,
               int64_t batch, LayerCache* grown) const {
    const int64_t h = config.query_heads, g = config.key_value_heads, k = config.head, tokens = x.size(0) / batch;
    const Tensor rows = LinearMap(RmsNorm(x, w.input_norm, config.norm_epsilon), w.query_key_value)
                            .view({batch * tokens, h + 2 * g, k});
    const auto split = [&](const Tensor& heads) { return heads.view({batch, tokens, -1, k}).transpose(1, 2); };
    const Tensor q = split(Turn(rows.narrow(1, 0, h), w.query_norm, w.query_norm_hw, angles));
    Tensor keys = split(Turn(rows.narrow(1, h, g), w.key_norm, w.key_norm_hw, angles));
    Tensor values = split(rows.narrow(1, h + g, g).contiguous());
    const LayerCache& cached = prefix.layers[static_cast<size_t>(layer)];
    if (cached.keys.defined()) {
      keys = torch::cat({cached.keys, keys}, 2);
      values = torch::cat({cached.values, values}, 2);
    }
    if (grown != nullptr) *grown = {keys, values};
    Tensor scores = torch::matmul(q, Repeat(keys).transpose(2, 3)) / std::sqrt(static_cast<double>(k));
    if (prefix.mask.defined()) scores = scores + prefix.mask;
    const Tensor weights = torch::softmax(scores, -1, torch::kFloat32).to(type);
    const Tensor seen = torch::matmul(weights, Repeat(values)).transpose(1, 2).reshape({batch * tokens, h * k});
    const Tensor y = x + LinearMap(seen, w.out);
    const auto halves = LinearMap(RmsNorm(y, w.feed_forward_norm, config.norm_epsilon), w.gate_up).chunk(2, 1);
    return y + LinearMap(torch::silu(halves[0]) * halves[1], w.down);
  }

  // Patches [n tokens * M * M, 3 * P * P] of pictures [3, height, width], token by token.
  Tensor Patches(const Tensor& picture) const {
    const int64_t p = config.patch, m = config.merge;
    const int64_t high = picture.size(1) / (p * m), wide = picture.size(2) / (p * m);
    return picture.view({3, high, m, p, wide, m, p}).permute({1, 4, 2, 5, 0, 3, 6}).reshape({-1, 3 * p * p});
  }

  Angles PatchAngles(int64_t high, int64_t wide) const {
    const int64_t m = config.merge, half = config.vision_hidden / 2;
    const auto cells =
        torch::meshgrid({torch::arange(high), torch::arange(wide), torch::arange(m), torch::arange(m)}, "ij");
    const auto angle = [&](const Tensor& position) {
      const Tensor i = torch::arange(half / 2, torch::kFloat64);
      return position.reshape({-1, 1}).to(torch::kFloat64) * torch::pow(config.rope_theta_vision, -2 * i / half);
    };
    const Tensor all = torch::cat({angle(cells[1] * m + cells[3]), angle(cells[0] * m + cells[2])}, 1);
    return {torch::cos(all).to(torch::kFloat32).to(type), torch::sin(all).to(torch::kFloat32).to(type), {}, {}};
  }

  // A picture [3, height, width] to tokens [tokens, D].
  Tensor ReadPatches(const Tensor& picture, const ReaderWeights& w, const Angles& angles) const {
    const int64_t vision = config.vision_hidden, places = config.merge * config.merge;
    const Tensor seen =
        torch::gelu(LinearMap(Patches(picture).to(type), w.patch, w.patch_bias)).view({-1, vision / 2, 2});
    const Tensor a = seen.select(2, 0), b = seen.select(2, 1);
    const Tensor turned = torch::stack({a * angles.cos_t - b * angles.sin_t, a * angles.sin_t + b * angles.cos_t}, -1);
    return LinearMap(turned.view({-1, places * vision}), w.dense, w.dense_bias);
  }

  Tensor EmbedScalar(double value, const ScalarEmbedderWeights& w) const {
    const Tensor angles = torch::pow(10000.0, -torch::arange(128, torch::kFloat64) / 128) * value;
    const Tensor waves = torch::cat({torch::cos(angles), torch::sin(angles)}).unsqueeze(0).to(type);
    return LinearMap(torch::silu(LinearMap(waves, w.first, w.first_bias)), w.second, w.second_bias);
  }

  // [tokens, (row, column, channel)] <-> [3, height, width].
  Tensor ToPicture(const Tensor& tokens, int64_t high, int64_t wide) const {
    const int64_t q = config.token_pixels();
    return tokens.view({high, wide, q, q, 3}).permute({4, 0, 2, 1, 3}).reshape({3, high * q, wide * q});
  }
  Tensor ToTokens(const Tensor& picture) const {
    const int64_t q = config.token_pixels(), high = picture.size(1) / q, wide = picture.size(2) / q;
    return picture.view({3, high, q, wide, q}).permute({1, 3, 2, 4, 0}).reshape({high * wide, q * q * 3});
  }

  // Appends rows x [rows, D] at these places; row i sees `seen[i]` keys, or all when it is empty.
  void Append(EagerContext& context, Tensor x, const Places& places, const std::vector<int>& seen) const {
    const auto rows = static_cast<int64_t>(places.t.size());
    Prefix prefix{std::move(context.layers), {}};
    if (!seen.empty()) {
      const Tensor ends = torch::tensor(seen).unsqueeze(1);
      const Tensor hidden = torch::arange(context.length + rows).unsqueeze(0) >= ends;
      prefix.mask = torch::zeros(hidden.sizes()).masked_fill(hidden, -INFINITY).to(type);
    }
    const Angles angles = AnglesOf(places);
    context.layers.resize(static_cast<size_t>(config.layers));
    for (int layer = 0; layer < config.layers; ++layer)
      x = Layer(x, tower(model::Tower::kUnderstanding).layers[static_cast<size_t>(layer)], prefix, layer, angles, 1,
                &context.layers[static_cast<size_t>(layer)]);
    context.length += static_cast<int>(rows);
    context.next_t = places.t.back() + 1;
    context.last = x.narrow(0, rows - 1, 1);
  }

  Tensor EmbedText(std::span<const int32_t> ids) const {
    const std::vector<int64_t> wide(ids.begin(), ids.end());
    return torch::embedding(embedding, torch::tensor(wide, torch::kInt64));
  }

  void AppendText(EagerContext& context, std::span<const int32_t> ids) const {
    Places places;
    std::vector<int> seen;
    for (int i = 0; i < static_cast<int>(ids.size()); ++i) {
      places.Add(context.next_t + i, 0, 0);
      seen.push_back(context.length + i + 1);
    }
    if (ids.size() == 1) seen.clear();
    Append(context, EmbedText(ids), places, seen);
  }

  Tensor NextLogits(const EagerContext& context) const {
    return LinearMap(RmsNorm(context.last, tower(model::Tower::kUnderstanding).norm, config.norm_epsilon), output)
        .to(torch::kFloat32);
  }

  // The caches of both contexts in one batch: the shorter one filled in front with keys that nothing sees.
  Prefix Join(const EagerContext& full, const EagerContext& nothing, int64_t tokens) const {
    Prefix prefix;
    const int longest = std::max(full.length, nothing.length);
    const auto padded = [&](const Tensor& x, int length) {
      return torch::constant_pad_nd(x, {0, 0, longest - length, 0});
    };
    for (size_t i = 0; i < full.layers.size(); ++i)
      prefix.layers.push_back(
          {torch::cat({padded(full.layers[i].keys, full.length), padded(nothing.layers[i].keys, nothing.length)}),
           torch::cat({padded(full.layers[i].values, full.length), padded(nothing.layers[i].values, nothing.length)})});
    Tensor mask = torch::zeros({2, 1, 1, longest + tokens});
    mask[0].narrow(2, 0, longest - full.length).fill_(-INFINITY);
    mask[1].narrow(2, 0, longest - nothing.length).fill_(-INFINITY);
    prefix.mask = mask.to(type);
    return prefix;
  }

  // The Wiener-filtered noisy picture, [3, height, width].
  Tensor GuessClean(const Tensor& z, double t, double deviation) const {
    const auto high = static_cast<int>(z.size(1)), wide = static_cast<int>(z.size(2));
    const Tensor down = torch::tensor(base::CosineBasis(high)).view({high, high});
    const Tensor across = torch::tensor(base::CosineBasis(wide)).view({wide, wide});
    const Tensor squares = torch::arange(high).square().unsqueeze(1) + torch::arange(wide).square().unsqueeze(0);
    const model::PictureSpectrum& spectrum = config.pixel_gain_spectrum;
    const Tensor gain =
        t / (t * t + deviation * deviation * (spectrum.falloff * squares + spectrum.floor) / (high * wide));
    const Tensor waves = gain.to(torch::kFloat32) * torch::matmul(torch::matmul(down, z), across.t());
    return torch::matmul(torch::matmul(down.t(), waves), across);
  }

  // Predicted clean pictures of each context, [batch, 3, height, width] float32. `pixels` [tokens, 3 * Q^2]: what the
  // head sees of the noisy picture; undefined when it sees none.
  std::vector<Tensor> Predict(const Tensor& x, const Tensor& pixels, const Prefix& prefix, const Angles& angles,
                              int64_t batch, int64_t high, int64_t wide) const {
    Tensor rows = batch == 1 ? x : x.repeat({batch, 1});
    for (int layer = 0; layer < config.layers; ++layer)
      rows = Layer(rows, tower(model::Tower::kGeneration).layers[static_cast<size_t>(layer)], prefix, layer, angles,
                   batch, nullptr);
    rows = RmsNorm(rows, tower(model::Tower::kGeneration).norm, config.norm_epsilon);
    if (pixels.defined()) rows = torch::cat({rows, pixels.to(rows.dtype()).repeat({batch, 1})}, 1);
    const Tensor inner = torch::gelu(LinearMap(rows, head.first, head.first_bias));
    const Tensor clean = LinearMap(inner, head.second, head.second_bias).to(torch::kFloat32);
    std::vector<Tensor> pictures;
    for (const Tensor& tokens : clean.chunk(batch)) pictures.push_back(ToPicture(tokens, high, wide));
    return pictures;
  }
};

namespace {

// One picture while it is being denoised.
struct Canvas {
  int64_t high, wide;
  Prefix alone, both;
  Angles angles, both_angles, patch_angles;
};

}  // namespace

EagerModel::EagerModel(const model::ModelConfig& config, const model::SafetensorsFile& file, EagerType type)
    : state_(std::make_unique<State>()) {
  const c10::InferenceMode inference;
  state_->config = config;
  state_->type = type == EagerType::kFloat32 ? torch::kFloat32 : torch::kBFloat16;
  state_->LoadAll(file);
}
EagerModel::~EagerModel() = default;

std::unique_ptr<EagerContext, void (*)(EagerContext*)> EagerModel::NewContext() const {
  auto* context = new EagerContext;
  context->layers.resize(static_cast<size_t>(state_->config.layers));
  return {context, [](EagerContext* c) { delete c; }};
}

std::vector<float> EagerModel::Read(EagerContext& context, std::span<const int32_t> ids) const {
  const c10::InferenceMode inference;
  state_->AppendText(context, ids);
  const Tensor logits = state_->NextLogits(context);
  return {logits.data_ptr<float>(), logits.data_ptr<float>() + logits.numel()};
}

void EagerModel::ReadPicture(EagerContext& context, const EagerDrawing& size, std::span<const float> pixels,
                             std::span<const int32_t> after) const {
  const c10::InferenceMode inference;
  const State& s = *state_;
  const Tensor tokens =
      torch::tensor(std::vector<float>(pixels.begin(), pixels.end())).view({size.rows * size.columns, -1});
  const Tensor mean = torch::tensor({0.485f, 0.456f, 0.406f}).view({3, 1, 1});
  const Tensor deviation = torch::tensor({0.229f, 0.224f, 0.225f}).view({3, 1, 1});
  const Tensor picture = (s.ToPicture(tokens, size.rows, size.columns) * 0.5 + 0.5 - mean) / deviation;
  const Tensor x = torch::cat(
      {s.ReadPatches(picture, s.tower(model::Tower::kUnderstanding).reader, s.PatchAngles(size.rows, size.columns)),
       s.EmbedText(after)});
  Places places;
  std::vector<int> seen;
  const int count = size.rows * size.columns;
  for (int i = 0; i < count; ++i) {
    places.Add(context.next_t, i / size.columns, i % size.columns);
    seen.push_back(context.length + count);
  }
  for (int i = 0; i < static_cast<int>(after.size()); ++i) {
    places.Add(context.next_t + 1 + i, 0, 0);
    seen.push_back(context.length + count + i + 1);
  }
  s.Append(context, x, places, seen);
}

void EagerModel::Write(EagerContext& context, int tokens) const {
  const c10::InferenceMode inference;
  for (int i = 0; i < tokens; ++i) {
    const auto id = static_cast<int32_t>(state_->NextLogits(context).argmax().item<int64_t>());
    state_->AppendText(context, std::span(&id, 1));
  }
}

std::vector<float> EagerModel::Draw(const EagerContext& full, const EagerContext& nothing, const EagerDrawing& d,
                                    std::vector<double>* step_seconds) const {
  const c10::InferenceMode inference;
  const State& s = *state_;
  const int count = d.rows * d.columns;
  Places one, both;
  for (const EagerContext* context : {&full, &nothing})
    for (int i = 0; i < count; ++i) {
      if (context == &full) one.Add(context->next_t, i / d.columns, i % d.columns);
      both.Add(context->next_t, i / d.columns, i % d.columns);
    }
  const Canvas canvas{d.rows,
                      d.columns,
                      {full.layers, {}},
                      s.Join(full, nothing, count),
                      s.AnglesOf(one),
                      s.AnglesOf(both),
                      s.PatchAngles(d.rows, d.columns)};
  const double scale = model::NoiseScale(s.config, count);
  Tensor z = s.ToPicture(torch::tensor(std::vector<float>(d.noise.begin(), d.noise.end())).view({count, -1}), d.rows,
                         d.columns) *
             scale;
  const Tensor scale_embedding =
      s.config.embed_noise_scale ? s.EmbedScalar(scale / s.config.noise_scale_max, s.noise_scale) : Tensor();
  const auto time_of = [&](int i) {
    const double sigma = 1 - static_cast<double>(i) / d.steps;
    return 1 - d.shift * sigma / (1 + (d.shift - 1) * sigma);
  };
  for (int i = 0; i < d.steps; ++i) {
    const Stopwatch watch;
    const double t = time_of(i);
    Tensor x =
        s.ReadPatches(z, s.tower(model::Tower::kGeneration).reader, canvas.patch_angles) + s.EmbedScalar(t, s.time);
    if (scale_embedding.defined()) x = x + scale_embedding;
    const bool guided = d.guidance > 1 && t >= d.guidance_from && t <= d.guidance_to;
    const Tensor seen = s.config.head_sees_pixels ? s.ToTokens(s.GuessClean(z, t, (1 - t) * scale)) : Tensor();
    const std::vector<Tensor> clean = guided ? s.Predict(x, seen, canvas.both, canvas.both_angles, 2, d.rows, d.columns)
                                             : s.Predict(x, seen, canvas.alone, canvas.angles, 1, d.rows, d.columns);
    const Tensor directed = guided ? clean[1] + d.guidance * (clean[0] - clean[1]) : clean[0];
    z = z + (time_of(i + 1) - t) * (directed - z) / std::max(1 - t, s.config.t_epsilon);
    if (step_seconds != nullptr) step_seconds->push_back(watch.seconds());
  }
  const Tensor tokens = s.ToTokens(z).contiguous();
  return {tokens.data_ptr<float>(), tokens.data_ptr<float>() + tokens.numel()};
}

void UseEagerThreads(int threads) {
  omp_set_num_threads(threads);
  at::set_num_threads(threads);
}

const char* EagerVersion() { return TORCH_VERSION; }

}  // namespace diptych::bench
