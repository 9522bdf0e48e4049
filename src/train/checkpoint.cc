#include "train/checkpoint.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "model/safetensors.h"

namespace diptych::train {
namespace {

using torch::Tensor;
namespace fs = std::filesystem;

model::TensorView ViewOf(const Tensor& tensor) {
  const bool half = tensor.scalar_type() == torch::kBFloat16;
  return {.type = half ? numbers::DType::kBF16 : numbers::DType::kF32,
          .shape = tensor.sizes().vec(),
          .bytes = {static_cast<const std::byte*>(tensor.data_ptr()), tensor.nbytes()}};
}

std::vector<std::pair<std::string, Tensor>> AllState(const Network& network, const Optimizer& optimizer) {
  auto state = optimizer.State();
  for (size_t i = 0; i < network.specs().size(); ++i)
    state.emplace_back("weight." + network.specs()[i].name, network.parameters()[i]);
  return state;
}

std::vector<fs::path> Checkpoints(const fs::path& run) {
  std::vector<fs::path> found;
  if (!fs::is_directory(run / "checkpoints")) return found;
  for (const auto& entry : fs::directory_iterator(run / "checkpoints"))
    if (entry.path().extension() == ".safetensors") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

void WriteTensors(const fs::path& path, const std::vector<std::pair<std::string, Tensor>>& tensors,
                  const std::map<std::string, std::string>& metadata) {
  std::vector<Tensor> held;
  std::vector<model::NamedTensor> named;
  for (const auto& [name, tensor] : tensors) {
    held.push_back(tensor.detach().cpu().contiguous());
    named.push_back({name, ViewOf(held.back())});
  }
  model::WriteSafetensors(path, named, metadata);
}

void SaveCheckpoint(const fs::path& run, const Network& network, const Optimizer& optimizer, const Progress& progress,
                    int keep) {
  fs::create_directories(run / "checkpoints");
  char name[32];
  std::snprintf(name, sizeof(name), "%09lld.safetensors", static_cast<long long>(progress.step));
  char seconds[64], text[64], picture[64];
  std::snprintf(seconds, sizeof(seconds), "%.17g", progress.seconds);
  std::snprintf(text, sizeof(text), "%.17g", progress.weights.text);
  std::snprintf(picture, sizeof(picture), "%.17g", progress.weights.picture);
  WriteTensors(run / "checkpoints" / name, AllState(network, optimizer),
               {{"step", std::to_string(progress.step)},
                {"seed", std::to_string(progress.seed)},
                {"samples", std::to_string(progress.samples)},
                {"seconds", seconds},
                {"text_weight", text},
                {"picture_weight", picture}});
  const std::vector<fs::path> all = Checkpoints(run);
  for (size_t i = 0; i + static_cast<size_t>(std::max(1, keep)) < all.size(); ++i) fs::remove(all[i]);
}

std::optional<fs::path> NewestCheckpoint(const fs::path& run) {
  const std::vector<fs::path> all = Checkpoints(run);
  if (all.empty()) return std::nullopt;
  return all.back();
}

std::map<std::string, std::string> ReadTensors(const fs::path& path,
                                               const std::vector<std::pair<std::string, Tensor>>& tensors) {
  torch::NoGradGuard no_gradient;
  const model::SafetensorsFile file(path);
  for (const auto& [name, tensor] : tensors) {
    const model::TensorView& stored = file.Get(name);
    if (stored.shape != tensor.sizes().vec())
      throw base::Error("checkpoint", path.string() + ": " + name + " has another shape than this model's.",
                        "use the configuration that it was written with, or start anew.");
    std::vector<float> values = model::ToFloat(stored);
    tensor.copy_(torch::from_blob(values.data(), tensor.sizes(), torch::kFloat32));
  }
  return file.metadata();
}

Progress LoadCheckpoint(const fs::path& checkpoint, Network& network, Optimizer& optimizer) {
  const auto metadata = ReadTensors(checkpoint, AllState(network, optimizer));
  const auto entry = [&](const std::string& key) {
    const auto found = metadata.find(key);
    if (found == metadata.end())
      throw base::Error("checkpoint", checkpoint.string() + " has no entry '" + key + "'.",
                        "it is no checkpoint of diptych-train.");
    return found->second;
  };
  return {.step = std::stoll(entry("step")),
          .seed = std::stoull(entry("seed")),
          .samples = std::stoll(entry("samples")),
          .seconds = std::stod(entry("seconds")),
          .weights = {.text = std::stod(entry("text_weight")), .picture = std::stod(entry("picture_weight"))}};
}

void ExportWeights(const fs::path& folder, const std::vector<model::TensorSpec>& specs,
                   const std::vector<Tensor>& weights, torch::Dtype type) {
  std::vector<std::pair<std::string, Tensor>> tensors;
  for (size_t i = 0; i < specs.size(); ++i) tensors.emplace_back(specs[i].name, weights[i].to(type));
  WriteTensors(folder / "model.safetensors", tensors, {{"format", "pt"}});
}

}  // namespace diptych::train
