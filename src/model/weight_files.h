// The tensors of a model folder, however they are stored: one safetensors file, shards with an index, or GGUF.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/adapter.h"
#include "model/config.h"
#include "model/gguf_parts.h"
#include "model/safetensors.h"

namespace diptych::model {

// Mapped files and views into them; the views live as long as the object. Const after construction and shared freely.
class WeightFiles {
 public:
  // FOLDER/model.safetensors, FOLDER/model.safetensors.index.json with its shards, or the one FOLDER/*.gguf, whole or
  // in parts; and adapters to add to them. Error: none of them or several; as SafetensorsFile, OpenGgufParts and
  // Adapter; an index that names a missing shard or one outside the folder, a tensor that is not in the shard named, or
  // a total_size that is not the tensors'; a tensor in a shard that the index does not put there, or in two parts; an
  // adapter that fits no tensor.
  explicit WeightFiles(const std::filesystem::path& folder, std::span<const std::filesystem::path> adapters = {});

  // The file that messages name: the single file, the index or the first part.
  const std::string& path() const { return path_; }
  // Every file that holds weights.
  const std::vector<std::filesystem::path>& files() const { return files_; }
  const std::map<std::string, TensorView>& tensors() const { return tensors_; }
  // Error when absent.
  const TensorView& Get(const std::string& name) const;
  // Whether an adapter changes the tensor, so that its bytes are not its numbers.
  bool Adapted(const std::string& name) const;
  // The numbers as float32, adapters added; or those of `count` entries of the first dimension from `first`.
  std::vector<float> Floats(const std::string& name) const;
  std::vector<float> Floats(const std::string& name, int64_t first, int64_t count) const;
  // All numbers of a tensor in pieces of some millions, whole rows each; tensors of one dimension in one. `bytes`: of
  // the files that the piece stands for.
  using Piece = std::function<void(std::span<const float> numbers, uint64_t bytes)>;
  void ForPieces(const std::string& name, const Piece& piece) const;

 private:
  void OpenShards(const std::filesystem::path& folder);
  void OpenGguf();

  std::string path_;
  std::vector<std::filesystem::path> files_;
  std::vector<std::unique_ptr<SafetensorsFile>> shards_;
  std::vector<std::unique_ptr<GgufFile>> ggufs_;
  std::vector<std::unique_ptr<Adapter>> adapters_;
  std::map<std::string, TensorView> tensors_;
};

// The files hold the tensors of the configuration's table in its shapes as real numbers, and nothing else. Error names
// the tensor.
void CheckTensors(const WeightFiles& files, const ModelConfig& config);

// Error when a number of the tensors is not finite; `on_progress` as in ConvertOptions.
void CheckNumbers(const WeightFiles& files, const std::function<void(uint64_t done, uint64_t in_all)>& on_progress);

}  // namespace diptych::model
