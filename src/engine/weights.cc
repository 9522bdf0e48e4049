#include "engine/weights.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "base/memory.h"

namespace diptych::engine {
namespace {

constexpr const char* kPlace = "weights";

// What a model takes in memory, in bytes.
struct MemoryNeed {
  uint64_t mapped = 0;   // weights used in place in their mapped file
  uint64_t packed = 0;   // weights that are packed for the products
  uint64_t passing = 0;  // needed only while they are packed
};

bool StaysInPlace(const model::WeightFiles& files, const std::string& name) {
  const model::TensorView& tensor = files.Get(name);
  return numbers::IsQuantised(tensor.type) && tensor.shape.size() == 2 && !files.Adapted(name);
}

MemoryNeed EstimateMemory(const model::WeightFiles& files, kernels::NumberFormat format) {
  MemoryNeed need;
  for (const auto& [name, tensor] : files.tensors()) {
    const auto count = static_cast<uint64_t>(tensor.elements());
    if (StaysInPlace(files, name)) {
      need.mapped += tensor.bytes.size();
      continue;
    }
    // Quantised matrices that an adapter changes are quantised again.
    const bool blocks = numbers::IsQuantised(tensor.type) && tensor.shape.size() == 2;
    need.packed += blocks ? tensor.bytes.size() : count * (format == kernels::NumberFormat::kBFloat16 ? 2 : 4);
    need.passing = std::max(need.passing, 3 * count * sizeof(float));
  }
  return need;
}

void CheckMemory(const model::WeightFiles& files, kernels::NumberFormat format) {
  const MemoryNeed need = EstimateMemory(files, format);
  const uint64_t all = need.mapped + need.packed + need.passing, available = base::AvailableMemory();
  if (available == 0 || all <= available) return;
  throw base::Error(kPlace,
                    "the model needs " + std::to_string(all >> 20) + " MiB of memory, " +
                        std::to_string(available >> 20) + " MiB are available.",
                    "close other programs, or make a smaller copy with diptych convert.");
}

// Reads tensors by name and packs them.
class Packer {
 public:
  Packer(const model::WeightFiles& files, kernels::NumberFormat format, kernels::PageArena& arena)
      : files_(files), format_(format), arena_(arena) {}

  std::vector<float> Vector(const std::string& name) const { return files_.Floats(name); }

  // Matrices of the same width, one below the other.
  kernels::PackedMatrix Matrix(std::initializer_list<std::string> names) const {
    if (std::ranges::all_of(names, [&](const auto& name) { return numbers::IsQuantised(files_.Get(name).type); }))
      return InBlocks(names);
    std::vector<float> all;
    for (const auto& name : names) {
      const std::vector<float> part = Vector(name);
      all.insert(all.end(), part.begin(), part.end());
    }
    return Pack(all, static_cast<int>(files_.Get(*names.begin()).shape[1]));
  }

  Linear Plain(const std::string& module) const { return {Matrix({module + ".weight"}), Vector(module + ".bias")}; }

  // A convolution [out, channel, y, x] with its rows reordered to (y, x, channel), so that neighbouring channels of a
  // place are read together.
  Linear Convolution(const std::string& module) const {
    const model::TensorView& tensor = files_.Get(module + ".weight");
    const auto channels = static_cast<size_t>(tensor.shape[1]);
    const auto places = static_cast<size_t>(tensor.shape[2] * tensor.shape[3]);
    const std::vector<float> from = files_.Floats(module + ".weight");
    std::vector<float> to(from.size());
    for (size_t out = 0; out < static_cast<size_t>(tensor.shape[0]); ++out)
      for (size_t channel = 0; channel < channels; ++channel)
        for (size_t place = 0; place < places; ++place)
          to[(out * places + place) * channels + channel] = from[(out * channels + channel) * places + place];
    return {Pack(to, static_cast<int>(channels * places)), Vector(module + ".bias")};
  }

  // A convolution whose input patches come flattened in the weights' own order, so its rows stay as they are.
  Linear Flat(const std::string& module) const {
    const std::vector<float> weight = Vector(module + ".weight"), bias = Vector(module + ".bias");
    return {Pack(weight, static_cast<int>(weight.size() / bias.size())), bias};
  }

 private:
  // Quantised matrices are used as blocks: those of the file, or new ones where an adapter changes the numbers.
  kernels::PackedMatrix InBlocks(std::initializer_list<std::string> names) const {
    std::vector<kernels::BlockRows> parts;
    for (const auto& name : names) {
      const model::TensorView& tensor = files_.Get(name);
      parts.push_back(
          {tensor.type, tensor.bytes.data(), static_cast<int>(tensor.shape[0]), static_cast<int>(tensor.shape[1])});
      if (files_.Adapted(name)) parts.back().data = QuantisedAgain(name);
    }
    return kernels::PackedMatrix(std::move(parts));
  }

  const std::byte* QuantisedAgain(const std::string& name) const {
    const model::TensorView& tensor = files_.Get(name);
    const std::span<std::byte> blocks(static_cast<std::byte*>(arena_.Take(tensor.bytes.size())), tensor.bytes.size());
    numbers::Quantise(tensor.type, files_.Floats(name), blocks);
    return blocks.data();
  }

