#include "base/picture_limits.h"

#include <string>

#include "base/error.h"

namespace diptych::base {

void CheckPictureSize(uint64_t width, uint64_t height, std::string_view name) {
  std::string limit;
  if (width > kMaxPictureSide || height > kMaxPictureSide)
    limit = std::to_string(kMaxPictureSide) + " a side";
  else if (width * height > kMaxPicturePixels)
    limit = std::to_string(kMaxPicturePixels) + " in all";
  if (limit.empty()) return;
  throw Error("picture",
              std::string(name) + " has " + std::to_string(width) + " x " + std::to_string(height) +
                  " pixels, the limit is " + limit + ".",
              "make it smaller first.");
}

}  // namespace diptych::base
