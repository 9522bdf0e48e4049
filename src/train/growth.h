// Weights of a smaller model as the first weights of a larger one, which then predicts at first what the smaller did.
#pragma once

#include <torch/types.h>

#include "model/config.h"
#include "model/tensors.h"

namespace diptych::train {

// A tensor of a model whose tokens cover half as many pixels each way, for a model of `config` with that tensor `spec`:
// what reads pixels takes the mean of each 2 x 2 of them, what writes pixels writes each of them four times. With twice
// the noise scale, the model then draws what the smaller one drew, at twice its size. Tensors that hold no pixels are
// returned as they are.
torch::Tensor WithDoubledPixels(const torch::Tensor& stored, const model::TensorSpec& spec,
                                const model::ModelConfig& config);

// Copies a picture head of fewer inner rows, or one that sees no pixels, into the first rows and columns of `to`: the
// new columns of those rows become zero; new rows stay as initialised, since the next matrix starts with zeros for
// them (Network::Initialise).
void FillCorner(const torch::Tensor& from, torch::Tensor& to);

}  // namespace diptych::train
