// A folder that is removed with its object, for tests and measurements.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

#include "base/error.h"

namespace diptych::base {

// An empty folder of a unique name; the destructor removes it with all that it holds. Throws Error when it cannot be
// made.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "diptych.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw Error("file", "cannot make a folder in " + parent.string() + ": " + std::strerror(errno) + ".");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;  // files that stay change no result
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace diptych::base
