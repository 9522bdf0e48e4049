// One training at a time in a run's folder.
#pragma once

#include <filesystem>

namespace diptych::train {

// Holds RUN/lock, which names the process; the system frees it when the process ends, however it ends. Where the file
// system has no locks (some network folders) nothing is held.
class RunLock {
 public:
  // Makes the folder. Error when another process trains there, or the file cannot be made.
  explicit RunLock(const std::filesystem::path& run);
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;
  ~RunLock();

 private:
  std::filesystem::path path_;
  int file_ = -1;
};

}  // namespace diptych::train
