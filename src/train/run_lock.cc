#include "train/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.h"
#include "base/files.h"

namespace diptych::train {
namespace {

// Whether the path still names the open file: its former holder may have removed it before this process got the lock.
bool IsStillThere(int file, const std::filesystem::path& path) {
  struct stat open_file {
  }, named{};
  return fstat(file, &open_file) == 0 && stat(path.c_str(), &named) == 0 && open_file.st_ino == named.st_ino &&
         open_file.st_dev == named.st_dev;
}

[[noreturn]] void Refuse(const std::filesystem::path& path) {
  const std::string holder = base::ReadFile(path);
  throw base::Error("train",
                    "another process trains in " + path.parent_path().string() + (holder.empty() ? "" : ": ") +
                        holder.substr(0, holder.find('\n')) + ".",
                    "wait for its end or stop it, or name another folder with --run.");
}

int OpenLocked(const std::filesystem::path& path) {
  for (;;) {
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) throw base::Error("train", "cannot write " + path.string() + ": " + std::strerror(errno) + ".");
    const bool taken = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!taken && IsStillThere(file, path)) return file;
    close(file);
    if (taken) Refuse(path);
  }
}

}  // namespace

RunLock::RunLock(const std::filesystem::path& run) : path_(run / "lock") {
  std::filesystem::create_directories(run);
  file_ = OpenLocked(path_);
  const std::string holder = "process " + std::to_string(getpid()) + "\n";
  // Only for the message of the next one.
  [[maybe_unused]] const bool named =
      ftruncate(file_, 0) == 0 && write(file_, holder.data(), holder.size()) == static_cast<ssize_t>(holder.size());
}

RunLock::~RunLock() {
  unlink(path_.c_str());
  close(file_);
}

}  // namespace diptych::train
