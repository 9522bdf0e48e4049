#include "engine/forward.h"

#include <algorithm>

#include "base/error.h"
#include "engine/feed_forward.h"
#include "kernels/elementwise.h"

namespace diptych::engine {
namespace {

kernels::HeadLayout LayoutOf(const model::ModelConfig& config) {
  return {config.query_heads, config.key_value_heads, config.head};
}

// Row i attends to the keys up to itself and to the end of the tokens that share its t.
std::vector<int> Visible(const Segment& segment) {
  const int before = segment.context->length();
  const auto& positions = segment.positions;
  std::vector<int> visible(positions.size());
  for (size_t i = positions.size(); i-- > 0;) {
    const bool same = i + 1 < positions.size() && positions[i + 1].t == positions[i].t;
    visible[i] = same ? visible[i + 1] : before + static_cast<int>(i) + 1;
  }
  return visible;
}

void Layer(const model::ModelConfig& c, const LayerWeights& w, int layer, const Pass& pass, Workspace& s,
           std::span<float> x) {
  const kernels::HeadRows heads{LayoutOf(c), s.query_key_value.Rows(pass.rows(), LayoutOf(c).width())};
  kernels::RmsNorm(s.pool, x, {w.input_norm, c.norm_epsilon}, &s.operand);
  s.matmul.Multiply(s.operand, w.query_key_value, heads.values);
  kernels::NormAndRotate(s.pool, heads, {w.query_norm, w.query_norm_hw, w.key_norm, w.key_norm_hw, c.norm_epsilon},
                         pass.rotations());
  pass.StoreKeys(s.pool, layer, heads);
  kernels::Attend(s.pool, heads, pass.Tasks(layer), &s.operand);
  s.matmul.MultiplyAdd(s.operand, w.attention_out, x);
  AddFeedForward(c, w, s, x);
}

}  // namespace

Segment TextAfter(Context& context, int count) {
  Segment segment{&context, {}};
  for (int i = 0; i < count; ++i) segment.positions.push_back({.t = context.next_t() + i});
  return segment;
}

Segment PictureAfter(Context& context, const kernels::PatchGrid& grid) {
  Segment segment{&context, {}};
  for (int row = 0; row < grid.rows; ++row)
    for (int column = 0; column < grid.columns; ++column) segment.positions.push_back({context.next_t(), row, column});
  return segment;
}

Pass::Pass(const model::ModelConfig& config, std::vector<Segment> segments) : segments_(std::move(segments)) {
  std::vector<kernels::Position> positions;
  for (const auto& segment : segments_) {
    DIPTYCH_CHECK(!segment.positions.empty(), "a segment without tokens");
    positions.insert(positions.end(), segment.positions.begin(), segment.positions.end());
    visible_.push_back(Visible(segment));
    segment.context->Reserve(static_cast<int>(segment.positions.size()));
  }
  rows_ = static_cast<int>(positions.size());
  rotations_ = kernels::MakeRopeTable(positions, config.head, {config.rope_theta, config.rope_theta_hw});
}

std::vector<kernels::AttentionTask> Pass::Tasks(int layer) const {
  std::vector<kernels::AttentionTask> tasks;
  int first = 0;
  for (size_t i = 0; i < segments_.size(); ++i) {
    const int rows = static_cast<int>(segments_[i].positions.size());
    tasks.push_back({first, rows, segments_[i].context->Runs(layer, rows), visible_[i]});
    first += rows;
  }
  return tasks;
}

void Pass::StoreKeys(kernels::ThreadPool& pool, int layer, const kernels::HeadRows& heads) const {
  int first = 0;
  const auto size = static_cast<size_t>(heads.layout.width());
  for (const auto& segment : segments_) {
    const int rows = static_cast<int>(segment.positions.size());
    pool.ForRows(rows, [&](int row, int) {
      segment.context->Set(layer, row, heads.values.subspan(static_cast<size_t>(first + row) * size, size));
    });
    first += rows;
  }
}

void Pass::Keep() const {
  for (const auto& segment : segments_)
    segment.context->Keep(static_cast<int>(segment.positions.size()), segment.positions.back().t + 1);
}

void RunLayers(const Weights& weights, model::Tower tower, const Pass& pass, Workspace& s, std::span<float> x,
               const LayerObserver& observer) {
  const model::ModelConfig& c = weights.config;
  DIPTYCH_CHECK(x.size() == static_cast<size_t>(pass.rows()) * static_cast<size_t>(c.hidden), "rows of the pass");
  for (int layer = 0; layer < c.layers; ++layer) {
    Layer(c, weights.tower(tower).layers[static_cast<size_t>(layer)], layer, pass, s, x);
    if (observer) observer(layer, x);
  }
}

void FinalNorm(const Weights& weights, model::Tower tower, std::span<const float> x, Workspace& workspace) {
  kernels::RmsNorm(workspace.pool, x, {weights.tower(tower).norm, weights.config.norm_epsilon}, &workspace.operand);
}

std::vector<float> Logits(const Weights& weights, std::span<const float> x, Workspace& workspace) {
  FinalNorm(weights, model::Tower::kUnderstanding, x, workspace);
  std::vector<float> logits(static_cast<size_t>(workspace.operand.rows()) *
                            static_cast<size_t>(weights.config.vocabulary));
  workspace.matmul.Multiply(workspace.operand, weights.output, logits);
  return logits;
}

std::vector<float> Embed(const Weights& weights, std::span<const int32_t> ids) {
  std::vector<float> rows;
  rows.reserve(ids.size() * static_cast<size_t>(weights.config.hidden));
  for (int32_t id : ids) {
    DIPTYCH_CHECK(id >= 0 && id < weights.config.vocabulary, "an id of the vocabulary");
    const std::vector<float> numbers = weights.files->Floats(kEmbedding, id, 1);
    rows.insert(rows.end(), numbers.begin(), numbers.end());
  }
  return rows;
}

}  // namespace diptych::engine
