#include "world/art_pack.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <string_view>

#include "base/error.h"

namespace diptych::world {
namespace {

constexpr int64_t kLargest = 1 << 20;
constexpr std::string_view kStart = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"", kEnd = "</svg>";

struct FreeArchive {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, FreeArchive>;

[[noreturn]] void Fail(const std::filesystem::path& file, const std::string& what) {
  throw base::Error("art", file.string() + ": " + what + ".", "tools/pack_art/run makes the file anew");
}

std::string ReasonOf(const Reader& reader) {
  const char* text = archive_error_string(reader.get());
  return text == nullptr ? "not readable" : text;
}

Reader Open(const std::filesystem::path& file) {
  Reader reader(archive_read_new());
  DIPTYCH_CHECK(reader != nullptr, "no memory for the archive reader");
  archive_read_support_filter_xz(reader.get());
  archive_read_support_format_tar(reader.get());
  constexpr size_t kBlock = 1 << 16;
  if (archive_read_open_filename(reader.get(), file.c_str(), kBlock) != ARCHIVE_OK) Fail(file, ReasonOf(reader));
  return reader;
}

// "twemoji/fox.svg" -> "twemoji:fox"; empty where the path has another form.
std::string NameOf(std::string_view path) {
  constexpr std::string_view kSuffix = ".svg";
  const size_t slash = path.find('/');
  if (slash == path.npos || slash == 0 || !path.ends_with(kSuffix) || path.size() <= slash + 1 + kSuffix.size())
    return {};
  const std::string_view name = path.substr(slash + 1, path.size() - slash - 1 - kSuffix.size());
  if (name.find('/') != name.npos || path.find(':') != path.npos) return {};
  return std::string(path.substr(0, slash)) + ":" + std::string(name);
}

std::string ContentOf(const Reader& reader, archive_entry* entry, const std::filesystem::path& file) {
  const std::string path = archive_entry_pathname(entry);
  const int64_t size = archive_entry_size(entry);
  if (size < 1 || size > kLargest)
    Fail(file, path + " has " + std::to_string(size) + " bytes, allowed are 1 to 1048576");
  std::string text(static_cast<size_t>(size), '\0');
  const la_ssize_t got = archive_read_data(reader.get(), text.data(), text.size());
  if (got < 0) Fail(file, path + ": " + ReasonOf(reader));
  if (got != size) Fail(file, path + " is truncated");
  if (!text.starts_with(kStart) || !text.ends_with(kEnd))
    Fail(file, path + " is not in the form of SVG that tools/pack_art writes");
  return text;
}

}  // namespace

std::map<std::string, std::string, std::less<>> ReadArtPack(const std::filesystem::path& file) {
  const Reader reader = Open(file);
  std::map<std::string, std::string, std::less<>> drawings;
  while (true) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK) Fail(file, ReasonOf(reader));
    const char* path = archive_entry_pathname(entry);
    const std::string name = path == nullptr ? "" : NameOf(path);
    if (name.empty() || archive_entry_filetype(entry) != AE_IFREG)
      Fail(file, std::string(path == nullptr ? "an entry" : path) + " is not a file SET/NAME.svg");
    if (!drawings.emplace(name, ContentOf(reader, entry, file)).second) Fail(file, name + " stands there twice");
  }
  if (drawings.empty()) Fail(file, "no drawings");
  return drawings;
}

}  // namespace diptych::world
