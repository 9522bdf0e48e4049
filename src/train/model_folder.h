// Weights of a run as a model folder that the engine loads.
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "model/config.h"
#include "model/generation_config.h"
#include "text/tokenizer.h"
#include "train/checkpoint.h"
#include "train/network.h"

namespace diptych::train {

// A model's default options: those of its folder's generation_config.json, or those of this repository's models.
model::GenerationConfig GenerationOf(const std::filesystem::path& model);

struct ModelFolderParts {
  const std::filesystem::path& model;  // whose configuration and tokenizer are copied
  const std::filesystem::path& run;    // whose lexicon it is
  const std::vector<model::TensorSpec>& specs;
  const std::vector<torch::Tensor>& weights;  // in the order of the specs
  int size = 128;                             // pixels of the side of the pictures it was trained on
};
// Writes a complete FOLDER: config.json, the tokenizer's files, lexicon.tsv, vocabulary.txt, generation_config.json
// (GenerationOf, with the size trained on) and model.safetensors in bfloat16. Each file atomically, the weights last. A
// calibration.json there is removed, since it was measured with other weights.
void WriteModelFolder(const ModelFolderParts& parts, const std::filesystem::path& folder);

// README.md of a model folder: what the model is, what it was trained on and for how long, the last line of the run's
// log, and what it cannot do. Every figure is read from the run.
std::string ModelCard(const std::filesystem::path& run, const Network& network, const Progress& progress, int size);

// Reads a model folder's weights into the network. Rows of its vocabulary go to the same token of `tokenizer`, the
// network's own; a token that the folder's tokenizer writes as several begins as their mean. A model whose tokens are half as
// wide and high, or whose picture head is narrower, is grown (train/growth.h). Error: a tensor is missing or has another
// shape.
void ReadWeights(const std::filesystem::path& folder, const text::Tokenizer& tokenizer, Network& network);

}  // namespace diptych::train
