#include "model/weight_files.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "model/json.h"
#include "model/tensors.h"

namespace diptych::model {
namespace {

constexpr const char* kWeightFilesPlace = "weights";
constexpr const char* kSingle = "model.safetensors";
constexpr const char* kIndex = "model.safetensors.index.json";

// Which file holds the weights of a folder.
std::filesystem::path FindWeights(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  std::error_code failed;
  for (const char* name : {kSingle, kIndex})
    if (std::filesystem::exists(folder / name, failed)) found.push_back(folder / name);
  // All parts of one model count as its first one.
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.path().extension() != ".gguf") continue;
    std::filesystem::path path = entry.path();
    if (auto part = GgufPartOf(path.filename().string())) {
      part->number = 1;
      path.replace_filename(part->FileName());
    }
    if (std::find(found.begin(), found.end(), path) == found.end()) found.push_back(path);
  }
  std::sort(found.begin(), found.end());
  if (found.empty())
    throw base::Error(kWeightFilesPlace,
                      folder.string() + " has no weights: no " + kSingle + ", " + kIndex + " or file ending in .gguf.",
                      "copy the whole model folder.");
  if (found.size() > 1)
    throw base::Error(kWeightFilesPlace,
                      folder.string() + " has weights in " + found[0].filename().string() + " and in " +
                          found[1].filename().string() + ".",
                      "keep one of them here and move the others to folders of their own.");
  return found[0];
}

struct Index {
  std::map<std::string, std::string> shard_of;  // by tensor
  std::optional<uint64_t> total_size;
};

// A shard's name is a file of the folder itself.
void CheckShardName(const std::string& shard, const std::string& path) {
  const bool plain = shard.find('/') == std::string::npos && shard.find('\0') == std::string::npos &&
                     shard.ends_with(".safetensors") && !shard.starts_with('.');
  if (!plain)
    throw base::Error(kWeightFilesPlace,
                      path + " names the shard " + shard + ", it must be a .safetensors file of the same folder.");
}

Index ReadIndex(const std::filesystem::path& path) {
  const nlohmann::json object = ParseJsonObject(base::ReadFile(path), kWeightFilesPlace, path.string());
  const JsonSection top(object, kWeightFilesPlace, path.string());
  Index index;
  const auto& map = top.At("weight_map");
  if (!map.is_object() || map.empty()) top.Fail("weight_map", "an object of tensors and their files");
  for (const auto& [tensor, shard] : map.items()) {
    if (!shard.is_string()) top.Fail("weight_map", "an object of tensors and their files");
    CheckShardName(shard.get<std::string>(), path.string());
    index.shard_of[tensor] = shard.get<std::string>();
  }
  if (!top.Has("metadata")) return index;
  const auto& metadata = top.At("metadata");
  if (!metadata.is_object()) top.Fail("metadata", "an object");
  if (!metadata.contains("total_size")) return index;
  const auto& size = metadata.at("total_size");
  // Some writers state it as a float.
  const bool whole =
      size.is_number_unsigned() || (size.is_number_float() && size.get<double>() >= 0 && size.get<double>() < 0x1p63);
  if (!whole) top.Fail("metadata", "an object whose total_size counts bytes");
  index.total_size = size.is_number_unsigned() ? size.get<uint64_t>() : static_cast<uint64_t>(size.get<double>());
  return index;
}

std::string ShapeText(const std::vector<int64_t>& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

}  // namespace

WeightFiles::WeightFiles(const std::filesystem::path& folder, std::span<const std::filesystem::path> adapters) {
  const std::filesystem::path found = FindWeights(folder);
  path_ = found.string();
  if (found.extension() == ".gguf") {
    OpenGguf();
  } else if (found.filename() == kIndex) {
    OpenShards(folder);
  } else {
    files_ = {found};
    shards_.push_back(std::make_unique<SafetensorsFile>(found));
    tensors_ = shards_[0]->tensors();
  }
  for (const auto& path : adapters) {
    adapters_.push_back(std::make_unique<Adapter>(path, tensors_));
    for (const auto& [name, change] : adapters_.back()->changes()) CheckFits(*adapters_.back(), name, tensors_);
  }
}

void WeightFiles::OpenGguf() {
  GgufParts parts = OpenGgufParts(path_);
  files_ = std::move(parts.paths);
  ggufs_ = std::move(parts.files);
  for (size_t i = 0; i < ggufs_.size(); ++i)
    for (const auto& [name, tensor] : ggufs_[i]->tensors())
      if (!tensors_.emplace(name, tensor).second)
        throw base::Error(kWeightFilesPlace,
                          files_[i].string() + " has the tensor " + name + ", which another part has too.");
}

