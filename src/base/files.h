// Files: whole reads, atomic writes, read-only maps. All errors are Error with the path and the system's reason.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace diptych::base {

std::string ReadFile(const std::filesystem::path& path);
// All that standard input gives until its end; Error when that is more than 256 MiB.
std::string ReadStandardInput();

// Writes through a temporary file in the same folder, fsync and rename: the path holds the old content or the new one.
void WriteFileAtomically(const std::filesystem::path& path, std::string_view content);

// A file written piece by piece, through a temporary file in the same folder: the path holds the old content until
// Commit, which makes it durable and puts it in its place. Without Commit nothing is left behind. Several programs and
// threads may write the same path at once.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();
  void Write(std::string_view piece);
  void Write(std::span<const std::byte> piece);
  void Commit();
  // As Commit, but replaces nothing: false when the path is taken, by a file, a folder or a link, and then the new
  // content is dropped. Of several writers of one path at once, one gets true.
  bool CommitAsNew();

 private:
  [[noreturn]] void Fail(std::string_view what);
  void Close();  // the content is durable then
  bool PlaceAsNew();

  std::filesystem::path path_, temporary_;
  int file_ = -1;
};

// The content of `from` as `to`, piece by piece: memory does not grow with it.
void CopyFileAtomically(const std::filesystem::path& from, const std::filesystem::path& to);

// A file mapped read-only; the view lives as long as the object.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();
  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace diptych::base
