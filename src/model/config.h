// What a model is: the sizes and rules of a NEO-unify checkpoint, as its config.json states them.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::model {

enum class NoiseScaleMode { kFixed, kResolution, kDynamic, kDynamicSqrt };
// Which set of a layer's weights a token uses.
enum class Tower { kUnderstanding, kGeneration };

// The sparse feed-forward of one tower: many SwiGLUs, of which each token uses the few that its router scores highest.
struct ExpertSizes {
  int count = 0;  // 0: the feed-forward is dense
  int used = 0;   // by each token
  int width = 0;  // of one expert
};

// The mean power spectrum of a set of pictures with values from -1 to 1. The cosine transform's coefficient with r half
// waves from top to bottom and c from left to right has the mean square pixels / (falloff (r^2 + c^2) + floor). The
// defaults were fitted to the pictures that src/world draws.
struct PictureSpectrum {
  double falloff = 100, floor = 6;
};

// Letters: D hidden size, H query heads, G key/value heads, K head size, F feed-forward size, V vocabulary, P patch
// size in pixels, M merge factor, Q = P*M pixels a token covers.
struct ModelConfig {
  // llm_config
  int vocabulary = 0;    // V
  int hidden = 0;        // D
  int feed_forward = 0;  // F
  int layers = 0;
  int query_heads = 0;      // H
  int key_value_heads = 0;  // G
  int head = 0;             // K, a multiple of 8
  float norm_epsilon = 1e-6f;
  double rope_theta = 5e6;
  double rope_theta_hw = 1e4;
  int max_positions = 0;
  std::array<ExpertSizes, 2> experts;  // by Tower
  bool normalise_experts = false;      // norm_topk_prob: the used experts' weights sum to 1
  int sparse_step = 1;                 // decoder_sparse_step, of the understanding tower
  std::vector<int> dense_layers;       // mlp_only_layers, of the understanding tower
  bool tie_embeddings = false;         // lm_head is embed_tokens; then no lm_head tensor is stored
  // vision_config
  int patch = 0;  // P
  int merge = 2;  // M = 1 / downsample_ratio
  int vision_hidden = 0;
  double rope_theta_vision = 1e4;
  // drawing
  double noise_scale = 1;
  NoiseScaleMode noise_scale_mode = NoiseScaleMode::kFixed;
  int noise_scale_base_tokens = 64;  // noise_scale_base_image_seq_len
  double noise_scale_max = 8;        // noise_scale_max_value
  bool embed_noise_scale = false;    // add_noise_scale_embedding
  double t_epsilon = 0.02;           // t_eps
  bool conv_head = false;            // use_pixel_head
  int head_hidden = 4096;  // ours: fm_head_hidden_size, the plain head's inner width; 4096 is the public value
  // Ours: fm_head_sees_pixels. The plain head gets, concatenated to a token's hidden state, the token's pixels of the
  // Wiener-filtered noisy picture (WienerGain). False is the public behaviour.
  bool head_sees_pixels = false;
  // Ours: pixel_gain_spectrum, [falloff, floor], of the pictures that a head which sees pixels was trained on. Absent:
  // the defaults.
  PictureSpectrum pixel_gain_spectrum;
  std::string model_type = "neo_chat";

  bool mixture() const { return experts[0].count > 0; }
  // The experts of a layer; count is 0 where its feed-forward is dense.
  ExpertSizes ExpertsOf(int layer, Tower tower) const;
  int token_pixels() const { return patch * merge; }                          // Q
  int picture_values() const { return 3 * token_pixels() * token_pixels(); }  // numbers in one picture token
  int head_inputs() const { return hidden + (head_sees_pixels ? picture_values() : 0); }
};

// Reads FOLDER/config.json. Error names the key, what it is and what it should be; every size is checked, so that no
// later code has to.
ModelConfig LoadConfig(const std::filesystem::path& folder);
// config.json that LoadConfig and the public code read.
std::string WriteConfig(const ModelConfig& config);
// The standard deviation of the noise for a picture of `tokens` tokens.
double NoiseScale(const ModelConfig& config, int tokens);
// s^2 / S: in one coefficient of the cosine transform, the power of the noise over that of the picture, for a picture
// of `tokens` tokens. s is the noise's standard deviation, S the power by config.pixel_gain_spectrum; `square` is r^2 +
// c^2.
double NoiseShare(const ModelConfig& config, int tokens, double square);
// Gain of the Wiener filter, t / (t^2 + (1-t)^2 s^2 / S): times this factor, the coefficient of a noisy picture at time
// t is the best linear estimate of the clean picture's.
inline double WienerGain(double t, double noise_share) { return t / (t * t + (1 - t) * (1 - t) * noise_share); }

}  // namespace diptych::model
