// How large a picture's file may be, for readers of every format: what a hostile file claims takes no memory.
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
