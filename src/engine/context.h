// A sequence of tokens that the model has read: its KV cache, and the position of the next token.
#pragma once

#include <vector>

#include "kernels/attention.h"

namespace diptych::engine {

struct Weights;

class Context {
 public:
  // An empty KV cache for a model of these weights; or one that continues `prefix`, whose keys and values are shared,
  // not copied: `prefix` must outlive this and stay unchanged.
  explicit Context(const Weights& weights, const Context* prefix = nullptr);
  Context(Context&&) = default;
  Context& operator=(Context&&) = default;

  int length() const { return prefix_length() + own_; }  // tokens
  int next_t() const { return next_t_; }                 // the position t of the next token
  // The cached keys and values of a layer, the prefix's first, and `fresh` new ones that Set has put after this
  // context's own.
  std::vector<kernels::KeyRun> Runs(int layer, int fresh) const;

  // New tokens in three steps: Reserve makes room for `fresh` of them, Set stores the keys and values of one in one
  // layer, Keep makes them part of the sequence. Without Keep the next pass overwrites them, as the denoising steps do
  // with the tokens of a picture that is being drawn.
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
