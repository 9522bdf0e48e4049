#include "train/growth.h"

#include <string>

namespace diptych::train {
namespace {

using torch::Tensor;

// Numbers of an axis of 3 * side * side pixel values, ordered (row, column, channel), for twice the side: each is
// there four times.
Tensor SpreadPixels(const Tensor& values, int64_t axis, int64_t side) {
  const Tensor square = values.unflatten(axis, {side, side, 3});
  return square.repeat_interleave(2, axis).repeat_interleave(2, axis + 1).flatten(axis, axis + 2);
}

}  // namespace

Tensor WithDoubledPixels(const Tensor& stored, const model::TensorSpec& spec, const model::ModelConfig& config) {
  const int64_t side = config.token_pixels() / 2;
  if (spec.name.ends_with("patch_embedding.weight")) return stored.repeat_interleave(2, 2).repeat_interleave(2, 3) / 4;
  if (spec.name.starts_with("fm_modules.fm_head.2.")) return SpreadPixels(stored, 0, side);
  if (spec.name == "fm_modules.fm_head.0.weight" && stored.size(1) > config.hidden)
    return torch::cat({stored.slice(1, 0, config.hidden), SpreadPixels(stored.slice(1, config.hidden), 1, side) / 4},
                      1);
  return stored;
}

void FillCorner(const Tensor& from, Tensor& to) {
  Tensor corner = to.slice(0, 0, from.size(0));
  if (to.dim() == 2) {
    corner.zero_();
    corner = corner.slice(1, 0, from.size(1));
  }
  corner.copy_(from);
}

}  // namespace diptych::train
