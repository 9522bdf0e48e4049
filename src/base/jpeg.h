// JPEG files through libjpeg-turbo. Included by picture_file.cc and its test only.
#pragma once

#include <string>
#include <string_view>

#include "base/picture_file.h"

namespace diptych::base {

// As DecodePicture and EncodePicture. `xmp` may be empty.
PictureFile DecodeJpeg(std::string_view bytes, std::string_view name);
std::string EncodeJpeg(const Image& picture, std::string_view xmp);

// The longest XMP packet that one APP1 segment holds (Adobe XMP part 3, section 1.1.3).
inline constexpr size_t kMaxJpegXmpBytes = 65502;

}  // namespace diptych::base
