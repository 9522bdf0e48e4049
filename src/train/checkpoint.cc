#include "train/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
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

constexpr std::string_view kEnding = ".safetensors";

std::string NameOf(int64_t step) {
  char name[40];
  std::snprintf(name, sizeof(name), "%09lld%s", static_cast<long long>(step), kEnding.data());
  return name;
}

// The step in a checkpoint's name; nothing for any other name.
std::optional<int64_t> StepInName(const std::string& name) {
  int64_t step = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), step);
  const bool whole = error == std::errc() && step >= 0 && name == NameOf(step);
  return whole ? std::optional(step) : std::nullopt;
}

// By step, the oldest first.
std::vector<fs::path> Checkpoints(const fs::path& run) {
  std::map<int64_t, fs::path> found;
  if (!fs::is_directory(run / "checkpoints")) return {};
  for (const auto& entry : fs::directory_iterator(run / "checkpoints")) {
    const auto step = StepInName(entry.path().filename().string());
    if (step && entry.is_regular_file()) found.emplace(*step, entry.path());
  }
  std::vector<fs::path> in_order;
  for (auto& [step, path] : found) in_order.push_back(std::move(path));
  return in_order;
}

void CheckShapes(const model::SafetensorsFile& file, const fs::path& path,
                 const std::vector<std::pair<std::string, Tensor>>& tensors) {
  for (const auto& [name, tensor] : tensors)
    if (file.Get(name).shape != tensor.sizes().vec())
      throw base::Error("checkpoint", path.string() + ": " + name + " has another shape than this model's.",
                        "use the configuration that it was written with, or start anew.");
}

Progress ProgressOf(const CheckpointEntries& entries) {
  return {.step = entries.Get<int64_t>("step"),
          .seed = entries.Get<uint64_t>("seed"),
          .samples = entries.Get<int64_t>("samples"),
          .seconds = entries.Get<double>("seconds"),
          .weights = {.text = entries.Get<double>("text_weight"), .picture = entries.Get<double>("picture_weight")},
          .batch = entries.Has("batch") ? entries.Get<int64_t>("batch") : 0,
          .size = entries.Has("size") ? entries.Get<int64_t>("size") : 0};
}

// A checkpoint that was renamed would be taken for another step's, and removed or resumed from out of turn.
void CheckName(const fs::path& checkpoint, const Progress& progress) {
  const auto step = StepInName(checkpoint.filename().string());
  if (step && *step != progress.step)
    throw base::Error("checkpoint",
                      checkpoint.string() + " is named by step " + std::to_string(*step) + " and holds step " +
                          std::to_string(progress.step) + ".",
                      "name it " + NameOf(progress.step) + ", or move it away.");
}

// The newest checkpoint before this one in its folder that can be resumed from, if there is one.
std::optional<fs::path> OlderSound(const fs::path& checkpoint,
                                   const std::vector<std::pair<std::string, Tensor>>& state) {
  std::vector<fs::path> all = Checkpoints(checkpoint.parent_path().parent_path());
  all.erase(std::find_if(all.begin(), all.end(),
                         [&](const fs::path& path) { return path.filename() == checkpoint.filename(); }),
            all.end());
  for (auto older = all.rbegin(); older != all.rend(); ++older) {
    try {
      const model::SafetensorsFile file(*older);
      CheckShapes(file, *older, state);
      CheckName(*older, ProgressOf({*older, file.metadata()}));
      return *older;
    } catch (const base::Error&) {
      continue;  // damaged as well
    }
  }
  return std::nullopt;
}

