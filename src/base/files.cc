#include "base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>
#include <utility>

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
  if (error == ENOSPC || error == EDQUOT) hint = "free some space or choose another folder with -o.";
  throw Error("file", std::string(what) + " " + path.string() + ": " + std::strerror(error) + ".", hint);
}

Descriptor OpenForReading(const std::filesystem::path& path, size_t* size) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (file.get() < 0 || fstat(file.get(), &info) != 0) FailWithErrno("cannot open", path);
  if (!S_ISREG(info.st_mode))
    throw Error("file", path.string() + " is not a regular file.", "name a file, not a folder.");
  *size = static_cast<size_t>(info.st_size);
  return file;
}

}  // namespace

std::string ReadFile(const std::filesystem::path& path) {
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

void WriteFileAtomically(const std::filesystem::path& path, std::string_view content) {
  AtomicFile file(path);
  file.Write(content);
  file.Commit();
}

AtomicFile::AtomicFile(const std::filesystem::path& path) : path_(path) {
  // A name that nobody else has: the number of the process is no such name, for in containers it repeats.
  std::random_device random;
  do {
    char ending[16];
    std::snprintf(ending, sizeof(ending), ".%08x.tmp", random());
    (temporary_ = path_) += ending;
    file_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  } while (file_ < 0 && errno == EEXIST);
  if (file_ < 0) FailWithErrno("cannot create", path_);
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
