// Forward passes: new tokens of one or several contexts through the layers.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "engine/context.h"
#include "engine/weights.h"

namespace diptych::engine {

// The new tokens of one context.
struct Segment {
  Context* context = nullptr;
  std::vector<kernels::Position> positions;
};
// `count` tokens of text that follow the context.
Segment TextAfter(Context& context, int count);
// A picture's tokens that follow the context: one t, rows and columns of `grid` (in tokens).
Segment PictureAfter(Context& context, const kernels::PatchGrid& grid);

// One forward pass: a batch of new tokens of several contexts, their rows stacked without padding, with the rotary
// angles and attention tasks that every layer needs. Made once and run at every denoising step while a picture is
// drawn.
class Pass {
 public:
  Pass(const model::ModelConfig& config, std::vector<Segment> segments);

  int rows() const { return rows_; }
  std::span<const Segment> segments() const { return segments_; }
  const kernels::RopeTable& rotations() const { return rotations_; }
  // One attention task for each segment: its rows, and how many keys each of them attends to. A token attends to every
  // token that is not later in the sequence or has the same t (causal for text, both ways within a picture). Tokens of
  // one t are neighbours, so these keys are always a prefix of the sequence.
  std::vector<kernels::AttentionTask> Tasks(int layer) const;
  // Writes the pass's keys and values of a layer into the KV caches of its contexts.
  void StoreKeys(kernels::ThreadPool& pool, int layer, const kernels::HeadRows& heads) const;
  // Makes the tokens part of their contexts' sequences; without it the next pass overwrites their keys and values.
  void Keep() const;

 private:
  std::vector<Segment> segments_;
  std::vector<std::vector<int>> visible_;  // of each segment
  kernels::RopeTable rotations_;
  int rows_ = 0;
};

// A scratch array of floats that keeps its memory between uses.
class Buffer {
 public:
  // The first rows * width numbers, unspecified; valid until the next call.
  std::span<float> Rows(int rows, int width) {
    const size_t size = static_cast<size_t>(rows) * static_cast<size_t>(width);
    if (numbers_.size() < size) numbers_ = kernels::AlignedArray<float>(size);
    return numbers_.span().first(size);
  }

 private:
  kernels::AlignedArray<float> numbers_;
};

// What the forward passes of one request need besides weights: threads, compiled matrix products, scratch memory.
struct Workspace {
  explicit Workspace(kernels::NumberFormat format) : matmul(pool), operand(format), expert_operand(format) {}

  kernels::ThreadPool pool;
  kernels::Matmul matmul;
  kernels::Operand operand;         // the left side of the next product
  kernels::Operand expert_operand;  // the same for one expert: the rows that are routed to it
  Buffer query_key_value, gate_up, router, expert_out, patches, hidden_pixels;
};

// Called after each layer with the rows [rows, D].
using LayerObserver = std::function<void(int layer, std::span<const float> x)>;

// Runs x [rows, D] through all layers of a tower, in place. The new keys and values are stored after those of the
// contexts; Pass::Keep makes them part of the sequences.
void RunLayers(const Weights& weights, model::Tower tower, const Pass& pass, Workspace& workspace, std::span<float> x,
               const LayerObserver& observer = nullptr);
// The final norm of rows x [rows, D], into workspace.operand.
void FinalNorm(const Weights& weights, model::Tower tower, std::span<const float> x, Workspace& workspace);
// Logits [rows, V] of rows x [rows, D].
std::vector<float> Logits(const Weights& weights, std::span<const float> x, Workspace& workspace);
// Rows [ids.size(), D] of the embedding. The ids are inside the vocabulary.
std::vector<float> Embed(const Weights& weights, std::span<const int32_t> ids);

// What to do when a model's results are not finite.
inline constexpr const char* kNotFiniteHint =
    "`diptych model verify` finds a damaged tensor; leave out adapters, or try --precision float32.";

}  // namespace diptych::engine
