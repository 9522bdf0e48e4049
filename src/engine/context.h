// A sequence that the model has read so far: its cached keys and values, and where the next token stands.
#pragma once

#include <vector>

#include "kernels/attention.h"

namespace diptych::engine {

struct Weights;

class Context {
 public:
  // An empty sequence that these weights will read; or one that continues `prefix`, which must stay alive and unchanged
  // and is shared, not copied.
  explicit Context(const Weights& weights, const Context* prefix = nullptr);
  Context(Context&&) = default;
  Context& operator=(Context&&) = default;

  int length() const { return prefix_length() + own_; }  // tokens
  int next_t() const { return next_t_; }
  // The keys of a layer, oldest first, and `fresh` more that were set behind the own ones.
  std::vector<kernels::KeyRun> Runs(int layer, int fresh) const;

  // Writing new tokens: room for `fresh` of them behind the own ones, their keys and values by layer, and then, unless
  // they are to be forgotten, taking them in.
  void Reserve(int fresh);
  void Set(int layer, int fresh, std::span<const float> row) {
    layers_[static_cast<size_t>(layer)].Set(own_ + fresh, row);
  }
  void Keep(int fresh, int next_t);

 private:
  int prefix_length() const { return prefix_ == nullptr ? 0 : prefix_->length(); }

  const Context* prefix_;
  std::vector<kernels::LayerKvCache> layers_;
  int own_ = 0;  // tokens held here
  int next_t_ = 0;
};

}  // namespace diptych::engine
