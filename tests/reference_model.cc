#include "reference_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace diptych::reference {
namespace {

float Gelu(float x) { return static_cast<float>(0.5 * x * (1 + std::erf(x / std::sqrt(2.0)))); }
float Silu(float x) { return static_cast<float>(x / (1 + std::exp(-double{x}))); }

Rows Add(Rows a, const Rows& b) {
  for (size_t i = 0; i < a.values.size(); ++i) a.values[i] += b.values[i];
  return a;
}

// Rotates pairs (i, i + n/2) of a part of n numbers by position * base^(-2i/n).
void RotateHalves(float* x, int n, int position, double base) {
  for (int i = 0; i < n / 2; ++i) {
    const double angle = position * std::pow(base, -2.0 * i / n);
    const double a = x[i], b = x[i + n / 2];
    x[i] = static_cast<float>(a * std::cos(angle) - b * std::sin(angle));
    x[i + n / 2] = static_cast<float>(b * std::cos(angle) + a * std::sin(angle));
  }
}

// Rotates neighbours (0, 1), (2, 3), ... of n numbers.
void RotateNeighbours(float* x, int n, int position, double base) {
  for (int i = 0; i < n / 2; ++i) {
    const double angle = position * std::pow(base, -2.0 * i / n);
    const double a = x[2 * i], b = x[2 * i + 1];
    x[2 * i] = static_cast<float>(a * std::cos(angle) - b * std::sin(angle));
    x[2 * i + 1] = static_cast<float>(a * std::sin(angle) + b * std::cos(angle));
  }
}

// A picture or a map of features, [channels, high, wide].
struct Planes {
  int channels = 0, high = 0, wide = 0;
  std::vector<float> v;
  Planes(int c, int h, int w) : channels(c), high(h), wide(w), v(static_cast<size_t>(c * h * w)) {}
  float& at(int c, int y, int x) { return v[static_cast<size_t>((c * high + y) * wide + x)]; }
  float at(int c, int y, int x) const { return v[static_cast<size_t>((c * high + y) * wide + x)]; }
};

Planes Shuffle(const Planes& from, int r) {
  Planes to(from.channels / (r * r), from.high * r, from.wide * r);
  for (int c = 0; c < to.channels; ++c)
    for (int y = 0; y < to.high; ++y)
      for (int x = 0; x < to.wide; ++x) to.at(c, y, x) = from.at(c * r * r + y % r * r + x % r, y / r, x / r);
  return to;
}

Planes Convolve(const Planes& from, const std::vector<float>& weight, const std::vector<float>& bias) {
  Planes to(static_cast<int>(bias.size()), from.high, from.wide);
  for (int o = 0; o < to.channels; ++o)
    for (int y = 0; y < to.high; ++y)
      for (int x = 0; x < to.wide; ++x) {
        double sum = bias[static_cast<size_t>(o)];
        for (int c = 0; c < from.channels; ++c)
          for (int i = -1; i <= 1; ++i)
            for (int j = -1; j <= 1; ++j) {
              if (y + i < 0 || y + i >= from.high || x + j < 0 || x + j >= from.wide) continue;
              const int at = ((o * from.channels + c) * 3 + i + 1) * 3 + j + 1;
              sum += double{weight[static_cast<size_t>(at)]} * from.at(c, y + i, x + j);
            }
        to.at(o, y, x) = static_cast<float>(sum);
      }
  return to;
}

double Dot(const std::vector<float>& a, const std::vector<float>& b, size_t first, size_t count) {
  double sum = 0;
  for (size_t i = first; i < first + count; ++i) sum += double{a[i]} * b[i];
  return sum;
}

// Scales part of v to the norm that v_c has there, never up.
void Limit(const std::vector<float>& limit, std::vector<float>* v, size_t first, size_t count) {
  const double scale = std::sqrt(Dot(limit, limit, first, count)) / (std::sqrt(Dot(*v, *v, first, count)) + 1e-8);
  for (size_t i = first; i < first + count; ++i) (*v)[i] *= static_cast<float>(std::min(1.0, scale));
}

}  // namespace

Model::Model(const model::ModelConfig& config, const model::WeightFiles& files) : c_(config) {
  for (const auto& [name, tensor] : files.tensors()) weights_[name] = files.Floats(name);
}

