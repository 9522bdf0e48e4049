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

  void Write(const TensorPlan& plan, AtomicFile& file) {
    const bool norm = plan.name.find("norm") != std::string::npos;
    const std::vector<std::byte>& panel = PanelOf(plan.type, norm);
    uint64_t left = *SizeOf(plan.type, plan.shape);
    const uint64_t over = left % kGgufAlignment;
    while (left > 0) {
      const uint64_t size = std::min<uint64_t>(left, panel.size());
      file.Write(std::span(panel).first(size));
      left -= size;
    }
    if (over > 0) file.Write(std::string(kGgufAlignment - over, '\0'));
  }

 private:
  const std::vector<std::byte>& PanelOf(DType type, bool ones) {
    std::vector<std::byte>& panel = panels_[{type, ones}];
    if (!panel.empty()) return panel;
    constexpr size_t kNumbers = size_t{1} << 20;
    std::vector<float> values(kNumbers, 1.0f);
    if (!ones) {
      FillNormal(/*seed=*/1, /*stream=*/0, 0, values);
      for (float& value : values) value *= deviation_;
    }
    panel.resize(kNumbers / static_cast<size_t>(BlockOf(type)) * BytesOf(type));
    Quantise(type, values, panel);
    return panel;
  }

  float deviation_;
  std::map<std::pair<DType, bool>, std::vector<std::byte>> panels_;
};

ModelConfig Common() {
  ModelConfig c;
  c.vocabulary = 151936;
  c.head = 128;
  c.query_heads = 32;
  c.max_positions = 32768;
  c.patch = 16;
  c.vision_hidden = 1024;
  c.noise_scale_mode = NoiseScaleMode::kResolution;
  c.embed_noise_scale = true;
  return c;
}

}  // namespace

ModelConfig LargeConfig(const std::string& name, int layers) {
  ModelConfig c = Common();
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
    c.experts = {ExpertSizes{.count = 128, .used = 8, .width = 768},
                 ExpertSizes{.count = 128, .used = 8, .width = 768}};
    c.normalise_experts = true;
  } else {
    throw Error("bench", "there is no shape " + name + ".", "name 8b or a3b.");
  }
  if (layers > 0) c.layers = layers;
  return c;
}

uint64_t WriteLargeModel(const ModelConfig& config, DType type, const std::filesystem::path& tokenizer,
                         const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  WriteFileAtomically(folder / "config.json", WriteConfig(config));
  WriteFileAtomically(folder / "tokenizer.json", ReadFile(tokenizer / "tokenizer.json"));
  std::vector<TensorPlan> plans;
  uint64_t bytes = 0;
  for (const TensorSpec& spec : TensorTable(config)) {
    plans.push_back({spec.name, TypeFor(spec.name, DType::kBF16, spec.shape, type), spec.shape});
    bytes += *SizeOf(plans.back().type, spec.shape);
  }
  Numbers numbers(config.hidden);
  AtomicFile file(folder / "model.gguf");
  file.Write(GgufHeader(plans, {{"general.architecture", "neo_chat"}}));
  for (const TensorPlan& plan : plans) numbers.Write(plan, file);
  file.Commit();
  return bytes;
}

}  // namespace diptych::bench
