// The safetensors format: an 8-byte little-endian header length, a JSON header, the tensors' bytes.
// Format: huggingface/safetensors README. Strict: every offset, length and type is checked before it is used.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/files.h"

namespace diptych {

enum class DType { kF32, kF16, kBF16, kI64, kI32, kU8, kBool };
size_t BytesOf(DType type);
const char* NameOf(DType type);

struct TensorView {
  DType type = DType::kF32;
  std::vector<int64_t> shape;
  std::span<const std::byte> bytes;
  int64_t elements() const;
};

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
  MappedFile file_;
  std::string path_;
  std::map<std::string, TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
};

struct NamedTensor {
  std::string name;
  TensorView tensor;
};

// Writes atomically; tensors of wider types first, else in the order given, so that each is aligned to its type.
void WriteSafetensors(const std::filesystem::path& path, std::span<const NamedTensor> tensors,
                      const std::map<std::string, std::string>& metadata);

// Elements as float32, converting from F32, F16 or BF16. Error for other types.
std::vector<float> ToFloat(const TensorView& tensor);
// Round to nearest even.
uint16_t ToBF16(float value);
float FromBF16(uint16_t value);

}  // namespace diptych