const std::vector<float>& Model::W(const std::string& name) const {
  const auto found = weights_.find(name);
  if (found == weights_.end()) throw std::runtime_error("no weight " + name);
  return found->second;
}

Rows Model::Linear(const Rows& x, const std::string& weight, const std::string& bias) const {
  const std::vector<float>& w = W(weight);
  Rows y(x.rows, static_cast<int>(w.size()) / x.columns);
  for (int i = 0; i < x.rows; ++i)
    for (int n = 0; n < y.columns; ++n) {
      double sum = bias.empty() ? 0 : W(bias)[static_cast<size_t>(n)];
      for (int k = 0; k < x.columns; ++k) sum += double{x.row(i)[k]} * w[static_cast<size_t>(n * x.columns + k)];
      y.row(i)[n] = static_cast<float>(sum);
    }
  return y;
}

Rows Model::Norm(const Rows& x, const std::string& name) const {
  Rows y = x;
  for (int i = 0; i < x.rows; ++i) {
    double squares = 0;
    for (int k = 0; k < x.columns; ++k) squares += double{x.row(i)[k]} * x.row(i)[k];
    const double scale = 1 / std::sqrt(squares / x.columns + c_.norm_epsilon);
    for (int k = 0; k < x.columns; ++k)
      y.row(i)[k] = static_cast<float>(x.row(i)[k] * scale * W(name)[static_cast<size_t>(k)]);
  }
  return y;
}

Rows Model::SwiGlu(const Rows& x, const std::string& prefix) const {
  Rows gate = Linear(x, prefix + "gate_proj.weight");
  const Rows up = Linear(x, prefix + "up_proj.weight");
  for (size_t i = 0; i < gate.values.size(); ++i) gate.values[i] = Silu(gate.values[i]) * up.values[i];
  return Linear(gate, prefix + "down_proj.weight");
}

Rows Model::Mixture(const Rows& x, const std::string& prefix, const model::ExpertSizes& sizes) const {
  Rows scores = Linear(x, prefix + "gate.weight"), y(x.rows, x.columns);
  for (int i = 0; i < x.rows; ++i) {
    double sum = 0;
    for (int e = 0; e < sizes.count; ++e) sum += std::exp(double{scores.row(i)[e]});
    std::vector<int> order(static_cast<size_t>(sizes.count));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return scores.row(i)[a] > scores.row(i)[b]; });
    double kept = 0;
    for (int k = 0; k < sizes.used; ++k) kept += std::exp(double{scores.row(i)[order[static_cast<size_t>(k)]]}) / sum;
    Rows one(1, x.columns);
    std::copy_n(x.row(i), x.columns, one.row(0));
    for (int k = 0; k < sizes.used; ++k) {
      const int e = order[static_cast<size_t>(k)];
      const double share = std::exp(double{scores.row(i)[e]}) / sum / (c_.normalise_experts ? kept : 1);
      const Rows out = SwiGlu(one, prefix + "experts." + std::to_string(e) + ".");
      for (int j = 0; j < x.columns; ++j) y.row(i)[j] += static_cast<float>(share * out.row(0)[j]);
    }
  }
  return y;
}

Rows Model::FeedForward(const Rows& x, int layer, model::Tower tower) const {
  const bool drawing = tower == model::Tower::kGeneration;
  const std::string prefix =
      "language_model.model.layers." + std::to_string(layer) + (drawing ? ".mlp_mot_gen." : ".mlp.");
  // A copy is sparse where its router is stored: that the table has it in the right layers is the configuration's test.
  if (!weights_.contains(prefix + "gate.weight")) return SwiGlu(x, prefix);
  return Mixture(x, prefix, c_.experts[drawing ? 1 : 0]);
}

// Norms and rotates each head: the first half by t, the third quarter by h, the last by w.
Rows Model::Heads(Rows x, const std::string& norm, int heads, const std::vector<Place>& places,
                  model::Tower tower) const {
  const std::string end = tower == model::Tower::kGeneration ? "_mot_gen.weight" : ".weight";
  const int half = c_.head / 2, quarter = c_.head / 4;
  for (int i = 0; i < x.rows; ++i)
    for (int head = 0; head < heads; ++head) {
      float* values = x.row(i) + head * c_.head;
      for (int part = 0; part < 2; ++part) {
        Rows numbers(1, half);
        std::copy_n(values + part * half, half, numbers.row(0));
        numbers = Norm(numbers, norm + (part == 0 ? "" : "_hw") + end);
        std::copy_n(numbers.row(0), half, values + part * half);
      }
      const Place& place = places[static_cast<size_t>(i)];
      RotateHalves(values, half, place.t, c_.rope_theta);
      RotateHalves(values + half, quarter, place.h, c_.rope_theta_hw);
      RotateHalves(values + half + quarter, quarter, place.w, c_.rope_theta_hw);
    }
  return x;
}

