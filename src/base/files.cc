#include "base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "base/error.h"

namespace diptych::base {
namespace {

// An open file descriptor, closed at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  int get() const { return value_; }

 private:
  int value_;
};

[[noreturn]] void FailWithErrno(std::string_view what, const std::filesystem::path& path) {
  const int error = errno;
  std::string_view hint;
  if (error == ENOENT) hint = "check the path.";
  if (error == EACCES || error == EPERM) hint = "check the permissions.";
  if (error == ENOSPC || error == EDQUOT) hint = "free some space or choose another folder.";
  throw Error("file", std::string(what) + " " + path.string() + ": " + std::strerror(error) + ".", hint);
}

constexpr size_t kMostOfAPipe = size_t{256} << 20;

[[noreturn]] void RefuseKind(const std::filesystem::path& path, mode_t mode) {
  if (S_ISDIR(mode)) throw Error("file", path.string() + " is a folder.", "name a file in it.");
  throw Error("file", path.string() + " is not a regular file.", "name a file, or - for standard input.");
}

Descriptor OpenForReading(const std::filesystem::path& path, size_t* size) {
  // Without O_NONBLOCK the opening of a pipe waits until somebody writes into it.
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info {};
  if (file.get() < 0 || fstat(file.get(), &info) != 0) FailWithErrno("cannot open", path);
  if (!S_ISREG(info.st_mode)) RefuseKind(path, info.st_mode);
  *size = static_cast<size_t>(info.st_size);
  return file;
}

// All that comes until the end of a file whose size is not known before; `name` stands in messages.
std::string ReadUntilEnd(int file, const std::filesystem::path& name) {
  std::string content;
  std::array<char, 1 << 16> piece{};
  for (;;) {
    const ssize_t n = read(file, piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) FailWithErrno("cannot read", name);
    if (n == 0) return content;
    content.append(piece.data(), static_cast<size_t>(n));
    if (content.size() > kMostOfAPipe)
      throw Error("file", name.string() + " gives more than " + std::to_string(kMostOfAPipe >> 20) + " MiB.");
  }
}

// Waits for the pipe's writer.
std::string ReadPipe(const std::filesystem::path& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) FailWithErrno("cannot open", path);
  return ReadUntilEnd(file.get(), path);
}

// Process substitution, /dev/stdin before a pipe, or a named pipe that somebody holds open for writing.
bool IsPipe(const std::filesystem::path& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode)) &&
         path.string().starts_with("/dev/");
}

}  // namespace

std::string ReadFile(const std::filesystem::path& path) {
  if (IsPipe(path)) return ReadPipe(path);
  size_t size = 0;
  const Descriptor file = OpenForReading(path, &size);
  std::string content(size, '\0');
  size_t done = 0;
  while (done < size) {
    const ssize_t n = read(file.get(), content.data() + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) FailWithErrno("cannot read", path);
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  content.resize(done);
  return content;
}

std::string ReadStandardInput() { return ReadUntilEnd(STDIN_FILENO, "standard input"); }

void WriteFileAtomically(const std::filesystem::path& path, std::string_view content) {
  AtomicFile file(path);
  file.Write(content);
  file.Commit();
}

AtomicFile::AtomicFile(const std::filesystem::path& path) : path_(path), temporary_(path) {
  // A name that nobody has: process numbers repeat in containers, where something of the name may have been left.
  std::string name = temporary_.string() + ".XXXXXX.tmp";
  file_ = mkostemps(name.data(), static_cast<int>(std::string_view(".tmp").size()), O_CLOEXEC);
  temporary_ = name;
  if (file_ < 0) FailWithErrno("cannot create", path_);
  const mode_t hidden = umask(0);
  umask(hidden);
  fchmod(file_, 0666 & ~hidden);
}

AtomicFile::~AtomicFile() {
  if (file_ < 0) return;
  close(file_);
  unlink(temporary_.c_str());
}

void AtomicFile::Fail(std::string_view what) {
  const int error = errno;
  if (file_ >= 0) close(file_);
  file_ = -1;
  unlink(temporary_.c_str());
  errno = error;
  FailWithErrno(what, path_);
}

void AtomicFile::Write(std::string_view piece) {
  DIPTYCH_CHECK(file_ >= 0, "a file that is not committed yet");
  for (size_t done = 0; done < piece.size();) {
    const ssize_t n = write(file_, piece.data() + done, piece.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) Fail("cannot write");
    done += static_cast<size_t>(n);
  }
}

void AtomicFile::Write(std::span<const std::byte> piece) {
  Write(std::string_view(reinterpret_cast<const char*>(piece.data()), piece.size()));
}

void AtomicFile::Close() {
  DIPTYCH_CHECK(file_ >= 0, "a file that is not committed yet");
  if (fsync(file_) != 0 && errno != EINVAL) Fail("cannot write");
  if (close(std::exchange(file_, -1)) != 0) Fail("cannot write");
}

void AtomicFile::Commit() {
  Close();
  if (rename(temporary_.c_str(), path_.c_str()) != 0) Fail("cannot write");
}

bool AtomicFile::CommitAsNew() {
  Close();
  const bool placed = PlaceAsNew();
  if (!placed) unlink(temporary_.c_str());
  return placed;
}

// A hard link is made only where nothing stands, and the content is whole from the start. Where there are no hard links
// (FAT, some network folders) an empty file takes the name, which the temporary one then replaces.
bool AtomicFile::PlaceAsNew() {
  if (link(temporary_.c_str(), path_.c_str()) == 0) {
    unlink(temporary_.c_str());
    return true;
  }
  if (errno == EEXIST) return false;
  const int claim = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (claim < 0 && errno == EEXIST) return false;
  if (claim < 0) Fail("cannot create");
  close(claim);
  if (rename(temporary_.c_str(), path_.c_str()) == 0) return true;
  const int error = errno;
  unlink(path_.c_str());
  errno = error;
  Fail("cannot write");
}

void CopyFileAtomically(const std::filesystem::path& from, const std::filesystem::path& to) {
  size_t size = 0;
  const Descriptor source = OpenForReading(from, &size);
  AtomicFile file(to);
  std::vector<char> piece(size_t{1} << 20);
  for (;;) {
    const ssize_t n = read(source.get(), piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) FailWithErrno("cannot read", from);
    if (n == 0) break;
    file.Write(std::string_view(piece.data(), static_cast<size_t>(n)));
  }
  file.Commit();
}

MappedFile::MappedFile(const std::filesystem::path& path) {
  const Descriptor file = OpenForReading(path, &size_);
  if (size_ == 0) return;
  void* data = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (data == MAP_FAILED) FailWithErrno("cannot map", path);
  data_ = static_cast<const std::byte*>(data);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ == nullptr) return;
  // munmap takes a non-const pointer though it only releases the range.
  munmap(reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(data_)), size_);
}

}  // namespace diptych::base
