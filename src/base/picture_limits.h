// Limits on the size of a picture file, checked before memory is taken, so that a hostile header cannot ask for
// gigabytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace diptych::base {

inline constexpr uint64_t kMaxPictureSide = 16384, kMaxPicturePixels = 32'000'000;
inline constexpr size_t kMaxPictureFileBytes = size_t{256} << 20;

// Error with both numbers when a picture of this size is too large; `name` stands in the message.
void CheckPictureSize(uint64_t width, uint64_t height, std::string_view name);

}  // namespace diptych::base