Rows Model::Read(const Rows& embedded, const std::vector<Place>& places, model::Tower tower, Cache* cache,
                 bool keep) const {
  const std::string end = tower == model::Tower::kGeneration ? "_mot_gen.weight" : ".weight";
  const auto layers = static_cast<size_t>(c_.layers);
  const int key_width = c_.key_value_heads * c_.head;
  cache->keys.resize(layers, Rows(0, key_width));
  cache->values.resize(layers, Rows(0, key_width));
  std::vector<int> t = cache->t;
  for (const Place& place : places) t.push_back(place.t);
  const int before = static_cast<int>(cache->t.size());
  Rows x = embedded;
  for (int layer = 0; layer < c_.layers; ++layer) {
    const std::string prefix = "language_model.model.layers." + std::to_string(layer) + ".";
    const std::string attention = prefix + "self_attn.";
    const Rows h = Norm(x, prefix + "input_layernorm" + end);
    const Rows q = Heads(Linear(h, attention + "q_proj" + end), attention + "q_norm", c_.query_heads, places, tower);
    const Rows k =
        Heads(Linear(h, attention + "k_proj" + end), attention + "k_norm", c_.key_value_heads, places, tower);
    const Rows v = Linear(h, attention + "v_proj" + end);
    Rows keys = cache->keys[static_cast<size_t>(layer)], values = cache->values[static_cast<size_t>(layer)];
    keys.values.insert(keys.values.end(), k.values.begin(), k.values.end());
    values.values.insert(values.values.end(), v.values.begin(), v.values.end());
    keys.rows = values.rows = before + x.rows;
    Rows out(x.rows, c_.query_heads * c_.head);
    for (int i = 0; i < x.rows; ++i)
      for (int head = 0; head < c_.query_heads; ++head) {
        const int group = head / (c_.query_heads / c_.key_value_heads) * c_.head;
        std::vector<double> scores(static_cast<size_t>(keys.rows), -INFINITY);
        double largest = -INFINITY, sum = 0;
        for (int j = 0; j < keys.rows; ++j) {
          const bool seen = j <= before + i || t[static_cast<size_t>(j)] == places[static_cast<size_t>(i)].t;
          if (!seen) continue;
          double score = 0;
          for (int d = 0; d < c_.head; ++d) score += double{q.row(i)[head * c_.head + d]} * keys.row(j)[group + d];
          scores[static_cast<size_t>(j)] = score / std::sqrt(double(c_.head));
          largest = std::max(largest, scores[static_cast<size_t>(j)]);
        }
        for (double& score : scores) sum += score = std::exp(score - largest);
        for (int d = 0; d < c_.head; ++d) {
          double value = 0;
          for (int j = 0; j < keys.rows; ++j) value += scores[static_cast<size_t>(j)] / sum * values.row(j)[group + d];
          out.row(i)[head * c_.head + d] = static_cast<float>(value);
        }
      }
    x = Add(x, Linear(out, attention + "o_proj" + end));
    x = Add(x, FeedForward(Norm(x, prefix + "post_attention_layernorm" + end), layer, tower));
    if (!keep) continue;
    cache->keys[static_cast<size_t>(layer)] = keys;
    cache->values[static_cast<size_t>(layer)] = values;
  }
  if (keep) cache->t = t;
  return x;
}

Rows Model::Embed(const std::vector<int>& ids) const {
  Rows x(static_cast<int>(ids.size()), c_.hidden);
  const std::vector<float>& table = W("language_model.model.embed_tokens.weight");
  for (int i = 0; i < x.rows; ++i)
    std::copy_n(table.begin() + static_cast<std::ptrdiff_t>(ids[static_cast<size_t>(i)]) * c_.hidden, c_.hidden,
                x.row(i));
  return x;
}

