// WebP files through libwebp. Included by picture_file.cc and its test only.
#pragma once

#include <string>
#include <string_view>

#include "base/picture_file.h"

namespace diptych::base {

// As DecodePicture and EncodePicture. `xmp` may be empty.
PictureFile DecodeWebp(std::string_view bytes, std::string_view name);
std::string EncodeWebp(const Image& picture, std::string_view xmp);

}  // namespace diptych::base
