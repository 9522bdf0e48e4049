#include "train/model_folder.h"

#include "base/error.h"
#include "base/files.h"
#include "model/config.h"
#include "model/safetensors.h"
#include "train/checkpoint.h"

namespace diptych {
namespace {

namespace fs = std::filesystem;

// How a model of this repository answers unless told otherwise. Times are even (shift 1), as the trainer's noise scale
// already decides how long a picture stays mostly noise.
GenerationConfig OwnDefaults() { return {.steps = 20, .guidance = 2, .shift = 1, .max_new_tokens = 256, .plan = true}; }

}  // namespace

void WriteModelFolder(const ModelFolderParts& parts, const fs::path& folder) {
  fs::create_directories(folder);
  for (const char* name :
       {"config.json", "tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "words.txt"})
    if (fs::exists(parts.model / name)) WriteFileAtomically(folder / name, ReadFile(parts.model / name));
  const bool has_own = fs::exists(parts.model / "generation_config.json");
  GenerationConfig generation = has_own ? LoadGenerationConfig(parts.model) : OwnDefaults();
  generation.width = generation.height = parts.size;
  WriteFileAtomically(folder / "generation_config.json", WriteGenerationConfig(generation));
  ExportWeights(folder, parts.specs, parts.weights, torch::kBFloat16);
}

void ReadWeights(const fs::path& folder, Network& network) {
  torch::NoGradGuard no_gradient;
  const SafetensorsFile file(folder / "model.safetensors");
  for (size_t i = 0; i < network.specs().size(); ++i) {
    const TensorSpec& spec = network.specs()[i];
    const TensorView& stored = file.Get(spec.name);
    if (stored.shape != spec.shape)
      throw Error("train", folder.string() + ": " + spec.name + " has another shape than --model's.",
                  "start from a model of the same configuration.");
    network.parameters()[i].copy_(torch::tensor(ToFloat(stored)).view(spec.shape));
  }
}

}  // namespace diptych