Rows Model::TextLogits(const std::vector<int>& ids, Cache* cache) const {
  std::vector<Place> places;
  int t = cache->t.empty() ? 0 : cache->t.back() + 1;
  for (size_t i = 0; i < ids.size(); ++i) places.push_back({.t = t++});
  const Rows x = Read(Embed(ids), places, model::Tower::kUnderstanding, cache, true);
  return Linear(Norm(x, "language_model.model.norm.weight"),
                c_.tie_embeddings ? "language_model.model.embed_tokens.weight" : "language_model.lm_head.weight");
}

Rows Model::ReadPatches(const Rows& patches, int high, int wide, model::Tower tower) const {
  const std::string prefix =
      tower == model::Tower::kGeneration ? "fm_modules.vision_model_mot_gen.embeddings." : "vision_model.embeddings.";
  const int width = c_.vision_hidden, merge = c_.merge;
  Rows x = Linear(patches, prefix + "patch_embedding.weight", prefix + "patch_embedding.bias");
  for (float& number : x.values) number = Gelu(number);
  for (int i = 0; i < x.rows; ++i) {
    RotateNeighbours(x.row(i), width / 2, i % wide, c_.rope_theta_vision);
    RotateNeighbours(x.row(i) + width / 2, width / 2, i / wide, c_.rope_theta_vision);
  }
  const std::vector<float>&w = W(prefix + "dense_embedding.weight"), &b = W(prefix + "dense_embedding.bias");
  Rows tokens(high / merge * (wide / merge), c_.hidden);
  for (int token = 0; token < tokens.rows; ++token)
    for (int o = 0; o < c_.hidden; ++o) {
      double sum = b[static_cast<size_t>(o)];
      for (int channel = 0; channel < width; ++channel)
        for (int y = 0; y < merge; ++y)
          for (int z = 0; z < merge; ++z) {
            const int patch = (token / (wide / merge) * merge + y) * wide + token % (wide / merge) * merge + z;
            sum +=
                double{w[static_cast<size_t>(((o * width + channel) * merge + y) * merge + z)]} * x.row(patch)[channel];
          }
      tokens.row(token)[o] = static_cast<float>(sum);
    }
  return tokens;
}

std::vector<float> Model::EmbedScalar(double value, const std::string& name) const {
  Rows waves(1, 256);
  for (int i = 0; i < 128; ++i) {
    const double angle = value * std::pow(10000.0, -i / 128.0);
    waves.row(0)[i] = static_cast<float>(std::cos(angle));
    waves.row(0)[128 + i] = static_cast<float>(std::sin(angle));
  }
  const std::string prefix = "fm_modules." + name + ".mlp.";
  Rows x = Linear(waves, prefix + "0.weight", prefix + "0.bias");
  for (float& number : x.values) number = Silu(number);
  return Linear(x, prefix + "2.weight", prefix + "2.bias").values;
}

Rows Model::Head(const Rows& hidden, const Rows& pixels_seen, int high, int wide) const {
  const std::string prefix = "fm_modules.fm_head.";
  const Rows x = Norm(hidden, "language_model.model.norm_mot_gen.weight");
  if (!c_.conv_head) {
    Rows all(x.rows, x.columns + pixels_seen.columns);
    for (int i = 0; i < x.rows; ++i) {
      std::copy_n(x.row(i), x.columns, all.row(i));
      std::copy_n(pixels_seen.row(i), pixels_seen.columns, all.row(i) + x.columns);
    }
    Rows inner = Linear(all, prefix + "0.weight", prefix + "0.bias");
    for (float& number : inner.values) number = Gelu(number);
    return Linear(inner, prefix + "2.weight", prefix + "2.bias");
  }
  Planes map(c_.hidden, high, wide);
  for (int i = 0; i < x.rows; ++i)
    for (int channel = 0; channel < c_.hidden; ++channel) map.at(channel, i / wide, i % wide) = x.row(i)[channel];
  map = Convolve(Shuffle(map, 2), W(prefix + "conv1.weight"), W(prefix + "conv1.bias"));
  for (float& number : map.v) number = Gelu(number);
  map = Shuffle(Convolve(Shuffle(map, 2), W(prefix + "conv2.weight"), W(prefix + "conv2.bias")), 8);
  const int side = c_.token_pixels();
  Rows pixels(x.rows, c_.picture_values());
  for (int i = 0; i < x.rows; ++i)
    for (int at = 0; at < pixels.columns; ++at)
      pixels.row(i)[at] = map.at(at % 3, i / wide * side + at / 3 / side, i % wide * side + at / 3 % side);
  return pixels;
}

