#include "train/products.h"

#include <torch/csrc/autograd/custom_function.h>

namespace diptych::train {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

bool Widens(const Tensor& x) { return x.scalar_type() == torch::kBFloat16 && !MultipliesBFloat16(x.device()); }

Tensor Wide(const Tensor& x) { return x.to(torch::kFloat32); }

// Operands and results are bfloat16, sums are float32.
struct WideProduct : Function<WideProduct> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& matrix,
                        const c10::optional<Tensor>& bias) {
    context->save_for_backward({x, matrix});
    context->saved_data["bias"] = bias.has_value();
    return at::linear(Wide(x), Wide(matrix), bias ? Wide(*bias) : Tensor()).to(torch::kBFloat16);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &x = saved[0], &matrix = saved[1], dy = Wide(gradients[0]);
    const auto narrow = [context](size_t input, auto gradient) {
      return context->needs_input_grad(input) ? gradient().to(torch::kBFloat16) : Tensor();
    };
    const Tensor dx = narrow(0, [&] { return at::matmul(dy, Wide(matrix)); }),
                 d_matrix = narrow(1, [&] { return at::matmul(dy.t(), Wide(x)); });
    return {dx, d_matrix, context->saved_data["bias"].toBool() ? dy.sum(0).to(torch::kBFloat16) : Tensor()};
  }
};

}  // namespace

bool MultipliesBFloat16(torch::Device device) {
  if (!device.is_cpu()) return true;
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

Tensor Product(const Tensor& a, const Tensor& b) {
  return Widens(a) ? at::matmul(Wide(a), Wide(b)).to(torch::kBFloat16) : at::matmul(a, b);
}

Tensor Linear(const Tensor& x, const Tensor& matrix, const Tensor& bias) {
  return Widens(x) ? WideLinear(x, matrix, bias) : at::linear(x, matrix, bias);
}

Tensor WideLinear(const Tensor& x, const Tensor& matrix, const Tensor& bias) {
  return WideProduct::apply(x, matrix, bias.defined() ? c10::optional<Tensor>(bias) : c10::nullopt);
}

}  // namespace diptych::train
