#include "large_model.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "model/convert.h"
#include "model/gguf.h"
#include "model/tensors.h"

namespace diptych::bench {
namespace {

// Random numbers of a type, over and over.
class Numbers {
 public:
  explicit Numbers(int hidden) : deviation_(1 / std::sqrt(static_cast<float>(hidden))) {}

  void Write(const model::TensorPlan& plan, base::AtomicFile& file) {
    const bool norm = plan.name.find("norm") != std::string::npos;
    const std::vector<std::byte>& panel = PanelOf(plan.type, norm);
    uint64_t left = *model::SizeOf(plan.type, plan.shape);
    const uint64_t over = left % model::kGgufAlignment;
    while (left > 0) {
      const uint64_t size = std::min<uint64_t>(left, panel.size());
      file.Write(std::span(panel).first(size));
      left -= size;
    }
    if (over > 0) file.Write(std::string(model::kGgufAlignment - over, '\0'));
  }

 private:
  const std::vector<std::byte>& PanelOf(numbers::DType type, bool ones) {
    std::vector<std::byte>& panel = panels_[{type, ones}];
    if (!panel.empty()) return panel;
    constexpr size_t kNumbers = size_t{1} << 20;
    std::vector<float> values(kNumbers, 1.0f);
    if (!ones) {
      base::FillNormal(/*seed=*/1, /*stream=*/0, 0, values);
      for (float& value : values) value *= deviation_;
    }
    panel.resize(kNumbers / static_cast<size_t>(numbers::BlockOf(type)) * numbers::BytesOf(type));
    numbers::Quantise(type, values, panel);
    return panel;
  }

  float deviation_;
  std::map<std::pair<numbers::DType, bool>, std::vector<std::byte>> panels_;
};

void WriteGguf(std::span<const model::TensorPlan> plans, const std::map<std::string, model::GgufSetting>& settings,
               int hidden, const std::filesystem::path& path) {
  Numbers numbers(hidden);
  base::AtomicFile file(path);
  file.Write(model::GgufHeader(plans, settings));
  for (const model::TensorPlan& plan : plans) numbers.Write(plan, file);
  file.Commit();
}

std::vector<model::TensorPlan> PlansOf(const model::ModelConfig& config, numbers::DType type) {
  std::vector<model::TensorPlan> plans;
  for (const model::TensorSpec& spec : model::TensorTable(config))
    plans.push_back({spec.name, model::TypeFor(spec.name, numbers::DType::kBF16, spec.shape, type), spec.shape});
  return plans;
}

model::ModelConfig Common() {
  model::ModelConfig c;
  c.vocabulary = 151936;
  c.head = 128;
  c.query_heads = 32;
  c.max_positions = 32768;
  c.patch = 16;
  c.vision_hidden = 1024;
  c.noise_scale_mode = model::NoiseScaleMode::kResolution;
  c.embed_noise_scale = true;
  return c;
}

}  // namespace

model::ModelConfig LargeConfig(const std::string& name, int layers) {
  model::ModelConfig c = Common();
  if (name == "8b") {
    c.hidden = 4096;
    c.feed_forward = 12288;
    c.layers = 42;
    c.key_value_heads = 8;
  } else if (name == "a3b") {
    c.hidden = 2048;
    c.feed_forward = 6144;
    c.layers = 48;
    c.key_value_heads = 4;
    c.experts = {model::ExpertSizes{.count = 128, .used = 8, .width = 768},
                 model::ExpertSizes{.count = 32, .used = 8, .width = 768}};
    c.normalise_experts = true;
  } else {
    throw base::Error("bench", "there is no shape " + name + ".", "name 8b or a3b.");
  }
  if (layers > 0) c.layers = layers;
  return c;
}

uint64_t WeightBytes(const model::ModelConfig& config, numbers::DType type) {
  uint64_t bytes = 0;
  for (const model::TensorPlan& plan : PlansOf(config, type)) bytes += *model::SizeOf(plan.type, plan.shape);
  return bytes;
}

void WriteLargeModel(const model::ModelConfig& config, numbers::DType type, const std::filesystem::path& tokenizer,
                     const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  base::WriteFileAtomically(folder / "config.json", model::WriteConfig(config));
  base::WriteFileAtomically(folder / "tokenizer.json", base::ReadFile(tokenizer / "tokenizer.json"));
  WriteGguf(PlansOf(config, type), {{"general.architecture", "neo_chat"}}, config.hidden, folder / "model.gguf");
}

// Names of tensors and settings: llama.cpp's public source.
void WriteQwen3(const model::ModelConfig& c, numbers::DType type, const std::filesystem::path& path) {
  if (c.mixture())
    throw base::Error("bench", "only dense shapes are written for llama.cpp.", "leave --llama-bench out.");
  const int64_t hidden = c.hidden, query = int64_t{c.query_heads} * c.head, key = int64_t{c.key_value_heads} * c.head;
  // Where this program keeps more than 4 bits, as in its own file.
  const auto end_type =
      model::TypeFor("language_model.lm_head.weight", numbers::DType::kBF16, {c.vocabulary, hidden}, type);
  std::vector<model::TensorPlan> plans = {{"token_embd.weight", end_type, {c.vocabulary, hidden}},
                                          {"output_norm.weight", numbers::DType::kF32, {hidden}},
                                          {"output.weight", end_type, {c.vocabulary, hidden}}};
  for (int layer = 0; layer < c.layers; ++layer) {
    const std::string name = "blk." + std::to_string(layer) + ".";
    for (const model::TensorPlan& plan : {model::TensorPlan{"attn_norm", numbers::DType::kF32, {hidden}},
                                          {"attn_q", type, {query, hidden}},
                                          {"attn_k", type, {key, hidden}},
                                          {"attn_v", type, {key, hidden}},
                                          {"attn_output", type, {hidden, query}},
                                          {"attn_q_norm", numbers::DType::kF32, {c.head}},
                                          {"attn_k_norm", numbers::DType::kF32, {c.head}},
                                          {"ffn_norm", numbers::DType::kF32, {hidden}},
                                          {"ffn_gate", type, {c.feed_forward, hidden}},
                                          {"ffn_up", type, {c.feed_forward, hidden}},
                                          {"ffn_down", type, {hidden, c.feed_forward}}})
      plans.push_back({name + plan.name + ".weight", plan.type, plan.shape});
  }
  const auto count = [](int number) { return static_cast<uint32_t>(number); };
  WriteGguf(plans,
            {{"general.architecture", "qwen3"},
             {"qwen3.context_length", count(c.max_positions)},
             {"qwen3.embedding_length", count(c.hidden)},
             {"qwen3.block_count", count(c.layers)},
             {"qwen3.feed_forward_length", count(c.feed_forward)},
             {"qwen3.attention.head_count", count(c.query_heads)},
             {"qwen3.attention.head_count_kv", count(c.key_value_heads)},
             {"qwen3.attention.key_length", count(c.head)},
             {"qwen3.attention.value_length", count(c.head)},
             {"qwen3.rope.freq_base", static_cast<float>(c.rope_theta)},
             {"qwen3.attention.layer_norm_rms_epsilon", static_cast<float>(c.norm_epsilon)},
             {"qwen3.vocab_size", count(c.vocabulary)},
             {"tokenizer.ggml.model", "none"}},
            c.hidden, path);
}

}  // namespace diptych::bench