// z and the velocity are planes [3, height, width].
namespace {

double Wave(int k, int i, int size) {
  return std::sqrt((k == 0 ? 1.0 : 2.0) / size) * std::cos(std::acos(-1.0) * (2 * i + 1) * k / (2.0 * size));
}

// The Wiener filter of a noisy picture at time t, for clean pictures whose cosine coefficients of r and c half waves
// have the mean square H W / (100 (r^2 + c^2) + 6) and noise of this deviation: one coefficient at a time, each summed
// over all pixels.
Planes Guess(const std::vector<float>& z, int high, int wide, double t, double deviation,
             const model::PictureSpectrum& spectrum) {
  Planes guess(3, high, wide);
  std::vector<double> halves(static_cast<size_t>(high * wide)), sums(halves.size());
  for (int channel = 0; channel < 3; ++channel) {
    const auto at = [wide](int row, int column) { return static_cast<size_t>(row * wide + column); };
    const size_t first = static_cast<size_t>(channel) * at(high, 0);
    for (int y = 0; y < high; ++y)
      for (int c = 0; c < wide; ++c) {
        double sum = 0;
        for (int x = 0; x < wide; ++x) sum += z[first + at(y, x)] * Wave(c, x, wide);
        halves[at(y, c)] = sum;
      }
    for (int r = 0; r < high; ++r)
      for (int c = 0; c < wide; ++c) {
        double sum = 0;
        for (int y = 0; y < high; ++y) sum += halves[at(y, c)] * Wave(r, y, high);
        const double power = double(high * wide) / (spectrum.falloff * (r * r + c * c) + spectrum.floor);
        sums[at(r, c)] = sum * power * t / (power * t * t + deviation * deviation);
      }
    for (int y = 0; y < high; ++y)
      for (int c = 0; c < wide; ++c) {
        double sum = 0;
        for (int r = 0; r < high; ++r) sum += sums[at(r, c)] * Wave(r, y, high);
        halves[at(y, c)] = sum;
      }
    for (int y = 0; y < high; ++y)
      for (int x = 0; x < wide; ++x) {
        double sum = 0;
        for (int c = 0; c < wide; ++c) sum += halves[at(y, c)] * Wave(c, x, wide);
        guess.at(channel, y, x) = static_cast<float>(sum);
      }
  }
  return guess;
}

}  // namespace

std::vector<float> Model::Velocity(const std::vector<float>& z, const Cache& context, double t, double noise_scale,
                                   const Drawing& o) const {
  const int side = c_.token_pixels(), wide = o.tokens_wide * side, high = o.tokens_high * side, p = c_.patch;
  Rows patches(high / p * (wide / p), 3 * p * p);
  for (int i = 0; i < patches.rows; ++i)
    for (int at = 0; at < patches.columns; ++at) {
      const int channel = at / (p * p), y = i / (wide / p) * p + at / p % p, x = i % (wide / p) * p + at % p;
      patches.row(i)[at] = z[static_cast<size_t>((channel * high + y) * wide + x)];
    }
  Rows x = ReadPatches(patches, high / p, wide / p, model::Tower::kGeneration);
  const std::vector<float> time = EmbedScalar(t, "timestep_embedder");
  std::vector<float> noise(time.size());
  if (c_.embed_noise_scale) noise = EmbedScalar(noise_scale / c_.noise_scale_max, "noise_scale_embedder");
  std::vector<Place> places;
  const int now = context.t.empty() ? 0 : context.t.back() + 1;
  for (int i = 0; i < x.rows; ++i) {
    for (int k = 0; k < x.columns; ++k) x.row(i)[k] += time[static_cast<size_t>(k)] + noise[static_cast<size_t>(k)];
    places.push_back({now, i / o.tokens_wide, i % o.tokens_wide});
  }
  Cache copy = context;
  Rows seen(x.rows, c_.head_sees_pixels ? c_.picture_values() : 0);
  const Planes guess =
      seen.columns > 0 ? Guess(z, high, wide, t, (1 - t) * noise_scale, c_.pixel_gain_spectrum) : Planes(0, 0, 0);
  for (int i = 0; i < seen.rows; ++i)
    for (int at = 0; at < seen.columns; ++at) {
      const int y = i / o.tokens_wide * side + at / 3 / side, left = i % o.tokens_wide * side + at / 3 % side;
      seen.row(i)[at] = guess.at(at % 3, y, left);
    }
  const Rows clean = Head(Read(x, places, model::Tower::kGeneration, &copy, false), seen, o.tokens_high, o.tokens_wide);
  std::vector<float> v(z.size());
  for (int i = 0; i < clean.rows; ++i)
    for (int at = 0; at < clean.columns; ++at) {
      const int y = i / o.tokens_wide * side + at / 3 / side, left = i % o.tokens_wide * side + at / 3 % side;
      const auto place = static_cast<size_t>((at % 3 * high + y) * wide + left);
      v[place] = static_cast<float>((clean.row(i)[at] - z[place]) / std::max(1 - t, c_.t_epsilon));
    }
  return v;
}

