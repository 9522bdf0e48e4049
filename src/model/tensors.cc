#include "model/tensors.h"

#include <algorithm>
#include <array>

namespace diptych::model {
namespace {

using Table = std::vector<TensorSpec>;

constexpr std::array kTowers = {Tower::kUnderstanding, Tower::kGeneration};

// Modules of a layer, named without their tower's suffix, for both towers.
void AddModules(int layer, const std::vector<TensorSpec>& modules, Table* table) {
  for (const auto& module : modules)
    for (Tower tower : kTowers) table->push_back({LayerTensor(layer, module.name, tower), module.shape});
}

// The embedder of pictures: patches to vision width, then M x M patches to one token.
void AddPictureReader(const std::string& module, const ModelConfig& c, Table* table) {
  const std::string prefix = module + ".embeddings.";
  table->push_back({prefix + "patch_embedding.weight", {c.vision_hidden, 3, c.patch, c.patch}});
  table->push_back({prefix + "patch_embedding.bias", {c.vision_hidden}});
  table->push_back({prefix + "dense_embedding.weight", {c.hidden, c.vision_hidden, c.merge, c.merge}});
  table->push_back({prefix + "dense_embedding.bias", {c.hidden}});
}

// A SwiGLU's three matrices for both towers; a size of 0 leaves a tower out.
void AddFeedForward(int layer, const std::string& module, const std::array<int, 2>& widths, const ModelConfig& c,
                    Table* table) {
  const auto add = [&](const char* name, bool down) {
    for (Tower tower : kTowers) {
      const int width = widths[static_cast<size_t>(tower)];
      if (width == 0) continue;
      table->push_back({LayerTensor(layer, module + name, tower),
                        down ? std::vector<int64_t>{c.hidden, width} : std::vector<int64_t>{width, c.hidden}});
    }
  };
  add("gate_proj", false);
  add("up_proj", false);
  add("down_proj", true);
}

// Dense where the tower has no experts in this layer; else a router and experts.
void AddFeedForwards(int layer, const ModelConfig& c, Table* table) {
  const std::array<ExpertSizes, 2> experts = {c.ExpertsOf(layer, kTowers[0]), c.ExpertsOf(layer, kTowers[1])};
  AddFeedForward(layer, "mlp.", {experts[0].count > 0 ? 0 : c.feed_forward, experts[1].count > 0 ? 0 : c.feed_forward},
                 c, table);
  for (Tower tower : kTowers) {
    const int count = experts[static_cast<size_t>(tower)].count;
    if (count > 0) table->push_back({LayerTensor(layer, "mlp.gate", tower), {count, c.hidden}});
  }
  for (int i = 0; i < std::max(experts[0].count, experts[1].count); ++i)
    AddFeedForward(layer, "mlp.experts." + std::to_string(i) + ".",
                   {i < experts[0].count ? experts[0].width : 0, i < experts[1].count ? experts[1].width : 0}, c,
                   table);
}

void AddLayer(int layer, const ModelConfig& c, Table* table) {
  const int64_t query = int64_t{c.query_heads} * c.head, key = int64_t{c.key_value_heads} * c.head;
  const std::vector<TensorSpec> modules = {
      {"self_attn.q_proj", {query, c.hidden}}, {"self_attn.k_proj", {key, c.hidden}},
      {"self_attn.v_proj", {key, c.hidden}},   {"self_attn.o_proj", {c.hidden, query}},
      {"self_attn.q_norm", {c.head / 2}},      {"self_attn.q_norm_hw", {c.head / 2}},
      {"self_attn.k_norm", {c.head / 2}},      {"self_attn.k_norm_hw", {c.head / 2}}};
  AddModules(layer, modules, table);
  AddFeedForwards(layer, c, table);
  AddModules(layer, {{"input_layernorm", {c.hidden}}, {"post_attention_layernorm", {c.hidden}}}, table);
}

// An embedder of time or noise scale: 256 sinusoids -> D -> D.
void AddEmbedder(const std::string& name, const ModelConfig& c, Table* table) {
  const std::string prefix = "fm_modules." + name + ".mlp.";
  table->push_back({prefix + "0.weight", {c.hidden, 256}});
  table->push_back({prefix + "0.bias", {c.hidden}});
  table->push_back({prefix + "2.weight", {c.hidden, c.hidden}});
  table->push_back({prefix + "2.bias", {c.hidden}});
}

void AddHead(const ModelConfig& c, Table* table) {
  const std::string prefix = "fm_modules.fm_head.";
  if (c.conv_head) {
    table->push_back({prefix + "conv1.weight", {1024, c.hidden / 4, 3, 3}});
    table->push_back({prefix + "conv1.bias", {1024}});
    table->push_back({prefix + "conv2.weight", {192, 256, 3, 3}});
    table->push_back({prefix + "conv2.bias", {192}});
    return;
  }
  table->push_back({prefix + "0.weight", {c.head_hidden, c.head_inputs()}});
  table->push_back({prefix + "0.bias", {c.head_hidden}});
  table->push_back({prefix + "2.weight", {c.picture_values(), c.head_hidden}});
  table->push_back({prefix + "2.bias", {c.picture_values()}});
}

}  // namespace

bool IsGeneration(const std::string& name) {
  return name.find("_mot_gen") != std::string::npos || name.starts_with("fm_modules.");
}

const char* TowerSuffix(Tower tower) { return tower == Tower::kGeneration ? "_mot_gen" : ""; }

std::string LayerTensor(int layer, const std::string& module, Tower tower) {
  // The suffix stands on each module of the attention, but on the whole feed-forward: mlp_mot_gen.gate_proj.
  std::string name = module + TowerSuffix(tower);
  if (module.starts_with("mlp.")) name = std::string("mlp") + TowerSuffix(tower) + module.substr(3);
  return "language_model.model.layers." + std::to_string(layer) + "." + name + ".weight";
}

std::vector<TensorSpec> TensorTable(const ModelConfig& config) {
  Table table;
  AddPictureReader("vision_model", config, &table);
  table.push_back({"language_model.model.embed_tokens.weight", {config.vocabulary, config.hidden}});
  for (int layer = 0; layer < config.layers; ++layer) AddLayer(layer, config, &table);
  for (Tower tower : kTowers)
    table.push_back({std::string("language_model.model.norm") + TowerSuffix(tower) + ".weight", {config.hidden}});
  if (!config.tie_embeddings) table.push_back({"language_model.lm_head.weight", {config.vocabulary, config.hidden}});
  AddPictureReader("fm_modules.vision_model_mot_gen", config, &table);
  AddEmbedder("timestep_embedder", config, &table);
  AddHead(config, &table);
  if (config.embed_noise_scale) AddEmbedder("noise_scale_embedder", config, &table);
  return table;
}

}  // namespace diptych::model
