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

// New tokens of several contexts, all rows one below the other, with what every layer needs of their positions. Made
// once for passes that repeat, as in drawing.
class Pass {
 public:
  Pass(const model::ModelConfig& config, std::vector<Segment> segments);

  int rows() const { return rows_; }
  std::span<const Segment> segments() const { return segments_; }
  const kernels::RopeTable& rotations() const { return rotations_; }
  // For each segment: its rows and how many keys each of them sees. Token j is seen when it is not later, or has the
  // same t; tokens of one t stand together, so that is always a prefix.
  std::vector<kernels::AttentionTask> Tasks(int layer) const;
  void StoreKeys(kernels::ThreadPool& pool, int layer, const kernels::HeadRows& heads) const;
  // Takes the tokens into their contexts; without it the next pass overwrites them.
  void Keep() const;

 private:
  std::vector<Segment> segments_;
  std::vector<std::vector<int>> visible_;  // of each segment
  kernels::RopeTable rotations_;
  int rows_ = 0;
};

// Numbers whose room is kept from use to use.
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

// One request's threads, compiled products and buffers.
struct Workspace {
  explicit Workspace(kernels::NumberFormat format) : matmul(pool), operand(format), expert_operand(format) {}

  kernels::ThreadPool pool;
  kernels::Matmul matmul;
  kernels::Operand operand;         // the left side of the next product
  kernels::Operand expert_operand;  // of the next product of an expert, a selection of rows
  Buffer query_key_value, gate_up, router, expert_out, patches, hidden_pixels;
};

// Called after each layer with the rows [rows, D].
using LayerObserver = std::function<void(int layer, std::span<const float> x)>;

// x [rows, D] through all layers of a tower, in place. Keys and values stand behind the contexts' own; see Pass::Keep.
void RunLayers(const Weights& weights, model::Tower tower, const Pass& pass, Workspace& workspace, std::span<float> x,
               const LayerObserver& observer = nullptr);
// The final norm of rows x [rows, D], into workspace.operand.
void FinalNorm(const Weights& weights, model::Tower tower, std::span<const float> x, Workspace& workspace);
// Logits [rows, V] of rows x [rows, D].
std::vector<float> Logits(const Weights& weights, std::span<const float> x, Workspace& workspace);
// Rows [ids.size(), D] of the embedding. The ids are inside the vocabulary.
std::vector<float> Embed(const Weights& weights, std::span<const int32_t> ids);

}  // namespace diptych::engine
