// The numbers of a bfloat16 tensor, as the functions of train_kernels/ take them.
#pragma once

#include <torch/types.h>

#include "train_kernels/update.h"

namespace diptych::train {

// x is contiguous in the order in which it is read, and outlives the pointer.
inline train_kernels::BF16* Bits(const torch::Tensor& x) {
  return reinterpret_cast<train_kernels::BF16*>(x.data_ptr<at::BFloat16>());
}

}  // namespace diptych::train
