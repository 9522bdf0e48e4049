#include "engine/context.h"

#include "engine/weights.h"

namespace diptych::engine {

Context::Context(const Weights& weights, const Context* prefix) : prefix_(prefix) {
  const model::ModelConfig& config = weights.config;
  const kernels::HeadLayout layout{config.query_heads, config.key_value_heads, config.head};
  for (int layer = 0; layer < config.layers; ++layer) layers_.emplace_back(layout, weights.format);
  if (prefix != nullptr) next_t_ = prefix->next_t();
}

std::vector<kernels::KeyRun> Context::Runs(int layer, int fresh) const {
  std::vector<kernels::KeyRun> runs;
  if (prefix_ != nullptr) runs = prefix_->Runs(layer, 0);
  if (own_ + fresh > 0) runs.push_back({&layers_[static_cast<size_t>(layer)], own_ + fresh});
  return runs;
}

void Context::Reserve(int fresh) {
  for (auto& layer : layers_) layer.Reserve(own_ + fresh, own_);
}

void Context::Keep(int fresh, int next_t) {
  own_ += fresh;
  next_t_ = next_t;
}

}  // namespace diptych::engine
