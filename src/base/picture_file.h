// Picture files of every format that is read and written: PNG, JPEG (ITU-T T.81, JFIF) and WebP (RFC 9649).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/image.h"
#include "base/png.h"

namespace diptych::base {

enum class PictureFormat { kPng, kJpeg, kWebp };
// "png", "jpg", "webp": the end of a file's name.
std::string_view ExtensionOf(PictureFormat format);
// The format that a file's name ends in (.png, .jpg, .jpeg, .webp in any case); nothing for any other end.
std::optional<PictureFormat> FormatOfName(const std::filesystem::path& path);

// The texts of JPEG and WebP are their XMP packet under kXmpKeyword and, of JPEG, its comments under "Comment".
using PictureFile = PngFile;
// Keyword of the XMP packet in PNG (Adobe XMP part 3, section 1.1.5).
inline constexpr std::string_view kXmpKeyword = "XML:com.adobe.xmp";

// Any PNG, JPEG or WebP as RGB: transparent parts over white, turned as the camera's orientation says, of an animation
// its first picture. Error: none of the three (says what it looks like), damaged or truncated, too large
// (picture_limits.h). `name` stands in messages.
PictureFile DecodePicture(std::string_view bytes, std::string_view name);
PictureFile ReadPicture(const std::filesystem::path& path);

// The bytes of a file. JPEG is of quality 95 with full colour resolution; WebP is lossless, its pixels are the
// picture's. JPEG and WebP take of the texts the XMP packet alone; JPEG has no room for one above 65,502 bytes and goes
// without it. The same input gives the same bytes with one version of the libraries.
std::string EncodePicture(const Image& picture, const std::vector<PngText>& texts, PictureFormat format);
// Whether EncodePicture stores an XMP packet of this size.
bool HasRoomForXmp(PictureFormat format, size_t bytes);

}  // namespace diptych::base
