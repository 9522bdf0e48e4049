#include "model/gguf_parts.h"

#include <cstdio>

#include "base/error.h"

namespace diptych::model {
namespace {

constexpr const char* kGgufPartsPlace = "gguf";
constexpr size_t kDigits = 5;

// `text` at `at` as a number of five digits; 0 for anything else.
int FiveDigits(const std::string& text, size_t at) {
  const std::string digits = text.substr(at, kDigits);
  const bool all = digits.size() == kDigits && digits.find_first_not_of("0123456789") == digits.npos;
  return all ? std::stoi(digits) : 0;
}

void CheckSetting(const GgufFile& file, const std::string& key, uint64_t value, const std::string& path) {
  const auto found = file.settings().find(key);
  if (found != file.settings().end() && found->second != std::to_string(value))
    throw base::Error(kGgufPartsPlace,
                      path + " states " + key + " " + found->second.substr(0, 20) + ", the files here make it " +
                          std::to_string(value) + ".",
                      "the parts of one model keep the names that they were written with: NAME-00001-of-00003.gguf.");
}

}  // namespace

std::string GgufPart::FileName() const {
  char ending[40];
  std::snprintf(ending, sizeof(ending), "-%05d-of-%05d.gguf", number, count);
  return name + ending;
}

std::optional<GgufPart> GgufPartOf(const std::string& file_name) {
  const size_t tail = GgufPart{}.FileName().size();
  if (file_name.size() <= tail) return std::nullopt;
  const size_t start = file_name.size() - tail;
  GgufPart part{.name = file_name.substr(0, start),
                .number = FiveDigits(file_name, start + 1),
                .count = FiveDigits(file_name, file_name.size() - kDigits - std::string_view(".gguf").size())};
  const bool sound = part.number >= 1 && part.number <= part.count && part.FileName() == file_name;
  return sound ? std::optional(part) : std::nullopt;
}

GgufParts OpenGgufParts(const std::filesystem::path& path) {
  GgufPart part = GgufPartOf(path.filename().string()).value_or(GgufPart{.name = "", .number = 1, .count = 0});
  GgufParts parts;
  if (part.count == 0) parts.paths.push_back(path);
  for (part.number = 1; part.number <= part.count; ++part.number) {
    parts.paths.push_back(path.parent_path() / part.FileName());
    std::error_code failed;
    if (!std::filesystem::exists(parts.paths.back(), failed))
      throw base::Error(
          kGgufPartsPlace,
          parts.paths.back().string() + " is missing, a part of a model in " + std::to_string(part.count) + " files.",
          "copy all of its parts into one folder.");
  }
  uint64_t tensors = 0;
  for (const auto& one : parts.paths) {
    parts.files.push_back(std::make_unique<GgufFile>(one));
    CheckSetting(*parts.files.back(), "split.count", parts.paths.size(), one.string());
    CheckSetting(*parts.files.back(), "split.no", parts.files.size() - 1, one.string());
    tensors += parts.files.back()->tensors().size();
  }
  for (size_t i = 0; i < parts.files.size(); ++i)
    CheckSetting(*parts.files[i], "split.tensors.count", tensors, parts.paths[i].string());
  return parts;
}

}  // namespace diptych::model
