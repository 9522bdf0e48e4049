// The safetensors format: an 8-byte little-endian header length, a JSON header, the tensors' bytes.
// Format: huggingface/safetensors README. Strict: every offset, length and type is checked before it is used.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/files.h"
#include "numbers/number_types.h"

namespace diptych::model {

struct TensorView {
  numbers::DType type = numbers::DType::kF32;
  std::vector<int64_t> shape;  // row-major; the last one is a multiple of the type's block
  std::span<const std::byte> bytes;
  int64_t elements() const;
};

// Bytes that numbers of a type and shape take; nothing when 64 bits cannot count them or a block would be cut.
std::optional<uint64_t> SizeOf(numbers::DType type, std::span<const int64_t> shape);

// A mapped file and views into it; the views live as long as the object.
class SafetensorsFile {
 public:
  // Error: header over 100 MB or not a JSON object, unknown type, overlapping, gapped or out-of-range offsets, a size
  // that does not match shape and type, a truncated file (names both sizes), a pickle (says that it is one).
  explicit SafetensorsFile(const std::filesystem::path& path);

  const std::map<std::string, TensorView>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  // Error when absent.
  const TensorView& Get(const std::string& name) const;

 private:
  base::MappedFile file_;
  std::string path_;
  std::map<std::string, TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
};

// A tensor that is still to be written.
struct TensorPlan {
  std::string name;
  numbers::DType type = numbers::DType::kF32;
  std::vector<int64_t> shape;
};
// The bytes before those of the tensors, which follow in the plans' order without gaps. Plain types only.
std::string SafetensorsHeader(std::span<const TensorPlan> plans, const std::map<std::string, std::string>& metadata);

struct NamedTensor {
  std::string name;
  TensorView tensor;
};

// Writes atomically; wider types first, otherwise in the order given, so that each tensor is aligned to its type.
void WriteSafetensors(const std::filesystem::path& path, std::span<const NamedTensor> tensors,
                      const std::map<std::string, std::string>& metadata);

// Elements as float32. Error for types that are not of real numbers.
std::vector<float> ToFloat(const TensorView& tensor);

}  // namespace diptych::model
