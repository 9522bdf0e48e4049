#include "engine/feed_forward.h"

#include <algorithm>
#include <numeric>

#include "kernels/elementwise.h"

namespace diptych::engine {
namespace {

// A row that is routed to an expert, and the weight of the expert's output in the row's sum.
struct Use {
  int row = 0;
  float share = 0;
};

// The `used` experts of highest probability (top-k); among equals the one of the smaller index.
std::vector<int> Choose(std::span<const float> probabilities, int used) {
  std::vector<int> experts(probabilities.size());
  std::iota(experts.begin(), experts.end(), 0);
  const auto likelier = [&](int a, int b) {
    const float of_a = probabilities[static_cast<size_t>(a)], of_b = probabilities[static_cast<size_t>(b)];
    return of_a != of_b ? of_a > of_b : a < b;
  };
  std::partial_sort(experts.begin(), experts.begin() + used, experts.end(), likelier);
  experts.resize(static_cast<size_t>(used));
  return experts;
}

// The rows of each expert: softmax over all experts, the top used_experts kept, their weights normalised to a sum of 1
// where the model has norm_topk_prob.
std::vector<std::vector<Use>> Route(const model::ModelConfig& c, const LayerWeights& w, Workspace& s) {
  const int rows = s.operand.rows(), count = w.router.out();
  const std::span<float> scores = s.router.Rows(rows, count);
  s.matmul.Multiply(s.operand, w.router, scores);
  std::vector<std::vector<Use>> uses(static_cast<size_t>(count));
  for (int row = 0; row < rows; ++row) {
    const auto of_row = scores.subspan(static_cast<size_t>(row) * uses.size(), uses.size());
    kernels::Softmax(of_row);
    const std::vector<int> chosen = Choose(of_row, w.used_experts);
    float sum = 0;
    for (int expert : chosen) sum += of_row[static_cast<size_t>(expert)];
    for (int expert : chosen) {
      const float share = of_row[static_cast<size_t>(expert)];
      uses[static_cast<size_t>(expert)].push_back({row, c.normalise_experts ? share / sum : share});
    }
  }
  return uses;
}

// x += the expert's share of the rows that use it.
void AddExpert(const FeedForwardWeights& w, std::span<const Use> uses, Workspace& s, std::span<float> x) {
  const int rows = static_cast<int>(uses.size()), hidden = s.operand.columns();
  const auto width = static_cast<size_t>(hidden);
  s.expert_operand.Resize(rows, hidden);
  s.pool.ForRows(rows, [&](int i, int) { s.expert_operand.CopyRow(i, s.operand, uses[static_cast<size_t>(i)].row); });
  const std::span<float> gate_up = s.gate_up.Rows(rows, w.gate_up.out()), out = s.expert_out.Rows(rows, hidden);
  s.matmul.Multiply(s.expert_operand, w.gate_up, gate_up);
  kernels::SwiGlu(s.pool, gate_up, w.gate_up.out() / 2, &s.expert_operand);
  s.matmul.Multiply(s.expert_operand, w.down, out);
  s.pool.ForRows(rows, [&](int i, int) {
    const Use& use = uses[static_cast<size_t>(i)];
    const float* from = out.data() + static_cast<size_t>(i) * width;
    float* to = x.data() + static_cast<size_t>(use.row) * width;
    for (size_t k = 0; k < width; ++k) to[k] += use.share * from[k];
  });
}

}  // namespace

void AddFeedForward(const model::ModelConfig& c, const LayerWeights& w, Workspace& s, std::span<float> x) {
  kernels::RmsNorm(s.pool, x, {w.feed_forward_norm, c.norm_epsilon}, &s.operand);
  if (w.experts.empty()) {
    const std::span<float> gate_up = s.gate_up.Rows(s.operand.rows(), w.dense.gate_up.out());
    s.matmul.Multiply(s.operand, w.dense.gate_up, gate_up);
    kernels::SwiGlu(s.pool, gate_up, w.dense.gate_up.out() / 2, &s.operand);
    s.matmul.MultiplyAdd(s.operand, w.dense.down, x);
    return;
  }
  const std::vector<std::vector<Use>> uses = Route(c, w, s);
  for (size_t expert = 0; expert < uses.size(); ++expert)
    if (!uses[expert].empty()) AddExpert(w.experts[expert], uses[expert], s, x);
}

}  // namespace diptych::engine
