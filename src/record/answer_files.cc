#include "record/answer_files.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "text/tokenizer.h"
#include "text/unicode.h"

namespace diptych::record {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxStemBytes = 60;
constexpr int kMaxNames = 10000;

std::string DropArticle(std::string stem) {
  for (const std::string_view article : {"a-", "an-", "the-"}) {
    if (stem.starts_with(article)) return stem.substr(article.size());
  }
  return stem;
}

// Cut after the last whole word that ends in the second half, if there is one.
std::string CutAtWord(const std::string& stem, size_t limit) {
  if (stem.size() <= limit) return stem;
  const size_t dash = stem.rfind('-', limit);
  if (dash != std::string::npos && dash > limit / 2) return stem.substr(0, dash);
  return stem.substr(0, text::CompleteUtf8(std::string_view(stem).substr(0, limit)));
}

AnswerFiles FilesNamed(const fs::path& folder, const std::string& name, const AnswerContent& content) {
  AnswerFiles files{{}, folder / (name + ".txt"), folder / (name + ".json")};
  const size_t pictures = content.pictures.size();
  for (size_t i = 1; i <= pictures; ++i)
    files.pictures.push_back(folder / (name + (pictures > 1 ? "-" + std::to_string(i) : "") + "." + content.extension));
  return files;
}

struct NewFile {
  fs::path path;
  std::string_view content;
};

// The files in the order of writing. The narrative comes first: every answer has one, so of two writers of one name the
// second fails at it.
std::vector<NewFile> InOrder(const AnswerFiles& files, const AnswerContent& content) {
  std::vector<NewFile> order = {{files.narrative, content.narrative}, {files.json, content.json}};
  for (size_t i = 0; i < files.pictures.size(); ++i) order.push_back({files.pictures[i], content.pictures[i]});
  return order;
}

// Whether anything has this name: a file, a folder, even a broken link.
bool IsTaken(const fs::path& path) {
  std::error_code failed;
  return fs::symlink_status(path, failed).type() != fs::file_type::not_found;
}

// The file's content; nothing when it is no file or cannot be read.
std::optional<std::string> Stored(const fs::path& path) {
  try {
    return base::ReadFile(path);
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

bool Holds(const fs::path& path, std::string_view content) {
  std::error_code failed;
  return fs::file_size(path, failed) == content.size() && Stored(path) == content;
}

// Whether this very answer has the name: the same texts and pictures, and a record that differs in cost alone.
bool StandsThere(const AnswerFiles& files, const AnswerContent& content) {
  if (!Holds(files.narrative, content.narrative)) return false;
  for (size_t i = 0; i < files.pictures.size(); ++i)
    if (!Holds(files.pictures[i], content.pictures[i])) return false;
  const std::optional<std::string> json = Stored(files.json);
  return json && IsSameAnswer(*json, content.json);
}

// Removes files again unless all of them were written.
class Undo {
 public:
  Undo() = default;
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  ~Undo() {
    std::error_code failed;
    for (const fs::path& path : written_) fs::remove(path, failed);
  }
  void Add(const fs::path& path) { written_.push_back(path); }
  void Keep() { written_.clear(); }

 private:
  std::vector<fs::path> written_;
};

// Writes all or none: false when a name is taken, before or meanwhile.
bool WriteAll(const std::vector<NewFile>& files) {
  if (std::any_of(files.begin(), files.end(), [](const NewFile& file) { return IsTaken(file.path); })) return false;
  Undo undo;
  for (const NewFile& file : files) {
    base::AtomicFile writer(file.path);
    writer.Write(file.content);
    if (!writer.CommitAsNew()) return false;
    undo.Add(file.path);
  }
  undo.Keep();
  return true;
}

}  // namespace

std::string FileStem(std::string_view prompt) {
  std::string stem;
  for (const std::string& word : text::UnicodeWords(prompt)) {
    if (stem.size() > 2 * kMaxStemBytes) break;
    stem += (stem.empty() ? "" : "-") + word;
  }
  stem = CutAtWord(DropArticle(stem), kMaxStemBytes);
  return stem.empty() ? "picture" : stem;
}

void PrepareFolder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  const std::string_view hint = "choose another folder with -o.";
  if (failed)
    throw base::Error("output", "cannot make the folder " + folder.string() + ": " + failed.message() + ".", hint);
  if (!fs::is_directory(folder, failed)) throw base::Error("output", folder.string() + " is not a folder.", hint);
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    throw base::Error("output", "cannot write in " + folder.string() + ": " + std::strerror(errno) + ".", hint);
  }
}

AnswerContent ContentOf(const AnswerRecord& record, const engine::Answer& answer, const PictureStyle& style) {
  AnswerContent content{.pictures = {},
                        .narrative = record.narrative + "\n",
                        .json = RecordJsonWithCost(record).Lines() + "\n",
                        .extension = std::string(base::ExtensionOf(style.format))};
  const auto add = [&](const base::Image& picture) {
    const int number = static_cast<int>(content.pictures.size()) + 1;
    const std::vector<base::PngText> texts = MetadataTexts(record, style.metadata, number);
    content.pictures.push_back(EncodeWithMetadata(picture, texts, style.format));
    content.keeps_record &= KeepsRecord(texts, style.format);
  };
  if (answer.picture.width > 0) add(answer.picture);
  for (const engine::Panel& panel : answer.further) add(panel.picture);
  return content;
}

AnswerFiles WriteAnswer(const fs::path& folder, const std::string& stem, uint64_t seed, const AnswerContent& content) {
  return WriteAnswerAs(folder, stem + "-" + std::to_string(seed), content);
}

AnswerFiles WriteAnswerAs(const fs::path& folder, const std::string& name, const AnswerContent& content) {
  for (int i = 1; i <= kMaxNames; ++i) {
    const AnswerFiles files = FilesNamed(folder, i == 1 ? name : name + "-" + std::to_string(i), content);
    if (StandsThere(files, content) || WriteAll(InOrder(files, content))) return files;
  }
  throw base::Error("output",
                    folder.string() + " already holds " + std::to_string(kMaxNames) + " pictures named " + name + ".",
                    "choose another folder with -o.");
}

void RefuseTaken(const fs::path& picture) {
  for (const fs::path& path :
       {picture, fs::path(picture).replace_extension(".txt"), fs::path(picture).replace_extension(".json")})
    if (IsTaken(path))
      throw base::Error("output", path.string() + " exists already.", "remove it, or choose another name.");
}

}  // namespace diptych::record
