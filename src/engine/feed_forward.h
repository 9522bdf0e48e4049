// The feed-forward half of a layer: one SwiGLU, or a router and the experts it chooses.
#pragma once

#include <span>

#include "engine/forward.h"
#include "engine/weights.h"

namespace diptych::engine {

// x += FeedForward(RMSNorm(x)) for the rows x [rows, D].
void AddFeedForward(const model::ModelConfig& config, const LayerWeights& weights, Workspace& workspace,
                    std::span<float> x);

}  // namespace diptych::engine
