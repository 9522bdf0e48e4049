#include "base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace diptych {
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
  if (!S_ISREG(info.st_mode)) throw Error("file", path.string() + " is not a regular file.", "name a file, not a folder.");
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
  std::filesystem::path temporary = path;
  temporary += "." + std::to_string(getpid()) + ".tmp";
  const auto fail = [&](std::string_view what) {
    const int error = errno;
    unlink(temporary.c_str());
    errno = error;
    FailWithErrno(what, path);
  };
  {
    const Descriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file.get() < 0) fail("cannot create");
    size_t done = 0;
    while (done < content.size()) {
      const ssize_t n = write(file.get(), content.data() + done, content.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail("cannot write");
      done += static_cast<size_t>(n);
    }
    if (fsync(file.get()) != 0 && errno != EINVAL) fail("cannot write");
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) fail("cannot write");
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

}  // namespace diptych
