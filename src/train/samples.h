// Pictures drawn during training from samples that training never shows, beside the true ones.
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <vector>

#include "data/source.h"
#include "text/tokenizer.h"
#include "train/network.h"

namespace diptych::train {

struct SampleRequest {
  const Network& network;
  const std::vector<torch::Tensor>& weights;  // their EMA, in the network's order
  const data::Source& source;
  const text::Tokenizer& tokenizer;
  int64_t step = 0;
};

// Writes FOLDER/STEP.png: 32 pictures in rows of eight, each row of true pictures above the drawn ones. The plans are
// the true ones of held-out samples. Writes nothing where their answers draw no picture.
void DrawSamples(const SampleRequest& request, const std::filesystem::path& folder);

}  // namespace diptych::train
