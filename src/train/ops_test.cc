#include "train/ops.h"

#include <gtest/gtest.h>

#include <functional>

namespace diptych::train {
namespace {

using torch::Tensor;

constexpr HeadSplit kLayout{.query_heads = 4, .key_value_heads = 2, .head = 32};

// Values that bfloat16 holds exactly, so that both forms start from the same numbers.
Tensor Numbers(std::vector<int64_t> shape, double scale = 1) {
  return (torch::randn(shape) * scale).to(torch::kBFloat16).to(torch::kFloat32);
}

// Relative error in the Frobenius norm. bfloat16 keeps 8 bits: an element's rounding is at most 2^-9 of it, and the
// operations here round a handful of times in a row.
void ExpectClose(const Tensor& fused, const Tensor& composed, const char* what) {
  const Tensor wide = fused.to(torch::kFloat32);
  const double error = (wide - composed).norm().item<double>() / (composed.norm().item<double>() + 1e-12);
  EXPECT_LT(error, 4.0 / 512) << what;
}

// Runs `f` on bfloat16 copies and on float32 copies of the inputs; compares results and the gradients of a weighted
// sum.
void CompareForms(const std::vector<Tensor>& inputs, const std::vector<bool>& narrow,
                  const std::function<std::vector<Tensor>(const std::vector<Tensor>&)>& f) {
  std::vector<std::vector<Tensor>> results, gradients;
  for (bool fused : {true, false}) {
    std::vector<Tensor> own;
    for (size_t i = 0; i < inputs.size(); ++i)
      own.push_back(inputs[i].clone().to(fused && narrow[i] ? torch::kBFloat16 : torch::kFloat32).requires_grad_(true));
    results.push_back(f(own));
    torch::manual_seed(99);
    Tensor sum = torch::zeros({});
    for (const Tensor& y : results.back()) sum = sum + (y.to(torch::kFloat32) * Numbers(y.sizes().vec())).sum();
    sum.backward();
    gradients.emplace_back();
    for (const Tensor& x : own) gradients.back().push_back(x.grad());
  }
  for (size_t i = 0; i < results[0].size(); ++i) ExpectClose(results[0][i], results[1][i], "result");
  for (size_t i = 0; i < inputs.size(); ++i)
    ExpectClose(gradients[0][i], gradients[1][i], ("gradient " + std::to_string(i)).c_str());
}

TEST(Ops, RmsNormIsItsComposition) {
  torch::manual_seed(1);
  CompareForms({Numbers({300, 48}), Numbers({48})}, {false, false}, [](const std::vector<Tensor>& x) {
    // The type asked for chooses the form: gradients of float32 inputs either way.
    static bool fused = false;
    fused = !fused;
    return std::vector<Tensor>{RmsNorm(x[0], x[1], 1e-6, fused ? torch::kBFloat16 : torch::kFloat32)};
  });
}

TEST(Ops, AddRmsNormIsItsComposition) {
  torch::manual_seed(7);
  // Widths of whole vectors and not, rows of more than one part of the weight's gradient.
  for (int64_t width : {48, 37, 256}) {
    torch::Dtype type = torch::kFloat32;
    CompareForms({Numbers({530, width}), Numbers({530, width}), Numbers({width})}, {false, true, false},
                 [&](const std::vector<Tensor>& x) {
                   type = type == torch::kFloat32 ? torch::kBFloat16 : torch::kFloat32;
                   const Normed out = AddRmsNorm(x[0], x[1], x[2], 1e-6, type);
                   EXPECT_EQ(out.sum.dtype(), torch::kFloat32);
                   return std::vector<Tensor>{out.sum, out.normed};
                 });
  }
}

TEST(Ops, AddRmsNormWorksWhereOneOfItsResultsIsUnused) {
  torch::manual_seed(8);
  for (size_t used : {size_t{0}, size_t{1}}) {
    torch::Dtype type = torch::kFloat32;
    CompareForms({Numbers({19, 24}), Numbers({19, 24}), Numbers({24})}, {false, true, false},
                 [&](const std::vector<Tensor>& x) {
                   type = type == torch::kFloat32 ? torch::kBFloat16 : torch::kFloat32;
                   const Normed out = AddRmsNorm(x[0], x[1], x[2], 1e-6, type);
                   // The weight has a gradient either way.
                   const Tensor& result = used == 0 ? out.sum : out.normed;
                   return std::vector<Tensor>{result.to(torch::kFloat32) + x[2]};
                 });
  }
}

TEST(Ops, JoinWeightsIsItsComposition) {
  torch::manual_seed(9);
  torch::Dtype type = torch::kFloat32;
  CompareForms({Numbers({5, 11}), Numbers({300, 11}), Numbers({1, 11})}, {false, false, false},
               [&](const std::vector<Tensor>& x) {
                 type = type == torch::kFloat32 ? torch::kBFloat16 : torch::kFloat32;
                 return std::vector<Tensor>{JoinWeights(x, type), JoinWeights({x[1]}, type)};
               });
}

TEST(Ops, PatchesAreTheirComposition) {
  torch::manual_seed(10);
  const int64_t tokens = 9, pictures = 5;
  for (int merged : {1, 4})
    for (int64_t width : {16, 22, 128}) {
      const Tensor turns = torch::rand({tokens * merged, width / 2}) * 6;
      const Angles angles{torch::cos(turns), torch::sin(turns)};
      CompareForms({Numbers({pictures * tokens * merged, width}, 2)}, {true}, [&](const std::vector<Tensor>& x) {
        return std::vector<Tensor>{RotatePatches(x[0], angles, merged)};
      });
    }
}

TEST(Ops, CutIntoPatchesIsItsComposition) {
  torch::manual_seed(11);
  const Tensor index = torch::tensor({2, 0, 2}, torch::kInt64);
  for (const auto& [height, width] : {std::pair<int64_t, int64_t>{24, 24}, {16, 40}, {40, 16}})
    for (const Tensor& chosen : {Tensor(), index}) {
      const Tensor pictures = torch::rand({4, 3, height, width});
      const PatchGrid grid{.patch = 4, .merge = 2, .mean = {0.5f, 0.25f, 0.125f}, .factor = {1, 4, 2}};
      const Tensor fused = CutIntoPatches(pictures, chosen, grid, torch::kBFloat16);
      const Tensor composed = CutIntoPatches(pictures, chosen, grid, torch::kFloat32);
      EXPECT_TRUE(torch::equal(fused, composed.to(torch::kBFloat16)));
    }
}

TEST(Ops, HeadNormRopeIsItsComposition) {
  torch::manual_seed(2);
  const int64_t rows = 270;
  for (int head : {32, 64, 96}) {
    const HeadSplit layout{.query_heads = 4, .key_value_heads = 2, .head = head};
    const int64_t half = head / 2;
    const Tensor turns = torch::rand({rows, half}) * 6;
    const Angles angles{torch::cos(turns), torch::sin(turns)};
    CompareForms({Numbers({rows, 8 * head}), Numbers({half}), Numbers({half}), Numbers({half}), Numbers({half})},
                 {true, false, false, false, false}, [&](const std::vector<Tensor>& x) {
                   return std::vector<Tensor>{HeadNormRope(x[0], {x[1], x[2], x[3], x[4]}, angles, layout)};
                 });
  }
}

// Two documents: text, a picture that is read, two branches after it, two drawings; then text alone.
Visibility TestVisibility() {
  Visibility v;
  v.documents = {0, 6, 7};
  v.spans = {{.first = 0, .count = 7, .causal = true},
             {.first = 7, .count = 16, .prefix_first = 0, .prefix_count = 7},
             {.first = 23, .count = 5, .prefix_first = 0, .prefix_count = 23, .causal = true},
             {.first = 28, .count = 3, .prefix_first = 0, .prefix_count = 23, .causal = true},
             {.first = 0, .count = 16, .prefix_first = 0, .prefix_count = 7, .generation = true},
             {.first = 16, .count = 16, .prefix_first = 0, .prefix_count = 7, .generation = true},
             {.first = 31, .count = 41, .prefix_first = 31, .prefix_count = 0, .causal = true}};
  return v;
}

TEST(Ops, AttentionIsItsComposition) {
  torch::manual_seed(3);
  const Visibility visibility = TestVisibility();
  CompareForms({Numbers({72, 8 * 32}), Numbers({32, 8 * 32})}, {true, true}, [&](const std::vector<Tensor>& x) {
    const TwoTowers out = Attention({x[0], x[1]}, visibility, kLayout);
    return std::vector<Tensor>{out.understanding, out.generation};
  });
}

TEST(Ops, SwiGluIsItsComposition) {
  torch::manual_seed(4);
  CompareForms({Numbers({33, 2 * 40}, 2)}, {true},
               [](const std::vector<Tensor>& x) { return std::vector<Tensor>{SwiGlu(x[0])}; });
}

TEST(Ops, CrossEntropyIsItsComposition) {
  torch::manual_seed(5);
  const Tensor targets = torch::randint(0, 96, {50}, torch::kInt32), scale = torch::rand({50}) / 50;
  CompareForms({Numbers({50, 32}), Numbers({96, 32}, 0.3)}, {true, true}, [&](const std::vector<Tensor>& x) {
    const TextLoss loss = CrossEntropyLoss(x[0], x[1], targets, scale);
    return std::vector<Tensor>{loss.total};
  });
}

// The composed attention against a plain mask: softmax over exactly the rows that may be seen.
TEST(Ops, AttentionSeesWhatTheSpansSay) {
  torch::manual_seed(6);
  const Visibility visibility = TestVisibility();
  const Tensor u = Numbers({72, 8 * 32}), g = Numbers({32, 8 * 32});
  const TwoTowers before = Attention({u, g}, visibility, kLayout);
  Tensor changed = u.clone();
  changed[24] += 1;  // second row of the first branch
  const TwoTowers after = Attention({changed, g}, visibility, kLayout);
  const Tensor moved = (after.understanding - before.understanding).abs().amax(1) > 0;
  for (int64_t row = 0; row < 72; ++row) EXPECT_EQ(moved[row].item<bool>(), row >= 24 && row < 28) << row;
  EXPECT_TRUE(torch::equal(after.generation, before.generation));
}

}  // namespace
}  // namespace diptych::train