void WeightFiles::OpenShards(const std::filesystem::path& folder) {
  const Index index = ReadIndex(path_);
  std::set<std::string> shards;
  for (const auto& [tensor, shard] : index.shard_of) shards.insert(shard);
  uint64_t total = 0;
  for (const std::string& shard : shards) {
    std::error_code failed;
    if (!std::filesystem::exists(folder / shard, failed))
      throw base::Error(kWeightFilesPlace, path_ + " names the shard " + shard + ", which is missing.",
                        "copy the whole model folder.");
    files_.push_back(folder / shard);
    shards_.push_back(std::make_unique<SafetensorsFile>(folder / shard));
    for (const auto& [name, tensor] : shards_.back()->tensors()) {
      const auto listed = index.shard_of.find(name);
      if (listed == index.shard_of.end() || listed->second != shard)
        throw base::Error(
            kWeightFilesPlace,
            shard + " has the tensor " + name + ", which " + path_ +
                (listed == index.shard_of.end() ? " does not list." : " puts into " + listed->second + "."));
      tensors_.emplace(name, tensor);
      total += tensor.bytes.size();
    }
  }
  for (const auto& [name, shard] : index.shard_of)
    if (!tensors_.contains(name))
      throw base::Error(kWeightFilesPlace, shard + " lacks the tensor " + name + ", which " + path_ + " puts there.");
  if (index.total_size && *index.total_size != total)
    throw base::Error(kWeightFilesPlace, path_ + " states a total_size of " + std::to_string(*index.total_size) +
                                             " bytes, the shards' tensors have " + std::to_string(total) + ".");
}

const TensorView& WeightFiles::Get(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) throw base::Error(kWeightFilesPlace, path_ + " has no tensor " + name + ".");
  return found->second;
}

bool WeightFiles::Adapted(const std::string& name) const {
  return std::ranges::any_of(adapters_, [&](const auto& adapter) { return adapter->changes().contains(name); });
}

std::vector<float> WeightFiles::Floats(const std::string& name) const {
  const TensorView& tensor = Get(name);
  return tensor.shape.empty() ? ToFloat(tensor) : Floats(name, 0, tensor.shape[0]);
}

std::vector<float> WeightFiles::Floats(const std::string& name, int64_t first, int64_t count) const {
  const TensorView& tensor = Get(name);
  DIPTYCH_CHECK(!tensor.shape.empty() && first >= 0 && count >= 0 && first + count <= tensor.shape[0],
                "entries of the tensor");
  if (count == 0) return {};
  TensorView part = tensor;
  part.shape[0] = count;
  // Rows are whole blocks, since a tensor of one dimension is only read as a whole.
  const size_t row = tensor.bytes.size() / static_cast<size_t>(tensor.shape[0]);
  DIPTYCH_CHECK(tensor.shape.size() > 1 || count == tensor.shape[0], "rows, or the whole tensor");
  part.bytes = tensor.bytes.subspan(static_cast<size_t>(first) * row, static_cast<size_t>(count) * row);
  std::vector<float> numbers = ToFloat(part);
  for (const auto& adapter : adapters_)
    if (adapter->changes().contains(name)) adapter->AddTo(name, first, numbers);
  return numbers;
}

void WeightFiles::ForPieces(const std::string& name, const Piece& piece) const {
  constexpr int64_t kPieceNumbers = int64_t{4} << 20;
  const TensorView& tensor = Get(name);
  if (tensor.elements() == 0) return;
  if (tensor.shape.size() < 2) return piece(Floats(name), tensor.bytes.size());
  const int64_t rows = tensor.shape[0];
  const int64_t step = std::clamp<int64_t>(kPieceNumbers / (tensor.elements() / rows), 1, rows);
  for (int64_t first = 0; first < rows; first += step) {
    const int64_t count = std::min(step, rows - first);
    piece(Floats(name, first, count), tensor.bytes.size() / static_cast<uint64_t>(rows) * static_cast<uint64_t>(count));
  }
}

void CheckTensors(const WeightFiles& files, const ModelConfig& config) {
  std::set<std::string> expected;
  for (const auto& spec : TensorTable(config)) {
    const TensorView& tensor = files.Get(spec.name);
    if (tensor.shape != spec.shape)
      throw base::Error(kWeightFilesPlace,
                        spec.name + " in " + files.path() + " has the shape " + ShapeText(tensor.shape) +
                            ", the configuration needs " + ShapeText(spec.shape) + ".",
                        "config.json belongs to another checkpoint.");
    if (!numbers::IsReal(tensor.type))
      throw base::Error(kWeightFilesPlace, spec.name + " in " + files.path() + " has the type " +
                                               numbers::NameOf(tensor.type) + ", it must be of real numbers.");
    expected.insert(spec.name);
  }
  for (const auto& [name, tensor] : files.tensors())
    if (!expected.contains(name))
      throw base::Error(kWeightFilesPlace,
                        files.path() + " has the tensor " + name + ", which this configuration does not have.",
                        "config.json belongs to another checkpoint.");
}

void CheckNumbers(const WeightFiles& files, const std::function<void(uint64_t, uint64_t)>& on_progress) {
  uint64_t total = 0, done = 0;
  for (const auto& [name, tensor] : files.tensors()) total += tensor.bytes.size();
  for (const auto& [name, tensor] : files.tensors()) {
    files.ForPieces(name, [&, &name = name](std::span<const float> numbers, uint64_t bytes) {
      for (float number : numbers)
        if (!std::isfinite(number))
          throw base::Error(kWeightFilesPlace, name + " in " + files.path() + " has a number that is not finite.",
                            "copy the model again.");
      done += bytes;
      if (on_progress) on_progress(done, total);
    });
  }
}

}  // namespace diptych::model
