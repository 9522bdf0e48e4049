// The loaded weights of a model: packed for matrix products, or quantised and used in place in the mapped file. Const
// and shared.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <vector>

#include "engine/model.h"
#include "kernels/matmul.h"
#include "model/config.h"
#include "model/tensors.h"
#include "model/weight_files.h"

namespace diptych::engine {

// A linear map with a bias.
struct Linear {
  kernels::PackedMatrix weight;  // [out, in]
  std::vector<float> bias;       // [out]
};

// A SwiGLU of width F.
struct FeedForwardWeights {
  kernels::PackedMatrix gate_up;  // [2 * F, D]: gates, then ups
  kernels::PackedMatrix down;     // [D, F]
};

// One layer of one tower (understanding or generation).
struct LayerWeights {
  std::vector<float> input_norm, feed_forward_norm;                     // [D]
  std::vector<float> query_norm, query_norm_hw, key_norm, key_norm_hw;  // [K/2]
  kernels::PackedMatrix query_key_value;                                // [(H + 2G) * K, D]
  kernels::PackedMatrix attention_out;                                  // [D, H * K]
  FeedForwardWeights dense;                                             // empty where there are experts
  kernels::PackedMatrix router;                                         // [experts, D], empty where there are none
  std::vector<FeedForwardWeights> experts;
  int used_experts = 0;  // by each token
};

// One tower: all its layers and the final norm.
struct TowerWeights {
  std::vector<LayerWeights> layers;
  std::vector<float> norm;  // [D]
};

// Patches to tokens: two convolutions whose strides are their sizes, so each is a linear map.
struct PictureEmbedderWeights {
  Linear patch;  // [vision_hidden, 3 * P * P]
  Linear dense;  // [D, M * M * vision_hidden]: row, column, channel
};

// Embedder of one number (the time, or the noise scale): 256 sinusoids -> D -> D.
struct ScalarEmbedderWeights {
  Linear first, second;
};

// The picture head, from a token's hidden state to its clean patch: two linear maps, or in the convolution head two 3 x
// 3 convolutions, whose rows are ordered (ky, kx, channel).
struct HeadWeights {
  Linear first, second;
};

struct Weights {
  model::ModelConfig config;
  kernels::NumberFormat format = kernels::NumberFormat::kFloat32;
  kernels::PageArena matrices;                              // the memory of all packed matrices
  std::unique_ptr<model::WeightFiles> files;                // holds the embedding and all quantised matrices
  std::array<TowerWeights, 2> towers;                       // by Tower
  kernels::PackedMatrix output;                             // [V, D]
  std::array<PictureEmbedderWeights, 2> picture_embedders;  // by Tower
  ScalarEmbedderWeights time;
  ScalarEmbedderWeights noise_scale;  // empty when the model has none
  HeadWeights head;

  const TowerWeights& tower(model::Tower which) const { return towers[static_cast<size_t>(which)]; }
  const PictureEmbedderWeights& picture_embedder(model::Tower which) const {
    return picture_embedders[static_cast<size_t>(which)];
  }
};

// The embedding's name; [V, D].
inline constexpr const char* kEmbedding = "language_model.model.embed_tokens.weight";

// Reads the folder's weights, which must be exactly the tensors of the configuration's table, and adds the adapters to
// them. Error: as Model::Load.
std::unique_ptr<const Weights> LoadWeights(const std::filesystem::path& folder, Precision precision,
                                           std::span<const std::filesystem::path> adapters = {});

}  // namespace diptych::engine
