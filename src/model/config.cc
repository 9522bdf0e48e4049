#include "model/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "base/files.h"
#include "model/json.h"

namespace diptych::model {
namespace {

constexpr const char* kConfigPlace = "config";

// Bounds far above all known models, so small that no product of two sizes overflows int64.
constexpr int kMaxVocabulary = 1 << 24, kMaxWidth = 1 << 20, kMaxLayers = 4096, kMaxExperts = 4096, kMaxHeads = 4096,
              kMaxPatch = 256, kMaxMerge = 16, kMaxPositions = 1 << 30;

struct NamedMode {
  NoiseScaleMode mode;
  const char* name;
};
constexpr std::array kNoiseScaleModes = {
    NamedMode{NoiseScaleMode::kFixed, "fixed"}, NamedMode{NoiseScaleMode::kResolution, "resolution"},
    NamedMode{NoiseScaleMode::kDynamic, "dynamic"}, NamedMode{NoiseScaleMode::kDynamicSqrt, "dynamic_sqrt"}};

NoiseScaleMode ParseNoiseScaleMode(const JsonSection& top) {
  const std::string name = top.Text("noise_scale_mode");
  for (const auto& named : kNoiseScaleModes)
    if (name == named.name) return named.mode;
  top.Fail("noise_scale_mode", "fixed, resolution, dynamic or dynamic_sqrt");
}

const char* NoiseScaleModeName(NoiseScaleMode mode) {
  const auto* found = std::find_if(kNoiseScaleModes.begin(), kNoiseScaleModes.end(),
                                   [&](const NamedMode& named) { return named.mode == mode; });
  DIPTYCH_CHECK(found != kNoiseScaleModes.end(), "a noise scale mode without a name");
  return found->name;
}

// M of a downsample_ratio 1 / M.
int ReadMerge(const JsonSection& section) {
  const double ratio = section.Number("downsample_ratio", {.high = 1}, 0.5);
  const double merge = std::round(1 / ratio);
  if (merge > kMaxMerge || std::abs(merge * ratio - 1) > 1e-6) section.Fail("downsample_ratio", "1, 1/2, ... or 1/16");
  return static_cast<int>(merge);
}

// Forms of the language model that other members of the Qwen3 family have and this family does not.
void RefuseOtherLanguageModels(const JsonSection& llm) {
  const std::string type = llm.Text("model_type");
  if (type != "qwen3" && type != "qwen3_moe") llm.Fail("model_type", "qwen3 or qwen3_moe");
  if (llm.Text("hidden_act", "silu") != "silu") llm.Fail("hidden_act", "silu");
  if (llm.Bool("attention_bias", false)) llm.Fail("attention_bias", "false");
  if (llm.Bool("use_sliding_window", false)) llm.Fail("use_sliding_window", "false");
  if (llm.Has("rope_scaling")) llm.Fail("rope_scaling", "absent or null");
}

// Sizes of the experts of one tower. `prefix` stands before each key; keys that are absent give the fallback.
ExpertSizes ReadExpertSizes(const JsonSection& llm, const std::string& prefix, const ExpertSizes* fallback) {
  const auto read = [&](const std::string& key, int high, int ExpertSizes::*member) {
    return fallback == nullptr ? llm.Int(prefix + key, 1, high) : llm.Int(prefix + key, 1, high, fallback->*member);
  };
  ExpertSizes sizes{.count = read("num_experts", kMaxExperts, &ExpertSizes::count),
                    .used = read("num_experts_per_tok", kMaxExperts, &ExpertSizes::used),
                    .width = read("moe_intermediate_size", kMaxWidth, &ExpertSizes::width)};
  if (sizes.used > sizes.count)
    throw base::Error(kConfigPlace,
                      "llm_config." + prefix + "num_experts_per_tok is " + std::to_string(sizes.used) + ", there are " +
                          std::to_string(sizes.count) + " experts.",
                      "config.json is damaged; copy it again.");
  return sizes;
}

void ReadExperts(const JsonSection& llm, ModelConfig* config) {
  config->experts[0] = ReadExpertSizes(llm, "", nullptr);
  config->experts[1] = ReadExpertSizes(llm, "gen_", config->experts.data());
  config->normalise_experts = llm.Bool("norm_topk_prob", false);
  config->sparse_step = llm.Int("decoder_sparse_step", 1, kMaxLayers, 1);
  if (!llm.Has("mlp_only_layers")) return;
  const auto& layers = llm.At("mlp_only_layers");
  if (!layers.is_array()) llm.Fail("mlp_only_layers", "a list of layers");
  for (const auto& layer : layers) {
    if (!layer.is_number_unsigned() || layer.get<uint64_t>() >= static_cast<uint64_t>(config->layers))
      llm.Fail("mlp_only_layers", "a list of layers from 0 to " + std::to_string(config->layers - 1));
    config->dense_layers.push_back(layer.get<int>());
  }
}

// transformers 4 writes rope_theta, and rope_scaling for methods that are not supported here; transformers 5 writes
// both in rope_parameters.
double ReadRotationBase(const JsonSection& llm) {
  if (!llm.Has("rope_parameters")) return llm.Number("rope_theta", {.low = 1});
  const JsonSection rotation = llm.Object("rope_parameters");
  if (rotation.Text("rope_type", "default") != "default") rotation.Fail("rope_type", "default");
  const double base = rotation.Number("rope_theta", {.low = 1});
  if (llm.Number("rope_theta", {.low = 1}, base) != base) llm.Fail("rope_theta", "that of rope_parameters");
  return base;
}

// Every layer attends to all tokens. A list with other kinds of layer describes another model.
void RefuseOtherLayers(const JsonSection& llm) {
  if (!llm.Has("layer_types")) return;
  const auto& types = llm.At("layer_types");
  const bool all_full = types.is_array() && std::ranges::all_of(types, [](const auto& type) {
                          return type.is_string() && type.template get<std::string>() == "full_attention";
                        });
  if (!all_full) llm.Fail("layer_types", "a list of full_attention");
}

void ReadLanguageModel(const JsonSection& llm, ModelConfig* config) {
  RefuseOtherLanguageModels(llm);
  RefuseOtherLayers(llm);
  config->vocabulary = llm.Int("vocab_size", 1, kMaxVocabulary);
  config->hidden = llm.Int("hidden_size", 1, kMaxWidth);
  config->feed_forward = llm.Int("intermediate_size", 1, kMaxWidth);
  config->layers = llm.Int("num_hidden_layers", 1, kMaxLayers);
  config->query_heads = llm.Int("num_attention_heads", 1, kMaxHeads);
  config->key_value_heads = llm.Int("num_key_value_heads", 1, kMaxHeads);
  if (config->query_heads % config->key_value_heads != 0)
    llm.Fail("num_key_value_heads", "a divisor of num_attention_heads, " + std::to_string(config->query_heads));
  config->head = llm.Int("head_dim", 8, 1024);
  if (config->head % 8 != 0) llm.Fail("head_dim", "a multiple of 8");
  config->norm_epsilon = static_cast<float>(llm.Number("rms_norm_eps", {.high = 1}, 1e-6));
  config->rope_theta = ReadRotationBase(llm);
  config->rope_theta_hw = llm.Number("rope_theta_hw", {.low = 1}, 1e4);
  config->max_positions = llm.Int("max_position_embeddings", 1, kMaxPositions);
  config->tie_embeddings = llm.Bool("tie_word_embeddings", false);
  if (llm.Text("model_type") == "qwen3_moe") ReadExperts(llm, config);
}

void ReadVision(const JsonSection& vision, ModelConfig* config) {
  if (vision.Int("num_channels", 1, 16, 3) != 3) vision.Fail("num_channels", "3");
  config->patch = vision.Int("patch_size", 1, kMaxPatch);
  config->vision_hidden = vision.Int("hidden_size", 4, kMaxWidth);
  if (config->vision_hidden % 4 != 0) vision.Fail("hidden_size", "a multiple of 4");
  if (vision.Int("llm_hidden_size", 1, kMaxWidth) != config->hidden)
    vision.Fail("llm_hidden_size", "llm_config.hidden_size, " + std::to_string(config->hidden));
  if (ReadMerge(vision) != config->merge) vision.Fail("downsample_ratio", "the downsample_ratio at the top level");
  config->rope_theta_vision = vision.Number("rope_theta_vision", {.low = 1}, 1e4);
}

// [falloff, floor], within bounds that keep everything computed from them finite.
PictureSpectrum ReadSpectrum(const JsonSection& top) {
  constexpr const char* kKey = "pixel_gain_spectrum";
  constexpr double kLow = 1e-9, kHigh = 1e9;
  const auto& numbers = top.At(kKey);
  const auto fits = [](const nlohmann::json& number) {
    return number.is_number() && number.get<double>() >= kLow && number.get<double>() <= kHigh;
  };
  if (!numbers.is_array() || numbers.size() != 2 || !fits(numbers[0]) || !fits(numbers[1]))
    top.Fail(kKey, "two numbers from 1e-9 to 1e9: falloff and floor");
  return {.falloff = numbers[0].get<double>(), .floor = numbers[1].get<double>()};
}

void ReadDrawing(const JsonSection& top, ModelConfig* config) {
  config->noise_scale = top.Number("noise_scale", {});
  config->noise_scale_mode = ParseNoiseScaleMode(top);
  config->noise_scale_base_tokens = top.Int("noise_scale_base_image_seq_len", 1, kMaxPositions);
  config->noise_scale_max = top.Number("noise_scale_max_value", {});
  config->embed_noise_scale = top.Bool("add_noise_scale_embedding");
  config->t_epsilon = top.Number("t_eps", {.high = 1}, 0.02);
  if (top.Int("fm_head_layers", 1, kMaxLayers) != 2) top.Fail("fm_head_layers", "2, the plain head");
  if (top.Int("concat_time_token_num", 0, kMaxPositions, 0) != 0) top.Fail("concat_time_token_num", "0");
  config->conv_head = top.Bool("use_pixel_head");
  config->head_hidden = top.Int("fm_head_hidden_size", 1, kMaxWidth, 4096);
  config->head_sees_pixels = top.Bool("fm_head_sees_pixels", false);
  if (top.Has("pixel_gain_spectrum")) {
    if (!config->head_sees_pixels) top.Fail("pixel_gain_spectrum", "absent where fm_head_sees_pixels is not true");
    config->pixel_gain_spectrum = ReadSpectrum(top);
  }
  if (!config->conv_head) return;
  if (config->head_sees_pixels) top.Fail("fm_head_sees_pixels", "false with the convolution head");
  // Two shuffles by 2 and one by 8 turn a token into 32 x 32 pixels.
  if (config->token_pixels() != 32)
    top.Fail("use_pixel_head", "false for tokens of " + std::to_string(config->token_pixels()) + " pixels",
             "the convolution head draws 32 pixels a token.");
  if (config->hidden % 4 != 0) top.Fail("use_pixel_head", "false when hidden_size is no multiple of 4");
}

// The double with the fewest digits that rounds to this float: 1e-06, not 9.99999997e-07.
double ShortestDouble(float value) {
  std::array<char, 32> digits{};
  std::to_chars(digits.data(), digits.data() + digits.size() - 1, value);
  return std::strtod(digits.data(), nullptr);
}

void AddExperts(const ModelConfig& config, nlohmann::ordered_json* object) {
  const ExpertSizes &understanding = config.experts[0], &generation = config.experts[1];
  object->update({{"num_experts", understanding.count},
                  {"num_experts_per_tok", understanding.used},
                  {"moe_intermediate_size", understanding.width},
                  {"norm_topk_prob", config.normalise_experts},
                  {"decoder_sparse_step", config.sparse_step},
                  {"mlp_only_layers", config.dense_layers},
                  {"gen_num_experts", generation.count},
                  {"gen_num_experts_per_tok", generation.used},
                  {"gen_moe_intermediate_size", generation.width}});
}

nlohmann::ordered_json LanguageModelObject(const ModelConfig& config) {
  nlohmann::ordered_json object = {{"architectures", {config.mixture() ? "Qwen3MoeForCausalLM" : "Qwen3ForCausalLM"}},
                                   {"model_type", config.mixture() ? "qwen3_moe" : "qwen3"},
                                   {"vocab_size", config.vocabulary},
                                   {"hidden_size", config.hidden},
                                   {"intermediate_size", config.feed_forward},
                                   {"num_hidden_layers", config.layers},
                                   {"num_attention_heads", config.query_heads},
                                   {"num_key_value_heads", config.key_value_heads},
                                   {"head_dim", config.head},
                                   {"hidden_act", "silu"},
                                   {"rms_norm_eps", ShortestDouble(config.norm_epsilon)},
                                   {"rope_theta", config.rope_theta},
                                   {"rope_theta_hw", config.rope_theta_hw},
                                   {"max_position_embeddings", config.max_positions},
                                   {"max_position_embeddings_hw", 10000},
                                   {"attention_bias", false},
                                   {"tie_word_embeddings", config.tie_embeddings}};
  if (config.mixture()) AddExperts(config, &object);
  return object;
}

nlohmann::ordered_json VisionObject(const ModelConfig& config) {
  return {{"architectures", {"NEOVisionModel"}},
          {"model_type", "neo_vision"},
          {"num_channels", 3},
          {"patch_size", config.patch},
          {"hidden_size", config.vision_hidden},
          {"llm_hidden_size", config.hidden},
          {"downsample_ratio", 1.0 / config.merge},
          {"rope_theta_vision", config.rope_theta_vision},
          {"max_position_embeddings_vision", 10000}};
}

}  // namespace

ExpertSizes ModelConfig::ExpertsOf(int layer, Tower tower) const {
  const bool dense = tower == Tower::kUnderstanding &&
                     ((layer + 1) % sparse_step != 0 || std::ranges::find(dense_layers, layer) != dense_layers.end());
  return dense ? ExpertSizes{} : experts[static_cast<size_t>(tower)];
}

ModelConfig LoadConfig(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "config.json";
  const nlohmann::json object = ParseJsonObject(base::ReadFile(path), kConfigPlace, path.string());
  const JsonSection top(object, kConfigPlace, path.string());
  ModelConfig config;
  config.model_type = top.Text("model_type");
  if (config.model_type != "neo_chat") top.Fail("model_type", "neo_chat");
  if (top.Has("quantization_config"))
    top.Fail("quantization_config", "absent", "take the weights that are not quantised, or a GGUF file of them.");
  config.merge = ReadMerge(top);
  ReadLanguageModel(top.Object("llm_config"), &config);
  ReadVision(top.Object("vision_config"), &config);
  ReadDrawing(top, &config);
  return config;
}

std::string WriteConfig(const ModelConfig& config) {
  nlohmann::ordered_json object = {{"model_type", config.model_type},
                                   {"architectures", {"NEOChatModel"}},
                                   {"downsample_ratio", 1.0 / config.merge},
                                   {"template", "neo1_0"},
                                   {"fm_head_layers", 2},
                                   {"fm_head_dim", 1536},
                                   {"fm_head_mlp_ratio", 1},
                                   {"fm_head_hidden_size", config.head_hidden},
                                   {"fm_head_sees_pixels", config.head_sees_pixels},
                                   {"use_pixel_head", config.conv_head},
                                   {"concat_time_token_num", 0},
                                   {"noise_scale", config.noise_scale},
                                   {"noise_scale_mode", NoiseScaleModeName(config.noise_scale_mode)},
                                   {"noise_scale_base_image_seq_len", config.noise_scale_base_tokens},
                                   {"noise_scale_max_value", config.noise_scale_max},
                                   {"add_noise_scale_embedding", config.embed_noise_scale},
                                   {"time_schedule", "standard"},
                                   {"time_shift_type", "exponential"},
                                   {"base_shift", 0.5},
                                   {"max_shift", 1.15},
                                   {"base_image_seq_len", 64},
                                   {"max_image_seq_len", 4096},
                                   {"t_eps", config.t_epsilon}};
  if (config.head_sees_pixels)
    object["pixel_gain_spectrum"] = {config.pixel_gain_spectrum.falloff, config.pixel_gain_spectrum.floor};
  object["llm_config"] = LanguageModelObject(config);
  object["vision_config"] = VisionObject(config);
  object["torch_dtype"] = "float32";
  return object.dump(2) + "\n";
}

double NoiseScale(const ModelConfig& config, int tokens) {
  double scale = config.noise_scale;
  if (config.noise_scale_mode != NoiseScaleMode::kFixed)
    scale *= std::sqrt(static_cast<double>(tokens) / config.noise_scale_base_tokens);
  if (config.noise_scale_mode == NoiseScaleMode::kDynamicSqrt) scale = std::sqrt(scale);
  return std::min(scale, config.noise_scale_max);
}

double NoiseShare(const ModelConfig& config, int tokens, double square) {
  const double pixels = double{1} * tokens * config.token_pixels() * config.token_pixels();
  const double noise = NoiseScale(config, tokens);
  return noise * noise * (config.pixel_gain_spectrum.falloff * square + config.pixel_gain_spectrum.floor) / pixels;
}

}  // namespace diptych::model
