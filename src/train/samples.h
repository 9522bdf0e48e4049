// Pictures drawn during training from scenes that training never shows, beside the true ones.
#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <vector>

#include "data/world_source.h"
#include "train/network.h"

namespace diptych::train {

struct SampleRequest {
  const Network& network;
  const std::vector<torch::Tensor>& weights;  // the averaged ones, in the network's order
  const data::WorldSource& source;
  int64_t step = 0;
  int size = 128;
};

// Writes FOLDER/STEP.png: 32 pictures in rows of eight, each row of true pictures above the drawn ones. The plans are
// the true ones of held-out scenes.
void DrawSamples(const SampleRequest& request, const std::filesystem::path& folder);

}  // namespace diptych::train
