// GGUF version 3: a header of settings and tensors' names, shapes, types and offsets, then the tensors' bytes, each at
// a multiple of the alignment. Format: docs/gguf.md of the ggml project. Strict: every count, length, offset and type
// is checked before it is used.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <variant>

#include "model/safetensors.h"

namespace diptych::model {

// A mapped file and views into it; the views live as long as the object.
class GgufFile {
 public:
  // Error: another version or byte order, counts and lengths beyond the file, names or keys given twice, more than four
  // dimensions, unknown types, rows that cut a block, overlapping, gapped or misaligned offsets, bytes that belong to
  // nothing, a truncated file (names both sizes).
  explicit GgufFile(const std::filesystem::path& path);

  const std::map<std::string, TensorView>& tensors() const { return tensors_; }
  // Settings as text; lists as "[N values]".
  const std::map<std::string, std::string>& settings() const { return settings_; }

 private:
  base::MappedFile file_;
  std::map<std::string, TensorView> tensors_;
  std::map<std::string, std::string> settings_;
};

inline constexpr uint64_t kGgufAlignment = 32;
using GgufSetting = std::variant<std::string, uint32_t, float>;
// The bytes before those of the tensors. The tensors follow in the plans' order, each padded with zeros to the next
// multiple of kGgufAlignment. At most four dimensions.
std::string GgufHeader(std::span<const TensorPlan> plans, const std::map<std::string, GgufSetting>& settings);

}  // namespace diptych::model
