#include "train/products.h"

#include <gtest/gtest.h>

#include <functional>

namespace diptych::train {
namespace {

using torch::Tensor;
using LinearForm = std::function<Tensor(const Tensor&, const Tensor&, const Tensor&)>;

// Result and gradients of a weighted sum of a form, in float32.
std::vector<Tensor> ResultsOf(const LinearForm& form, const std::vector<Tensor>& inputs, torch::Dtype type) {
  std::vector<Tensor> own;
  for (const Tensor& input : inputs) own.push_back(input.to(type, false, true).requires_grad_(true));
  const Tensor y = form(own[0], own[1], own.size() > 2 ? own[2] : Tensor());
  EXPECT_EQ(y.scalar_type(), type);
  (y.to(torch::kFloat32) * torch::arange(y.numel()).view(y.sizes()).remainder(7)).sum().backward();
  std::vector<Tensor> results = {y.detach().to(torch::kFloat32)};
  for (const Tensor& input : own) results.push_back(input.grad().to(torch::kFloat32));
  return results;
}

// Both forms, against float32: bfloat16 keeps 8 bits, so an element is rounded by at most 2^-9 of it.
void ExpectAsInFloat32(const std::vector<Tensor>& inputs) {
  std::vector<Tensor> exact;
  for (const Tensor& input : inputs) exact.push_back(input.to(torch::kBFloat16).to(torch::kFloat32));
  const std::vector<Tensor> wanted = ResultsOf(Linear, exact, torch::kFloat32);
  for (const LinearForm& form : {LinearForm(Linear), LinearForm(WideLinear)}) {
    const std::vector<Tensor> results = ResultsOf(form, exact, torch::kBFloat16);
    ASSERT_EQ(results.size(), wanted.size());
    for (size_t i = 0; i < results.size(); ++i)
      EXPECT_LT((results[i] - wanted[i]).norm().item<double>(), wanted[i].norm().item<double>() * 2 / 512) << i;
  }
}

TEST(Products, LinearInBFloat16IsThatInFloat32) {
  torch::manual_seed(1);
  ExpectAsInFloat32({torch::randn({70, 96}), torch::randn({48, 96})});
  ExpectAsInFloat32({torch::randn({70, 96}), torch::randn({48, 96}), torch::randn({48})});
}

TEST(Products, WideLinearLeavesAFrozenMatrixAlone) {
  torch::manual_seed(2);
  const Tensor x = torch::randn({6, 8}).to(torch::kBFloat16).requires_grad_(true),
               matrix = torch::randn({4, 8}).to(torch::kBFloat16);
  WideLinear(x, matrix).sum().backward();
  EXPECT_TRUE(x.grad().defined());
  EXPECT_FALSE(matrix.grad().defined());
}

TEST(Products, ProductIsRoundedToTheTypeOfItsOperands) {
  torch::manual_seed(3);
  const Tensor a = torch::randn({30, 64}).to(torch::kBFloat16), b = torch::randn({64, 20}).to(torch::kBFloat16);
  const Tensor product = Product(a, b), wanted = torch::matmul(a.to(torch::kFloat32), b.to(torch::kFloat32));
  EXPECT_EQ(product.scalar_type(), torch::kBFloat16);
  EXPECT_LT((product.to(torch::kFloat32) - wanted).norm().item<double>(), wanted.norm().item<double>() * 2 / 512);
}

}  // namespace
}  // namespace diptych::train
