#include "cli/output_files.h"

#include <unistd.h>

#include <cstring>
#include <vector>

#include "base/ascii.h"
#include "base/error.h"
#include "base/files.h"
#include "text/unicode.h"

namespace diptych::cli {
namespace {

constexpr size_t kMaxStemBytes = 60;
constexpr int kMaxNames = 10000;

// The next kept character in lower case, its size in the text in `size`; empty for anything that becomes a dash.
std::string KeptAt(std::string_view text, size_t* size) {
  const char c = text[0];
  if (base::IsAsciiLetter(c) || (c >= '0' && c <= '9')) {
    *size = 1;
    return std::string(1, base::AsciiLower(c));
  }
  const text::Character first = text::FirstCharacter(text);
  *size = first.bytes.size();
  return text::IsHan(first.code) ? std::string(first.bytes) : "";
}

std::string DropArticle(std::string stem) {
  for (const std::string_view article : {"a-", "an-", "the-"}) {
    if (stem.starts_with(article)) return stem.substr(article.size());
  }
  return stem;
}

// Cut after the last whole word, when there is one in the second half.
std::string CutAtWord(const std::string& stem, size_t limit) {
  if (stem.size() <= limit) return stem;
  const size_t dash = stem.rfind('-', limit);
  if (dash != std::string::npos && dash > limit / 2) return stem.substr(0, dash);
  return stem.substr(0, text::CompleteUtf8(std::string_view(stem).substr(0, limit)));
}

bool HoldsOther(const std::filesystem::path& path, std::string_view content) {
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) return false;
  return !std::filesystem::is_regular_file(path, failed) ||
         std::filesystem::file_size(path, failed) != content.size() || base::ReadFile(path) != content;
}

OutputFiles FilesNamed(const std::filesystem::path& folder, const std::string& name, size_t pictures) {
  OutputFiles files{{}, folder / (name + ".txt"), folder / (name + ".json")};
  for (size_t i = 1; i <= pictures; ++i)
    files.pictures.push_back(folder / (name + (pictures > 1 ? "-" + std::to_string(i) : "") + ".png"));
  return files;
}

bool AreFree(const OutputFiles& files, const OutputContent& content) {
  for (size_t i = 0; i < files.pictures.size(); ++i)
    if (HoldsOther(files.pictures[i], content.pngs[i])) return false;
  return !HoldsOther(files.narrative, content.narrative);
}

OutputFiles ChooseFiles(const std::filesystem::path& folder, const std::string& name, const OutputContent& content) {
  for (int i = 1; i <= kMaxNames; ++i) {
    const OutputFiles files = FilesNamed(folder, i == 1 ? name : name + "-" + std::to_string(i), content.pngs.size());
    if (AreFree(files, content)) return files;
  }
  throw base::Error("output",
                    folder.string() + " already holds " + std::to_string(kMaxNames) + " pictures named " + name + ".",
                    "choose another folder with -o.");
}

}  // namespace

std::string FileStem(std::string_view prompt) {
  std::string stem;
  for (size_t size = 0; !prompt.empty() && stem.size() <= 2 * kMaxStemBytes; prompt.remove_prefix(size)) {
    const std::string kept = KeptAt(prompt, &size);
    if (!kept.empty())
      stem += kept;
    else if (!stem.empty() && stem.back() != '-')
      stem += '-';
  }
  if (stem.ends_with('-')) stem.pop_back();
  stem = CutAtWord(DropArticle(stem), kMaxStemBytes);
  return stem.empty() ? "picture" : stem;
}

void PrepareFolder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  const std::string_view hint = "choose another folder with -o.";
  if (failed)
    throw base::Error("output", "cannot make the folder " + folder.string() + ": " + failed.message() + ".", hint);
  if (!std::filesystem::is_directory(folder, failed))
    throw base::Error("output", folder.string() + " is not a folder.", hint);
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    throw base::Error("output", "cannot write in " + folder.string() + ": " + std::strerror(errno) + ".", hint);
  }
}

OutputFiles WriteOutput(const std::filesystem::path& folder, const std::string& stem, uint64_t seed,
                        const OutputContent& content) {
  const OutputFiles files = ChooseFiles(folder, stem + "-" + std::to_string(seed), content);
  std::vector<std::filesystem::path> written;
  const auto write = [&](const std::filesystem::path& path, std::string_view bytes) {
    base::WriteFileAtomically(path, bytes);
    written.push_back(path);
  };
  try {
    write(files.narrative, content.narrative);
    write(files.json, content.json);
    for (size_t i = 0; i < files.pictures.size(); ++i) write(files.pictures[i], content.pngs[i]);
  } catch (const base::Error&) {
    std::error_code failed;
    for (const std::filesystem::path& path : written) std::filesystem::remove(path, failed);
    throw;
  }
  return files;
}

}  // namespace diptych::cli
