#include "model/hashes.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/sha256.h"
#include "base/split.h"

namespace diptych::model {
namespace {

constexpr const char* kFile = "SHA256SUMS";
constexpr const char* kHint = "copy the model again; if it was changed on purpose, delete SHA256SUMS.";
constexpr std::array<std::string_view, 5> kNames = {"config.json", "tokenizer.json", "tokenizer_config.json",
                                                    "vocab.json", "merges.txt"};

bool IsHashed(const std::filesystem::path& path) {
  return std::find(kNames.begin(), kNames.end(), path.filename().string()) != kNames.end() ||
         path.extension() == ".safetensors" || path.extension() == ".gguf";
}

struct Progress {
  const std::function<void(uint64_t, uint64_t)>& heard;
  uint64_t done = 0, in_all = 0;
};

std::string HashOf(const std::filesystem::path& path, Progress& progress) {
  constexpr size_t kPiece = size_t{8} << 20;
  const base::MappedFile file(path);
  base::Sha256 hash;
  for (size_t at = 0; at < file.bytes().size(); at += kPiece) {
    const auto piece = file.bytes().subspan(at, std::min(kPiece, file.bytes().size() - at));
    hash.Add(piece);
    progress.done += piece.size();
    if (progress.heard) progress.heard(progress.done, progress.in_all);
  }
  return hash.Finish();
}

struct Line {
  std::string hash, name;
};

// "HASH  NAME", with a star before the name in sha256sum's binary mode.
std::vector<Line> LinesOf(const std::filesystem::path& path) {
  constexpr size_t kHashDigits = 64;
  std::vector<Line> lines;
  const std::string text = base::ReadFile(path);
  for (const std::string_view row : base::Split(text, '\n')) {
    if (row.empty()) continue;
    const bool good = row.size() > kHashDigits + 2 && row[kHashDigits] == ' ' &&
                      row.substr(0, kHashDigits).find_first_not_of("0123456789abcdef") == row.npos;
    const std::string name(good ? row.substr(kHashDigits + 2) : "");
    if (!good || name.find('/') != name.npos)
      throw base::Error("model", path.string() + " has a line that is no hash and name.", kHint);
    lines.push_back({std::string(row.substr(0, kHashDigits)), name});
  }
  return lines;
}

}  // namespace

void WriteHashes(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.is_regular_file() && IsHashed(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::string text;
  const std::function<void(uint64_t, uint64_t)> nobody;
  Progress progress{.heard = nobody};
  for (const auto& file : files) text += HashOf(file, progress) + "  " + file.filename().string() + "\n";
  base::WriteFileAtomically(folder / kFile, text);
}

int CheckHashes(const std::filesystem::path& folder, const std::function<void(uint64_t, uint64_t)>& on_progress) {
  if (!std::filesystem::exists(folder / kFile)) return 0;
  const std::vector<Line> lines = LinesOf(folder / kFile);
  Progress progress{.heard = on_progress};
  for (const Line& line : lines) {
    if (!std::filesystem::is_regular_file(folder / line.name))
      throw base::Error("model", (folder / line.name).string() + " is missing.", kHint);
    progress.in_all += std::filesystem::file_size(folder / line.name);
  }
  for (const Line& line : lines)
    if (HashOf(folder / line.name, progress) != line.hash)
      throw base::Error("model", (folder / line.name).string() + " is not as it was written.", kHint);
  return static_cast<int>(lines.size());
}

}  // namespace diptych::model