  kernels::PackedMatrix Pack(const std::vector<float>& numbers, int in) const {
    return {numbers, {static_cast<int>(numbers.size() / static_cast<size_t>(in)), in, format_}, arena_};
  }

  const model::WeightFiles& files_;
  kernels::NumberFormat format_;
  kernels::PageArena& arena_;
};

// `module` is "mlp." or "mlp.experts.3.".
FeedForwardWeights LoadFeedForward(const Packer& packer, int layer, const std::string& module, model::Tower tower) {
  const auto name = [&](const char* matrix) { return model::LayerTensor(layer, module + matrix, tower); };
  return {.gate_up = packer.Matrix({name("gate_proj"), name("up_proj")}), .down = packer.Matrix({name("down_proj")})};
}

LayerWeights LoadLayer(const Packer& packer, const model::ModelConfig& config, int layer, model::Tower tower) {
  const auto name = [&](const char* module) { return model::LayerTensor(layer, module, tower); };
  LayerWeights weights;
  weights.input_norm = packer.Vector(name("input_layernorm"));
  weights.feed_forward_norm = packer.Vector(name("post_attention_layernorm"));
  weights.query_norm = packer.Vector(name("self_attn.q_norm"));
  weights.query_norm_hw = packer.Vector(name("self_attn.q_norm_hw"));
  weights.key_norm = packer.Vector(name("self_attn.k_norm"));
  weights.key_norm_hw = packer.Vector(name("self_attn.k_norm_hw"));
  weights.query_key_value =
      packer.Matrix({name("self_attn.q_proj"), name("self_attn.k_proj"), name("self_attn.v_proj")});
  weights.attention_out = packer.Matrix({name("self_attn.o_proj")});
  const model::ExpertSizes experts = config.ExpertsOf(layer, tower);
  if (experts.count == 0) {
    weights.dense = LoadFeedForward(packer, layer, "mlp.", tower);
    return weights;
  }
  weights.router = packer.Matrix({name("mlp.gate")});
  weights.used_experts = experts.used;
  for (int i = 0; i < experts.count; ++i)
    weights.experts.push_back(LoadFeedForward(packer, layer, "mlp.experts." + std::to_string(i) + ".", tower));
  return weights;
}

TowerWeights LoadTower(const Packer& packer, const model::ModelConfig& config, model::Tower tower) {
  TowerWeights weights;
  for (int layer = 0; layer < config.layers; ++layer) weights.layers.push_back(LoadLayer(packer, config, layer, tower));
  weights.norm = packer.Vector(std::string("language_model.model.norm") + model::TowerSuffix(tower) + ".weight");
  return weights;
}

PictureEmbedderWeights LoadPictureEmbedder(const Packer& packer, const std::string& module) {
  return {.patch = packer.Flat(module + ".embeddings.patch_embedding"),
          .dense = packer.Convolution(module + ".embeddings.dense_embedding")};
}

ScalarEmbedderWeights LoadScalarEmbedder(const Packer& packer, const std::string& name) {
  return {.first = packer.Plain("fm_modules." + name + ".mlp.0"),
          .second = packer.Plain("fm_modules." + name + ".mlp.2")};
}

HeadWeights LoadHead(const Packer& packer, const model::ModelConfig& config) {
  const std::string module = "fm_modules.fm_head.";
  if (config.conv_head) return {packer.Convolution(module + "conv1"), packer.Convolution(module + "conv2")};
  return {packer.Plain(module + "0"), packer.Plain(module + "2")};
}

kernels::NumberFormat FormatOf(Precision precision) {
  const kernels::NumberFormat fastest = kernels::FastestFormat();
  if (precision == Precision::kFloat32) return kernels::NumberFormat::kFloat32;
  if (precision == Precision::kBFloat16 && fastest != kernels::NumberFormat::kBFloat16)
    throw base::Error(kPlace, "this CPU has no bfloat16 products.", "use float32.");
  return fastest;
}

}  // namespace

std::unique_ptr<const Weights> LoadWeights(const std::filesystem::path& folder, Precision precision,
                                           std::span<const std::filesystem::path> adapters) {
  auto weights = std::make_unique<Weights>();
  weights->config = model::LoadConfig(folder);
  weights->format = FormatOf(precision);
  const model::ModelConfig& config = weights->config;
  weights->files = std::make_unique<model::WeightFiles>(folder, adapters);
  model::CheckTensors(*weights->files, config);
  CheckMemory(*weights->files, weights->format);
  const Packer packer(*weights->files, weights->format, weights->matrices);
  weights->output = packer.Matrix({config.tie_embeddings ? kEmbedding : "language_model.lm_head.weight"});
  weights->towers = {LoadTower(packer, config, model::Tower::kUnderstanding),
                     LoadTower(packer, config, model::Tower::kGeneration)};
  weights->picture_embedders = {LoadPictureEmbedder(packer, "vision_model"),
                                LoadPictureEmbedder(packer, "fm_modules.vision_model_mot_gen")};
  weights->time = LoadScalarEmbedder(packer, "timestep_embedder");
  if (config.embed_noise_scale) weights->noise_scale = LoadScalarEmbedder(packer, "noise_scale_embedder");
  weights->head = LoadHead(packer, config);
  return weights;
}

}  // namespace diptych::engine
