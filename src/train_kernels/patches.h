// Pictures as the network's input: cut into patches, whose channels are activated, rotated and merged.
#pragma once

#include <cstdint>

#include "train_kernels/shapes.h"

namespace diptych::train_kernels {

// Pictures [count, 3, height, width] float32 cut into tokens of merge*merge patches: rows [count * tokens *
// merge*merge, 3*patch*patch] of (value - mean) * factor, a patch's values by channel, row, column.
struct PictureShape {
  int64_t count = 0;
  int height = 0, width = 0;  // multiples of patch * merge
  int patch = 0, merge = 0;
};
struct ChannelScale {
  float mean[3] = {0, 0, 0}, factor[3] = {1, 1, 1};
};
// The n-th picture is pictures[index[n]], or the n-th where there is no index.
void CutPatches(const PictureShape& shape, const float* pictures, const int64_t* index, const ChannelScale& scale,
                BF16* patches);

// GELU (with erf) of the patches' channels, neighbouring pairs (2i, 2i+1) rotated by the patch's angles, and a token's
// patches merged: x [pictures * tokens * merged, width] -> y [pictures * tokens, width * merged], channel by channel.
// cos, sin [tokens * merged, width / 2]; width is at most 1024.
struct PatchShape {
  int64_t pictures = 0, tokens = 0;
  int merged = 0, width = 0;
};
void PatchesForward(const PatchShape& shape, const float* cos, const float* sin, const BF16* x, BF16* y);
void PatchesBackward(const PatchShape& shape, const float* cos, const float* sin, const BF16* x, const BF16* dy,
                     BF16* dx);

}  // namespace diptych::train_kernels