// The message of an error, without its place and its hint.
std::string MessageOf(const base::Error& error) {
  std::string text = error.what();
  text.erase(std::min(text.find("\nHint: "), text.size()));
  const size_t place = text.find("] ");
  return place == std::string::npos ? text : text.substr(place + 2);
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

void SaveCheckpoint(const fs::path& run, const RunState& state, int keep) {
  const Progress& progress = state.progress;
  fs::create_directories(run / "checkpoints");
  const fs::path written = run / "checkpoints" / NameOf(progress.step);
  char seconds[64], text[64], picture[64];
  std::snprintf(seconds, sizeof(seconds), "%.17g", progress.seconds);
  std::snprintf(text, sizeof(text), "%.17g", progress.weights.text);
  std::snprintf(picture, sizeof(picture), "%.17g", progress.weights.picture);
  WriteTensors(written, AllState(state.network, state.optimizer),
               {{"step", std::to_string(progress.step)},
                {"seed", std::to_string(progress.seed)},
                {"samples", std::to_string(progress.samples)},
                {"seconds", seconds},
                {"text_weight", text},
                {"picture_weight", picture},
                {"batch", std::to_string(progress.batch)},
                {"size", std::to_string(progress.size)}});
  const std::vector<fs::path> all = Checkpoints(run);
  for (size_t i = 0; i + static_cast<size_t>(std::max(1, keep)) < all.size(); ++i)
    if (all[i] != written) fs::remove(all[i]);
}

void RemovePartsOfCheckpoints(const fs::path& run) {
  if (!fs::is_directory(run / "checkpoints")) return;
  std::vector<fs::path> parts;
  for (const auto& entry : fs::directory_iterator(run / "checkpoints")) {
    // base::AtomicFile's temporary name: the file's own, a dot, random letters, ".tmp".
    const std::string name = entry.path().filename().string();
    const size_t end = name.find(kEnding) + kEnding.size();
    const bool ours = name.find(kEnding) != name.npos && StepInName(name.substr(0, end)).has_value();
    if (ours && name.size() > end && name[end] == '.' && name.ends_with(".tmp")) parts.push_back(entry.path());
  }
  for (const fs::path& part : parts) fs::remove(part);
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
  CheckShapes(file, path, tensors);
  for (const auto& [name, tensor] : tensors) {
    std::vector<float> values = model::ToFloat(file.Get(name));
    tensor.copy_(torch::from_blob(values.data(), tensor.sizes(), torch::kFloat32));
  }
  return file.metadata();
}

template <typename Number>
Number CheckpointEntries::Get(const std::string& key) const {
  const auto found = entries_.find(key);
  if (found == entries_.end())
    throw base::Error("checkpoint", file_.string() + " has no entry '" + key + "'.",
                      "it is no checkpoint of diptych-train.");
  const std::string& text = found->second;
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || value < Number{} || !std::isfinite(static_cast<double>(value)))
    throw base::Error("checkpoint",
                      file_.string() + ": the entry '" + key + "' is \"" + text + "\", it must be a number from 0.",
                      "the file is damaged; copy it again.");
  return value;
}
template int64_t CheckpointEntries::Get(const std::string& key) const;
template uint64_t CheckpointEntries::Get(const std::string& key) const;
template double CheckpointEntries::Get(const std::string& key) const;

Progress LoadCheckpoint(const fs::path& checkpoint, Network& network, Optimizer& optimizer) {
  const auto state = AllState(network, optimizer);
  try {
    const Progress progress = ProgressOf({checkpoint, ReadTensors(checkpoint, state)});
    CheckName(checkpoint, progress);
    return progress;
  } catch (const base::Error& error) {
    const auto older = OlderSound(checkpoint, state);
    if (!older) throw;
    throw base::Error("checkpoint", MessageOf(error),
                      "move it away, and the run resumes from " + older->string() + ", which is sound.");
  }
}

void ExportWeights(const fs::path& folder, const std::vector<model::TensorSpec>& specs,
                   const std::vector<Tensor>& weights, torch::Dtype type) {
  std::vector<std::pair<std::string, Tensor>> tensors;
  for (size_t i = 0; i < specs.size(); ++i) tensors.emplace_back(specs[i].name, weights[i].to(type));
  WriteTensors(folder / "model.safetensors", tensors, {{"format", "pt"}});
}

}  // namespace diptych::train
