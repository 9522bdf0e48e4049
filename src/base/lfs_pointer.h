// What Git leaves in place of a large file that was not fetched.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace diptych::base {

// Error when `content`, the file's or its beginning, is a pointer of Git LFS
// (git-lfs/docs/spec.md: the first line names the version).
inline void RefuseLfsPointer(std::string_view content, std::string_view place, const std::string& file) {
  if (content.starts_with("version https://git-lfs.github.com/spec/"))
    throw Error(place, file + " is a pointer of Git LFS in place of the file.",
                "fetch the file itself: `git lfs pull` in its repository, or a download of it.");
}

}  // namespace diptych::base
