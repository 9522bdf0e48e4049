// GGUF models cut into files NAME-00001-of-00003.gguf, as llama.cpp's llama-gguf-split writes them.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/gguf.h"

namespace diptych::model {

struct GgufPart {
  std::string name;           // NAME, which all parts of a model share
  int number = 1, count = 1;  // from 1 to count
  std::string FileName() const;
};
// Nothing for a file that is not named as a part.
std::optional<GgufPart> GgufPartOf(const std::string& file_name);

// The file itself, or all parts of the model that it is a part of, in their order. Error: as GgufFile; a part that is
// missing; settings that contradict the names: split.no, split.count, split.tensors.count.
struct GgufParts {
  std::vector<std::filesystem::path> paths;
  std::vector<std::unique_ptr<GgufFile>> files;
};
GgufParts OpenGgufParts(const std::filesystem::path& path);

}  // namespace diptych::model