std::vector<float> Model::Draw(const std::vector<float>& noise, const std::vector<Cache>& contexts,
                               const Drawing& o) const {
  const int tokens = o.tokens_high * o.tokens_wide, side = c_.token_pixels();
  double scale = c_.noise_scale;
  if (c_.noise_scale_mode != model::NoiseScaleMode::kFixed)
    scale *= std::sqrt(double(tokens) / c_.noise_scale_base_tokens);
  if (c_.noise_scale_mode == model::NoiseScaleMode::kDynamicSqrt) scale = std::sqrt(scale);
  scale = std::min(scale, c_.noise_scale_max);
  std::vector<float> z = noise;
  for (float& number : z) number *= static_cast<float>(scale);
  const auto time = [&](int step) {
    const double sigma = 1 - double(step) / o.steps;
    return 1 - o.shift * sigma / (1 + (o.shift - 1) * sigma);
  };
  for (int step = 0; step < o.steps; ++step) {
    const double t = time(step), g = o.guidance, p = o.picture_guidance;
    std::vector<float> v = Velocity(z, contexts[0], t, scale, o);
    const std::vector<float> full = v;
    if ((g > 1 || p > 1) && t >= o.from && t <= o.to) {
      const std::vector<float> text = Velocity(z, contexts[1], t, scale, o);
      const std::vector<float> none = p == 1 ? text : Velocity(z, contexts[2], t, scale, o);
      const bool star = o.rescale == "cfg_zero_star";
      const auto fit = [&](const std::vector<float>& dropped) {
        return star ? Dot(full, dropped, 0, v.size()) / (Dot(dropped, dropped, 0, v.size()) + 1e-8) : 1;
      };
      const double fit_text = fit(text), fit_none = p == 1 ? fit_text : fit(none);
      for (size_t i = 0; i < v.size(); ++i)
        v[i] = static_cast<float>(fit_none * none[i] + p * (fit_text * text[i] - fit_none * none[i]) +
                                  g * (full[i] - fit_text * text[i]));
      if (star && step == 0) std::fill(v.begin(), v.end(), 0.0f);
      if (o.rescale == "global") Limit(full, &v, 0, v.size());
    }
    if (o.rescale == "channel" && (g > 1 || p > 1) && t >= o.from && t <= o.to) {
      // Token by token: brought into rows of tokens and back.
      const int wide = o.tokens_wide * side, high = o.tokens_high * side;
      for (int token = 0; token < tokens; ++token) {
        double limit = 0, size = 0;
        const auto each = [&](const auto& use) {
          for (int c = 0; c < 3; ++c)
            for (int y = 0; y < side; ++y)
              for (int x = 0; x < side; ++x)
                use(static_cast<size_t>((c * high + token / o.tokens_wide * side + y) * wide +
                                        token % o.tokens_wide * side + x));
        };
        each([&](size_t i) {
          limit += double{full[i]} * full[i];
          size += double{v[i]} * v[i];
        });
        const double factor = std::min(1.0, std::sqrt(limit) / (std::sqrt(size) + 1e-8));
        each([&](size_t i) { v[i] *= static_cast<float>(factor); });
      }
    }
    for (size_t i = 0; i < z.size(); ++i) z[i] += static_cast<float>((time(step + 1) - t) * v[i]);
  }
  return z;
}

}  // namespace diptych::reference
